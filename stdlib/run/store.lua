-- Runs on disk: <common git dir>/slipway/runs/<run>/journal. Creates, opens and lists them, and folds a
-- journal into the state of its steps. The journal is the only truth; nothing else is stored.
local channels = require "pure.channels"
local clock = require "door.clock"
local errors = require "pure.errors"
local file = require "door.file"
local host = require "door.host"
local journal = require "door.journal"
local json = require "door.json"
local lock = require "door.lock"
local sorted_keys = require "pure.sorted_keys"

local M = {}

---@param project table
---@return string
function M.dir(project) return project.info.common_dir:gsub("/+$", "") .. "/slipway" end

local function run_dir(project, id) return M.dir(project) .. "/runs/" .. id end

-- State ---------------------------------------------------------------------------------------

--- Folds records into { steps = { [id] = { state, value, ours, error } }, sealed, outcome, plan, … }.
---@param records table[]
---@return table
function M.fold(records)
  local state = { steps = {}, sealed = false, notes = {} }
  local apply = {}
  local function choose_part(ids)
    if not ids then return end
    state.part = {}
    for _, id in ipairs(ids) do state.part[id] = true end
  end
  function apply.OPEN(body, record)
    state.open, state.begun = body, body.begun or record.time * 1000
    choose_part(body.part)
  end
  function apply.PLAN(body)
    state.plan = body.plan
    for _, step in ipairs(body.plan.steps) do state.steps[step.id] = { state = "planned", ours = false } end
  end
  function apply.GATE(body) state.approval = body end
  function apply.INTENT(body, record)
    local step = state.steps[body.step]
    state.sealed, state.outcome = false, nil
    if body.direction == "undo" then step.state = "undoing" return end
    step.state, step.ours, step.since = "intended", true, record.time
  end
  function apply.OUTCOME(body, record)
    local step = state.steps[body.step]
    step.ended, step.ended_ms = record.time, body.ended_ms or record.time * 1000
    step.state, step.error, step.ms, step.left = body.state, body.error, body.ms, body.left
    if body.value ~= nil or body.direction == "undo" then step.value = body.value end
  end
  function apply.NOTE(body)
    choose_part(body.part)
    state.notes[#state.notes + 1] = body
  end
  function apply.NEXT(body) state.next = body end
  function apply.SEAL(body) state.sealed, state.outcome = true, body.outcome end
  for _, record in ipairs(records) do
    state.last_time = record.time
    apply[record.kind](record.body, record)
  end
  return state
end

--- The part that was asked for last, while something of it is left to do: a resume keeps to it, and the next one does the
--- rest.
---@param state table
---@return table<string, true>?
function M.open_part(state)
  for id in pairs(state.part or {}) do -- order: any is enough
    local now = state.steps[id].state
    if now ~= "done" and now ~= "adopted" and now ~= "skipped" then return state.part end
  end
end

--- Did this run change anything that still stands?
---@param state table
---@return boolean
function M.has_effects(state)
  for _, step in ipairs(state.plan.steps) do
    local now = state.steps[step.id]
    local happened = now.state == "done" or now.state == "intended" or now.state == "unknown" or now.state == "adopted"
      or now.state == "undoing" or now.left
    if step.class ~= "read" and now.ours and happened then return true end
  end
  return false
end

-- Opening -------------------------------------------------------------------------------------

local function attach(project, id, handle)
  local records, err = handle:records()
  if not records then return nil, errors.at(errors.adopt(err), "run " .. id) end
  if #records < 2 then return nil, errors.new { code = "run.empty", message = ("run %s ended before it had begun"):format(id) } end
  local state = M.fold(records)
  return { id = id, dir = run_dir(project, id), journal = handle, state = state, plan = state.plan, time = state.open.time }
end

--- Opens a run to read it, or to go on with it (`write`).
---@param project table
---@param id string
---@param write boolean?
---@return table? run, slipway.Error?
function M.open(project, id, write)
  local handle, err = journal.open { path = run_dir(project, id) .. "/journal", write = write or false }
  if not handle then
    if err.code == "file.not_found" or err.code == "journal.not_found" then
      return nil, errors.new { code = "run.not_found", message = ("there is no run '%s'"):format(id), hint = "slipway runs" }
    end
    return nil, errors.at(errors.adopt(err), "run " .. id)
  end
  return attach(project, id, handle)
end

--- The ids of a part, as the journal keeps them.
---@param part table<string, true>
---@return string[]
function M.ids_of(part)
  local ids = sorted_keys(part)
  return json.array(ids)
end

-- Four digits are enough for people; on a busy day two runs would draw the same.
local function free_id(project, prefix)
  local id
  repeat id = ("%s-%s"):format(prefix, clock.random_hex(2)) until not file.stat(run_dir(project, id))
  return id
end

--- Starts a run: folder, journal, OPEN and PLAN, all on disk before anything else happens.
---@param project table
---@param plan table
---@param time integer  seconds; every date the run writes
---@param part table<string, true>?  the steps to perform, when not all; a resume keeps to it
---@return table? run, slipway.Error?
function M.create(project, plan, time, part)
  local id = free_id(project, ("%s-%s"):format(clock.date(time), plan.recipe))
  local dir = run_dir(project, id)
  local ok, err = file.mkdir { path = dir, parents = true }
  if not ok then return nil, err end
  local handle, failed = journal.create { path = dir .. "/journal" }
  if not handle then return nil, failed end
  local body = {
    run = id, recipe = plan.recipe, slipway = host.version, time = time, begun = clock.wall_ms(), digest = plan.digest, channel = plan.channel,
    part = part and M.ids_of(part),
  }
  local opened, broken = handle:append { kind = "OPEN", body = body }
  if opened then opened, broken = handle:append { kind = "PLAN", body = { plan = plan }, sync = true } end
  if not opened then
    handle:close()
    file.remove_tree { path = dir, below = M.dir(project) }
    return nil, broken
  end
  local run, unread = attach(project, id, handle)
  return run, unread
end

--- Ids of all runs, oldest first by their journal's time.
---@param project table
---@return string[]
function M.ids(project)
  local ids = {}
  for _, id in ipairs(file.list(M.dir(project) .. "/runs") or {}) do
    if file.stat(run_dir(project, id) .. "/journal") then ids[#ids + 1] = id end
  end
  return ids
end

--- All runs in short, oldest first. A run that cannot be read is listed with its error.
---@param project table
---@return { id: string, recipe: string, channel: string, outcome: string, open: boolean, time: integer, title: string?, error: any }[]
function M.list(project)
  local list = {}
  for _, id in ipairs(M.ids(project)) do
    local run, err = M.open(project, id)
    if run then
      local state = run.state
      list[#list + 1] = {
        id = id, recipe = run.plan.recipe, channel = run.plan.channel, title = run.plan.title, version = run.plan.version,
        outcome = state.outcome or "open", open = not state.sealed, time = run.time, digest = run.plan.digest, begun = state.begun,
        pushes = state.sealed and {} or M.pushes(run.plan, state),
      }
      run.journal:close()
    elseif err.code ~= "run.empty" then
      list[#list + 1] = { id = id, recipe = "?", channel = "?", outcome = "unreadable", open = false, time = 0, begun = 0, pushes = {}, error = err }
    end
  end
  table.sort(list, function(a, b) return a.begun < b.begun or (a.begun == b.begun and a.id < b.id) end)
  return list
end

--- The one run that a bare `resume` or `undo` means.
---@param project table
---@param id string?
---@param accept fun(entry: table): boolean
---@param what string  for the message: "to resume"
---@return string?, slipway.Error?
function M.choose(project, id, accept, what)
  if id then return id end
  local fitting = {}
  for _, entry in ipairs(M.list(project)) do
    if accept(entry) then fitting[#fitting + 1] = entry end
  end
  if #fitting == 1 then return fitting[1].id end
  if #fitting == 0 then
    return nil, errors.new { code = "run.none", message = "there is no run " .. what, hint = "slipway runs" }
  end
  local names = {}
  for _, entry in ipairs(fitting) do names[#names + 1] = entry.id end
  return nil, errors.new {
    code = "run.ambiguous", message = ("there are %d runs %s: %s"):format(#fitting, what, table.concat(names, ", ")),
    hint = "name the one that is meant",
  }
end

-- Exclusion -----------------------------------------------------------------------------------

--- Takes the project's lock; one run at a time changes a clone.
---@param project table
---@param reason string
---@return table? handle, slipway.Error?
function M.lock(project, reason)
  local ok, err = file.mkdir { path = M.dir(project), parents = true }
  if not ok then return nil, err end
  return lock.acquire { path = M.dir(project) .. "/lock", reason = reason }
end

--- Branches that a plan pushes; with a state only those that it has still to push.
---@param plan table
---@param state table?
---@return table<string, true>
function M.pushes(plan, state)
  local branches, over = {}, { done = true, adopted = true, skipped = true, undone = true }
  for _, step in ipairs(plan.steps) do
    local open = not state or not over[state.steps[step.id].state]
    if step.verb == "push" and type(step.args.branch) == "string" and open then branches[step.args.to or step.args.branch] = true end
  end
  return branches
end

-- What an unfinished run holds of what is wanted: a channel, the recipe, a branch that it has still to push.
local function held_by(entry, wanted)
  local channel = wanted.channel and channels.shared(entry.channel, wanted.channel)
  if channel then return ("holds the channel '%s'"):format(channel) end
  if entry.recipe == wanted.recipe then return ("holds the channel '%s'"):format(entry.channel) end
  -- Two runs of packages share the trunk: the second would push what the first has not, and the first could not go on.
  local packages = wanted.channel and wanted.channel:find(":", 1, true) and entry.channel:find(":", 1, true)
  for branch in pairs(packages and wanted.pushes or {}) do -- order: any is enough
    if entry.pushes[branch] then return ("has not pushed %s yet"):format(branch) end
  end
end

--- Refuses when an unfinished run of the channel, or of the recipe, is there.
---@param project table
---@param wanted { channel: string?, recipe: string?, pushes: table<string, true>? }
---@return true?, slipway.Error?
function M.claim(project, wanted)
  for _, entry in ipairs(M.list(project)) do
    local holds = entry.open and held_by(entry, wanted)
    if holds then
      return nil, errors.new {
        code = "run.claimed", message = ("the run %s is not finished and %s"):format(entry.id, holds),
        hint = ("slipway resume %s   or   slipway undo %s"):format(entry.id, entry.id),
      }
    end
  end
  return true
end

return M
