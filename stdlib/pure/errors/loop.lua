-- Errors of waiting.
return {
  ["loop.failed"] = { exit = 1, why = "The system refused to wait for children and transfers.",
    fix = "Look at ulimit -n, then: slipway resume" },
}
