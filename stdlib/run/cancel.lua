-- Ends a run that was stopped or parked, without taking anything back: its record is sealed, its channel is free again,
-- and what it has done stays. Which is told.
local errors = require "pure.errors"
local remote_lock = require "run.remote_lock"
local store = require "run.store"

local M = {}

local standing = { done = true, adopted = true, intended = true, failed = true, unknown = true, undoing = true }

--- What of a run stands: its own effects, in order; `sure` is false where nobody has looked whether it happened.
---@param run table
---@return { id: string, describe: string, state: string, undo: string?, sure: boolean }[]
function M.remains(run)
  local list = {}
  for _, step in ipairs(run.plan.steps) do
    local now = run.state.steps[step.id]
    if step.class ~= "read" and now.ours and standing[now.state] and (now.state ~= "failed" or now.left) then
      list[#list + 1] = { id = step.id, describe = step.describe, state = now.state, undo = step.undo, sure = now.state == "done" or now.state == "adopted" }
    end
  end
  return list
end

-- The lock that other machines see, if this run holds one; a remote that does not answer keeps nobody from cancelling.
local function free_remote(engine, run)
  if engine.offline or not remote_lock.is_wanted(engine.project) then return nil end
  local held, err = remote_lock.acquire(engine.project, { channel = run.plan.channel, run = run.id })
  if not held then return tostring(errors.adopt(err)) end
  held:release()
end

--- Seals an open run as cancelled.
---@param engine slipway.Engine
---@param id string?
---@param reason string
---@return { run: string, plan: table, remains: table[], note: string? }?, slipway.Error?
function M.cancel(engine, id, reason)
  local chosen, err = store.choose(engine.project, id, function(entry) return entry.open end, "to cancel")
  if not chosen then return nil, err end
  local lock, held = store.lock(engine.project, "cancel " .. chosen)
  if not lock then return nil, held end
  local run, unread = store.open(engine.project, chosen, true)
  if not run then
    lock:release()
    return nil, unread
  end
  local result, refused
  if run.state.sealed then
    refused = errors.new { code = "run.sealed", message = ("the run %s has ended: %s"):format(chosen, run.state.outcome), hint = "slipway undo " .. chosen }
  else
    result = { run = chosen, plan = run.plan, remains = M.remains(run), note = free_remote(engine, run) }
    run.journal:append { kind = "NOTE", body = { text = "cancelled: " .. reason } }
    local sealed, failed = run.journal:append { kind = "SEAL", body = { outcome = "cancelled", reason = reason }, sync = true }
    if not sealed then result, refused = nil, errors.adopt(failed) end
  end
  run.journal:close()
  lock:release()
  return result, refused
end

return M
