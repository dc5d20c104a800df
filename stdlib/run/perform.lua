-- Performs a plan, step by step: verify; absent → INTENT, apply, verify, OUTCOME; same → adopt;
-- different → stop. `resume` is the same function on a journal that already has records.
local clock = require "door.clock"
local diagnosis = require "pure.diagnosis"
local errors = require "pure.errors"
local host = require "door.host"
local loop = require "door.loop"
local plans = require "pure.plan"
local schema = require "pure.schema"
local store = require "run.store"
local together = require "run.together"

local M = {}

local finished = { done = true, adopted = true, skipped = true }

local function plain_error(err)
  return { code = err.code, message = err.message, hint = err.hint, cause = err.cause, retry = err.retry, paths = err.paths }
end

-- One run being performed: run (store), verbs, world, on(event), part.
local function append(ctx, kind, body, sync)
  local record, err = ctx.run.journal:append { kind = kind, body = body, sync = sync }
  if not record then error(errors.adopt(err), 0) end
  if sync and ctx.mirror and kind ~= "SEAL" then -- a sealed run needs no mirror any more
    local sent, unsent = ctx.mirror:send()
    if not sent then error(errors.adopt(unsent), 0) end
  end
  return record
end

local function outcome(ctx, step, state, fields)
  local now = ctx.run.state.steps[step.id]
  now.state, now.value, now.error, now.ms, now.ended, now.ended_ms = state, fields.value, fields.error, clock.now_ms() - fields.since, clock.now(), clock.wall_ms()
  append(ctx, "OUTCOME", {
    step = step.id, direction = "do", state = state, value = fields.value, error = fields.error and plain_error(fields.error),
    left = fields.left, ms = now.ms, ended_ms = now.ended_ms,
  }, true)
  ctx.on { kind = "step", step = step, state = state, value = fields.value, error = fields.error, ms = clock.now_ms() - fields.since }
end

--- A value with the results of steps in place of the references to them.
---@param run table
---@param value any
---@return any
local function with_results(run, value)
  return plans.resolve(value, function(id, field)
    local result = run.state.steps[id].value
    return result and result[field]
  end)
end

--- The arguments of a step with the results of earlier ones in place.
---@param run table
---@param step table
---@return table
function M.arguments(run, step) return with_results(run, step.args) end

local function crash_point(step, at) host.crash_point(step.id .. ":" .. at) end

--- The world as one step gets it: besides, its own name in this run.
function M.world_of(ctx, step)
  return setmetatable({
    step = { id = step.id, again = ctx.run.state.steps[step.id].again },
    progress = function(text) ctx.on { kind = "progress", text = text, step = step } end,
  }, { __index = ctx.world })
end

--- A step of a run that was made elsewhere: what it gave is there.
---@param ctx table
---@param step table
---@param value table
function M.adopt(ctx, step, value) outcome(ctx, step, "adopted", { value = value, since = clock.now_ms() }) end

-- A server may show the past for a moment after it has confirmed a change. Seconds.
local LAG <const> = 15

--- Verifies, waiting while the other side gives no clear answer, unless that answer will not come by waiting.
--- `confirmed`: it has just been told that the effect is there, so an answer without it may be an old one.
---@return string state, any value, table? part
function M.settle(ctx, step, verb, args, confirmed)
  local world = M.world_of(ctx, step)
  local limit = schema.seconds((ctx.world.config.policy or {}).unknown_wait) or 60
  local deadline = clock.now_ms() + 1000 * (confirmed and math.min(limit, LAG) or limit)
  local pause = 250
  while true do
    local state, value, part = verb.verify(world, args)
    local waits = state == "unknown" and not (errors.is(value) and value.retry == false) or confirmed and state == "absent" and not part
    if not waits or clock.now_ms() >= deadline or loop.interrupted() then return state, value, part end
    ctx.on { kind = "waiting", text = errors.is(value) and value.message or value or "it is not to be seen yet" }
    ctx.world.clock.sleep(pause)
    pause = math.min(pause * 2, 5000)
  end
end

local function why_text(why) return errors.is(why) and tostring(why) or tostring(why or "no reason given") end

local function refusal(code, step, why)
  if errors.is(why) and why.code == "gate.waiting" then return why end -- a person is asked; the run parks
  return errors.new {
    code = code, message = ("%s: %s"):format(step.describe, why_text(why)), hint = errors.is(why) and why.hint or nil,
  }
