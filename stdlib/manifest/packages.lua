-- The packages of a repository with more than one: found from its workspaces or from declared folders,
-- each with name, version and the packages here that it needs, in the order they are released:
-- what is needed comes first. A circle of needs is refused by name.
local errors = require "pure.errors"
local formats = require "manifest.formats"
local toml = require "pure.toml"
local workspace = require "manifest.workspace"

local M = {}

---@class slipway.manifest.Package
---@field name string
---@field path string       folder, "." for the root
---@field manifest string   path of the file that carries name and version
---@field format string     name of the manifest's format: "cargo", "package_json", "pyproject", "go_mod", …
---@field version string?   nil when it is computed elsewhere
---@field inherits boolean  the version is the workspace's
---@field dynamic boolean   the version comes from somewhere else: a tag, a source file
---@field private boolean   its manifest says that it is not to be published
---@field needs string[]    names of packages of this repository
---@field wants string[]    those needed for development only: they come first when that is possible
---@field peers string[]    those that its users install beside it: likewise

local function folder_of(path) return path:match("^(.*)/[^/]*$") or "." end

--- The paths to look through: given, or looked up for the globs that matter (and the one name, if there is one).
local function candidates(paths, globs, name)
  return type(paths) == "function" and paths(globs, name) or paths
end

local samples = { "node_modules/", "/__tests__/", "/__fixtures__/", "/fixtures/", "/testdata/" }

--- Names of folders in which no manifest of a member is looked for.
M.samples = { "node_modules", "__tests__", "__fixtures__", "fixtures", "testdata" }

--- Does it only serve tests, whatever glob it fits?
local function is_sample(path)
  for _, folder in ipairs(samples) do
    if path:find(folder, 1, true) then return true end
  end
  return false
end

