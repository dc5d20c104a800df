-- The four things people do with plans: make one, run it, go on with it, take it back. Knows nothing of
-- the command line; tells what happens through `on(event)` and asks through `ask(question)`.
local canon = require "door.canon"
local clock = require "door.clock"
local errors = require "pure.errors"
local file = require "door.file"
local fitting = require "run.fitting"
local host = require "door.host"
local json = require "door.json"
local mirror = require "run.mirror"
local offline = require "run.offline"
local perform = require "run.perform"
local plans = require "pure.plan"
local reading = require "run.reading"
local recipes = require "run.recipe"
local remote_lock = require "run.remote_lock"
local store = require "run.store"
local together = require "run.together"
local trust = require "run.trust"
local undo = require "run.undo"
local verbs = require "run.verbs"
local worlds = require "run.world"

local M = {}

---@class slipway.Engine
---@field project table
---@field verbs table<string, slipway.Verb>
---@field own_verbs table[]
---@field untrusted string[]
---@field offline boolean
---@field time integer

-- Verbs are loaded when first looked at: facts alone need none.
local lazily = {}
function lazily.verbs(engine)
  local own, untrusted = trust.sort(engine.project)
  rawset(engine, "own_verbs", own)
  rawset(engine, "untrusted", untrusted)
  return errors.raise(verbs.load(own))
end
function lazily.own_verbs(engine) return engine.verbs and rawget(engine, "own_verbs") end
function lazily.untrusted(engine) return engine.verbs and rawget(engine, "untrusted") end

local meta = { __index = function(engine, key)
  local make = lazily[key]
  if not make then return nil end
  rawset(engine, key, make(engine))
  return rawget(engine, key)
end }

--- Opens the project and everything a plan needs.
---@param o { root: string?, offline: boolean?, time: integer? }
---@return slipway.Engine?, slipway.Error?
function M.open(o)
  local found, err = reading.open(o)
  if not found then return nil, err end
  return setmetatable(found, meta)
end

--- The world of facts, as it is now.
---@param engine slipway.Engine
function M.reader(engine) return worlds.reader(engine.project, { offline = engine.offline, time = engine.time }) end

-- Planning ------------------------------------------------------------------------------------

local function plans_dir() return worlds.cache_dir() .. "/plans" end

--- Keeps the plan where `--plan DIGEST` finds it: in the user's cache, never in the repository.
local function keep(plan)
  local ok = file.mkdir { path = plans_dir(), parents = true }
  if ok then file.write { path = ("%s/%s.json"):format(plans_dir(), plan.digest), text = canon.encode(plan) } end
end

-- A verb that is missing only because nobody has accepted it yet.
local function untrusted_verb(engine, err)
  for _, name in ipairs(err.code == "plan.no_verb" and engine.untrusted or {}) do
    if err.message:find(("'%s'"):format(name), 1, true) then
      return errors.new {
        code = "verb.untrusted", message = ("the project's own verb '%s' has not been accepted on this machine"):format(name),
        hint = "read slipway/verbs/*.lua, then: slipway trust",
      }
    end
  end
end

--- Plans an opened recipe (run/recipe.lua). Changes nothing.
---@param engine slipway.Engine
---@param opened table
---@param args table
---@return table? plan, slipway.Error?
function M.plan(engine, opened, args)
  local plan, err = recipes.plan(opened, {
    project = engine.project, args = args, world = M.reader(engine), verbs = engine.verbs, own_verbs = engine.own_verbs,
  })
  if not plan then
    return nil, untrusted_verb(engine, err) or err
  end
  keep(plan)
  return plan
end

