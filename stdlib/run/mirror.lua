-- The journal on the remote: refs/slipway/runs/<run>, moved with the expected old value before and after every effect, so
-- that another machine can resume or undo the run. `policy.mirror = true` turns it on. The commits that the run has made
-- travel as parents of the record, its tags beside it; what a run has built does not travel and is built again.
local errors = require "pure.errors"
local file = require "door.file"
local perform = require "run.perform"
local remote_ref = require "run.remote_ref"
local store = require "run.store"
local worlds = require "run.world"

local M = {}

local RUNS <const>, TAGS <const> = "refs/slipway/runs/", "refs/slipway/tags/"

---@param project table
---@return boolean
function M.is_wanted(project) return (project.config.policy or {}).mirror == true and project.remote ~= nil and project.remote ~= false end

local function taken(run, ref)
  return errors.new {
    code = "lock.lost", message = ("the run %s went on elsewhere: %s has moved"):format(run.id, ref), hint = "slipway show, on the machine that has it now",
  }
end

--- What the results of a run name: its commits, and its tags by name.
local function objects_of(project, run)
  local commits, tags, seen = {}, {}, {}
  for _, step in ipairs(run.plan.steps) do
    local value = run.state.steps[step.id].value or {}
    for _, field in ipairs { "commit", "oid" } do
      local oid = value[field]
      if type(oid) == "string" and #oid == 40 and not seen[oid] then
        seen[oid] = true
        local found = project.repo:commit(oid)
        if found and found.oid == oid then commits[#commits + 1] = oid elseif step.verb == "tag" then tags[#tags + 1] = oid end
      end
    end
  end
  return commits, tags
end

local mirror = {}
mirror.__index = mirror

function mirror:push_tags(tags)
  for _, oid in ipairs(tags) do
    if not self.tags[oid] then
      local moved, err = remote_ref.move(self.project, ("%s%s/%s"):format(TAGS, self.run.id, oid), oid, "")
      if moved == nil then return nil, err end
      self.tags[oid] = true
    end
  end
  return true
end

--- Sends the journal as it is now. Errors: lock.lost when another machine went on with the run, those of a push.
function mirror:send()
  local text, err = file.read(self.run.dir .. "/journal")
  if not text then return nil, err end
  local commits, tags = objects_of(self.project, self.run)
  local sent, refused = self:push_tags(tags)
  if not sent then return nil, refused end
  if self.oid then table.insert(commits, 1, self.oid) end
  local oid, failed = remote_ref.put(self.project, self.ref, { text = text, expect = self.oid or "", parents = commits, message = "slipway journal of " .. self.run.id })
  if oid == nil then return nil, failed end
  if not oid then return nil, taken(self.run, self.ref) end
  self.oid = oid
  return true
end

--- The run is sealed: this clone's journal is enough.
function mirror:remove()
  if self.oid then remote_ref.move(self.project, self.ref, nil, self.oid) end
  for oid in pairs(self.tags) do remote_ref.move(self.project, ("%s%s/%s"):format(TAGS, self.run.id, oid), nil, oid) end -- order: each alone
  self.oid, self.tags = nil, {}
end

--- The mirror of a run, as far as this clone has seen it.
---@param project table
---@param run table
---@return table? mirror, slipway.Error?
function M.open(project, run)
  local self = setmetatable({ project = project, run = run, ref = RUNS .. run.id, tags = {} }, mirror)
  local found, err = remote_ref.read(project, self.ref)
  if err then return nil, err end
  if not found then return self end
  local text = file.read(run.dir .. "/journal") or ""
  if text:sub(1, #found.text) ~= found.text then return nil, taken(run, self.ref) end
  self.oid = found.oid
  local tags = remote_ref.list(project, TAGS .. run.id .. "/*") or {}
  for _, oid in pairs(tags) do self.tags[oid] = true end -- order: a set
  return self
end

-- On another machine ----------------------------------------------------------------------------

--- Brings the journal of a run, and the objects it made, from the remote.
---@param project table
---@param id string
---@return true?, slipway.Error?  nil, nil: the remote has no such run
function M.fetch(project, id)
  local found, err = remote_ref.read(project, RUNS .. id)
  if not found then return nil, err end
  local tags, failed = remote_ref.list(project, ("%s%s/*"):format(TAGS, id))
  if not tags then return nil, failed end
  local names = {}
  for name in pairs(tags) do names[#names + 1] = name end -- order: a set
  if #names > 0 then
    local ok, unfetched = project.repo:fetch { remote = project.remote, refs = names, credential = worlds.credential(project) }
    if not ok then return nil, unfetched end
  end
  local dir = ("%s/runs/%s"):format(store.dir(project), id)
  local made, broken = file.mkdir { path = dir, parents = true }
  if made then made, broken = file.write { path = dir .. "/journal", text = found.text } end
  return made, broken
end

-- A branch that the step continued stands here where the step left it.
local function restore_branch(project, verb, args, value)
  local name, to = "refs/heads/" .. args[verb.tip.branch], value[verb.tip.result or "commit"]
  local here = project.repo:ref(name)
  if not to or here == to then return true end
  if here and not project.repo:is_ancestor(here, to) then
    return nil, errors.new { code = "step.different", message = ("%s here is at %s, which the run does not go on from"):format(name, here:sub(1, 10)), hint = "git fetch, and look" }
  end
  if here and project.head.branch == args[verb.tip.branch] then
    local moved, err = project.repo:move_files { from = here, to = to }
    if not moved then return nil, err end
  end
  return project.repo:update_ref { name = name, to = to, expect = here or "", reason = "slipway: the run went on here" }
end

local function restore_tag(project, args, value)
  local name = "refs/tags/" .. args.name
  if project.repo:ref(name) then return true end
  return project.repo:update_ref { name = name, to = value.oid, expect = "", reason = "slipway: the run went on here" }
end

local function restore(project, verb, args, value)
  if verb.name == "tag" then return restore_tag(project, args, value) end
  if verb.tip and args[verb.tip.branch] then return restore_branch(project, verb, args, value) end
  return true
end

--- Makes this clone what the other one was: branches and tags of the run; what cannot travel is done again.
---@param ctx table  of run/perform.lua
---@return true?, slipway.Error?
function M.settle_in(ctx, project)
  for _, step in ipairs(ctx.run.plan.steps) do
    local now, verb = ctx.run.state.steps[step.id], ctx.verbs[step.verb]
    if step.class == "local" and (now.state == "done" or now.state == "adopted") then
      local args = perform.arguments(ctx.run, step)
      local ok, err = restore(project, verb, args, now.value or {})
      if not ok then return nil, err end
      if verb.verify(perform.world_of(ctx, step), args) ~= "same" then
        perform.append(ctx, "NOTE", { step = step.id, text = "done again here: its result did not travel" })
        now.state, now.again = "planned", true
      end
    end
  end
  return true
end

return M
