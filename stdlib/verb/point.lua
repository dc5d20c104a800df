-- Sets a tag that moves: an npm dist-tag, a tag of an image such as latest, or the latest mark of the release pages. It goes to another version and can be
-- set back; latest never goes to a pre-release or to an older version, unless that is said.
local errors = require "pure.errors"
local latest_page = require "forge.latest"
local publication = require "registry.publication"
local registries = require "pure.registries"
local verb = require "pure.declare"

-- Where it stood before, kept so that a killed run knows it too.
local function memory(world, a)
  return ("%s/pointed-%s"):format(world.run.dir, world.digest.sha256(table.concat({ a.registry, a.package, a.pointer }, "\0")):sub(1, 16))
end

local function backwards(registry, a)
  if a.pointer ~= "latest" or a.back then return nil end
  local others, err = registry.versions(a.package)
  if not others then return err end
  local why = registries.backwards(a.version, others)
  return why and errors.new { code = "registry.backwards", message = ("%s is not moved: %s"):format(a.pointer, why), hint = "back = true says that it is meant" }
end

--- Where the tag stands and where it shall stand.
local function look(world, a)
  local registry, err
  if a.kind == "page" then registry = latest_page(world) else registry, err = publication.open(world, a) end
  if not registry then return nil, err end
  if not registry.point then return nil, errors.new { code = "registry.not_offered", message = a.registry .. " has no tags that move" } end
  local target, failed = registry.target(a.package, a.version)
  if not target then
    return nil, failed or errors.new { code = "registry.not_found", message = ("%s %s is not on %s"):format(a.package, a.version, registry.where) }
  end
  local now, unread = registry.pointed(a.package, a.pointer)
  if unread then return nil, unread end
  return { registry = registry, target = target, now = now }
end

return verb {
  name = "point", class = "remote", forward = true, summary = "Set a moving tag (npm dist-tag, image tag, latest) to a version.",
  params = { registry = "text", kind = "text", package = "text", pointer = "text", version = "text", where = "text?", back = "boolean?" },
  returns = { target = "text" }, undo_says = "set it back",
  label = function(a) return ("%s of %s"):format(a.pointer, a.package) end,
  example = 'p:point { registry = "npm", kind = "npm", package = "pelican", pointer = "latest", version = "1.2.0" }',
  describe = function(a) return ("point %s of %s to %s on %s"):format(a.pointer, a.package, a.version, a.registry) end,
  verify = function(world, a)
    local found, err = look(world, a)
    if not found then return err.retry and "unknown" or "different", err end
    if found.now == found.target then return "same", { target = found.target } end
    local back = found.now and backwards(found.registry, a)
    if back then return "different", back end
    return "absent"
  end,
  apply = function(world, a)
    local found, err = look(world, a)
    if not found then return nil, err end
    if found.now ~= found.target and not world.file.stat(memory(world, a)) then
      local ok, unwritten = world.file.write { path = memory(world, a), text = found.now or "" }
      if not ok then return nil, unwritten end
    end
    local ok, failed = found.registry.point(a.package, a.pointer, found.target)
    if not ok then return nil, publication.parked(failed) end
    return { target = found.target }
  end,
  undo = function(world, a)
    local before = world.file.read(memory(world, a))
    if not before then return true end
    local found, err = look(world, a)
    if not found then return nil, err end
    if (found.now or "") == before then return true end
    if found.now ~= found.target then
      return nil, errors.new { code = "step.different", message = ("%s of %s stands at %s, which is not ours; it is left alone"):format(a.pointer, a.package, tostring(found.now)) }
    end
    if before == "" then return found.registry.unpoint(a.package, a.pointer) end
    return found.registry.point(a.package, a.pointer, before)
  end,
}
