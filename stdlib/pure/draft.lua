-- What a recipe's `p` is: it collects checks and steps and does nothing else. The same object serves
-- recipes (in their own process), `eval` and the prompt.
local errors = require "pure.errors"
local near = require "pure.near"
local schema = require "pure.schema"
local sorted_keys = require "pure.sorted_keys"

local M = {}

local function fail(code, where, format, ...)
  error(errors.new { code = code, message = ("%s: %s"):format(where, format:format(...)) }, 0)
end

-- References ----------------------------------------------------------------------------------

local step_meta = { __name = "slipway.step" }

--- A step's handle gives references to what the step will return: `tag.oid`.
function step_meta.__index(step, field)
  local hidden = rawget(step, 1)
  if not hidden.returns[field] then
    fail("plan.no_result", hidden.where(), "the step %s gives no '%s' (it gives: %s)", hidden.id, tostring(field),
      table.concat(sorted_keys(hidden.returns), ", "))
  end
  return { ["$ref"] = hidden.id .. "." .. field }
end

function step_meta.__tostring(step)
  local hidden = rawget(step, 1)
  return ("step %s, planned; it will give { %s }"):format(hidden.id, table.concat(sorted_keys(hidden.returns), ", "))
end

function step_meta.__newindex(step) fail("plan.no_result", rawget(step, 1).where(), "the result of a step cannot be changed") end

-- Reasons quote what other programs have said: their carriage returns, colours and bells are no part of it.
local function printable(text)
  return type(text) == "string" and (text:gsub("\r\n", "\n"):gsub("\27%[[%d;]*%a", ""):gsub("[\0-\8\11-\31\127]", " ")) or nil
end

--- Does a value contain a reference anywhere?
---@param value any
---@return boolean
function M.has_reference(value)
  if type(value) ~= "table" then return false end
  if schema.is_reference(value) or getmetatable(value) == step_meta then return true end
  for _, item in pairs(value) do -- order: any is enough
    if M.has_reference(item) then return true end
  end
  return false
end

--- A copy that holds nothing but plain values.
local function plain(value, where)
  if type(value) ~= "table" then
    if type(value) == "function" or type(value) == "userdata" or type(value) == "thread" then
      fail("value.not_plain", where, "a %s cannot be an argument", type(value))
    end
    return value
  end
  if getmetatable(value) == step_meta then
    fail("plan.bad_argument", where, "a step was given where one of its results is meant (for example .commit)")
  end
  if value.major and getmetatable(value) then return tostring(value) end -- a version
  local copy = {}
  for key, item in pairs(value) do copy[key] = plain(item, where) end -- order: a copy has none
  return copy
end

-- The draft -----------------------------------------------------------------------------------

---@class slipway.Draft
---@field steps { id: string, phase: string, verb: string, args: table, at: string }[]
---@field checks { say: string, ok: boolean, why: string?, hint: string?, code: string?, must: boolean, at: string }[]
---@field title string?    what the plan is about: "pelican 1.1.0 → 1.2.0"
---@field version string?  the version being released
---@field channel string
---@field after table?     the fork at the end

--- Starts a draft. `verbs` maps a verb's name to { params, returns, tip }; `ask(fact, …)` reads one fact
--- (used for what a recipe may leave out); `include(name)` gives the plan function of another recipe;
--- `where()` names the line that is being executed.
---@param o { verbs: table<string, table>, ask: fun(name: string, ...): any, include: (fun(name: string, args: table): function, table)?, where: fun(): string }
---@return table p, slipway.Draft draft
function M.new(o)
  local draft = { steps = {}, checks = {}, channel = "main" }
  local phase, tips = "steps", {}
  local p = {}

  local function check(must, say, result)
    local where = o.where()
    if type(result) == "boolean" then result = { ok = result } end
    if type(result) ~= "table" or type(result.ok) ~= "boolean" then
      fail("plan.bad_check", where, "a check is true, false or what a fact such as facts:clean() answers")
    end
    for _, told in ipairs(not result.ok and result.code and draft.checks or {}) do
      if not told.ok and told.code == result.code and told.why == printable(result.why) then -- one reason is told once
        told.must = told.must or must
        return false
      end
    end
    draft.checks[#draft.checks + 1] = {
      say = tostring(say), ok = result.ok, why = printable(result.why), hint = printable(result.hint), code = result.code, must = must, at = where,
    }
    return result.ok
  end

  --- Refuses the plan when the check fails; all are evaluated and reported together.
  function p.require(_, say, result) return check(true, say, result) end
  --- Tells, and goes on.
  function p.warn(_, say, result) return check(false, say, result) end

  function p.phase(_, name)
    if type(name) ~= "string" or name == "" then fail("plan.bad_argument", o.where(), "a phase has a name") end
    phase = name
  end

  function p.title(_, text) draft.title = tostring(text) end
  function p.version(_, version) draft.version = tostring(version) end
  function p.channel(_, name) draft.channel = tostring(name) end

  --- Ends the plan in a fork: the outcome of a step decides which recipe is planned next.
  function p.after(_, fork)
    local copy = {}
    for key, value in pairs(fork) do -- order: a copy has none
      if key == "step" then
        copy.step = rawget(value, 1).id
      else
        copy[key] = plain(value, o.where())
      end
    end
    draft.after = copy
  end

  --- Splices another recipe's steps in here and returns what its plan function returns.
  function p.recipe(_, name, args)
    local plan, facts, filled = o.include(name, args or {})
    local outer, named = phase, draft.version and { draft.title, draft.version, draft.channel }
    local result = plan(p, facts, filled)
    phase = outer
    if named then draft.title, draft.version, draft.channel = table.unpack(named, 1, 3) end -- the outer one's plan it is
    return result
  end

  -- A verb with a `tip` continues a branch: where the recipe does not say from which commit, it is
  -- the one that an earlier step of this plan left there, or the one that is there now.
  local function fill_tip(tip, args)
    local branch = args[tip.branch]
    if type(branch) ~= "string" or args[tip.at] ~= nil then return end
    args[tip.at] = tips[branch] or o.ask("tip", branch)
  end

  local function add(name, declared, args)
    local where = o.where()
    if args ~= nil and type(args) ~= "table" then fail("plan.bad_argument", where, "p:%s takes a table", name) end
    args = plain(args or {}, where)
    local tip = declared.tip
    if tip then fill_tip(tip, args) end
    local checked, err = schema.check_args(declared.params, args)
    if not checked then fail(err.code, where, "p:%s: %s", name, err.message) end
    local id = ("%02d-%s"):format(#draft.steps + 1, name)
    draft.steps[#draft.steps + 1] = { id = id, phase = phase, verb = name, args = checked, at = where }
    if tip and tip.result and type(checked[tip.branch]) == "string" then
      tips[checked[tip.branch]] = tip.result == tip.at and checked[tip.at] or { ["$ref"] = id .. "." .. tip.result }
    end
    return setmetatable({ { id = id, returns = declared.returns, where = o.where } }, step_meta)
  end

  setmetatable(p, {
    __index = function(_, name)
      local declared = o.verbs[name]
      if not declared then
        local names = { "require", "warn", "phase", "recipe", "after" }
        for verb in pairs(o.verbs) do names[#names + 1] = verb end -- order: sorted below
        table.sort(names)
        fail("plan.no_verb", o.where(), "there is no verb '%s'%s", tostring(name), near.suggest(tostring(name), names))
      end
      return function(_, args) return add(name, declared, args) end
    end,
    __newindex = function() fail("plan.bad_argument", o.where(), "p cannot be changed") end,
  })
  return p, draft
end

return M
