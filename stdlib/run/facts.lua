-- Asks facts: one file each in stdlib/fact, each handed a world that cannot write. Every answer is
-- recorded, so that a stored plan can be compared with the world later.
local canon = require "door.canon"
local crossing = require "pure.crossing"
local errors = require "pure.errors"
local host = require "door.host"
local near = require "pure.near"

local M = {}

-- An answer larger than this is recorded by its digest alone.
local RECORD_LIMIT = 2048

-- No fact takes more arguments.
local ARGUMENT_LIMIT = 16

---@return string[]  names of all facts
function M.names()
  local names = {}
  for _, path in ipairs(host.sources "stdlib/fact/") do names[#names + 1] = path:match("([%w_]+)%.lua$") end
  return names
end

---@param name string
---@return table?, slipway.Error?
function M.get(name)
  local names = M.names()
  if not near.contains(names, name) then
    return nil, errors.new { code = "fact.unknown", message = ("there is no fact '%s'%s"):format(tostring(name), near.suggest(tostring(name), names)) }
  end
  return require("fact." .. name)
end

local function record(name, args, value)
  local entry = { fact = name, args = args }
  local text = canon.encode(value == nil and "nothing" or value)
  if not text then return entry end -- not UTF-8: the plan cannot be written either, and says so
  if #text <= RECORD_LIMIT then entry.value = value else entry.digest = canon.digest(value) end
  return entry
end

-- Facts are asked with whatever a recipe says; most wrong arguments show only when they are used.
local function raised(fact, problem)
  if errors.is(problem) then return errors.adopt(problem) end
  return errors.new {
    code = "fact.failed", message = ("%s could not be answered: %s"):format(fact.signature or "facts:" .. fact.name, tostring(problem)),
    hint = "slipway help " .. fact.name,
  }
end

--- An asker: `ask(name, args)` → plain value | nil, err; `facts` lists what was asked, in order.
---@param world table  read-only
---@return { ask: fun(name: string, args: any[], count: integer): any, facts: table[] }
function M.asker(world)
  local asker = { facts = {} }
  local known = {}
  function asker.ask(name, args, count)
    local fact, err = M.get(name)
    if not fact then return nil, err end
    local key = canon.encode { name, crossing.lower(args) }
    if key and known[key] then return known[key].value end
    if count == 0 and not fact.signature:find "^facts:[%w_]+%(%)" then
      return nil, errors.new { code = "fact.bad_argument", message = ("the fact '%s' needs arguments"):format(name), hint = fact.signature }
    end
    local ok, value, failed = pcall(function()
      return fact.ask(world, table.unpack(crossing.revive(args), 1, math.max(0, math.min(count, ARGUMENT_LIMIT))))
    end)
    if not ok then return nil, raised(fact, value) end
    if value == nil and failed then return nil, errors.adopt(failed) end
    value = crossing.lower(value)
    if key then known[key] = { value = value } end
    if fact.volatile ~= true then asker.facts[#asker.facts + 1] = record(name, crossing.lower(args), value) end
    return value
  end
  return asker
end

--- Asks everything again that a plan was built on; returns what is different now.
---@param plan table
---@param world table
---@return { fact: string, args: any[], was: any, is: any }[]? changes, slipway.Error?
function M.compare(plan, world)
  local asker = M.asker(world)
  local changes = {}
  for _, entry in ipairs(plan.facts) do
    local value, err = asker.ask(entry.fact, entry.args, #entry.args)
    if value == nil and err then return nil, err end
    local now = record(entry.fact, entry.args, value)
    if canon.encode(now) ~= canon.encode(entry) then
      changes[#changes + 1] = { fact = entry.fact, args = entry.args, was = entry.value, is = value }
    end
  end
  return changes
end

return M
