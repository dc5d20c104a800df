-- Errors of the command line.
return {
  ["usage.wrong"] = { exit = 2, why = "The command line holds something that is not understood; nothing was run.", fix = "slipway help" },
  ["usage.no_command"] = { exit = 2, why = "There is no command of that name.", fix = "slipway help" },
}
