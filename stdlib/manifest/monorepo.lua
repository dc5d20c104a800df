-- Is the repository one project or several packages, and what is each of them: its tag, its changelog, its
-- files. What slipway.lua says decides; else how the repository has been tagged so far; else whether
-- the members of its workspace have versions of their own.
local errors = require "pure.errors"
local near = require "pure.near"
local packages = require "manifest.packages"
local tag_names = require "pure.tag_names"
local workspace = require "manifest.workspace"

local M = {}

---@class slipway.Package
---@field name string
---@field short string         without scope and folders: "a" of "@s/a"
---@field path string          folder, "." for the root
---@field manifest string?     file that carries name and version
---@field kind string          "cargo", "npm", "python", "go", "cmake", else the manifest's format
---@field version string?      what the manifest says at HEAD; nil when the tag alone knows it
---@field private boolean      not to be published
---@field depends string[]     packages here that it needs; they stand before it in the list
---@field develops string[]    those needed for development only
---@field peers string[]       those that its users install beside it (npm's peerDependencies)
---@field tag string           pattern of its tags, "{version}" in it
---@field changelog string|false  its changelog file
---@field manifests string[]   files that carry its version
---@field inherits boolean     its version is the workspace's
---@field include string[]     further paths that belong to it
---@field ignore string[]      paths whose changes do not count

local kinds = { package_json = "npm", pyproject = "python", setup_cfg = "python", go_mod = "go" }

local lock_files = {
  "Cargo.lock", "uv.lock", "package-lock.json", "npm-shrinkwrap.json", "pnpm-workspace.yaml", "pnpm-lock.yaml",
  "bun.lock",
}

local function short_name(name)
  if not name:find("/", 1, true) then return name end
  local plain = name:gsub("/v%d+$", "")
  return plain:match "^.*/([^/]+)$" or plain
end

local function joined(folder, path) return folder == "." and path or folder .. "/" .. path end

-- What slipway.lua declares -------------------------------------------------------------------

--- Globs of folders, and the declared tables by folder.
local function declared(settings)
  local globs, tables = {}, {}
  for _, entry in ipairs(settings) do
    local folder = type(entry) == "table" and (entry.path:gsub("^%./", ""):gsub("(.)/+$", "%1")) or entry
    globs[#globs + 1] = folder
    if type(entry) == "table" then tables[folder] = entry end
  end
  return globs, tables
end

--- A package that has no manifest of its own; its tag alone knows the version.
local function without_manifest(folder, entry)
  return {
    name = entry.name or short_name(folder), path = folder, inherits = false, dynamic = true, private = false, needs = {},
    wants = {}, peers = {}, format = "none",
  }
end

local function with_declared(list, tables, settings)
  local seen, named = {}, {}
  for _, one in ipairs(list) do
    seen[one.path] = true
    local entry = tables[one.path]
    if entry and entry.name then
      named[one.name] = entry.name
      one.name = entry.name
    end
  end
  for _, entry in ipairs(settings) do
    local folder = type(entry) == "table" and (entry.path:gsub("^%./", ""):gsub("(.)/+$", "%1"))
    if folder and not seen[folder] then list[#list + 1] = without_manifest(folder, entry) end
  end
  for _, one in ipairs(list) do
    local entry = tables[one.path]
    for i, need in ipairs(one.needs) do one.needs[i] = named[need] or need end
    for i, want in ipairs(one.wants) do one.wants[i] = named[want] or want end
    for i, peer in ipairs(one.peers) do one.peers[i] = named[peer] or peer end
    if entry and entry.private ~= nil then one.private = entry.private end
    table.move(entry and entry.depends or {}, 1, #(entry and entry.depends or {}), #one.needs + 1, one.needs)
  end
  return packages.sort(list)
end

-- One project or several ----------------------------------------------------------------------

--- The private package in whose folder this one lies: it is a part of it, a fixture or a sample.
local function private_around(one, folders)
  local folder = one.path:match "^(.+)/"
  while folder do
    if folders[folder] then return folders[folder] end
    folder = folder:match "^(.+)/"
  end
end

--- Found and not declared: what nobody is to publish and nobody has tagged (samples, tests, tools) is left alone.
---@return slipway.manifest.Package[] kept, table[] left  { name, path, why }
local function without_private(list, tags)
  local tagged, kept, left, folders = nil, {}, {}, {}
  for _, one in ipairs(list) do
    if one.private then folders[one.path] = one.name end
  end
  for _, one in ipairs(list) do
    local around = not one.private and private_around(one, folders)
    if one.private or around then tagged = tagged or tag_names.tagged(list, tags()) end
    local why = one.private and "private" or around and "inside " .. around
    if not why or tagged[one.name] then kept[#kept + 1] = one else left[#left + 1] = { name = one.name, path = one.path, why = why } end
  end
  return kept, left
end

-- Sorted by path. Texts alone are compared without a call for each pair, and there may be hundreds.
local function by_path(list)
  local paths, at, sorted = {}, {}, {}
  for _, one in ipairs(list) do
    if not at[one.path] then paths[#paths + 1], at[one.path] = one.path, {} end
    table.insert(at[one.path], one)
  end
  table.sort(paths)
  for _, path in ipairs(paths) do table.move(at[path], 1, #at[path], #sorted + 1, sorted) end
  return sorted
end

--- Those that have no version of their own anywhere.
local function without_version(list, left)
  for _, one in ipairs(list) do
    if one.version == nil and not one.dynamic then left[#left + 1] = { name = one.name, path = one.path, why = "without a version" } end
  end
  return by_path(left)
end

--- Could it be released by itself?
local function is_released(one)
  if one.path == "." and one.private then return false end
  return one.version ~= nil or one.dynamic
end

local function decides_by_versions(list)
  local first
  for _, one in ipairs(list) do
    if one.format == "go_mod" then return true end
    if not one.inherits and not one.private then
      if first and one.version ~= first then return true end
      first = first or one.version
    end
  end
  return false
end

--- What other tools of monorepos have been told.
local function told(read)
  local lerna = read "lerna.json"
  local said = lerna and lerna:match '"version"%s*:%s*"([^"]+)"'
  if said then return said == "independent" end
  if read ".changeset/config.json" then return true end
end

local function is_several(list, o)
  if type(o.settings.packages) == "table" then return true end -- it says how they go together, not where they are
  if o.settings.manifests then return false end
  local tag = o.settings.tag
  if tag then return tag_names.names_package(tag) end
  local tags = o.tags()
  if tag_names.any(list, tags) then return true end
  for _, name in ipairs(tags) do
    if name:find "^v?%d+%.%d" then return false end
  end
  local said = told(o.read)
  if said ~= nil then return said end
  return decides_by_versions(list)
end

-- Each package --------------------------------------------------------------------------------

local function changelog_of(one, entry, setting)
  local own = entry.changelog
  if own == nil then own = setting end
  if own == false then return false end
  local file = type(own) == "table" and own.file or type(own) == "string" and own or "CHANGELOG.md"
  return joined(one.path, file)
end

local function manifests_of(one, entry)
  local list, seen = {}, {}
  local function add(path)
    if path and not seen[path] then seen[path], list[#list + 1] = true, path end
  end
  add(one.inherits and "Cargo.toml" or nil)
  add(one.manifest)
  for _, path in ipairs(entry.manifests or {}) do add(joined(one.path, path)) end
  return list
end

local function finished(one, entry, pattern, o)
  local general = o.settings.packages or {}
  local package = {
    name = one.name, short = short_name(one.name), path = one.path, manifest = one.manifest,
    kind = kinds[one.format] or one.format, version = one.version, private = one.private, depends = one.needs,
    develops = one.wants, peers = one.peers, inherits = one.inherits, changelog = changelog_of(one, entry, o.settings.changelog),
    manifests = manifests_of(one, entry), include = entry.include or {},
    ignore = table.move(entry.ignore or {}, 1, #(entry.ignore or {}), #(general.ignore or {}) + 1, { table.unpack(general.ignore or {}) }),
  }
  package.tag = tag_names.fill(entry.tag or pattern, package)
  return package
end

local function only_released(list)
  local kept, known = {}, {}
  for _, one in ipairs(list) do
    if is_released(one) then kept[#kept + 1], known[one.name] = one, true end
  end
  for _, one in ipairs(kept) do
    for _, key in ipairs { "needs", "wants", "peers" } do
      local names = {}
      for _, name in ipairs(one[key]) do
        if known[name] then names[#names + 1] = name end
      end
      one[key] = names
    end
  end
  return kept
end

local function nobody(globs)
  return errors.new {
    code = "package.none", message = ("slipway.lua: packages: there is no package in %s"):format(table.concat(globs, ", ")),
    hint = "a folder with a manifest, for example \"crates/*\"; or a table with path and name for one without",
  }
end

--- The packages of a repository, what is needed before what needs it, and all files in which requirements
--- between them may stand. Both empty where the repository is one project.
---@param o { read: (fun(path: string): string?), has: (fun(path: string): boolean)?, paths: (fun(globs: string[]): string[]), tags: (fun(): string[]), settings: table }
---@return slipway.Package[]? packages, string[]|slipway.Error files
---@return table[]? left  what was found and is never released: { name, path, why }
function M.find(o)
  local settings = o.settings.packages
  if settings == false then return {}, {} end
  local is_declared = settings ~= nil and #settings > 0
  local globs, tables = declared(settings or {})
  local list, err, files, unsorted = packages.find(o.paths, o.read, is_declared and globs or nil)
  if is_declared and list then list, err = with_declared(list, tables, settings) end
  if not unsorted then return nil, err end
  if not is_declared then
    local released = without_private(only_released(unsorted), o.tags)
    if #released < 2 or not is_several(released, o) then return {}, {} end
  end
  if not list then return nil, err end -- a circle or a broken manifest matters only where packages are released one by one
  if is_declared and #list == 0 then return nil, nobody(globs) end
  local left = {}
  if not is_declared then
    list, left = without_private(list, o.tags)
    left = without_version(list, left)
  end
  list = only_released(list)
  local pattern = o.settings.tag
  local result = {}
  local guessed = tag_names.patterns(list, o.tags(), pattern)
  for i, one in ipairs(list) do result[i] = finished(one, tables[one.path] or {}, guessed[one.name], o) end
  local has = o.has or o.read -- lock files are long
  for _, path in ipairs(lock_files) do
    if has(path) then files[#files + 1] = path end
  end
  if has "Cargo.toml" and not near.contains(files, "Cargo.toml") then files[#files + 1] = "Cargo.toml" end
  return result, files, left
end

--- {a,b} of a glob spelled out.
M.alternatives = workspace.alternatives

--- The packages that people mean: by name, folder or short name, a glob for several.
---@param list slipway.Package[]
---@param wanted string[]
---@return table<string, true>?, slipway.Error?
function M.select(list, wanted)
  local chosen, names = {}, {}
  for _, one in ipairs(list) do names[#names + 1] = one.name end
  for _, text in ipairs(wanted) do
    local found = false
    for _, key in ipairs { "name", "path", "short" } do
      for _, one in ipairs(list) do
        local fits = one[key] == text or (key ~= "short" and text:find "[*{]" and workspace.fits(one[key], { text }))
        if fits then chosen[one.name], found = true, true end
      end
      if found then break end
    end
    if not found then
      return nil, errors.new {
        code = "package.not_found", message = ("there is no package '%s'%s"):format(text, near.suggest(text, names)),
        hint = #list == 0 and "the repository is one project; packages = { … } in slipway.lua declares several" or "slipway next   lists them",
      }
    end
  end
  return chosen
end

return M
