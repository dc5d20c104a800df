-- Errors of reading TOML.
return {
  ["toml.malformed"] = {
    exit = 4,
    why = "The text is not TOML 1.0. The message names line and column.",
    fix = "Correct the file; `#` starts a comment, strings need quotes, a key may be defined once.",
  },
}
