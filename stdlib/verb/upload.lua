-- Uploads one version of one package to its registry: exactly the files that were built. What is there and equal is not
-- sent again; what is there and different stops the run. An answer that was lost is looked for in the index.
local errors = require "pure.errors"
local product = require "builder.product"
local publication = require "registry.publication"
local registries = require "pure.registries"
local schema = require "pure.schema"
local semver = require "pure.semver"
local verb = require "pure.declare"

--- What is there under this version is something else; the next patch is free.
local function taken(registry, a, why)
  local version = semver.parse(a.version)
  local next = version and not version.pre and tostring(version:bump "patch")
  return errors.new {
    code = "registry.exists", message = ("%s is never overwritten: %s"):format(registry.where, why), retry = false,
    hint = next and ("slipway run release --version %s"):format(next) or "release another version",
  }
end

-- The registry has said yes: from then on "not in the index" means "not yet".
local function mark(world, a)
  return ("%s/accepted-%s"):format(world.run.dir, world.digest.sha256(table.concat({ a.registry, a.package, a.version, table.unpack(a.names) }, "\0")):sub(1, 16))
end

local function value_of(registry, units)
  local files = {}
  for i, unit in ipairs(units) do files[i] = { name = unit.name, digest = unit.digest } end
  return { where = registry.where, files = files }
end

--- Registry and units of a step.
local function prepare(world, a)
  local registry, err = publication.open(world, a)
  if not registry then return nil, err end
  local files, missing = publication.choose(world, product.flatten(a.files), a.names)
  if not files then return nil, missing end
  local units, malformed = registry.units(a.package, a.version, files)
  if not units then return nil, malformed end
  return registry, units
end

--- Would this upload move a tag backwards? Only npm sets one by uploading.
local function moves_back(registry, a)
  if a.kind ~= "npm" or (a.tag or "latest") ~= "latest" then return nil end
  local others, err = registry.versions(a.package)
  if not others then return err end
  local why = registries.backwards(a.version, others)
  return why and errors.new { code = "registry.backwards", message = "latest is not moved: " .. why, hint = 'upload it under another tag: tag = "next"' }
end

local function not_visible(registry, a)
  return errors.new { code = "registry.not_visible", retry = true, message = ("%s has accepted %s %s, its index does not show it yet"):format(registry.where, a.package, a.version), hint = "slipway resume   looks again; slipway resume --retry STEP   sends it once more" }
end

local function is_interrupted(world) return world.interrupted and world.interrupted() end

--- Waits until the index shows every unit, or one that is different.
local function wait_until_seen(world, registry, units, a)
  local limit, pause = world.clock.now() + (schema.seconds(a.within) or 300), 250
  while true do
    local published, err = registry.look(a.package, a.version)
    local found = not err and publication.compare(registry, units, published)
    if found and (#found.missing == 0 or found.different) and not (a.mutable and found.different) then return true end
    if err and not err.retry then return nil, err end
    if world.clock.now() >= limit or is_interrupted(world) then return nil, err or not_visible(registry, a) end
    world.progress(("waiting until %s shows %s %s"):format(registry.where, a.package, a.version))
    world.clock.sleep(pause)
    pause = math.min(pause * 2, 15000)
  end
end

--- Sends one unit. Without a clear answer it is looked for before it is sent again.
local function send_one(world, registry, unit, a)
  for attempt = 1, 4 do
    world.progress(("uploading %s to %s"):format(unit.name, registry.where))
    local ok, err = registry.send(a.package, a.version, unit, { tag = a.tag })
    if ok or err.code == "registry.exists" then return true end -- what exists is compared afterwards
    if not err.retry or err.code == "registry.limited" or attempt == 4 or is_interrupted(world) then return nil, err end
    world.clock.sleep(500 * 2 ^ attempt)
    local published = registry.look(a.package, a.version)
    if #publication.compare(registry, { unit }, published).missing == 0 then return true end
  end
end

local function send_all(world, registry, units, a)
  for i, unit in ipairs(units) do
    local ok, failed = send_one(world, registry, unit, a)
    if not ok then return nil, failed end
    if i < #units then world.checkpoint "upload-in-the-middle" end
  end
  return true
end

return verb {
  name = "upload", class = "final", summary = "Upload a package's files to its registry, exactly as they were built.",
  params = {
    registry = "text", kind = "text", package = "text", version = "text", where = "text?", files = "artifacts", names = "list",
    tag = "text?", mutable = "boolean?", within = "duration?",
  },
  returns = { where = "text", files = "list" },
  retract = "slipway run yank   where the registry can; what was installed stays",
  retraction = function(a) return a.mutable and "it is overwritten by the next one" or registries.lasting(a.kind) end,
  label = function(a) return ("%s %s"):format(a.package, a.version) end,
  example = 'p:upload { registry = "crates", kind = "cargo", package = "pelican", version = "1.2.0", files = { built.files }, names = { "pelican-1.2.0.crate" } }',
  describe = function(a)
    return ("upload %s %s to %s%s%s"):format(a.package, a.version, a.registry, a.where and a.where ~= a.package and (" (%s)"):format(a.where) or "", a.mutable and "; the tag may move" or "")
  end,
  verify = function(world, a)
    local registry, units = prepare(world, a)
    if not registry then return "different", units end
    local published, err = registry.look(a.package, a.version)
    if err then return err.retry and "unknown" or "different", publication.parked(err) end
    local found = publication.compare(registry, units, published)
    if found.different and not a.mutable then return "different", taken(registry, a, found.different) end
    if not found.different and #found.missing == 0 then return "same", value_of(registry, units) end
    if not found.different and world.file.stat(mark(world, a)) and not (world.step and world.step.again) then return "unknown", not_visible(registry, a) end
    local back = moves_back(registry, a)
    if back then return "different", back end
    return "absent", nil, found.there > 0 and { there = found.there } or nil
  end,
  apply = function(world, a)
    local registry, units = prepare(world, a)
    if not registry then return nil, units end
    local published, err = registry.look(a.package, a.version)
    if err then return nil, publication.parked(err) end
    local missing = a.mutable and units or publication.compare(registry, units, published).missing
    local sent, failed = send_all(world, registry, missing, a)
    registry.client.done()
    if not sent then return nil, publication.parked(failed) end
    local ok, unwritten = world.file.write { path = mark(world, a), text = registry.where }
    if not ok then return nil, unwritten end
    local seen, late = wait_until_seen(world, registry, units, a)
    if not seen then return nil, late end
    return value_of(registry, units)
  end,
}
