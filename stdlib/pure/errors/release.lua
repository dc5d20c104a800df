-- Errors of releases that a recipe refers to.
return {
  ["release.not_found"] = { exit = 4, why = "No tag of the project names that release.", fix = "git fetch --tags, then: slipway list" },
}
