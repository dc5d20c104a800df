-- Looks ahead: the trunk as it will be once it is level with the remote. Fetches and rebases in a scratch
-- store; the repository and its refs stay untouched.
local errors = require "pure.errors"
local remote_view = require "repository.remote_view"

local function diverged(err, project)
  return { ok = false, why = err.message, hint = ("git rebase %s/%s by hand, then plan again"):format(project.remote, project.trunk) }
end

local function ahead(world, here, there)
  local repo = world.repo
  if not repo:commit(there) then
    local scratch = world.scratch
    local ok, err = scratch:fetch { remote = world.project.remote, refs = { "refs/heads/" .. world.project.trunk }, credential = world.credential() }
    if not ok then return nil, err end
    repo = scratch
  end
  if repo:is_ancestor(there, here) then return { commit = here } end
  if repo:is_ancestor(here, there) then return { commit = there } end
  if not repo:merge_base(here, there) then
    return { commit = here, check = { ok = false, why = "the trunk and the remote's trunk have no common history" } }
  end
  local made, err = world.scratch:rebase { branch = here, onto = there }
  if made then return { commit = made.commit, rebased = made.moved } end
  if err.code ~= "git.conflict" then return nil, err end
  return { commit = here, check = diverged(err, world.project) }
end

return {
  name = "synced", summary = "The trunk as it will be once level with the remote.",
  signature = "facts:synced() → { commit, from, remote, check }",
  ask = function(world)
    local project = world.project
    local here = world.repo:ref("refs/heads/" .. project.trunk)
    local exists = here ~= nil
    here = here or project.head.oid
    if not here then
      return nil, errors.new { code = "git.no_commits", message = "the repository has no commit yet", hint = "git commit, then plan again" }
    end
    local result = { from = here, commit = here, remote = "", exists = exists, check = { ok = true } }
    if not project.remote then return result end
    local view, err = remote_view.get(world)
    if not view then
      result.check = { ok = false, why = tostring(errors.adopt(err)), hint = err.hint, code = err.code }
      return result
    end
    local there = view.refs["refs/heads/" .. project.trunk]
    if not there then return result end
    result.remote = there
    local found, failed = ahead(world, here, there)
    if not found then return nil, failed end
    result.commit, result.check = found.commit, found.check or result.check
    return result
  end,
}
