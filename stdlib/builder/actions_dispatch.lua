-- Dispatches of builds to Actions, each with a key of its own that its run carries in its title. What is asked for is
-- written down before it is asked, so that the run is found again when the answer is lost or Slipway is killed.
local canon = require "door.canon"
local errors = require "pure.errors"
local json = require "door.json"
local rules = require "pure.actions_run"

local M = {}

-- Records ----------------------------------------------------------------------------------------

---@class slipway.ActionsRecord
---@field target string
---@field key string       in the title of the run
---@field number integer   of this dispatch within the run of ours
---@field workflow string
---@field ref string       branch that was dispatched on
---@field own boolean      it is a branch of ours, made for this
---@field commit oid
---@field after integer    newest run before it
---@field at integer       when it was asked for, seconds
---@field run integer?     its run, once that is known
---@field state "sent"|"collected"|"over"

local function path_of(world, target) return ("%s/actions-%s.json"):format(world.run.dir, target) end

--- What was dispatched for a target in this run, by whichever performance of it.
---@param world table
---@param target string
---@return slipway.ActionsRecord?
function M.recall(world, target)
  local text = world.file.read(path_of(world, target))
  return text and json.decode(text) or nil
end

function M.keep(world, record) return world.file.write { path = path_of(world, record.target), text = canon.encode(record) } end

function M.forget(world, target)
  local path = path_of(world, target)
  if world.file.stat(path) then world.file.remove(path) end
end

