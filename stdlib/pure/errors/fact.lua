-- Errors of facts, the questions a recipe asks while planning.
return {
  ["fact.later"] = {
    exit = 2,
    why = "A fact was asked about the result of a step. Facts are answered while planning, results exist only in the run.",
    fix = "Ask before planning the step, or hand the reference to a verb.",
  },
  ["fact.bad_argument"] = {
    exit = 2,
    why = "A fact was asked without what it is about.",
    fix = "slipway help FACT",
  },
  ["fact.failed"] = {
    exit = 2,
    why = "A fact could not make anything of the arguments it was asked with.",
    fix = "slipway help FACT shows its arguments.",
  },
  ["fact.unknown"] = {
    exit = 2,
    why = "There is no fact of that name.",
    fix = "slipway help facts",
  },
}
