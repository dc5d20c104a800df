-- Errors of plain values crossing between a recipe and the host.
return {
  ["value.not_plain"] = {
    exit = 2,
    why = "Only nil, booleans, numbers, texts and tables of them leave a recipe; functions do not.",
    fix = "Compute the value in the recipe and hand over the result.",
  },
  ["value.too_deep"] = {
    exit = 2,
    why = "A value of a recipe is nested too deeply, or contains itself.",
    fix = "Hand over a flatter table.",
  },
  ["value.too_large"] = {
    exit = 2,
    why = "A value of a recipe is larger than what may cross to the host.",
    fix = "Hand over a file's name instead of its content.",
  },
  ["value.malformed"] = {
    exit = 1,
    why = "The recipe's process sent something that is not a value.",
    fix = "Report it; a recipe cannot do this by itself.",
  },
}
