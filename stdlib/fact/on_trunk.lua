-- Is HEAD the trunk? A detached HEAD that equals the remote's trunk, as CI checks out, is as good.
local remote_view = require "repository.remote_view"

return {
  name = "on_trunk", summary = "Is HEAD the trunk (or, detached, equal to the remote's trunk)?", signature = "facts:on_trunk() → check",
  ask = function(world)
    local project = world.project
    if project.head.branch == project.trunk then return { ok = true } end
    local hint = ("git switch %s   or set trunk in slipway.lua"):format(project.trunk)
    if not project.head.detached then
      return { ok = false, why = ("HEAD is on %s, the trunk is %s"):format(project.head.branch, project.trunk), hint = hint }
    end
    local view = project.remote and remote_view.get(world)
    local tip = view and view.refs["refs/heads/" .. project.trunk]
    if tip == project.head.oid then return { ok = true } end
    return { ok = false, why = ("HEAD is detached at %s, which is not the trunk of the remote"):format(project.head.oid:sub(1, 10)), hint = hint }
  end,
}
