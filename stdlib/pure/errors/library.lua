-- Errors of the libraries that are loaded at first use.
return {
  ["library.missing"] = {
    exit = 4,
    why = "A library this step needs is not installed, or too old.",
    fix = "install the named Debian package",
  },
}
