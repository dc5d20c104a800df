-- Errors of reading the configuration of other tools, and of writing slipway.lua.
return {
  ["import.unreadable"] = {
    exit = 4,
    why = "The other tool's configuration is malformed, or is a program that would have to be run to know what it says.",
    fix = "Mend it, write it as data (JSON, YAML, TOML), or leave it out: slipway init --import none",
  },
  ["import.not_found"] = {
    exit = 4,
    why = "The project has no configuration of that tool.",
    fix = "slipway init   looks for all of them",
  },
  ["import.exists"] = {
    exit = 4,
    why = "slipway.lua is there already and is never overwritten.",
    fix = "slipway init --print   shows what would be written",
  },
}
