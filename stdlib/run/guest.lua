-- The other side of the bridge: runs in the recipe's own process, where nothing but computing is
-- possible. Loads what the host sends, answers with plain values.
--
-- From the host                         To the host
--   { load = source, name = }             { loaded = { name, summary, params … } }
--   { config = source, name = }           { value = table }
--   { plan = args, verbs =, project = }   { ask = fact, args = } … then { draft = }
-- Every answer may instead be { failed = error }.
local crossing = require "pure.crossing"
local draft = require "pure.draft"
local errors = require "pure.errors"
local sandbox = require "pure.sandbox"
local schema = require "pure.schema"

local pure_globals = {
  semver = require "pure.semver", pep440 = require "pure.pep440", calver = require "pure.calver",
  conventional = require "pure.conventional",
}

--- Line of the file `name` that is being executed, for messages: "release:34".
local function line_of(name)
  for level = 2, 40 do
    local info = debug.getinfo(level, "Sl")
    if not info then break end
    if info.source == "=" .. name then return ("%s:%d"):format(name, info.currentline) end
  end
  return name
end

local function failure(code, message, hint) return errors.new { code = code, message = message, hint = hint } end

--- Runs a file's text; returns its one table.
local function load_table(source, name)
  local chunk, why = sandbox.load(source, name, sandbox.environment(pure_globals))
  if not chunk then return nil, failure("recipe.syntax", why) end
  local ok, value = pcall(chunk)
  if not ok then return nil, errors.is(value) and value or failure("recipe.failed", tostring(value)) end
  if type(value) ~= "table" then
    return nil, failure("recipe.contract", ("%s: the file must return a table, it returns %s"):format(name, type(value)))
  end
  return value
end

local known = { name = "string", summary = "string", params = "table", plan = "function", sample = "string", description = "string" }

local function load_recipe(source, name)
  local recipe, err = load_table(source, name)
  if not recipe then return nil, err end
  for key, value in pairs(recipe) do -- order: any complaint is a complaint
    if not known[key] then return nil, failure("recipe.contract", ("%s: unknown field '%s'"):format(name, tostring(key))) end
    if type(value) ~= known[key] then return nil, failure("recipe.contract", ("%s: '%s' must be a %s"):format(name, key, known[key])) end
  end
  if not (recipe.name and recipe.summary and recipe.plan) then
    return nil, failure("recipe.contract", name .. ": a recipe has name, summary and plan")
  end
  local params, bad = schema.check_params(recipe.params or {})
  if not params then return nil, errors.at(bad, name) end
  return { recipe = recipe, params = params }
end

return function(bridge)
  local loaded, loaded_name

  --- One question to the host. A refusal is raised: recipes never write `if not x`.
  local function ask(kind, name, ...)
    bridge.send { [kind] = name, args = crossing.lower { ... }, count = select("#", ...) }
    local answer = bridge.receive()
    if answer.failed then error(errors.adopt(answer.failed), 0) end
    return crossing.revive(answer.value)
  end

  local function facts_for(project, where)
    return setmetatable({ project = crossing.revive(project) }, {
      __index = function(_, name)
        return function(_, ...)
          if draft.has_reference { ... } then
            error(failure("fact.later", ("%s: facts:%s is asked about the result of a step, which only the run will know"):format(where(), name),
              "ask before planning the step, or give the value to a verb"), 0)
          end
          return ask("ask", name, ...)
        end
      end,
    })
  end

  local function make_plan(message)
    local function where() return line_of(loaded_name) end
    local facts = facts_for(message.project, where)
    local function include(name, args)
      local answer = ask("include", name)
      local other, err = load_recipe(answer.source, answer.name)
      if not other then error(err, 0) end
      local filled, bad = schema.fill_params(other.params, args)
      if not filled then error(errors.at(bad, ("%s: recipe %s"):format(where(), name)), 0) end
      return other.recipe.plan, facts, filled
    end
    local p, result = draft.new {
      verbs = message.verbs, include = include, where = where,
      ask = function(name, ...) return ask("ask", name, ...) end,
    }
    local args, err = schema.fill_params(loaded.params, message.plan)
    if not args then return nil, err end
    local function handler(raised)
      if errors.is(raised) then return raised end
      return failure("recipe.failed", tostring(raised))
    end
    local ok, raised = xpcall(loaded.recipe.plan, handler, p, facts, crossing.revive(args))
    if not ok then
      raised.where = raised.where or where()
      return nil, raised
    end
    return result
  end

  local serve = {}

  function serve.load(message)
    local recipe, err = load_recipe(message.load, message.name)
    if not recipe then return nil, err end
    loaded, loaded_name = recipe, message.name
    return { loaded = {
      name = recipe.recipe.name, summary = recipe.recipe.summary, sample = recipe.recipe.sample,
      description = recipe.recipe.description, params = recipe.params,
    } }
  end

  function serve.config(message)
    local value, err = load_table(message.config, message.name)
    if not value then return nil, err end
    return { value = value }
  end

  function serve.plan(message)
    local result, err = make_plan(message)
    if not result then return nil, err end
    return { draft = result }
  end

  while true do
    local message = bridge.receive()
    if message == nil then return end
    local kind = message.load and "load" or message.config and "config" or "plan"
    local answer, err = serve[kind](message)
    bridge.send(answer or { failed = { code = err.code, message = err.message, hint = err.hint, cause = err.cause, where = err.where } })
  end
end
