-- Where a branch is on the remote; empty text when it is not there. What a push expects.
local remote_view = require "repository.remote_view"

return {
  name = "remote_tip", summary = "Where a branch is on the remote, or empty text.", signature = "facts:remote_tip(branch) → oid or \"\"",
  ask = function(world, branch)
    if not world.project.remote then return "" end
    local view = remote_view.get(world)
    return view and view.refs["refs/heads/" .. branch] or ""
  end,
}
