-- Every command: name, summary, file. The order is that of `slipway help`.
local M = {}

---@type { name: string, summary: string, usage: string }[]
M.list = {
  { name = "status", usage = "slipway", summary = "where the project stands and what to type" },
  { name = "init", usage = "slipway init [--import TOOL] [--print]", summary = "write a slipway.lua that fits this project" },
  { name = "next", usage = "slipway next [--why]", summary = "the next version, and why" },
  { name = "changelog", usage = "slipway changelog [--unreleased] [VERSION or RANGE]", summary = "the changelog, one release or what is coming, in Markdown" },
  { name = "plan", usage = "slipway plan RECIPE [PARAMS] [-o FILE]", summary = "show what a recipe would do; changes nothing" },
  { name = "run", usage = "slipway run RECIPE [PARAMS] [--yes]", summary = "perform it" },
  { name = "resume", usage = "slipway resume [RUN] [--adopt TAG]", summary = "go on with a run that was stopped, parked or killed" },
  { name = "undo", usage = "slipway undo [RUN] [--preview]", summary = "take a run back" },
  { name = "cancel", usage = "slipway cancel [RUN] --reason TEXT", summary = "end a stopped run; what it has done stays" },
  { name = "runs", usage = "slipway runs [prune]", summary = "all runs of this clone" },
  { name = "show", usage = "slipway show RUN", summary = "one run, step by step" },
  { name = "report", usage = "slipway report [RUN]", summary = "the record of a run in Markdown, for people" },
  { name = "graph", usage = "slipway graph [--all]", summary = "releases, lines, and fixes that have not reached the trunk" },
  { name = "verify", usage = "slipway verify TAG", summary = "does what was published still agree with the tag? 8: differences" },
  { name = "lock", usage = "slipway lock [show or break --reason TEXT [--channel NAME]]", summary = "who holds the lock" },
  { name = "list", usage = "slipway list", summary = "recipes" },
  { name = "eject", usage = "slipway eject RECIPE", summary = "copy a stock recipe into the project" },
  { name = "help", usage = "slipway help [TOPIC]", summary = "help on a command, recipe, verb, fact or error" },
  { name = "doctor", usage = "slipway doctor [--rotate SECRET] [--log FILE] [--drift]", summary = "try tools, pins, identity, remote, tokens, files" },
  { name = "trust", usage = "slipway trust [--origin]", summary = "accept the project's own verbs" },
  { name = "repl", usage = "slipway repl", summary = "the prompt: read at once, change on apply()" },
  { name = "eval", usage = "slipway eval CODE [ARG…]", summary = "run Lua with the same names as the prompt" },
  { name = "test", usage = "slipway test [DIR]", summary = "run tests of recipes" },
  { name = "completion", usage = "slipway completion SHELL", summary = "completion for bash, zsh or fish" },
  { name = "stubs", usage = "slipway stubs [DIR]", summary = "what editors need to complete recipes" },
}

---@return string[]
function M.names()
  local names = {}
  for i, entry in ipairs(M.list) do names[i] = entry.name end
  return names
end

--- The command's module: { run = function(context, words) → exit code | nil, err }.
---@param name string
---@return table?
function M.get(name)
  if name == "__complete" then return require "cli.completion_words" end -- asked by shells, not by people
  for _, entry in ipairs(M.list) do
    if entry.name == name then return require("cli." .. name) end
  end
end

return M
