-- One tag, here and on the remote: the objects that moving or deleting it expects.
local remote_view = require "repository.remote_view"

return {
  name = "tagged", summary = "A tag's object here and on the remote, empty text where it is not.", signature = "facts:tagged(name) → { here, there, commit }",
  ask = function(world, name)
    local tag, err = world.repo:tag(name)
    if err then return nil, err end
    local there = ""
    if world.project.remote then
      local view, failed = remote_view.get(world)
      if not view then return nil, failed end
      there = view.refs["refs/tags/" .. name] or ""
    end
    return { here = tag and tag.oid or "", there = there, commit = tag and tag.commit or "", message = tag and tag.message or "" }
  end,
}
