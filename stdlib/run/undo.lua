-- Takes a run back: its own effects, last first, each journaled like any step. Stops at a final step and
-- names its retraction.
local clock = require "door.clock"
local errors = require "pure.errors"
local host = require "door.host"
local perform = require "run.perform"
local plans = require "pure.plan"

local M = {}

-- Also what was left out on request: had it begun before, whatever of it stands is this run's.
local undoable = { done = true, adopted = true, intended = true, failed = true, unknown = true, undoing = true, skipped = true }

--- What an undo would do, last effect first. Ends at a final step that has happened.
---@param run table
---@param to string?  step or phase to go back to (it stays)
---@param absent table<string, true>?  final steps that were begun and have not happened
---@return { undo: table[], pivot: table? }
function M.preview(run, to, absent)
  local list = {}
  for i = #run.plan.steps, 1, -1 do
    local step = run.plan.steps[i]
    local now = run.state.steps[step.id]
    if to and (step.id == to or step.phase == to or step.verb == to) then break end
    if now.ours and undoable[now.state] then
      local nothing_left = now.state == "failed" and not now.left or absent and absent[step.id]
      if step.class == "final" and not nothing_left then return { undo = list, pivot = step } end
      if step.class ~= "read" and step.class ~= "final" then list[#list + 1] = step end
    end
  end
  return { undo = list }
end

--- What the step returned; after a crash without an outcome the world is asked, and tells of halves too.
local function value_of(ctx, step, verb, args)
  local now = ctx.run.state.steps[step.id]
  if now.value then return now.value end
  local state, value, part = perform.settle(ctx, step, verb, args)
  if state == "same" then return value end
  if part then return part end
  if state == "absent" then return nil end
  return nil, errors.new { code = "step.different", message = ("%s: %s"):format(step.describe, tostring(value)) }
end

-- A final step that was begun, and of which the world says that it has not happened, holds nothing back.
local function is_absent(ctx, step)
  local state = ctx.run.state.steps[step.id].state
  if state == "done" or state == "adopted" then return false end
  local verb = ctx.verbs[step.verb]
  local ok, answer, _, part = pcall(perform.settle, ctx, step, verb, perform.arguments(ctx.run, step))
  return ok and answer == "absent" and not part
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
  -- A step that was refused has left nothing that its verb could name; anything else that differs is looked at by a person.
  if err and now.state ~= "failed" then return nil, err end
  perform.append(ctx, "INTENT", { step = step.id, direction = "undo" }, true)
  host.crash_point(step.id .. ":undo-after-intent")
  if value then
    local ok, failed = verb.undo(perform.world_of(ctx, step), args, value)
    if not ok then return nil, errors.adopt(failed) end
  end
  host.crash_point(step.id .. ":undo-after-apply")
  now.state, now.value = "undone", nil
  perform.append(ctx, "OUTCOME", { step = step.id, direction = "undo", state = "undone", ms = clock.now_ms() - since }, true)
  ctx.on { kind = "step", step = step, state = "undone", ms = clock.now_ms() - since }
  return true
end

--- Undoes a run.
---@param ctx { run: table, verbs: table, world: table, on: fun(event: table) }
---@param to string?
---@return { outcome: "undone"|"stopped", error: slipway.Error?, step: table? }
function M.undo(ctx, to)
  local absent = {}
  local todo = M.preview(ctx.run, to, absent)
  while todo.pivot and is_absent(ctx, todo.pivot) do
    absent[todo.pivot.id] = true
    todo = M.preview(ctx.run, to, absent)
  end
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
