-- Errors of code given to eval or typed at the prompt.
return {
  ["eval.failed"] = { exit = 1, why = "The code raised an error, or is not valid Lua.", fix = "Mend the line that is named." },
}
