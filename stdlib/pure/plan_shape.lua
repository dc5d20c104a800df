-- The shape of drafts and plans. A draft comes from a recipe's process, a plan from a file: neither is believed before
-- every field is of its kind. Their texts are shown to the person who approves, so none may steer a terminal.
local errors = require "pure.errors"

local M = {}

-- More steps than any release has, few enough to be looked at.
local STEP_LIMIT = 5000

local function is_line(value) return type(value) == "string" and not value:find "%c" end
local function is_text(value) return type(value) == "string" and not value:find "[\0-\8\11-\31\127]" end
local function is_name(value) return is_line(value) and value ~= "" end
local function is_recipe(value) return type(value) == "string" and value:find "^[%l%d][%l%d_-]*$" ~= nil end
local function is_id(value) return type(value) == "string" and value:find "^%d+%-[%w_]+$" ~= nil end
local function is(kind) return function(value) return type(value) == kind end end
local function maybe(kind) return function(value) return value == nil or kind(value) end end

local step = { id = is_id, phase = is_name, verb = is_name, args = is "table", at = is_line }

local check = {
  say = is_line, ok = is "boolean", why = maybe(is_text), hint = maybe(is_text), code = maybe(is_line), must = is "boolean", at = is_line,
}

local draft = {
  steps = is "table", checks = is "table", title = maybe(is_line), version = maybe(is_line), channel = is_name, after = maybe(is "table"),
}

local plan_step = {
  class = is_name, describe = is_line, forward = is "boolean", parallel = is "boolean", undo = maybe(is_line), retract = maybe(is_line),
}
for name, kind in pairs(step) do plan_step[name] = kind end -- order: a set

local plan = {
  format = is "number", day = maybe(is_line), slipway = is_line, recipe = is_recipe, args = is "table", project = is "table", facts = is "table",
  digests = is "table", digest = is_name, pivot = maybe(is_id),
}
for name, kind in pairs(draft) do plan[name] = kind end -- order: a set

local function refuse(code, ...) return nil, errors.new { code = code, message = (...):format(select(2, ...)) } end

local function fits(code, where, value, fields)
  if type(value) ~= "table" then return refuse(code, "%s is a %s, not a table", where, type(value)) end
  for name, kind in pairs(fields) do -- order: any complaint is a complaint
    if not kind(value[name]) then return refuse(code, "%s: the field '%s' is not what it must be", where, name) end
  end
  for name in pairs(value) do -- order: any complaint is a complaint
    if not fields[name] then return refuse(code, "%s: unknown field '%s'", where, (tostring(name):gsub("%c", "?"))) end
  end
  return true
end

local function list_fits(code, where, list, fields)
  local count = 0
  for _ in pairs(list) do count = count + 1 end -- order: a count
  if count ~= #list then return refuse(code, "%s is not a list", where) end
  if count > STEP_LIMIT then return refuse(code, "%s has %d entries; more than %d cannot be looked at", where, count, STEP_LIMIT) end
  for i, item in ipairs(list) do
    local ok, err = fits(code, ("%s %d"):format(where, i), item, fields)
    if not ok then return nil, err end
  end
  return true
end

local function whole(code, where, value, fields, step_fields)
  local ok, err = fits(code, where, value, fields)
  if ok then ok, err = list_fits(code, where .. ": check", value.checks, check) end
  if ok then ok, err = list_fits(code, where .. ": step", value.steps, step_fields) end
  if not ok then return nil, err end
  local seen = {}
  for _, item in ipairs(value.steps) do
    if seen[item.id] then return refuse(code, "%s: two steps are called %s", where, item.id) end
    seen[item.id] = true
  end
  return true
end

--- What a recipe's process has handed over.
---@param value any
---@return true?, slipway.Error?
function M.draft(value) return whole("recipe.contract", "the recipe's draft", value, draft, step) end

--- What was read from a file.
---@param value any
---@return true?, slipway.Error?
function M.plan(value)
  local ok, err = whole("plan.altered", "the plan", value, plan, plan_step)
  if not ok then return nil, err end
  return list_fits("plan.altered", "the plan: fact", value.facts, { fact = is_name, args = is "table", value = function() return true end, digest = maybe(is_line) })
end

--- What a recipe's process says of its recipe.
---@param value any
---@return true?, slipway.Error?
function M.recipe(value)
  local function refuse_recipe(text) return nil, errors.new { code = "recipe.contract", message = text } end
  if type(value) ~= "table" or type(value.params) ~= "table" then return refuse_recipe "the recipe's declaration is not a table" end
  if not is_recipe(value.name) then return refuse_recipe "the name of a recipe is a lower-case word, with digits, - and _" end
  if not is_line(value.summary) then return refuse_recipe(("%s: the summary is one line of text"):format(value.name)) end
  for _, param in ipairs(value.params) do
    local sound = type(param) == "table" and type(param.name) == "string" and param.name:find "^%l[%l%d_]*$" and type(param.type) == "string" and is_text(param.help)
    if not sound then return refuse_recipe(("%s: a parameter is not declared as it must be"):format(value.name)) end
  end
  return true
end

return M
