-- Has nobody been able to install a version yet: no public page, and not in any registry?
local open = require "registry.open"
local packages = require "fact.packages"
local tags = require "repository.tags"

-- The first registry that has the version, in words.
local function registry_with(world, version)
  local list, err = packages.ask(world, { releases = { { version = tostring(version) } } })
  if not list then return nil, err end
  for _, item in ipairs(list) do
    local registry, unknown = open.open(world, item.registry, item.package)
    if not registry then return nil, unknown end
    local published, failed = registry.look(item.package, item.version)
    if failed then return nil, failed end
    if published then return ("%s %s is on %s"):format(item.package, item.version, item.where) end
  end
  return false
end

return {
  name = "unpublished", summary = "Is a version not public yet: no public page, in no registry?", signature = "facts:unpublished(version) → check",
  ask = function(world, version)
    local hint = ("people may have it: leave the tag, and release the repair: slipway run hotfix --from %s"):format(tags.name_of(world.project, version))
    if world.forge then
      local page, err = world.forge.release(tags.name_of(world.project, version))
      if err then return nil, err end
      if page and not page.draft then return { ok = false, why = "its page is public: " .. tostring(page.url), hint = hint } end
    end
    local where, failed = registry_with(world, version)
    if where == nil then return nil, failed end
    if where then return { ok = false, why = where, hint = hint } end
    return { ok = true }
  end,
}
