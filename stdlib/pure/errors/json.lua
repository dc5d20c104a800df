-- Errors of reading JSON. Each names the line and the column.
return {
  ["json.malformed"] = {
    exit = 4,
    why = "The text is not JSON as RFC 8259 has it. Comments, trailing commas, NaN and a byte order mark are not JSON.",
    fix = "Correct the text at the line and column of the message.",
  },
  ["json.bad_utf8"] = {
    exit = 4,
    why = "The text holds bytes that are not UTF-8, or half of a surrogate pair.",
    fix = "Save the file as UTF-8; write characters beyond U+FFFF directly or as both halves of the pair.",
  },
  ["json.duplicate_key"] = {
    exit = 4,
    why = "An object has the same key twice. Readers differ in which one they take, so neither is.",
    fix = "Remove one of the two.",
  },
  ["json.number_range"] = {
    exit = 4,
    why = "A number is too large to be kept exactly: whole numbers end at 2^53, others at about 1.8e308.",
    fix = "Write it as a text, or decode with big = \"text\".",
  },
  ["json.too_deep"] = {
    exit = 4,
    why = "Arrays and objects are nested deeper than the limit.",
    fix = "If the text is to be trusted, raise max_depth.",
  },
  ["json.too_large"] = {
    exit = 4,
    why = "The text is longer than the limit.",
    fix = "If the text is to be trusted, raise max_size.",
  },
}
