-- Errors of repositories with several packages.
return {
  ["package.not_found"] = {
    exit = 2,
    why = "No package of the repository has that name, folder or short name.",
    fix = "Look at the names with slipway next, or declare the package in slipway.lua: packages = { … }.",
  },
}
