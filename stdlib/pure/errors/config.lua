-- Errors of slipway.lua.
return {
  ["config.invalid"] = {
    exit = 2,
    why = "slipway.lua holds a key or a value that Slipway does not know.",
    fix = "slipway help config",
  },
}