--- Those of all targets.
---@return slipway.ActionsRecord[]
function M.records(world)
  local list = {}
  for _, name in ipairs(world.file.list(world.run.dir) or {}) do
    local target = name:match "^actions%-(.+)%.json$"
    list[#list + 1] = target and M.recall(world, target) or nil
  end
  return list
end

-- The branch -------------------------------------------------------------------------------------

local function remote_refs(world)
  return world.repo:ls_remote { remote = world.project.remote, patterns = { "refs/heads/*" }, credential = world.credential() }
end

--- A workflow runs on a branch, and it must be exactly our commit that is built: the trunk where it stands there, else a
--- branch of our own, which is deleted once everything is collected.
---@return string? branch, boolean|slipway.Error own
local function branch_for(world, commit)
  local there, err = remote_refs(world)
  if not there then return nil, err end
  local trunk, own = world.project.trunk, "slipway/" .. world.run.id
  if trunk and there.refs["refs/heads/" .. trunk] == commit then return trunk, false end
  local now = there.refs["refs/heads/" .. own]
  if now == commit then return own, true end
  local answer, failed = world.repo:push {
    remote = world.project.remote, refs = { { name = "refs/heads/" .. own, to = commit, expect = now or "" } }, credential = world.credential(), within = 1800000,
  }
  if not answer then return nil, failed end
  local ref = answer.refs["refs/heads/" .. own] or {}
  if not answer.ok then
    return nil, errors.new {
      code = "push.rejected", message = ("%s refused the branch %s, which the builds run on: %s"):format(world.project.remote, own, tostring(ref.why or ref.state)),
      hint = "allow branches slipway/* there, or push the commit to the trunk first",
    }
  end
  return own, true
end

--- Deletes the branch of ours, when it is there and still at our commit.
function M.drop_branch(world, record)
  local name = "refs/heads/" .. record.ref
  local there, err = remote_refs(world)
  if not there then return nil, err end
  if there.refs[name] ~= record.commit then return true end
  local answer, failed = world.repo:push { remote = world.project.remote, refs = { { name = name, expect = record.commit } }, credential = world.credential(), within = 1800000 }
  return answer and true, failed
end

-- Dispatching ------------------------------------------------------------------------------------

-- After these it is certain that nothing was started.
local refused = { ["forge.auth"] = true, ["forge.forbidden"] = true, ["forge.not_found"] = true, ["forge.conflict"] = true, ["forge.refused"] = true, ["forge.limited"] = true }

local function each_record(tasks, visit)
  for _, task in ipairs(tasks) do
    local ok, err = visit(task.record)
    if not ok then return nil, err end
  end
  return true
end

local function by_hand(world, place, record, inputs, why)
  local words = {}
  for name, value in pairs(inputs) do words[#words + 1] = ("%s=%s"):format(name, value) end -- order: sorted below
  table.sort(words)
  return errors.new {
    code = "gate.waiting", message = ("%s on %s has to be started by hand with %s: %s"):format(place.workflow, record.ref, table.concat(words, ", "), world.forge.dispatch_page(place.workflow)),
    cause = why, hint = "start it there; slipway resume   finds the run and collects what it builds",
  }
end

--- The text of the workflow in the commit that is built.
---@return string?
function M.workflow_text(repo, commit, name)
  for _, folder in ipairs { ".gitea/workflows/", ".forgejo/workflows/", ".github/workflows/" } do
    local text = repo:read { at = commit, path = folder .. name }
    if text then return text end
  end
end

--- One run for all the tasks; each gets its record, written before anything is asked.
---@param world table
---@param place table
---@param tasks { a: table, record: slipway.ActionsRecord? }[]
---@return true?, slipway.Error?
function M.send(world, place, tasks)
  local a = tasks[1].a
  local ref, own = branch_for(world, a.commit)
  if not ref then return nil, own end
  local newest, unread = world.forge.runs { limit = 1 }
  if not newest then return nil, unread end
  local number, targets = 1, {}
  for _, record in ipairs(M.records(world)) do number = math.max(number, record.number + 1) end
  for i, task in ipairs(tasks) do targets[i] = task.a.target end
  for _, task in ipairs(tasks) do
    task.record = {
      target = task.a.target, key = ("%s.%d"):format(world.run.id, number), number = number, workflow = place.workflow, ref = ref, own = own,
      commit = a.commit, after = newest[1] and newest[1].id or 0, at = world.clock.now(), state = "sent",
    }
  end
  local ok, err = each_record(tasks, function(record) return M.keep(world, record) end)
  if not ok then return nil, err end
  world.checkpoint "actions-marked"
  local inputs = rules.inputs {
    targets = targets, key = tasks[1].record.key, version = a.version, more = place.inputs, workflow = M.workflow_text(world.repo, a.commit, place.workflow),
  }
  local made, why = world.forge.dispatch { workflow = place.workflow, ref = ref, inputs = inputs }
  world.checkpoint "actions-sent"
  if made then
    world.run.note(("dispatched %s on %s for %s"):format(place.workflow, ref, table.concat(targets, ", ")))
    return each_record(tasks, function(record)
      record.run = made.id
      return M.keep(world, record)
    end)
  end
  if why.code == "forge.cannot_dispatch" then return nil, by_hand(world, place, tasks[1].record, inputs, why.cause) end
  if not refused[why.code] then return true end -- the answer was lost: the run may be there
  for _, task in ipairs(tasks) do M.forget(world, task.a.target) end
  return nil, why
end

-- How long a run that was asked for may take to appear. Seconds.
local SETTLE <const> = 30

--- The run of a record. nil, nil: it was never started. Of two with one key the older counts.
---@param world table
---@param record slipway.ActionsRecord
---@return table?, slipway.Error?
function M.find(world, record)
  if record.run then return world.forge.run(record.run) end
  while true do
    local runs, err = world.forge.runs { event = "workflow_dispatch", workflow = record.workflow, after = record.after }
    if not runs then return nil, err end
    for i = #runs, 1, -1 do -- newest first
      if runs[i].title:find(record.key, 1, true) then
        record.run = runs[i].id
        local ok, failed = M.keep(world, record)
        return ok and runs[i], failed
      end
    end
    if world.clock.now() - record.at >= SETTLE or world.interrupted() then return nil end
    world.progress "the run is not listed yet"
    world.clock.sleep(1000)
  end
end

return M