local function find_plan(reference)
  local text, err = file.read(reference)
  if text then return text end
  if err.code ~= "file.not_found" then return nil, err end
  if reference:find "^%x+$" then
    local found
    for _, name in ipairs(file.list(plans_dir()) or {}) do
      if name:sub(1, #reference) == reference then
        if found then return nil, errors.new { code = "plan.not_found", message = ("several plans begin with %s"):format(reference) } end
        found = name
      end
    end
    if found then return file.read(plans_dir() .. "/" .. found) end
  end
  return nil, errors.new { code = "plan.not_found", message = ("there is no plan '%s'"):format(reference), hint = "slipway plan RECIPE, or the file given to -o" }
end

--- Reads a plan by file name or by the beginning of its digest.
---@param reference string
---@return table?, slipway.Error?
function M.load_plan(reference)
  local text, err = find_plan(reference)
  if not text then return nil, err end
  local plan, malformed = json.decode(text)
  if not plan then return nil, errors.at(errors.adopt(malformed), reference) end
  return plans.check(plan)
end

--- Refuses a stored plan when anything it was built on has changed since.
---@param engine slipway.Engine
---@param plan table
---@return true?, slipway.Error?
function M.check_fresh(engine, plan)
  -- Notes carry the day they were planned on. A plan that is performed on another one is asked about its own.
  local time = plan.day and plan.day ~= clock.date(engine.time) and clock.parse(plan.day .. "T12:00:00Z") or engine.time
  return fitting.facts(plan, worlds.reader(engine.project, { offline = engine.offline, time = time }))
end

-- Running -------------------------------------------------------------------------------------

local function only_reads(plan)
  for _, step in ipairs(plan.steps) do
    if step.class ~= "read" then return false end
  end
  return true
end

local function declined(text, hint) return nil, errors.new { code = "run.declined", message = text, hint = hint } end

--- Asks for leave, unless it was given on the command line. Returns how it was given.
local function approval(plan, o)
  if only_reads(plan) then return "none needed" end
  if o.yes then return "--yes" end
  if o.confirm then
    if o.confirm == plan.version then return "--confirm" end
    return declined(("--confirm %s does not fit the plan, which is for %s"):format(o.confirm, tostring(plan.version)))
  end
  local question = plan.pivot and plan.version and { kind = "type", expect = plan.version, plan = plan } or { kind = "yes", plan = plan }
  local answer, unasked
  if o.ask then answer, unasked = o.ask(question) end
  if answer == nil and unasked and unasked.code == "term.interrupted" then
    return nil, errors.new { code = "run.interrupted", message = "interrupted at the question; nothing was changed", hint = "slipway run " .. plan.recipe }
  end
  if answer == nil then
    return declined("nobody can be asked here (no terminal)", ("answer beforehand: --yes   or   --confirm %s"):format(plan.version or "VERSION"))
  end
  if question.kind == "type" and answer ~= plan.version then return declined "the version was not confirmed" end
  if question.kind == "yes" and not answer:lower():find "^y" then return declined "the answer was no" end
  return "answered"
end

--- Takes the lock that other machines see, where policy asks for it. False: none is needed.
local function hold_remote(engine, run)
  if only_reads(run.plan) or not remote_lock.is_wanted(engine.project) then return false end
  return remote_lock.acquire(engine.project, { channel = run.plan.channel, run = run.id })
end

--- What other machines need besides, where policy asks for it: the lock, and the journal's mirror.
local function share(engine, run)
  local err
  run.remote_lock, err = hold_remote(engine, run)
  if run.remote_lock == nil then return nil, err end
  if only_reads(run.plan) or not mirror.is_wanted(engine.project) then return true end
  run.mirror, err = mirror.open(engine.project, run)
  return run.mirror and true, err
end

--- Asked before every step that cannot be taken back: are the locks still ours?
local function guard(run, lock)
  return function()
    local ok, err = lock:check()
    if ok and run.remote_lock then ok, err = run.remote_lock:check() end
    return ok, err
  end
end

local function context(engine, run, o, lock)
  local on = o.on or function() end
  local function note(text) run.journal:append { kind = "NOTE", body = { text = text } } end
  function together.on_interrupt()
    on { kind = "note", text = "interrupted: this step ends, then the run stops; Ctrl-C again ends it now" }
  end
  local world = worlds.writer(engine.project, { id = run.id, dir = run.dir, time = run.time, note = note, answers = o.answers or {},
    user = host.getenv "USER" }, on, { offline = engine.offline })
  return { run = run, verbs = engine.verbs, world = world, on = on, part = store.open_part(run.state), guard = guard(run, lock), mirror = run.mirror }
end

local function finish(run, result, lock)
  together.on_interrupt = nil
  result.run = run.id
  result.steps = {}
  for i, step in ipairs(run.plan.steps) do
    local now = run.state.steps[step.id]
    result.steps[i] = { id = step.id, verb = step.verb, state = now.state, value = now.value, ms = now.ms }
  end
  result.plan, result.state = run.plan, run.state
  if run.state.sealed then
    if run.mirror then run.mirror:remove() end
    if run.remote_lock then run.remote_lock:release() end
  end
  run.journal:close()
  if lock then lock:release() end
  return result
end

-- `fresh`: a run that has only begun; when nothing of it has happened it is closed, so that it claims no channel.
local function guarded(run, lock, body, fresh)
  local ok, result = xpcall(body, function(raised)
    return errors.is(raised) and errors.adopt(raised) or errors.new { code = "host.fault", message = debug.traceback(tostring(raised), 2) }
  end)
  if ok then return finish(run, result, lock) end
  if store.has_effects(run.state) then return finish(run, { outcome = "stopped", error = result }, lock) end
  if fresh then
    run.journal:append { kind = "SEAL", body = { outcome = "refused" }, sync = true }
    run.state.sealed = true
  end
  return finish(run, { outcome = "refused", error = result }, lock)
end

--- Refuses at once when another run is at work here, or one of this recipe is unfinished: what planning would find
--- amiss then is that run's doing.
---@param engine slipway.Engine
---@param recipe string?
---@return true?, slipway.Error?
function M.check_idle(engine, recipe)
  local lock, held = store.lock(engine.project, "look")
  if not lock then return nil, held end
  lock:release()
  -- Of several packages the plan tells which ones a run is about.
  return store.claim(engine.project, { recipe = #engine.project.packages == 0 and recipe or nil })
end

--- Performs a plan from its beginning.
---@param engine slipway.Engine
---@param plan table
---@param o { yes: boolean?, confirm: string?, ask: function?, on: function?, part: table?, adoption: slipway.Adoption? }
---@return table? result, slipway.Error?
function M.start(engine, plan, o)
  local lock, held = store.lock(engine.project, "run " .. plan.recipe)
  if not lock then return nil, held end
  local function leave(err)
    lock:release()
    return nil, err
  end
  local fits, misfit = fitting.check(plan, engine)
  if not fits then return leave(untrusted_verb(engine, misfit) or misfit) end
  if not only_reads(plan) then
    local free, claimed = store.claim(engine.project, { channel = plan.channel, pushes = store.pushes(plan) })
    if not free then return leave(claimed) end
  end
  local begun = o.adoption -- what was required before it began is history
  local refused = not begun and plans.refusal(plan) or engine.offline and offline.refusal(plan) or nil
  if refused then return leave(refused) end
  local how, no = approval(plan, o)
  if not how then return leave(no) end
  local run, err = store.create(engine.project, plan, begun and begun.time or engine.time, o.part)
  if not run then return leave(err) end
  local shared, taken = share(engine, run)
  if not shared then
    run.journal:append { kind = "SEAL", body = { outcome = "refused" }, sync = true }
    run.journal:close()
    return leave(taken)
  end
  if o.on then o.on { kind = "run", run = run.id, plan = plan } end
  return guarded(run, lock, function()
    local ctx = context(engine, run, o, lock)
    perform.append(ctx, "GATE", { approval = how, digest = plan.digest, user = host.getenv "USER" })
    if begun then begun.take_over(ctx) end
    return perform.perform(ctx)
  end, true)
end

--- Lock files that git left behind when the run was killed; a git process still at work gets a moment.
local function clear_stale_locks(engine, run, on)
  for _ = 1, 20 do
    local left = engine.project.repo:stale_locks { since = run.time }
    if not left or #left == 0 then return end
    clock.sleep(100)
  end
  local removed = engine.project.repo:stale_locks { since = run.time, remove = true } or {}
  for _, path in ipairs(removed) do on { kind = "note", text = "removed the lock file that the killed run left: " .. path } end
end

-- A run goes on with the verbs of today: they may have been mended meanwhile, and the journal says so.
local function known_verbs(engine, run)
  for _, step in ipairs(run.plan.steps) do
    if not engine.verbs[step.verb] then
      local err = errors.new { code = "plan.no_verb", message = ("there is no verb '%s' any more"):format(step.verb) }
      return nil, untrusted_verb(engine, err) or err
    end
  end
  for _, name in ipairs(fitting.changed_verbs(run.plan, engine.own_verbs)) do
    run.journal:append { kind = "NOTE", body = { text = ("the verb %s is not the one that was planned with"):format(name) } }
  end
  return true
end

local function reopen(engine, id, reason)
  local lock, held = store.lock(engine.project, reason)
  if not lock then return nil, held end
  local run, err = store.open(engine.project, id, true)
  if not run and err.code == "run.not_found" and mirror.is_wanted(engine.project) and not engine.offline then
    local came, failed = mirror.fetch(engine.project, id)
    if came then run, err = store.open(engine.project, id, true) end
    if run then run.came = true end
    err = failed or err
  end
  local known = run
  if run then known, err = known_verbs(engine, run) end
  if known and engine.offline then
    err = offline.refusal(run.plan)
    known = not err
  end
  if known then known, err = share(engine, run) end
  if not known then
    if run then run.journal:close() end
    lock:release()
    return nil, err
  end
  return run, nil, lock
end

local function find_step(run, name)
  for _, step in ipairs(run.plan.steps) do
    if step.id == name or step.verb == name or step.at == name or step.id:match "^%d+" == name then return step end
  end
  return nil, errors.new { code = "plan.no_step", message = ("the run has no step '%s'"):format(name), hint = "slipway show " .. run.id }
end

--- --skip STEP --reason TEXT: the step is left out, and the journal says why. What it would have returned is taken
--- from the world, if it is there.
local function skip(ctx, name, reason)
  local step, err = find_step(ctx.run, name)
  if not step then error(err, 0) end
  if step.verb == "approve" and (ctx.world.config.policy or {}).approval == "step" then
    error(errors.new {
      code = "plan.no_approval", message = ("policy.approval = \"step\": %s cannot be skipped"):format(step.describe), hint = "slipway resume --yes",
    }, 0)
  end
  local state, value = ctx.verbs[step.verb].verify(perform.world_of(ctx, step), perform.arguments(ctx.run, step))
  local kept = state == "same" and value or nil
  perform.append(ctx, "NOTE", { step = step.id, text = "skipped: " .. reason })
  perform.append(ctx, "OUTCOME", { step = step.id, direction = "do", state = "skipped", value = kept, ms = 0 }, true)
  ctx.run.state.steps[step.id].state, ctx.run.state.steps[step.id].value = "skipped", kept
end

--- Goes on with a run that was stopped, parked or killed.
---@param engine slipway.Engine
---@param id string?
---@param o { on: function?, skip: string?, reason: string?, retry: string?, answers: table?, parts: table? }
---@return table? result, slipway.Error?
function M.resume(engine, id, o)
  local chosen, err = store.choose(engine.project, id, function(entry) return entry.open end, "to resume")
  if not chosen then return nil, err end
  local run, failed, lock = reopen(engine, chosen, "resume " .. chosen)
  if not run then return nil, failed end
  if run.state.sealed then
    run.journal:close()
    lock:release()
    return nil, errors.new { code = "run.sealed", message = ("the run %s has ended: %s"):format(chosen, run.state.outcome) }
  end
  for _, name in ipairs { o.skip or o.retry, o.skip and o.retry } do
    local step, missing = find_step(run, name)
    if not step then
      run.journal:close()
      lock:release()
      return nil, missing
    end
  end
  local on = o.on or function() end
  clear_stale_locks(engine, run, on)
  on { kind = "run", run = run.id, plan = run.plan, resumed = true, state = run.state }
  local part, unknown = plans.part(run.plan, o.parts or {})
  return guarded(run, lock, function()
    if unknown then error(unknown, 0) end
    local ctx = context(engine, run, o, lock)
    if run.came then errors.raise(mirror.settle_in(ctx, engine.project)) end
    if part then
      ctx.part = part
      perform.append(ctx, "NOTE", { text = "goes on with a part", part = store.ids_of(part) })
    end
    if o.skip then skip(ctx, o.skip, o.reason) end
    if o.retry then
      local step, missing = find_step(run, o.retry)
      if not step then error(missing, 0) end
      run.state.steps[step.id].state, run.state.steps[step.id].again = "planned", true
      perform.append(ctx, "NOTE", { step = step.id, text = "tried again on request" })
    end
    return perform.perform(ctx)
  end)
end

local never_was = { refused = true, unreadable = true }

--- The run a bare `undo` means: the open one, else the last. Never an older one because the last is taken back
--- already: what has been out for weeks is named by whoever wants it back.
local function choose_for_undo(project, id)
  if id then return id end
  local open, last = {}, nil
  for _, entry in ipairs(store.list(project)) do
    if entry.open then open[#open + 1] = entry.id end
    if not never_was[entry.outcome] then last = entry end
  end
  if #open == 1 then return open[1] end
  if #open > 1 or not last then return store.choose(project, nil, function(entry) return entry.open end, "to undo") end
  if last.outcome ~= "undone" then return last.id end
  return nil, errors.new {
    code = "run.none", message = ("the last run, %s, is taken back already"):format(last.id),
    hint = "slipway undo RUN   takes back an older one; slipway runs   lists them",
  }
end

--- What an undo would take back.
---@return table? preview { run, undo = steps, pivot }, slipway.Error?
function M.preview_undo(engine, id, to)
  local chosen, err = choose_for_undo(engine.project, id)
  if not chosen then return nil, err end
  local run, failed = store.open(engine.project, chosen)
  if not run then return nil, failed end
  local preview = undo.preview(run, to)
  preview.run = run.id
  run.journal:close()
  return preview
end

--- Takes a run back.
---@param engine slipway.Engine
---@param id string?
---@param o { on: function?, to: string? }
---@return table? result, slipway.Error?
function M.undo(engine, id, o)
  local chosen, err = choose_for_undo(engine.project, id)
  if not chosen then return nil, err end
  local run, failed, lock = reopen(engine, chosen, "undo " .. chosen)
  if not run then return nil, failed end
  local on = o.on or function() end
  clear_stale_locks(engine, run, on)
  on { kind = "run", run = run.id, plan = run.plan, undo = true, state = run.state }
  return guarded(run, lock, function() return undo.undo(context(engine, run, o, lock), o.to) end)
end

return M