end

-- Waits and checks: nothing to verify beforehand, nothing to undo; they may run again.
local function perform_read(ctx, step, verb, args, since)
  local world = M.world_of(ctx, step)
  local state, value = verb.verify(world, args)
  if state == "same" then return outcome(ctx, step, "done", { value = value, since = since }) end
  local result, err = verb.apply(world, args)
  if result == nil then return nil, errors.adopt(err) end
  return outcome(ctx, step, "done", { value = result, since = since })
end

--- Applies and looks whether it is there. An error is believed only when the effect is absent.
local function apply_and_look(ctx, step, verb, args)
  local value, err = verb.apply(M.world_of(ctx, step), args)
  crash_point(step, "after-apply")
  local state, seen, part = M.settle(ctx, step, verb, args, value ~= nil)
  if part and state == "absent" then state = "half" end
  if state == "same" then
    local merged = {}
    for key, item in pairs(seen or {}) do merged[key] = item end -- order: a copy has none
    for key, item in pairs(value or {}) do merged[key] = item end -- order: a copy has none
    return merged
  end
  if value == nil then return nil, errors.adopt(err), state end
  if state == "unknown" then return nil, refusal("step.unknown", step, seen), state, value end
  if state == "different" then return nil, refusal("step.different", step, seen), state, value end
  return nil, refusal("step.vanished", step, "it is not there"), "unknown", value -- it was confirmed: nobody may say that nothing happened
end

local function perform_effect(ctx, step, verb, args, since)
  local now = ctx.run.state.steps[step.id]
  local state, value = M.settle(ctx, step, verb, args)
  if state == "same" then return outcome(ctx, step, "adopted", { value = value, since = since }) end
  if state == "unknown" then return nil, refusal("step.unknown", step, value) end
  if state == "different" then return nil, refusal("step.different", step, value) end
  if loop.interrupted() then return nil, errors.new { code = "run.interrupted", message = "interrupted before " .. step.describe } end
  if step.class == "final" and ctx.guard then
    local ours, lost = ctx.guard()
    if not ours then return nil, errors.adopt(lost) end
  end
  crash_point(step, "before-intent")
  append(ctx, "INTENT", { step = step.id, direction = "do", args = args }, true)
  now.ours, now.state = true, "intended"
  ctx.on { kind = "intent", step = step }
  crash_point(step, "after-intent")
  local result, err, seen, made = apply_and_look(ctx, step, verb, args)
  if not result and err.code == "gate.waiting" then -- begun, and a person has to do the rest: it stays intended
    ctx.on { kind = "waiting", text = err.message }
    return nil, err
  end
  if not result then
    now.left = seen ~= "absent" -- an error of which nothing is left in the world is no effect
    outcome(ctx, step, seen == "unknown" and "unknown" or "failed", { error = err, value = made, since = since, left = now.left })
    return nil, err
  end
  outcome(ctx, step, "done", { value = result, since = since })
  crash_point(step, "after-outcome")
  return true
end

-- A step in front of the chosen part is not applied; what it would give must be there.
local function perform_outside(ctx, step, verb, args, since)
  if step.class == "read" then return outcome(ctx, step, "skipped", { since = since }) end
  local state, value = M.settle(ctx, step, verb, args)
  if state == "same" then return outcome(ctx, step, "skipped", { value = value, since = since }) end
  return nil, refusal("plan.part_missing", step, state == "absent" and "it has not happened yet" or value)
end

local function perform_step(ctx, step)
  local now = ctx.run.state.steps[step.id]
  if finished[now.state] then return true end
  local verb, since = ctx.verbs[step.verb], clock.now_ms()
  ctx.on { kind = "start", step = step }
  local args, wrong = schema.check_args(verb.params, M.arguments(ctx.run, step)) -- results have types too
  if not args then return nil, refusal("step.arguments", step, wrong) end
  local body = (ctx.part and not ctx.part[step.id]) and perform_outside or step.class == "read" and perform_read or perform_effect
  local ok, first, second = xpcall(body, function(raised)
    if errors.is(raised) then return errors.adopt(raised) end
    return errors.new { code = "host.fault", message = debug.traceback(tostring(raised), 2) }
  end, ctx, step, verb, args, since)
  local err = not ok and first or second
  if not err then return true end
  if now.state ~= "failed" and now.state ~= "unknown" then ctx.on { kind = "step", step = step, state = "failed", error = err } end
  return nil, err
