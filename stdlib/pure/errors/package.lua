-- Errors of repositories with several packages.
return {
  ["package.not_found"] = {
    exit = 2,
    why = "No package of the repository has that name, folder or short name.",
    fix = "Look at the names with slipway next, or declare the package in slipway.lua: packages = { … }.",
  },
  ["package.none"] = {
    exit = 4,
    why = "slipway.lua declares folders of packages, and in the commit that is released none of them holds a manifest.",
    fix = "Mend the folders under packages in slipway.lua, or commit the packages.",
  },
  ["package.which"] = {
    exit = 2,
    why = "The repository has several packages, and what was asked for makes sense for some of them only.",
    fix = "Name them: --package NAME, or --package A,B.",
  },
}
