-- Errors of reading and writing times.
return {
  ["clock.malformed"] = {
    exit = 2,
    why = "A text is neither a date nor a time.",
    fix = "Write it like 2026-11-21 or 2026-11-21T11:24:33Z.",
  },
  ["clock.out_of_range"] = {
    exit = 2,
    why = "A time lies outside the years 0000 to 9999.",
    fix = "Times are seconds since 1970; milliseconds were perhaps given.",
  },
}
