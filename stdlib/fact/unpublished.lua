-- Has nobody been able to install a version yet: no public page, and not in any registry?
local tags = require "repository.tags"

return {
  name = "unpublished", summary = "Is a version not public yet: no public page, in no registry?", signature = "facts:unpublished(version) → check",
  ask = function(world, version)
    local hint = ("people may have it: leave the tag, and release the repair: slipway run hotfix --from %s"):format(tags.name_of(world.project, version))
    if world.forge then
      local page, err = world.forge.release(tags.name_of(world.project, version))
      if err then return nil, err end
      if page and not page.draft then return { ok = false, why = "its page is public: " .. tostring(page.url), hint = hint } end
    end
    return { ok = true }
  end,
}
