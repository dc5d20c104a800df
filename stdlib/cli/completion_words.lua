-- slipway __complete WORDS…: what may stand in place of the last word, one candidate a line with its meaning behind a tab.
-- Asked by the shells (cli/completion.lua). Reads only; a project that cannot be read gives fewer candidates, no error.
local commands = require "cli.commands"
local host = require "door.host"

local M = {}

local function add(list, name, about) list[#list + 1] = { name, about or "" } end

-- The first line of a meaning, without what would break the shell's table.
local function write(list, partial)
  local lines = {}
  for _, entry in ipairs(list) do
    if entry[1]:sub(1, #partial) == partial then lines[#lines + 1] = entry[1] .. "\t" .. entry[2]:gsub("[%c]", " ") .. "\n" end
  end
  host.write(1, table.concat(lines))
end

local function project_of(context, words)
  require("cli.recipe_words").early(context, words)
  local found = context:reading()
  return found and found.project
end

local function add_recipes(list, project)
  local recipes = require "run.recipe"
  for _, entry in ipairs(recipes.list(project)) do
    local opened = recipes.open(project, entry.name)
    add(list, entry.name, opened and opened.meta.summary)
    if opened then opened.child:close() end
  end
end

local function params_of(project, recipe)
  local opened = require("run.recipe").open(project, recipe)
  if not opened then return {} end
  opened.child:close()
  return opened.meta.params
end

local function flag(param) return "--" .. param.name:gsub("_", "-") end

local function tags(list, project)
  for _, ref in ipairs(project and project.repo:refs("refs/tags/", { quick = true }) or {}) do add(list, ref.name:sub(11), "tag") end
end

local function runs(list, project, open)
  if not project then return end
  for _, entry in ipairs(require("run.store").list(project)) do
    if not open or entry.open then add(list, entry.id, entry.title) end
  end
end

local function words_of(...)
  local given = { ... }
  return function(list)
    for _, word in ipairs(given) do add(list, word) end
  end
end

-- What stands in the place of an argument, by command.
local arguments = {
  resume = function(list, project) runs(list, project, true) end, cancel = function(list, project) runs(list, project, true) end,
  undo = runs, show = runs, report = runs, verify = tags, doctor = add_recipes,
  lock = words_of("show", "break"), runs = words_of "prune", completion = words_of("bash", "zsh", "fish"),
}
function arguments.eject(list)
  for _, path in ipairs(host.sources "recipes/") do add(list, path:match "^recipes/(.+)%.lua$", "stock recipe") end
end
function arguments.help(list, project)
  for _, name in ipairs(require("cli.help").topics(project)) do add(list, name) end
end

-- What stands behind an option.
local values = { ["--progress"] = { "auto", "plain", "none", "json" }, ["--color"] = { "auto", "always", "never" }, ["--hyperlinks"] = { "auto", "never" }, ["--level"] = { "major", "minor", "patch" }, ["--style"] = { "keepachangelog", "conventional" } }

local function option_values(list, option, params)
  local known = values[option]
  if option == "--import" then known = require("importer.known").names() end
  for _, param in ipairs(params) do
    if flag(param) == option then known = param.values or known end
  end
  for _, value in ipairs(known or {}) do add(list, value) end
  return known ~= nil
end

local function add_options(list, command)
  for _, row in ipairs(require("cli.help").options(command or "status")) do
    for name in row[1]:gmatch "%-%-[%l-]+" do add(list, name, row[2]) end
  end
end

-- The words that are no options, and the word before the last.
local function split(words)
  local plain, last = {}, words[#words] or ""
  for i = 1, #words - 1 do
    if words[i]:sub(1, 1) ~= "-" and not values[words[i - 1] or ""] and words[i - 1] ~= "--root" then plain[#plain + 1] = words[i] end
  end
  return plain, last, words[#words - 1]
end

--- The candidates for the last of the words.
---@param context slipway.Context
---@param words string[]
---@return { [1]: string, [2]: string }[] candidates, string partial
function M.candidates(context, words)
  local plain, partial, before = split(words)
  local command, list = plain[1], {}
  local project = command and project_of(context, words)
  local takes_recipe = command == "plan" or command == "run"
  local params = takes_recipe and plain[2] and params_of(project, plain[2]) or {}
  if before and before:sub(1, 2) == "--" and option_values(list, before, params) then return list, partial end
  if partial:sub(1, 1) == "-" then
    for _, param in ipairs(params) do add(list, flag(param), param.help) end
    add_options(list, command)
  elseif not command then
    for _, entry in ipairs(commands.list) do
      if entry.name ~= "status" then add(list, entry.name, entry.summary) end
    end
  elseif takes_recipe and not plain[2] then
    add_recipes(list, project)
  elseif arguments[command] and not plain[2] then
    arguments[command](list, project)
  elseif takes_recipe then
    for _, param in ipairs(params) do add(list, flag(param), param.help) end
  end
  return list, partial
end

function M.run(context, words)
  write(M.candidates(context, words))
  return 0
end

return M
