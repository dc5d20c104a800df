-- What the remote has, asked once while planning.
local errors = require "pure.errors"

local M = {}

--- All branches and tags of the project's remote.
---@param world table
---@return { refs: table<string, oid>, peeled: table<string, oid>, head: string? }?, slipway.Error?
function M.get(world)
  local project = world.project
  if project.remote_view then return project.remote_view end
  if project.remote_error then return nil, project.remote_error end
  if not project.remote then return nil, errors.new { code = "git.remote_missing", message = "the project has no remote" } end
  if world.offline then return M.last_seen(world) end
  local view, err = world.repo:ls_remote { remote = project.remote, credential = world.credential() }
  rawset(project, view and "remote_view" or "remote_error", view or err)
  return view, err
end

--- What the last fetch has seen: for --offline.
function M.last_seen(world)
  local refs, peeled = {}, {}
  local prefix = ("refs/remotes/%s/"):format(world.project.remote)
  for _, ref in ipairs(world.repo:refs(prefix) or {}) do refs["refs/heads/" .. ref.name:sub(#prefix + 1)] = ref.oid end
  for _, ref in ipairs(world.repo:refs "refs/tags/" or {}) do
    refs[ref.name], peeled[ref.name] = ref.oid, ref.commit
  end
  return { refs = refs, peeled = peeled }
end

--- The handle that can read a commit: the repository, or the scratch store when it was only fetched there.
---@param world table
---@param oid oid
---@return table repo
function M.reader(world, oid)
  if world.repo:commit(oid) then return world.repo end
  return world.scratch
end

return M
