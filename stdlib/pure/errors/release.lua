-- Errors of releases that a recipe refers to.
return {
  ["release.not_found"] = { exit = 4, why = "No tag of the project names that release.", fix = "git fetch --tags, then: slipway list" },
  ["release.no_prerelease"] = { exit = 4, why = "There is no pre-release to promote.", fix = "slipway plan alpha, or slipway plan release" },
  ["release.debt"] = {
    exit = 4, why = "A fix was shipped from a hotfix line and has not reached the trunk: the next release would bring the fault back.",
    fix = "slipway graph, then git cherry-pick -x COMMIT on the trunk; where it is there in other words: a commit with \"Brought-Home: COMMIT\".",
  },
}
