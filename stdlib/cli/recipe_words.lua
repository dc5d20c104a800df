-- `plan` and `run` take a recipe and its parameters: the recipe is loaded first, then its parameters become
-- options of the one parser that reads the whole line.
local errors = require "pure.errors"
local recipes = require "run.recipe"
local schema = require "pure.schema"

local M = {}

local takes_value = {
  ["-o"] = true, ["--output"] = true, ["--plan"] = true, ["--confirm"] = true, ["--only"] = true, ["--start"] = true, ["--until"] = true,
  ["--progress"] = true, ["--color"] = true, ["--hyperlinks"] = true, ["--as-of"] = true, ["--root"] = true,
}

--- The options that choose a part of a plan.
function M.declare_parts(parser)
  parser:option("--only"):count "*"
  parser:option "--start"
  parser:option "--until"
end

--- What they say, as pure.plan.part wants it.
function M.parts(o)
  return { only = #(o.only or {}) > 0 and o.only or nil, start = o.start, ["until"] = o["until"] }
end

--- Takes the recipe's name out of the words.
---@param words string[]
---@return string? name, string[] rest
function M.take_name(words)
  local rest, name, skip = {}, nil, false
  for _, word in ipairs(words) do
    if not name and not skip and word:sub(1, 1) ~= "-" then
      name = word
    else
      rest[#rest + 1] = word
    end
    skip = takes_value[word] or false
  end
  return name, rest
end

local function option_name(param) return "--" .. param.name:gsub("_", "-") end

--- Declares a recipe's parameters on a parser.
function M.declare(parser, params)
  for _, param in ipairs(params) do
    if param.type == "boolean" then
      parser:flag(option_name(param)):target(param.name)
    elseif param.type == "commits" or param.type == "list" then
      parser:option(option_name(param)):target(param.name):args "1":count "*"
    else
      parser:option(option_name(param)):target(param.name)
    end
  end
end

local function one_value(param, raw, repo)
  if type(raw) == "table" then
    local items = {}
    for _, words in ipairs(raw) do
      for _, item in ipairs(schema.from_text(param.type, type(words) == "table" and words[1] or words)) do items[#items + 1] = item end
    end
    return #items > 0 and items or nil
  end
  if type(raw) == "boolean" then return raw end
  local value = schema.from_text(param.type, raw)
  if value == nil and param.type == "commit" then value = repo:resolve(raw .. "^{commit}") end -- v1.1.0, HEAD~2, a short id
  if value == nil and raw ~= param.default then
    return nil, errors.new { code = "recipe.argument", message = ("%s: '%s' is not a %s"):format(option_name(param), raw, param.type) }
  end
  return value == nil and raw or value
end

--- The recipe's arguments among the parsed options.
---@param repo table  names of commits are looked up in it
---@return table?, slipway.Error?
function M.arguments(params, parsed, repo)
  local args = {}
  for _, param in ipairs(params) do
    local raw = parsed[param.name]
    if raw ~= nil and not (type(raw) == "table" and #raw == 0) then
      local value, err = one_value(param, raw, repo)
      if err then return nil, err end
      args[param.name] = value
    end
  end
  return schema.fill_params(params, args)
end

--- Opens a recipe and reads its arguments. The caller closes `opened.child`.
---@param context slipway.Context
---@param engine slipway.Engine
---@param name string
---@param words string[]
---@param command string
---@param declare fun(parser: table)
---@return table? opened, table|slipway.Error
function M.open(context, engine, name, words, command, declare)
  local opened, err = recipes.open(engine.project, name)
  if not opened then return nil, err end
  local parsed, failed = context:parse(("%s %s"):format(command, name), words, function(parser)
    declare(parser)
    M.declare(parser, opened.meta.params)
  end)
  local args
  if parsed then args, failed = M.arguments(opened.meta.params, parsed, engine.project.repo) end
  if not args then
    opened.child:close()
    return nil, failed
  end
  return opened, args
end

--- The flags that each recipe takes behind `slipway plan` or `slipway run`, without their dashes.
---@param project table
---@return table<string, table<string, boolean>>
function M.flags_of_all(project)
  local all = {}
  for _, entry in ipairs(recipes.list(project)) do
    local parser, flags = require("cli.options").parser("slipway", ""), {}
    require("cli.plan").declare(parser)
    require("cli.run").declare(parser)
    local opened = recipes.open(project, entry.name)
    if opened then
      M.declare(parser, opened.meta.params)
      opened.child:close()
    end
    for _, option in ipairs(parser._options) do
      for _, alias in ipairs(option._aliases) do flags[alias:gsub("^%-+", "")] = true end
    end
    all[entry.name] = flags
  end
  return all
end

--- Options that have to be known before the recipe is: where the project is.
function M.early(context, words)
  local early = {}
  for i, word in ipairs(words) do
    local name, value = word:match "^(%-%-[%a-]+)=(.*)$"
    name, value = name or word, value or words[i + 1]
    if name == "--root" then early.root = value end
    if name == "--offline" then early.offline = true end
    if name == "--json" then early.json = true end
    if name == "--as-of" then early.as_of = math.tointeger(tonumber(value)) or require("door.clock").parse(value) end
  end
  context.options = early
  if early.json then context.out = require("cli.output").new { json = true } end
end

return M
