-- Is a version free everywhere: no tag here, none on the remote, no release page?
local remote_view = require "repository.remote_view"
local tags = require "repository.tags"

local function taken_by(world, tag)
  local ref = "refs/tags/" .. tag
  local here = world.repo:ref(ref)
  local view = world.project.remote and remote_view.get(world)
  if view and view.refs[ref] then
    if here then return ("the tag %s exists here and on %s: it is released"):format(tag, world.project.remote), "slipway runs   shows what made it" end
    return ("the tag exists on %s only"):format(world.project.remote), ("git fetch %s tag %s, and look at it"):format(world.project.remote, tag)
  end
  if here then return "the tag exists here", ("git tag -d %s, if it was never released"):format(tag) end
  if world.config.forge and not world.offline then
    local page = world.forge.release(tag)
    if page and not page.draft then return "a release page of that tag exists: " .. tostring(page.url) end
  end
end

return {
  name = "free", summary = "Is a version free: no tag here or on the remote, no release page?", signature = "facts:free(version, package?) → check",
  ask = function(world, version, package)
    if package then
      local one, err = require("repository.monorepo").world_of(world, package)
      if not one then return nil, err end
      world = one
    end
    local why, hint = taken_by(world, tags.name_of(world.project, version))
    if not why then return { ok = true } end
    return { ok = false, why = why, hint = hint or "choose another version with --version" }
  end,
}
