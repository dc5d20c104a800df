-- Components of the lock files that are TOML: Cargo.lock, uv.lock, poetry.lock.
local sorted_keys = require "pure.sorted_keys"
local toml = require "pure.toml"

local M = {}

local function packages(text)
  local document, err = toml.decode(text)
  if not document then return nil, err end
  return document.package or {}
end

-- "name", "name 1.0.0" or "name 1.0.0 (source)": the version is written only where there are several.
local function cargo_needs(list, by_name)
  local needs = {}
  for _, entry in ipairs(list or {}) do
    local name, version = entry:match "^(%S+)%s*(%S*)"
    for _, candidate in ipairs(by_name[name] or {}) do
      if version == "" or candidate.version == version then needs[#needs + 1] = candidate end
    end
  end
  return needs
end

function M.cargo(text)
  local list, err = packages(text)
  if not list then return nil, err end
  local by_name, found, entries = {}, {}, {}
  for _, package in ipairs(list) do
    local component = {
      kind = "cargo", name = package.name, version = package.version, source = package.source, own = package.source == nil,
      hashes = package.checksum and { { "SHA-256", package.checksum } } or {},
    }
    by_name[package.name] = by_name[package.name] or {}
    table.insert(by_name[package.name], component)
    entries[#entries + 1] = { component, package.dependencies }
  end
  for _, entry in ipairs(entries) do
    entry[1].needs = cargo_needs(entry[2], by_name)
    found[#found + 1] = entry[1]
  end
  return found
end

local algorithms = { sha256 = "SHA-256", sha384 = "SHA-384", sha512 = "SHA-512", sha1 = "SHA-1", md5 = "MD5" }

local function hash(text)
  local name, digits = tostring(text):match "^(%w+)[:=](%x+)$"
  return name and algorithms[name] and { algorithms[name], digits:lower() } or nil
end

-- A package of an index has many files; a source archive stands for all where there is one. Without one, the hashes
-- are of different wheels and say nothing about the package as a whole.
local function uv_hashes(package)
  local found = package.sdist and hash(package.sdist.hash)
  if found then return { found } end
  local wheels = package.wheels or {}
  local only = #wheels == 1 and hash(wheels[1].hash)
  return only and { only } or {}
end

local function link(found, names)
  local by_name = {}
  for _, component in ipairs(found) do by_name[component.name:lower():gsub("[_.]", "-")] = component end
  for i, component in ipairs(found) do
    component.needs = {}
    for _, name in ipairs(names[i]) do
      local there = by_name[name:lower():gsub("[_.]", "-")]
      if there then table.insert(component.needs, there) end
    end
  end
  return found
end

function M.uv(text)
  local list, err = packages(text)
  if not list then return nil, err end
  local found, names = {}, {}
  for i, package in ipairs(list) do
    local source = package.source or {}
    local own = source.editable or source.virtual or source.directory
    found[i] = {
      kind = "pypi", name = package.name, version = package.version or "0", own = own ~= nil, hashes = uv_hashes(package),
      source = source.registry or source.git or source.url,
    }
    names[i] = {}
    for _, need in ipairs(package.dependencies or {}) do table.insert(names[i], need.name) end
  end
  return link(found, names)
end

function M.poetry(text)
  local list, err = packages(text)
  if not list then return nil, err end
  local found, names = {}, {}
  for i, package in ipairs(list) do
    local hashes = {}
    for _, file in ipairs(package.files or {}) do
      if tostring(file.file):find "%.tar%.gz$" or #package.files == 1 then hashes = { hash(file.hash) } end
    end
    found[i] = { kind = "pypi", name = package.name, version = package.version, hashes = hashes, source = package.source and package.source.url }
    names[i] = {}
    local wanted = sorted_keys(package.dependencies)
    names[i] = wanted
  end
  return link(found, names)
end

return M
