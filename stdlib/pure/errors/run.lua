-- Errors of runs as a whole.
return {
  ["run.not_found"] = { exit = 2, why = "There is no run of that name in this clone.", fix = "slipway runs" },
  ["run.none"] = { exit = 2, why = "No run is waiting for that.", fix = "slipway runs" },
  ["run.ambiguous"] = { exit = 2, why = "Several runs could be meant.", fix = "Name the one that is meant." },
  ["run.empty"] = { exit = 1, why = "A run was ended before its plan was on disk; it has done nothing.", fix = "slipway runs prune" },
  ["run.claimed"] = {
    exit = 6,
    why = "An unfinished run holds this channel, so that no second release is made across the first.",
    fix = "Finish it with slipway resume, or take it back with slipway undo.",
  },
  ["run.sealed"] = { exit = 2, why = "The run has ended; there is nothing to go on with.", fix = "slipway show RUN" },
  ["run.not_adopted"] = {
    exit = 4,
    why = "A lost run is found again by its tag, and by the plan that its recipe makes once more; here the two do not fit.",
    fix = "slipway verify TAG tells what is there.",
  },
  ["run.declined"] = { exit = 10, why = "A person said no, or nobody could be asked.", fix = "Answer with --yes or --confirm VERSION." },
  ["run.past_pivot"] = {
    exit = 7,
    why = "A step that cannot be undone has happened; what stands before it stays too.",
    fix = "Use the retraction that is named.",
  },
  ["run.interrupted"] = { exit = 130, why = "Ctrl-C or a signal; the state of the current step is recorded.", fix = "slipway resume" },
  ["run.half_done"] = {
    exit = 4,
    why = "A command was begun and the run ended before it did: whether it has happened cannot be seen from here, and it is not done twice unasked.",
    fix = "Look; then slipway resume --skip STEP --reason TEXT when it has happened, or slipway resume --retry STEP to run it again.",
  },
  ["run.command_failed"] = { exit = 4, why = "A command of a run step did not succeed.", fix = "Read its output, mend, then: slipway resume" },
  ["run.offline"] = { exit = 4, why = "--offline was given, and this needs the network; nobody was asked.", fix = "The same command without --offline." },
  ["run.no_log"] = { exit = 2, why = "That run kept no log of that name.", fix = "slipway show RUN lists its steps; the error names its logs." },
}
