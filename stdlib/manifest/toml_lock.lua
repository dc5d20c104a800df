-- Lock files that are a list of [[package]]: Cargo.lock and uv.lock. The packages of the repository
-- itself are those without a source, or with a source inside it.
local errors = require "pure.errors"
local sites = require "pure.sites"
local toml = require "pure.toml"

local function is_text(node) return node ~= nil and node.kind == "string" end

--- Names of Python packages are compared in their normal form (PEP 503).
local function plain_name(name) return (name:lower():gsub("[-_.]+", "-")) end

local inside = { "editable", "virtual", "directory", "workspace" }

local function is_local(node)
  local source = node.map.source
  if not source then return true end
  if source.kind ~= "table" then return false end
  for _, key in ipairs(inside) do
    if source.map[key] then return true end
  end
  return false
end

local function packages_of(root)
  local list = root.map.package
  local found = {}
  for _, node in ipairs(list and list.kind == "array" and list.items or {}) do
    if node.kind == "table" and is_text(node.map.name) and is_text(node.map.version) then
      found[#found + 1] = {
        node = node, name = node.map.name.value, version = node.map.version, here = is_local(node),
      }
    end
  end
  return found
end

--- The entry of that name which belongs to the repository; the only one of that name counts as such.
local function entry_of(packages, name)
  local only, count
  for _, entry in ipairs(packages) do
    if plain_name(entry.name) == plain_name(name) then
      if entry.here then return entry end
      only, count = entry, (count or 0) + 1
    end
  end
  return count == 1 and only or nil
end

--- "name 1.2.0" in a list of dependencies, written when two versions of `name` are locked.
local function add_mentions(found, packages, text, entry, write)
  for _, other in ipairs(packages) do
    local list = other.node.map.dependencies
    for _, item in ipairs(list and list.kind == "array" and list.items or {}) do
      local named, version = (is_text(item) and item.value or ""):match("^(%S+) (%S+)$")
      if named == entry.name and version == entry.version.value then
        local site = sites.node(text, item, function(v)
          local new = write(v)
          return new and named .. " " .. new
        end)
        site.role = "requirement"
        found.sites[#found.sites + 1] = site
      end
    end
  end
end

local function add(found, packages, text, entry, write)
  found.sites[#found.sites + 1] = sites.node(text, entry.version, write)
  add_mentions(found, packages, text, entry, write)
end

--- The packages that one version is meant for when nobody names them: all of the repository's that
--- stand at the old version, or at the one version that all of them have.
local function unnamed(packages, opts)
  local chosen, versions, count = {}, {}, 0
  for _, entry in ipairs(packages) do
    if entry.here and (opts.workspace or not opts.old or entry.version.value == opts.old) then
      chosen[#chosen + 1] = entry
      if not versions[entry.version.value] then
        versions[entry.version.value], count = true, count + 1
      end
    end
  end
  if count > 1 and not opts.workspace then
    return nil, errors.new {
      code = "manifest.ambiguous",
      message = "the lock file holds packages of this repository at several versions",
      hint = "name the package, or the old version",
    }
  end
  return chosen
end

local function locate(text, opts)
  local root, err = toml.parse(text)
  if not root then return nil, sites.malformed(err) end
  local packages, found = packages_of(root), { sites = {}, quiet = true }
  if opts.package then
    local entry = entry_of(packages, opts.package)
    if entry then add(found, packages, text, entry, function(v) return v end) end
  elseif opts.versions or opts.dependencies then
    local wanted = opts.versions or opts.dependencies
    for _, entry in ipairs(packages) do
      local version = entry_of(packages, entry.name) == entry and wanted[entry.name]
      if version then
        add(found, packages, text, entry, function() return version end)
      end
    end
    for _, site in ipairs(found.sites) do site.role = "requirement" end
  else
    local chosen
    chosen, err = unnamed(packages, opts)
    if not chosen then return nil, err end
    for _, entry in ipairs(chosen) do add(found, packages, text, entry, function(v) return v end) end
  end
  return found
end

return sites.format {
  name = "toml_lock", title = "Cargo.lock, uv.lock", companion = true, nameless = true,
  matches = sites.named { "Cargo.lock", "uv.lock" }, locate = locate,
}
