-- Errors of single steps.
return {
  ["step.arguments"] = {
    exit = 4,
    why = "The result of an earlier step is not of the type that this step takes.",
    fix = "Mend the recipe: slipway help VERB shows what a verb gives and takes.",
  },
  ["step.different"] = {
    exit = 4,
    why = "The world holds something else where the step wanted to act; nothing was overwritten.",
    fix = "Look at what is there; take it away or choose another version.",
  },
  ["step.unknown"] = {
    exit = 4,
    why = "It could not be found out whether the effect has happened.",
    fix = "Wait until the other side answers, then: slipway resume",
  },
  ["step.vanished"] = {
    exit = 4,
    why = "The step reported success but its effect cannot be seen.",
    fix = "Look at the other side's log, then: slipway resume",
  },
  ["step.outside"] = { exit = 2, why = "A step may write only inside the project.", fix = "Name a path below the project's root." },
}
