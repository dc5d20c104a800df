-- Codes of the verb monitor.
return {
  ["monitor.no_page"] = {
    exit = 4, why = "The release that is to be watched has no page on the forge, so nothing can be counted.",
    fix = "Name another version, or look at the release with slipway verify TAG.",
  },
}