end

local function perform_group(ctx, group)
  if #group == 1 then return perform_step(ctx, group[1]) end
  local bodies = {}
  for i, step in ipairs(group) do
    bodies[i] = function() return perform_step(ctx, step) end
  end
  local results = together.run(bodies)
  for i, result in ipairs(results) do
    if not result[1] then return nil, result[2], group[i] end
  end
  return true
end

-- What fails once somebody has pressed Ctrl-C is no failure of the step: the terminal's signal reaches git, too.
local function by_signal(step, err)
  if not loop.interrupted() or err.code == "run.interrupted" or err.code == "host.fault" then return err end
  return errors.new { code = "run.interrupted", message = "interrupted in " .. step.describe, cause = tostring(err) }
end

-- What the failure means, by what was said and by the log that was kept.
local function diagnose(ctx, err)
  if err.diagnosis or err.code == "gate.waiting" or err.code == "run.interrupted" then return end
  local log = (err.hint or ""):match "the whole log: (.+)$"
  local text = ("%s\n%s\n%s"):format(err.message, err.cause or "", log and ctx.world.file.read(log) or "")
  err.diagnosis = diagnosis.find(text, ctx.world.config.diagnosis, 1)
end

local function stop(ctx, step, err)
  local run = ctx.run
  err = by_signal(step, err)
  diagnose(ctx, err)
  if err.code == "gate.waiting" then return { outcome = "parked", error = err, step = step } end
  if store.has_effects(run.state) then
    return { outcome = err.code == "run.interrupted" and "interrupted" or "stopped", error = err, step = step, effects = true, signal = loop.interrupted() }
  end
  append(ctx, "SEAL", { outcome = "refused" }, true)
  run.state.sealed, run.state.outcome = true, "refused"
  return { outcome = "refused", error = err, step = step, signal = loop.interrupted() }
end

--- The recipe that the fork at the end of the plan leads to. It is only named here: it gets a plan, a digest and an
--- approval of its own.
local function follow_fork(ctx)
  local after = ctx.run.plan.after
  local value = after and ctx.run.state.steps[after.step].value
  local way = value and value.decision and after[value.decision]
  if not way then return nil end
  local following = { recipe = way[1], args = with_results(ctx.run, way[2] or {}) }
  append(ctx, "NEXT", following, true)
  return following
end

--- The steps up to the last one of the chosen part; those behind it wait for `resume`.
local function within_part(ctx)
  local steps = ctx.run.plan.steps
  if not ctx.part then return steps end
  local last = 0
  for i, step in ipairs(steps) do
    if ctx.part[step.id] then last = i end
  end
  return table.move(steps, 1, last, 1, {})
end

local function all_finished(run)
  for _, step in ipairs(run.plan.steps) do
    if not finished[run.state.steps[step.id].state] then return false end
  end
  return true
end

--- Performs what is left of a run's plan, or a part of it. A run of which a part is done stays open; where that part had
--- nothing to change there is nothing to go on from: the run ends and claims no channel.
---@param ctx { run: table, verbs: table<string, slipway.Verb>, world: table, on: fun(event: table), part: table<string, true>? }
---@return { outcome: "done"|"parked"|"stopped"|"refused"|"interrupted", error: slipway.Error?, step: table?, effects: boolean?,
---  next: { recipe: string, args: table }? }
function M.perform(ctx)
  for _, group in ipairs(plans.groups(within_part(ctx))) do
    local ok, err, culprit = perform_group(ctx, group)
    if not ok then return stop(ctx, culprit or group[1], err) end
    if loop.interrupted() then
      return stop(ctx, group[#group], errors.new { code = "run.interrupted", message = "interrupted after " .. group[#group].describe })
    end
  end
  if not all_finished(ctx.run) then
    if store.has_effects(ctx.run.state) then return { outcome = "parked" } end
    append(ctx, "SEAL", { outcome = "done" }, true)
    ctx.run.state.sealed, ctx.run.state.outcome = true, "done"
    return { outcome = "done", idle = true }
  end
  local following = follow_fork(ctx)
  append(ctx, "SEAL", { outcome = "done" }, true)
  ctx.run.state.sealed, ctx.run.state.outcome = true, "done"
  return { outcome = "done", next = following }
end

M.append = append

return M
