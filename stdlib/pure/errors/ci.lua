-- Errors of CI runs.
return {
  ["ci.failed"] = { exit = 4, why = "A CI run ended without success.", fix = "Read the last lines of the failed jobs; slipway resume --retry STEP runs only those again." },
  ["ci.ambiguous"] = {
    exit = 4, why = "Several CI runs could be the one that was started, and none of them says by whom.",
    fix = "Give the workflow a run-name that shows its inputs; or slipway resume --skip STEP --reason TEXT.",
  },
}
