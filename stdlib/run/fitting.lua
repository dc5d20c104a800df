-- Does a plan fit here and now: this project, these verbs, this world? Asked before a plan is performed, since what was
-- approved is the plan, and everything it leans on.
local canon = require "door.canon"
local errors = require "pure.errors"
local facts = require "run.facts"
local json = require "door.json"
local plans = require "pure.plan"
local projects = require "run.project"

local M = {}

local function shown(value)
  local text = type(value) == "string" and value or canon.encode(value == nil and json.null or value) or "?"
  return #text > 60 and text:sub(1, 57) .. "..." or text
end

local function stale(plan, lines)
  return nil, errors.new {
    code = "plan.stale", message = "the world has changed since the plan was made: " .. table.concat(lines, "; "),
    hint = "slipway plan " .. plan.recipe,
  }
end

--- Is it pushed and published where the plan says?
---@param plan table
---@param project table
---@return true?, slipway.Error?
function M.project(plan, project)
  local now, lines = projects.identity(project), {}
  for _, field in ipairs { "name", "trunk", "remote", "address", "forge" } do
    if shown(plan.project[field]) ~= shown(now[field]) or canon.encode { plan.project[field] } ~= canon.encode { now[field] } then
      lines[#lines + 1] = ("%s was %s, is %s"):format(field, shown(plan.project[field]), shown(now[field]))
    end
  end
  if #lines > 0 then return stale(plan, lines) end
  return true
end

--- Names of the project's own verbs that a plan uses and whose text is another one now.
---@param plan table
---@param own_verbs { name: string, digest: string }[]
---@return string[]
function M.changed_verbs(plan, own_verbs)
  local now, changed, seen = {}, {}, {}
  for _, verb in ipairs(own_verbs) do now[verb.name] = verb.digest end
  local planned = plan.digests.verbs or {}
  for _, step in ipairs(plan.steps) do
    if not seen[step.verb] and planned[step.verb] ~= now[step.verb] then changed[#changed + 1] = step.verb end
    seen[step.verb] = true
  end
  return changed
end

--- All that needs no question to the world.
---@param plan table
---@param engine slipway.Engine
---@return true?, slipway.Error?
function M.check(plan, engine)
  local changed = M.changed_verbs(plan, engine.own_verbs)
  if #changed > 0 then return stale(plan, { "the text of the project's own verb " .. table.concat(changed, ", ") }) end
  local ok, err = plans.verify(plan, engine.verbs, engine.project.config.policy or {})
  if not ok then return nil, err end
  return M.project(plan, engine.project)
end

--- Refuses a stored plan when anything it was built on has changed since.
---@param plan table
---@param world table  of facts
---@return true?, slipway.Error?
function M.facts(plan, world)
  local changes, err = facts.compare(plan, world)
  if not changes then return nil, err end
  if #changes == 0 then return true end
  local lines = {}
  for i, change in ipairs(changes) do lines[i] = ("%s was %s, is %s"):format(change.fact, shown(change.was), shown(change.is)) end
  return stale(plan, lines)
end

return M
