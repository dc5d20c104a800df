-- Errors of writing canonical JSON. Each names the place inside the value.
return {
  ["canon.not_plain"] = {
    exit = 2,
    why = "Plans, journals and JSON hold plain values: texts, numbers, booleans, lists and tables of them.",
    fix = "Leave out the function, userdata or coroutine that the message names.",
  },
  ["canon.mixed_keys"] = {
    exit = 2,
    why = "A table is a list with keys 1 to n, or it has names as keys; this one is neither.",
    fix = "Close the gaps in the list, or keep its names in a table of their own.",
  },
  ["canon.bad_utf8"] = {
    exit = 4,
    why = "A text holds bytes that are not UTF-8 and so cannot stand in JSON.",
    fix = "Convert the text to UTF-8, or name the file or commit it comes from differently.",
  },
  ["canon.number_range"] = {
    exit = 2,
    why = "NaN and infinity are no JSON numbers, and beyond 2^53 other readers lose digits.",
    fix = "Keep the number as a text.",
  },
  ["canon.too_deep"] = {
    exit = 2,
    why = "Tables are nested deeper than 128, or one contains itself.",
    fix = "Make the value flatter.",
  },
}
