-- Builds by GitHub Actions or Gitea Actions: targets that are ready together go as one dispatch of a workflow, each is
-- watched by its own job, and its artifact is collected as soon as that job is done. What was lost with its runner is
-- dispatched again, alone; only what came out of one job counts. A killed Slipway finds its run again.
local collect = require "builder.actions_collect"
local dispatch = require "builder.actions_dispatch"
local errors = require "pure.errors"
local joined = require "builder.joined"
local rules = require "pure.actions_run"
local schema = require "pure.schema"
local workspace = require "builder.workspace"

local M = { kind = "actions" }

-- Pauses in milliseconds: at first quick, then as patient as forges ask to be.
local FIRST, LONGEST = 500, 15000

local views = {} -- the newest look at each run

-- Dispatching ------------------------------------------------------------------------------------

--- The run that builds the target: one that an earlier performance of this run has dispatched, else a new one, also when
--- a person does not want to wait for the former any longer (resume --retry).
local function run_for(world, place, task)
  local record = dispatch.recall(world, task.a.target)
  if record and record.state ~= "over" and record.commit == task.a.commit and not (task.again and record.state == "sent") then
    local run, err = dispatch.find(world, record)
    if run or err then
      task.record = record
      return run, err
    end
  end
  local ok, err = joined.send(world, ("actions %s %s"):format(place.name, task.a.commit), task, function(tasks) return dispatch.send(world, place, tasks) end)
  if not ok then return nil, err end
  local run, failed = dispatch.find(world, task.record)
  if run or failed then return run, failed end
  return nil, errors.new { code = "build.lost", message = ("no run of %s has begun"):format(place.workflow), retry = true }
end

-- Watching ---------------------------------------------------------------------------------------

--- One look at a run serves all of its targets for a while.
local function view(world, id, age)
  local kept, now = views[id], world.clock.now_ms()
  if kept and now - kept.at <= age then return kept end
  local run, err = world.forge.run(id)
  if not run then return nil, err end
  local jobs, failed = world.forge.jobs(run)
  if not jobs then return nil, failed end
  kept = { at = now, run = run, jobs = jobs }
  views[id] = kept
  return kept
end

local function undecided(place, run, within, say)
  return errors.new {
    code = "gate.waiting", message = ("%s: undecided after %s: %s"):format(place.workflow, tostring(within), say),
    hint = ("slipway resume   waits again for the same run; %s"):format(tostring(run.url)),
  }
end

--- Waits within the limit for the target's job. Undecided is not failed: the run parks and can be resumed.
---@return slipway.ActionsLook? look, slipway.Error|table
local function watch(world, place, task, run)
  local within = place.within or "1h"
  local deadline = world.clock.now_ms() + 1000 * (schema.seconds(within) or 3600)
  local fixed = place.poll and math.floor(1000 * schema.seconds(place.poll))
  local pause, say = fixed or FIRST, "not looked yet"
  while true do
    local seen, err = view(world, run.id, math.min(pause, 1000))
    if not seen and not err.retry and not err.code:find "^http%." then return nil, err end
    local look = seen and rules.look(seen.run, seen.jobs, task.a.target) or { state = "waiting", say = err.message }
    if look.state ~= "waiting" then return look, seen.run end
    if look.say ~= say then pause = fixed or FIRST end -- something moves: look closely again
    say = look.say
    if world.interrupted() then
      return nil, errors.new { code = "run.interrupted", message = ("interrupted; run #%d goes on there"):format(run.id), hint = "slipway resume finds it again, slipway undo cancels it" }
    end
    if world.clock.now_ms() >= deadline then return nil, undecided(place, run, within, say) end
    world.progress(say)
    world.clock.sleep(pause)
    pause = fixed or math.min(pause * 2, LONGEST)
  end
end

-- One target -------------------------------------------------------------------------------------

local function keep_log(world, target, text)
  local folder = world.run.dir .. "/logs"
  world.file.mkdir { path = folder, parents = true }
  local path = ("%s/build-%s.log"):format(folder, target)
  if text then world.file.write { path = path, text = text } end
  return path
end

local function settle_record(world, record, state)
  record.state = state
  return dispatch.keep(world, record)
end

--- Why there is nothing to collect: the job failed, was lost, was cancelled, or was never there.
local function failure(world, place, target, run, look)
  local job = look.job
  if look.state == "cancelled" then
    return errors.new { code = "build.cancelled", message = ("run #%d was cancelled before %s was built"):format(run.id, target), hint = tostring(run.url) }
  end
  if look.state == "missing" then
    return errors.new {
      code = "build.workflow", message = ("run #%d of %s has %s for %s"):format(run.id, place.workflow, job and "skipped its job" or "no job", target),
      hint = "a job is named as its target, or has it as a value of its matrix: slipway help actions",
    }
  end
  local log = world.forge.log(run, job)
  local path = keep_log(world, target, log)
  if rules.is_lost(job, log, world.clock.parse) then
    return errors.new { code = "build.lost", message = ("the job %s of run #%d was lost"):format(job.name, run.id), hint = tostring(job.url or run.url), retry = true }
  end
  local said = ("\n" .. (log or "")):gsub("\n%d%d%d%d%-%d%d%-%d%dT%S+ ?", "\n"):sub(2)
  local err = workspace.failure("build-" .. target, { "run #" .. run.id }, { out = "", err = said, code = 1 }, path)
  if err.code ~= "build.failed" then return err end
  return errors.new {
    code = err.code, message = ("build-%s: the job %s of run #%d failed%s"):format(target, job.name, run.id, job.step and " at '" .. job.step .. "'" or ""),
    cause = err.cause, hint = err.hint,
  }
end

