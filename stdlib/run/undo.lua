-- Takes a run back: its own effects, last first, each journaled like any step. Stops at a final step and
-- names its retraction.
local clock = require "door.clock"
local errors = require "pure.errors"
local host = require "door.host"
local perform = require "run.perform"
local plans = require "pure.plan"

local M = {}

local undoable = { done = true, adopted = true, intended = true, failed = true, unknown = true, undoing = true }

--- What an undo would do, last effect first. Ends at a final step that has happened.
---@param run table
---@param to string?  step or phase to go back to (it stays)
---@return { undo: table[], pivot: table? }
function M.preview(run, to)
  local list = {}
  for i = #run.plan.steps, 1, -1 do
    local step = run.plan.steps[i]
    local now = run.state.steps[step.id]
    if to and (step.id == to or step.phase == to or step.verb == to) then break end
    if now.ours and undoable[now.state] then
      if step.class == "final" and now.state ~= "failed" then return { undo = list, pivot = step } end
      if step.class ~= "read" then list[#list + 1] = step end
    end
  end
  return { undo = list }
end

--- What the step returned; after a crash without an outcome the world is asked.
local function value_of(ctx, step, verb, args)
  local now = ctx.run.state.steps[step.id]
  if now.value then return now.value end
  local state, value = verb.verify(ctx.world, args)
  if state == "same" then return value end
  if state == "absent" then return nil end
  return nil, errors.new { code = "step.different", message = ("%s: %s"):format(step.describe, errors.is(value) and tostring(value) or tostring(value)) }
end

local function resolvable(run, step)
  for _, id in ipairs(plans.references(step.args)) do
    if not run.state.steps[id].value then return false end
  end
  return true
end

local function undo_step(ctx, step)
  local run, verb, since = ctx.run, ctx.verbs[step.verb], clock.now_ms()
  local now = run.state.steps[step.id]
  ctx.on { kind = "start", step = step, undo = true }
  local args = perform.arguments(run, step)
  local value, err = value_of(ctx, step, verb, args)
  if err and now.state ~= "failed" then return nil, err end
  perform.append(ctx, "INTENT", { step = step.id, direction = "undo" }, true)
  host.crash_point(step.id .. ":undo-after-intent")
  if value then
    local ok, failed = verb.undo(ctx.world, args, value)
    if not ok then return nil, errors.adopt(failed) end
  elseif verb.abandon then
    verb.abandon(ctx.world, args)
  end
  host.crash_point(step.id .. ":undo-after-apply")
  now.state = "undone"
  perform.append(ctx, "OUTCOME", { step = step.id, direction = "undo", state = "undone", ms = clock.now_ms() - since }, true)
  ctx.on { kind = "step", step = step, state = "undone", ms = clock.now_ms() - since }
  return true
end

--- Undoes a run.
---@param ctx { run: table, verbs: table, world: table, on: fun(event: table) }
---@param to string?
---@return { outcome: "undone"|"stopped", error: slipway.Error?, step: table? }
function M.undo(ctx, to)
  local todo = M.preview(ctx.run, to)
  for _, step in ipairs(todo.undo) do
    if resolvable(ctx.run, step) then
      local ok, done, err = pcall(undo_step, ctx, step)
      if not ok then done, err = nil, errors.adopt(done) end
      if not done then return { outcome = "stopped", error = err, step = step } end
    end
  end
  if todo.pivot then
    return { outcome = "stopped", step = todo.pivot, error = errors.new {
      code = "run.past_pivot", message = ("%s cannot be undone"):format(todo.pivot.describe), hint = todo.pivot.retract,
    } }
  end
  if not to then
    perform.append(ctx, "SEAL", { outcome = "undone" }, true)
    ctx.run.state.sealed, ctx.run.state.outcome = true, "undone"
  end
  return { outcome = "undone" }
end

return M
