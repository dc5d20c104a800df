-- Small texts of ours on the project's remote, each behind a ref below refs/slipway/: read, and exchanged by
-- compare-and-swap. They are commits with one file, so that every server takes them and `git log` shows them.
local clock = require "door.clock"
local errors = require "pure.errors"
local worlds = require "run.world"

local M = {}

local FILE = "record"

local function is_there(project, oid) return project.repo:commit(oid) ~= nil end

--- Objects of all refs that fit a pattern.
---@param project table
---@param pattern string  "refs/slipway/lock/*"
---@return table<string, oid>?, slipway.Error?
function M.list(project, pattern)
  local view, err = project.repo:ls_remote { remote = project.remote, patterns = { pattern }, credential = worlds.credential(project) }
  if not view then return nil, err end
  return view.refs
end

--- What a ref of the remote says now.
---@param project table
---@param ref string
---@return { oid: oid, text: string }?, slipway.Error?  nil, nil: it is not there
function M.read(project, ref)
  local refs, err = M.list(project, ref)
  if not refs then return nil, err end
  local oid = refs[ref]
  if not oid then return nil end
  if not is_there(project, oid) then
    local ok, failed = project.repo:fetch { remote = project.remote, refs = { ref }, credential = worlds.credential(project) }
    if not ok then return nil, failed end
    if not is_there(project, oid) then return M.read(project, ref) end -- it moved on meanwhile
  end
  local text, unread = project.repo:read { at = oid, path = FILE }
  if unread then return nil, unread end
  return { oid = oid, text = text or "" }
end

--- Puts a text behind a ref, if the ref is still where it was ("" for nowhere). False when it is not.
---@param project table
---@param ref string
---@param o { text: string, expect: oid|"", message: string, parents: oid[]? }
---@return oid|false|nil, slipway.Error?
function M.put(project, ref, o)
  local parents = o.parents or {}
  local made, err = project.repo:write_commit {
    base = parents[1], files = { { path = FILE, content = o.text } }, parents = parents, message = o.message, time = clock.now(), sign = false,
  }
  if not made then return nil, err end
  local moved, failed = M.move(project, ref, made.commit, o.expect)
  if not moved then return moved, failed end
  return made.commit
end

--- Moves a ref of the remote, or takes it away (`to` nil). False when it is not where it was expected.
---@return true|false|nil, slipway.Error?
function M.move(project, ref, to, expect)
  local answer, err = project.repo:push { remote = project.remote, refs = { { name = ref, to = to, expect = expect } }, credential = worlds.credential(project), within = 120000 }
  if not answer then
    if err.code ~= "git.push_unknown" and not err.retry then return nil, err end
    local refs, unread = M.list(project, ref) -- the answer was lost: what is there now?
    if not refs then return nil, unread end
    if refs[ref] == to then return true end
    return nil, err
  end
  if answer.ok then return true end
  local refs, unread = M.list(project, ref)
  if not refs then return nil, unread end
  if refs[ref] == to then return true end
  if (refs[ref] or "") ~= expect then return false end
  local state = answer.refs[ref] or {}
  return nil, errors.new {
    code = "lock.remote_refused", message = ("%s takes no ref %s: %s"):format(project.remote, ref, state.why or state.state or "no reason given"),
  }
end

return M
