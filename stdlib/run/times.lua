-- How long the phases and builds of a run took, against the budgets of slipway.lua and against earlier runs.
local schema = require "pure.schema"
local store = require "run.store"

local M = {}

-- So many earlier runs are looked at.
local EARLIER = 3

---@class slipway.Took
---@field name string
---@field ms integer
---@field budget integer?  milliseconds
---@field over boolean
---@field earlier integer[]  milliseconds, the latest first

local finished = { done = true, adopted = true }

--- Phases by the clock (steps of one may run side by side), builds by their own time.
local function measure(plan, state)
  local phases, order, builds = {}, {}, {}
  for _, step in ipairs(plan.steps) do
    local now = state.steps[step.id]
    if now.ms and finished[now.state] then
      local phase = phases[step.phase]
      if not phase then
        phase = { sum = 0 }
        phases[step.phase] = phase
        order[#order + 1] = step.phase
      end
      phase.sum = phase.sum + now.ms
      if now.ended then
        local began = now.ended - now.ms / 1000
        phase.first, phase.last = math.min(phase.first or began, began), math.max(phase.last or 0, now.ended)
      end
      local took = type(now.value) == "table" and now.value.took
      if took and step.verb == "build" then builds[#builds + 1] = { name = step.args.target, ms = took } end
    end
  end
  local list = {}
  for _, name in ipairs(order) do
    local phase = phases[name]
    local by_clock = phase.first and math.floor((phase.last - phase.first) * 1000) + 1000 or phase.sum
    list[#list + 1] = { name = name, ms = math.min(phase.sum, by_clock), phase = true }
  end
  return table.move(builds, 1, #builds, #list + 1, list)
end

local function earlier_runs(project, run)
  local list, found = store.list(project), {}
  for i = #list, 1, -1 do
    local entry = list[i]
    if #found < EARLIER and entry.recipe == run.plan.recipe and entry.outcome == "done" and entry.id ~= run.id and entry.begun < run.state.begun then
      local other = store.open(project, entry.id)
      if other then
        found[#found + 1] = measure(other.plan, other.state)
        other.journal:close()
      end
    end
  end
  return found
end

--- The times of a run: its phases, then its builds.
---@param project table
---@param run table  from run/store.lua
---@return slipway.Took[]
function M.of(project, run)
  local budgets, before = project.config.budgets or {}, earlier_runs(project, run)
  local list = measure(run.plan, run.state)
  local all = 0
  for _, entry in ipairs(list) do
    if entry.phase then all = all + entry.ms end
  end
  list[#list + 1] = { name = "all", ms = all }
  for _, entry in ipairs(list) do
    local seconds = schema.seconds(budgets[entry.name])
    entry.budget, entry.earlier = seconds and math.floor(seconds * 1000), {}
    entry.over = entry.budget ~= nil and entry.ms > entry.budget
    for _, other in ipairs(before) do
      for _, then_ in ipairs(other) do
        if then_.name == entry.name then table.insert(entry.earlier, then_.ms) end
      end
    end
  end
  return list
end

return M