--- Manifests of members: files of the declared name in folders that fit.
local function member_files(paths, said)
  local list, suffix = {}, "/" .. said.manifest
  for _, path in ipairs(candidates(paths, said.members, said.manifest)) do
    if path:sub(-#suffix) == suffix and not is_sample(path) then
      local folder = folder_of(path)
      if workspace.fits(folder, said.members) and not workspace.fits(folder, said.exclude) then
        list[#list + 1] = path
      end
    end
  end
  return list
end

--- Folders that slipway.lua declares, with whatever manifest speaks there.
local function declared_files(paths, globs)
  local best, list = {}, {}
  for _, path in ipairs(candidates(paths, globs)) do
    local folder = folder_of(path)
    local candidate = formats.candidates(path)[1]
    if candidate and not candidate.format.companion and not candidate.format.by_content and workspace.fits(folder, globs) then
      local known = best[folder]
      if not known or candidate.rank < known.rank then
        best[folder] = { rank = candidate.rank, path = path }
      end
    end
  end
  for _, entry in pairs(best) do list[#list + 1] = entry.path end -- order: sorted by the caller
  return list
end

local function files_of(paths, read, globs)
  local seen, list = {}, {}
  local function add(path)
    if not seen[path] and read(path) then seen[path], list[#list + 1] = true, path end
  end
  if globs then
    for _, path in ipairs(declared_files(paths, globs)) do add(path) end
  else
    for _, said in ipairs(workspace.declared(read)) do
      local members = member_files(paths, said)
      if #members > 0 then add(said.manifest) end
      for _, path in ipairs(members) do add(path) end
    end
  end
  for i, path in ipairs(list) do list[i] = ("%04d%s"):format(select(2, path:gsub("/", "")), path) end -- the shallow first
  table.sort(list)
  for i, key in ipairs(list) do list[i] = key:sub(5) end
  return list
end

--- What a file depends on, from one reading of it.
local function needs_of(found)
  if found.needs then return found.needs, found.wants, {} end
  local needs, wants, peers = {}, {}, {}
  for _, site in ipairs(found.sites) do
    local list = site.peer and peers or site.soft and wants or needs
    list[#list + 1] = site.needs
  end
  return needs, wants, peers
end

local function own_version(found)
  for _, site in ipairs(found.sites) do
    if site.role == "version" and site.text ~= "" then return site.text end
  end
end

--- A package whose manifest has its version, name and needs in one place each.
local function plain_package(path, format, said)
  return {
    name = said.name, path = folder_of(path), manifest = path, format = format.name, inherits = false, dynamic = false,
    private = said.private, version = said.version ~= "" and said.version or nil, needs = said.needs, wants = said.wants, peers = said.peers,
  }
end

--- One package; nil when the file names none (a root that only gathers members).
local function package_of(path, text, shared)
  local format = formats.of(path, text)
  if not format then return nil end
  local said = format.glance and format.glance(text)
  if said then return said.name and plain_package(path, format, said) or nil end
  local found, err = formats.find(path, text)
  if not found then return nil, err end
  if not found.name then return nil end
  local answer = found.answer and found.answer.code
  local inherits = answer == "manifest.inherited" or found.inherits == true
  local needs, wants, peers = needs_of(found)
  return {
    name = found.name, path = folder_of(path), manifest = path, format = format.name, inherits = inherits,
    dynamic = answer == "manifest.dynamic" or format.name == "go_mod", private = found.private == true,
    version = own_version(found) or (inherits and shared) or nil, needs = needs, wants = wants,
    peers = peers,
  }
end

--- The names in a list that belong to this repository; sorted, each once.
local function own_names(list, known, self)
  if #list == 0 then return {} end
  local names, seen = {}, {}
  for _, name in ipairs(list) do
    if known[name] and name ~= self and not seen[name] then
      seen[name], names[#names + 1] = true, name
    end
  end
  table.sort(names)
  return names
end

local function keep_own_needs(list)
  local known = {}
  for _, package in ipairs(list) do known[package.name] = true end
  for _, package in ipairs(list) do
    package.needs = own_names(package.needs, known, package.name)
    package.wants = own_names(package.wants, known, package.name)
    package.peers = own_names(package.peers, known, package.name)
  end
end

local function circle(trail, name)
  local names, inside = {}, false
  for _, one in ipairs(trail) do
    inside = inside or one == name
    if inside then names[#names + 1] = one end
  end
  names[#names + 1] = name
  return errors.new {
    code = "manifest.circle",
    message = "the packages need each other in a circle: " .. table.concat(names, " → "),
    hint = "take one of the dependencies out, or make it one for development without a version",
  }
end

--- Would going to `name` lead back to a package on the trail?
local function reaches(by_name, name, trail)
  local open, seen = {}, {}
  for _, one in ipairs(trail) do open[one] = true end
  local function walk(at)
    if open[at] then return true end
    if seen[at] then return false end
    seen[at] = true
    for _, need in ipairs(by_name[at].needs) do
      if walk(need) then return true end
    end
    return false
  end
  return walk(name)
end

--- What is needed first; otherwise in the order of the list.
local function in_order(list)
  local by_name, state, sorted = {}, {}, {}
  for _, package in ipairs(list) do by_name[package.name] = package end
  local function visit(package, trail)
    if state[package.name] == "done" then return nil end
    if state[package.name] == "open" then return circle(trail, package.name) end
    state[package.name] = "open"
    trail[#trail + 1] = package.name
    for _, name in ipairs(package.needs) do
      local err = visit(by_name[name], trail)
      if err then return err end
    end
    for _, soft in ipairs { package.peers, package.wants } do
      for _, name in ipairs(soft) do
        if not state[name] and not reaches(by_name, name, trail) then visit(by_name[name], trail) end
      end
    end
    trail[#trail] = nil
    state[package.name], sorted[#sorted + 1] = "done", package
  end
  for _, package in ipairs(list) do
    local err = visit(package, {})
    if err then return nil, err end
  end
  return sorted
end

--- Of two packages of one name that gives way which nobody can publish: samples and tests may be called alike.
local function without_private_twins(list)
  local first, kept = {}, {}
  local function gives_way(package) return package.private or (package.version == nil and not package.dynamic and not package.inherits) end
  for _, package in ipairs(list) do
    local other = first[package.name]
    if not other or (gives_way(other) and not gives_way(package)) then first[package.name] = package end
  end
  for _, package in ipairs(list) do
    if first[package.name] == package or not gives_way(package) then kept[#kept + 1] = package end
  end
  return kept
end

local function check_names(list)
  local seen = {}
  for _, package in ipairs(list) do
    if seen[package.name] then
      return errors.new {
        code = "manifest.twins",
        message = ("%s and %s are both named %s"):format(seen[package.name], package.manifest or package.path, package.name),
        hint = "declare the folders that count: packages = { … } in slipway.lua",
      }
    end
    seen[package.name] = package.manifest or package.path
  end
end

--- The version that members of a Cargo workspace inherit.
local function shared_version(read)
  local text = read "Cargo.toml"
  local root = text and toml.parse(text)
  local node = root and root.map.workspace
  for _, key in ipairs { "package", "version" } do
    node = node and node.map and node.map[key] or nil
  end
  return node and node.value
end

--- The packages of a tree, those that are needed before those that need them; empty when the
--- repository is one package.
---@param paths string[]|fun(globs: string[]): string[]  every path of the tree, or those in folders that fit
---@param read fun(path: string): string?
---@param globs string[]?  folders declared in slipway.lua; default: the workspaces
---@return slipway.manifest.Package[]? packages, slipway.Error? err
---@return string[]? files  the manifests looked at
---@return slipway.manifest.Package[]? unsorted  also when there is an error: what could be read
function M.find(paths, read, globs)
  local list, shared = {}, shared_version(read)
  local files, broken = files_of(paths, read, globs), nil
  for _, path in ipairs(files) do
    local package, err = package_of(path, read(path), shared)
    broken = broken or err
    list[#list + 1] = package
  end
  list = without_private_twins(list)
  local err = broken or check_names(list)
  if err then return nil, err, files, list end
  keep_own_needs(list)
  local sorted, circular = in_order(list)
  return sorted, circular, files, list
end

--- The same packages with what slipway.lua adds to their needs, in order again.
---@param list slipway.manifest.Package[]
---@return slipway.manifest.Package[]?, slipway.Error?
function M.sort(list)
  local err = check_names(list)
  if err then return nil, err end
  keep_own_needs(list)
  return in_order(list)
end

--- The package that a path belongs to: the one with the deepest folder around it.
---@param packages slipway.manifest.Package[]
---@param path string
---@return slipway.manifest.Package?
function M.owner(packages, path)
  local best
  for _, package in ipairs(packages) do
    local inside = package.path == "." or path == package.path or path:sub(1, #package.path + 1) == package.path .. "/"
    if inside and (not best or best.path == "." or #package.path > #best.path) then
      best = package
    end
  end
  return best
end

return M
