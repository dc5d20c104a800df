-- Does the remote answer, with the credentials git has?
local errors = require "pure.errors"
local remote_view = require "repository.remote_view"

return {
  name = "reachable", summary = "Does the remote answer?", signature = "facts:reachable() → check",
  ask = function(world)
    if not world.project.remote then return { ok = true, why = "there is no remote" } end
    local view, err = remote_view.get(world)
    if view then return { ok = true } end
    return { ok = false, why = tostring(errors.adopt(err)), hint = err.hint or "slipway doctor", code = err.code }
  end,
}
