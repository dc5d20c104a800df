-- Errors of checks and builds.
return {
  ["build.failed"] = { exit = 4, why = "A command of a check or a build did not succeed.", fix = "Read the log that is named, mend, then: slipway resume" },
  ["build.changed"] = { exit = 8, why = "A file is not the one that was built: it was changed between the build and the step that was to pack, sign or upload it.",
    fix = "Find out what changed it. Put it back, or undo the run and release again." },
  ["build.no_product"] = { exit = 4, why = "A build succeeded but a file it should have produced is not there.", fix = "Mend produce or include in slipway.lua." },
}
