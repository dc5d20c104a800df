-- Errors of fetching files that are known by their digest.
return {
  ["fetch.different"] = { exit = 8, why = "A file that was fetched is not the one that was promised: its digest is another.",
    fix = "If you changed the file on purpose, put its new sha256 into slipway.lua. Else somebody else changed it: do not use it." },
  ["fetch.missing"] = { exit = 4, why = "A file that a step needs is not where it was to be fetched from.", fix = "Look at the page or address that is named, then: slipway resume" },
}
