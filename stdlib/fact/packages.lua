-- What a release publishes: one entry for each package and registry of slipway.lua, those that are needed by others first.
local errors = require "pure.errors"
local formats = require "manifest.formats"
local open = require "registry.open"
local packages = require "manifest.packages"
local registries = require "pure.registries"
local remote_view = require "repository.remote_view"
local json = require "door.json"
local matrix = require "pure.matrix"
local toml = require "pure.toml"

local manifests = { cargo = "Cargo.toml", pypi = "pyproject.toml", npm = "package.json" }

--- Does the manifest itself say that it is not to be published?
local function is_private(kind, text)
  if kind == "npm" then
    local value = json.decode(text)
    return type(value) == "table" and value.private == true
  end
  if kind ~= "cargo" then return false end
  local value = toml.decode(text)
  local package = type(value) == "table" and type(value.package) == "table" and value.package or {}
  return package.publish == false or type(package.publish) == "table" and #package.publish == 0
end

local function names_set(list)
  if not list then return nil end
  local set = {}
  for _, name in ipairs(list) do set[name] = true end
  return set
end

-- What repository packages are called where each has a version of its own.
local ecosystems = { cargo = "cargo", npm = "npm", pypi = "python" }

--- Packages of the whole repository: { name, path, private }, those that others need first.
local function all_of(world, kind, paths, read)
  local list = {}
  if #world.project.packages > 0 then
    for _, package in ipairs(world.project.packages) do
      if package.kind == ecosystems[kind] then list[#list + 1] = { name = package.name, path = package.path, private = package.private } end
    end
    return list
  end
  local found, err = packages.find(paths, read)
  if not found then return nil, err end
  for _, package in ipairs(found) do
    if package.manifest:match "[^/]*$" == manifests[kind] then
      list[#list + 1] = { name = package.name, path = package.path, private = is_private(kind, read(package.manifest) or "") }
    end
  end
  local text = #list == 0 and read(manifests[kind])
  local name = text and formats.name(manifests[kind], text)
  if name then list[1] = { name = name, path = ".", private = is_private(kind, text) } end
  return list
end

--- The packages of one registry.
local function chosen(world, kind, settings, paths, read)
  if kind == "oci" then return { { name = settings.image, path = "." } } end
  if settings.package then return { { name = settings.package, path = "." } } end
  local all, err = all_of(world, kind, paths, read)
  if not all then return nil, err end
  local list, wanted = {}, names_set(settings.packages)
  for _, package in ipairs(all) do
    if wanted and wanted[package.name] or not wanted and not package.private then list[#list + 1] = package end
  end
  if #list > 0 then return list end
  return nil, errors.new { code = "registry.no_package", message = ("no %s names a package to publish"):format(manifests[kind]), hint = 'package = "NAME" in the registry\'s table of slipway.lua' }
end

--- Which version of a package is released; nil: none.
local function version_of(package, releases)
  for _, one in ipairs(releases) do
    if not one.package or one.package == package.name or package.path == "." and one.main then return one.version end
  end
end

--- The builds whose files a registry publishes, and those files; nil: it has commands of its own.
---@return { names: string[], files: string[] }?, slipway.Error?
local function built_for(world, name, settings, said)
  if not settings.target then return nil end
  local entries, err = matrix.expand(world.config.targets or {}, { version = said, project = (world.project.name:gsub("^.*/", "")) })
  if not entries then return nil, err end
  local found = { names = {}, files = {} }
  for _, target in ipairs(type(settings.target) == "table" and settings.target or { settings.target }) do
    local builds = matrix.named(entries, target)
    if #builds == 0 then
      return nil, errors.new { code = "build.no_target", message = ("registries.%s publishes the target '%s', which slipway.lua has not"):format(name, target), hint = "slipway help targets" }
    end
    for _, build in ipairs(builds) do
      found.names[#found.names + 1] = build.target
      table.move(build.paths or build.produce, 1, #(build.paths or build.produce), #found.files + 1, found.files)
    end
  end
  return found
end

local function entry_of(world, name, settings, kind, package, version, said)
  local registry, err = open.open(world, name, package.name)
  if not registry then return nil, err end
  local built, unknown = built_for(world, name, settings, said)
  if unknown then return nil, unknown end
  local produce, names = registries.files(kind, package.name, version, settings, built and built.files), {}
  for i, path in ipairs(produce) do names[i] = path:match "[^/]*$" end
  local smoke = settings.smoke
  return {
    registry = name, kind = kind, package = package.name, version = version, where = registry.where, folder = package.path, names = names, produce = produce,
    targets = built and built.names, release = said, pointers = settings.pointers or (kind == "oci" and { "latest" }) or {},
    smoke = smoke ~= false, smoke_run = type(smoke) == "table" and smoke or nil, within = settings.within,
  }
end

--- The entries of one registry, appended to `list`.
local function add_registry(world, name, o, tree, list)
  local settings, kind = open.settings(world, name)
  if not settings then return nil, kind end
  local all, err = chosen(world, kind, settings, tree.paths, tree.read)
  if not all then return nil, err end
  local going, first = {}, #list + 1
  for _, package in ipairs(all) do
    local said = version_of(package, o.releases)
    said = said and tostring(said)
    local pre = said and said:match "%-(%a*)"
    if said and not (pre and settings.prereleases == false) then
      local version, unsaid = registries.version_for(kind, said)
      if not version then return nil, unsaid end
      local entry, failed = entry_of(world, name, settings, kind, package, version, said)
      if not entry then return nil, failed end
      entry.pre = pre and (pre ~= "" and pre or "pre") or nil
      going[#going + 1], list[#list + 1] = package, entry
    end
  end
  local run = registries.commands(kind, going, settings)
  for i = first, #list do list[i].run = run end
  return true
end

return {
  name = "packages", summary = "What a release publishes, by package and registry, in the order of their needs.",
  signature = "facts:packages{ releases = { { package =, version = } }, at =, registry = } → { { registry, kind, package, version, where, names, … } }",
  ask = function(world, o)
    local at, names, list = o.at or world.project.head.oid, {}, {}
    local repo = remote_view.reader(world, at)
    local tree = { paths = {} }
    for _, entry in ipairs(repo:list { at = at, recursive = true } or {}) do
      if entry.kind == "file" then tree.paths[#tree.paths + 1] = entry.path end
    end
    function tree.read(path) return (repo:read { at = at, path = path }) end
    for name in pairs(world.config.registries or {}) do names[#names + 1] = name end -- order: sorted below
    table.sort(names)
    for _, name in ipairs(o.registry and { o.registry } or names) do
      local ok, err = add_registry(world, name, o, tree, list)
      if not ok then return nil, err end
    end
    return list
  end,
}
