-- Errors of plans: what the planner refuses, and plans that no longer fit the world.
return {
  ["plan.no_verb"] = { exit = 2, why = "The recipe uses a verb that does not exist.", fix = "slipway help verbs" },
  ["plan.no_result"] = { exit = 2, why = "The recipe refers to something that a step does not give.", fix = "slipway help VERB" },
  ["plan.bad_argument"] = { exit = 2, why = "A verb was given a wrong argument.", fix = "slipway help VERB" },
  ["plan.bad_check"] = { exit = 2, why = "p:require and p:warn take a fact's answer or a boolean.", fix = "slipway help facts" },
  ["plan.refused"] = {
    exit = 4,
    why = "Something that the recipe requires is not so; every failure is listed.",
    fix = "Mend what is listed, then plan again. Nothing was written.",
  },
  ["plan.credentials"] = {
    exit = 5,
    why = "A credential that the plan needs is missing or was refused.",
    fix = "Provide it as the message says, then plan again. Nothing was written.",
  },
  ["plan.after_pivot"] = {
    exit = 2,
    why = "After the first step that cannot be undone, only waits, further final steps and steps that are safe to repeat may stand: everything that may stop the run comes before it.",
    fix = "Move the step before the final one.",
  },
  ["plan.forward_reference"] = { exit = 2, why = "A step refers to the result of a later one.", fix = "Swap the steps." },
  ["plan.no_approval"] = {
    exit = 2,
    why = "policy.approval = \"step\" asks for an approve step before anything that cannot be undone.",
    fix = "Add p:approve{} before the final step, or relax the policy in slipway.lua.",
  },
  ["plan.stale"] = {
    exit = 9,
    why = "The world has changed since the plan was made; what changed is listed.",
    fix = "Plan again, look at it, and run the new plan.",
  },
  ["plan.not_found"] = { exit = 2, why = "There is no stored plan of that digest, or no such file.", fix = "slipway plan RECIPE, or give the file it was written to." },
  ["plan.altered"] = { exit = 2, why = "The plan's content does not fit its digest: it was edited or damaged.", fix = "Plan again." },
  ["plan.newer"] = { exit = 2, why = "The plan was made by a newer Slipway whose format this one does not know.", fix = "Update Slipway." },
  ["plan.no_step"] = { exit = 2, why = "--only, --start or --until names no step or phase of the plan.", fix = "slipway plan RECIPE shows their names." },
  ["plan.part_missing"] = {
    exit = 4,
    why = "A step outside the chosen part has not happened yet, so the part cannot lean on it.",
    fix = "Run the earlier part first.",
  },
}
