-- What a cargo registry is told beside the .crate file, read from the manifest inside of it, which cargo has normalised.
-- Source: Cargo Book, "Registry Web API", Publish.
local json = require "door.json"
local sorted_keys = require "pure.sorted_keys"
local toml = require "pure.toml"

local M = {}

--- Cargo's short form of a requirement in full: "1.2" is "^1.2".
local function requirement(text)
  local parts = {}
  for part in (text or "*"):gmatch "[^,]+" do
    part = part:match "^%s*(.-)%s*$"
    parts[#parts + 1] = part:find "^%d" and not part:find "%*" and "^" .. part or part
  end
  return table.concat(parts, ", ")
end

--- Index of the registry that a package of the lock file comes from.
local function sources(lock)
  local found = {}
  for _, package in ipairs(lock and lock.package or {}) do
    local index = (package.source or ""):match "^registry%+(.+)$" or (package.source or ""):match "^(sparse%+.+)$"
    if index then found[package.name] = index end
  end
  return found
end

-- "The same registry" is null; a manifest without registry-index means cargo's default one.
local function registry_of(entry, name, o)
  local index = entry["registry-index"]
  if not index and o.alternative then index = o.sources[entry.package or name] end
  if not index or index == o.index then return json.null end
  return index
end

local function add_section(list, section, kind, target, o)
  local names = sorted_keys(section)
  for _, name in ipairs(names) do
    local entry = section[name]
    if type(entry) == "string" then entry = { version = entry } end
    list[#list + 1] = {
      name = entry.package or name, version_req = requirement(entry.version), features = json.array { table.unpack(entry.features or {}) },
      optional = entry.optional or false, default_features = entry["default-features"] ~= false, target = target or json.null, kind = kind,
      registry = registry_of(entry, name, o), explicit_name_in_toml = entry.package and name or json.null,
    }
  end
end

local kinds = { { "dependencies", "normal" }, { "dev-dependencies", "dev" }, { "build-dependencies", "build" } }

local function dependencies(manifest, o)
  local list, targets = json.array {}, {}
  for _, kind in ipairs(kinds) do add_section(list, manifest[kind[1]], kind[2], nil, o) end
  for target in pairs(manifest.target or {}) do targets[#targets + 1] = target end -- order: sorted below
  table.sort(targets)
  for _, target in ipairs(targets) do
    for _, kind in ipairs(kinds) do add_section(list, manifest.target[target][kind[1]], kind[2], target, o) end
  end
  return list
end

local function texts(value) return json.array { table.unpack(value or {}) } end
local function maybe(value) return type(value) == "string" and value or json.null end

--- A table as JSON writes an object, also when it is empty.
local function lists_by_name(map)
  local result = {}
  for name, list in pairs(map or {}) do result[name] = texts(list) end -- order: a set
  return result
end

--- The metadata of a crate from the text of its files.
---@param read fun(name: string): string?  a file of the crate
---@param o { index: string, alternative: boolean }  where it goes; is that another than cargo's default registry?
---@return table? metadata, slipway.Error?
function M.of(read, o)
  local manifest, err = toml.decode(read "Cargo.toml" or "")
  if not manifest then return nil, err end
  local package = manifest.package or {}
  local lock = read "Cargo.lock"
  local about = { index = o.index, alternative = o.alternative, sources = sources(lock and toml.decode(lock)) }
  local readme = type(package.readme) == "string" and package.readme or nil
  return {
    name = package.name, vers = package.version, deps = dependencies(manifest, about), features = lists_by_name(manifest.features),
    authors = texts(package.authors), description = maybe(package.description), documentation = maybe(package.documentation),
    homepage = maybe(package.homepage), readme = maybe(readme and read(readme)), readme_file = maybe(readme), keywords = texts(package.keywords),
    categories = texts(package.categories), license = maybe(package.license), license_file = maybe(package["license-file"]),
    repository = maybe(package.repository), badges = {}, links = maybe(package.links), rust_version = maybe(package["rust-version"]),
  }
end

return M
