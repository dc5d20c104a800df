-- Errors of recipes: files that do not load, do not end, or break the contract.
return {
  ["recipe.endless"] = {
    exit = 2,
    why = "The recipe did not finish its plan within the time limit; it was ended.",
    fix = "Look for a loop without an end in its plan function.",
  },
  ["recipe.ended"] = {
    exit = 2,
    why = "The recipe's process ended before it had handed over a plan, for example for lack of memory.",
    fix = "Look for a value that grows without limit in its plan function.",
  },
  ["recipe.no_process"] = {
    exit = 1,
    why = "The operating system refused to start the process a recipe runs in.",
    fix = "Free processes or file descriptors, then try again.",
  },
  ["recipe.not_found"] = {
    exit = 2,
    why = "There is no recipe of that name in the project or among the stock recipes.",
    fix = "slipway list",
  },
  ["recipe.syntax"] = {
    exit = 2,
    why = "The recipe is not valid Lua.",
    fix = "Mend the line that is named.",
  },
  ["recipe.contract"] = {
    exit = 2,
    why = "A recipe file returns one table with name, summary, params and plan.",
    fix = "Compare with recipes/README.md or a stock recipe: slipway help release",
  },
  ["recipe.failed"] = {
    exit = 2,
    why = "The recipe's plan function raised an error.",
    fix = "Mend the line that is named.",
  },
  ["recipe.argument"] = {
    exit = 2,
    why = "An argument of the recipe is missing, unknown, or of the wrong type.",
    fix = "slipway help RECIPE",
  },
  ["recipe.exists"] = {
    exit = 4,
    why = "The project has a recipe of that name already; it is not overwritten.",
    fix = "Rename it, or remove it to get the stock one again.",
  },
}
