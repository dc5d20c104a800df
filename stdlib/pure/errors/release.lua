-- Errors of releases that a recipe refers to.
return {
  ["release.not_found"] = { exit = 4, why = "No tag of the project names that release.", fix = "git fetch --tags, then: slipway list" },
  ["release.no_prerelease"] = { exit = 4, why = "There is no pre-release to promote.", fix = "slipway plan alpha, or slipway plan release" },
}
