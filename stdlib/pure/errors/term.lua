-- Errors of the terminal.
return {
  ["term.no_locale"] = {
    exit = 4,
    why = "Lines cannot be edited here: this system has no UTF-8 locale.",
    fix = "Set TERM=dumb to type without editing.",
  },
  ["term.history"] = {
    exit = 4,
    why = "The file that keeps the lines typed at the prompt cannot be read or written.",
    fix = "Look at the owner and the mode of the file that is named.",
  },
  ["term.no_terminal"] = {
    exit = 10,
    why = "A question had to be asked, and this process has no terminal.",
    fix = "Give the answer as a flag: --yes or --confirm VERSION.",
  },
  ["term.interrupted"] = {
    exit = 10,
    why = "The question was not answered.",
    fix = "Type the command again when you have decided.",
  },
}