--- Once everything that was built on a branch of ours is here, the branch goes.
local function tidy(world, record)
  if not record.own then return end
  for _, other in ipairs(dispatch.records(world)) do
    if other.ref == record.ref and other.state ~= "collected" then return end
  end
  local ok, err = dispatch.drop_branch(world, record)
  if not ok then world.run.note(("the branch %s is left: %s"):format(record.ref, tostring(err))) end
end

local function attempt(world, place, a, job, to, again)
  local task = { a = a, again = again }
  local run, err = run_for(world, place, task)
  if not run then return nil, err end
  if run.commit ~= a.commit then -- the branch has moved meanwhile
    settle_record(world, task.record, "over")
    return nil, errors.new { code = "build.lost", message = ("run #%d builds %s, not %s: %s has moved"):format(run.id, run.commit:sub(1, 10), a.commit:sub(1, 10), task.record.ref), retry = true }
  end
  local look, now = watch(world, place, task, run)
  if not look then return nil, now end
  if look.state ~= "built" then
    local why = failure(world, place, a.target, now, look)
    settle_record(world, task.record, "over")
    return nil, why
  end
  if look.job then keep_log(world, a.target, (world.forge.log(now, look.job))) end
  local files, wrong = collect.take(world, { run = now, job = job, to = to, say = world.progress })
  local sent = wrong and (wrong.retry or wrong.code:find "^http%.") and "sent" -- it may be fetched once more
  local ok, unkept = settle_record(world, task.record, files and "collected" or sent or "over")
  if not files then return nil, wrong end
  if not ok then return nil, unkept end
  tidy(world, task.record)
  local took = look.job and look.job.started and look.job.ended and 1000 * (look.job.ended - look.job.started)
  return files, ("run #%d"):format(now.id), took or 1000 * (world.clock.now() - task.record.at)
end

--- Builds there; what was lost with its runner is dispatched again.
function M.build(world, place, a, job, to)
  local last
  for number = 1, place.attempts or 3 do
    local files, where, ms = attempt(world, place, a, job, to, number == 1 and world.step and world.step.again)
    if files then return files, where, ms end
    last = where
    if last.code ~= "build.lost" or world.interrupted() then return nil, last end
    world.run.note(("%s: %s; dispatched again%s"):format(a.target, last.message, number < (place.attempts or 3) and "" or " by a resume"))
  end
  return nil, last
end

--- Another place has built it: nothing of ours is waited for any longer.
function M.given_up(world, a)
  local record = dispatch.recall(world, a.target)
  if not record then return end
  settle_record(world, record, "collected")
  tidy(world, record)
end

-- Undo -------------------------------------------------------------------------------------------

--- Has anything been dispatched for it? Then undo has something to do, even without files.
---@return { actions: string }?
function M.begun(world, a)
  local record = dispatch.recall(world, a.target)
  return record and { actions = record.key } or nil
end

--- Cancels the run that is still at work and deletes the branch of ours.
---@return true?, slipway.Error?
function M.undo(world, a)
  local record = dispatch.recall(world, a.target)
  if not record then return true end
  local run, err
  if record.state == "sent" then run, err = dispatch.find(world, record) end
  if err and err.code ~= "forge.not_found" then return nil, err end
  if run and run.state ~= "done" then
    if world.forge.can.cancel then
      local ok, failed = world.forge.cancel(run)
      if not ok then return nil, failed end
    else
      world.run.note(("run #%d goes on, this forge cannot cancel it by its interface: %s"):format(run.id, tostring(run.url)))
    end
  end
  if record.own then
    local ok, failed = dispatch.drop_branch(world, record)
    if not ok and record.state ~= "collected" then return nil, failed end -- then it has gone already
  end
  dispatch.forget(world, a.target)
  return true
end

-- Preflight --------------------------------------------------------------------------------------

local with_actions = { github = true, gitea = true, forgejo = true }

local function check_of(name, why, code, hint) return { name = name, ok = why == nil, why = why, code = why and code or nil, hint = why and hint or nil } end

local function check_workflow(world, place, at)
  local name = ("the workflow %s builds for us"):format(place.workflow)
  if not world.repo:commit(at) then at = world.project.head.oid end -- a commit that is only looked ahead to
  local text = dispatch.workflow_text(world.repo, at, place.workflow)
  if not text then return check_of(name, ("there is no .github/workflows/%s in %s"):format(place.workflow, at:sub(1, 10)), "build.workflow", "slipway help actions shows one") end
  return check_of(name, rules.complaint(text, place.inputs), "build.workflow", "slipway help actions shows one that fits")
end

-- Asked once for all targets.
local accepted = setmetatable({}, { __mode = "k" })

local function check_token(world)
  if accepted[world] then return accepted[world] end
  local ok, err = world.forge.check()
  accepted[world] = check_of("the forge lets us dispatch", not ok and tostring(err) or nil, not ok and err.code or nil, not ok and err.hint or nil)
  return accepted[world]
end

--- Is there a forge with Actions that takes our token, and a workflow that takes our inputs?
function M.check(world, place, _, at)
  local settings = world.config.forge
  local name = ("a forge that builds for '%s'"):format(place.name)
  if not settings then return { check_of(name, "slipway.lua names no forge", "build.place", "slipway help config: forge") } end
  if not with_actions[settings.kind] then
    return { check_of(name, ("%s has no Actions: builds are dispatched to GitHub, Gitea and Forgejo"):format(settings.kind), "build.place", "other places: slipway help targets") }
  end
  local checks = { check_of(name, not world.project.remote and "the project has no remote" or nil, "build.place", "git remote add origin …"), check_workflow(world, place, at) }
  if not world.offline then checks[#checks + 1] = check_token(world) end
  return checks
end

return M
