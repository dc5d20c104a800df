-- Components of the lock files of npm, pnpm and Yarn.
local components = require "pure.sbom.components"
local json = require "door.json"
local sorted_keys = require "pure.sorted_keys"
local yaml = require "pure.yaml_edit"

local M = {}

local algorithms = { sha1 = "SHA-1", sha256 = "SHA-256", sha384 = "SHA-384", sha512 = "SHA-512" }

-- "sha512-BASE64", several of them parted by blanks: the first that is known.
local function integrity(text)
  for kind, digest in tostring(text or ""):gmatch "(sha%d+)%-([%w+/=]+)" do
    local hex = algorithms[kind] and components.hex_of_base64(digest)
    if hex then return { { algorithms[kind], hex } } end
  end
  return {}
end

local function npm(name, version, hashes, source) return { kind = "npm", name = name, version = version, hashes = hashes, source = source } end

-- Lock files of npm 5 and 6 nest what is nested on disk.
local function read_nested(map, found)
  for _, name in ipairs(sorted_keys(map)) do
    local entry = map[name]
    if not entry.dev then found[#found + 1] = npm(name, entry.version, integrity(entry.integrity), entry.resolved) end
    if entry.dependencies then read_nested(entry.dependencies, found) end
  end
  return found
end

--- Development dependencies are not in what is released.
function M.npm(text)
  local lock, err = json.decode(text)
  if not lock then return nil, err end
  if not lock.packages then return read_nested(lock.dependencies, {}) end
  local found = {}
  for _, path in ipairs(sorted_keys(lock.packages)) do
    local entry = lock.packages[path]
    local name = entry.name or path:match ".*node_modules/(.+)$"
    if name and path:find("node_modules/", 1, true) and not entry.link and not entry.dev and entry.version then
      found[#found + 1] = npm(name, entry.version, integrity(entry.integrity), entry.resolved)
    end
  end
  return found
end

-- "/name@1.0.0", "/@scope/name/1.0.0", "name@1.0.0(peer@2.0.0)": three generations of pnpm.
local function pnpm_name(key)
  local old_name, old_version = key:match "^/(.+)/(%d[^/]*)$"
  if old_name then return old_name, (old_version:gsub("[_(].*$", "")) end
  return key:gsub("^/", ""):gsub("%b()", ""):match "^(@?[^@]+)@([^@]+)$"
end

function M.pnpm(text)
  local documents, err = yaml.parse(text)
  if not documents then return nil, err end
  local packages, found = documents[1] and documents[1].map and documents[1].map.packages, {}
  for _, key in ipairs(packages and packages.keys or {}) do
    local entry = packages.map[key]
    local fields = entry and entry.map or {}
    local name, version = pnpm_name(key)
    local dev = fields.dev and fields.dev.value
    if name and tostring(dev) ~= "true" then
      local resolution = fields.resolution and fields.resolution.map or {}
      found[#found + 1] = npm(name, version, integrity(resolution.integrity and resolution.integrity.value))
    end
  end
  return found
end

local function unquoted(text) return (text:gsub('^"(.*)"$', "%1")) end

-- Yarn 1 and later alike: a key of "name@range" items, then indented fields, "field value" or "field: value".
function M.yarn(text)
  local found, name, entry = {}, nil, nil
  local function close()
    if entry and entry.version and not entry.own then found[#found + 1] = npm(name, entry.version, entry.hashes or {}, entry.resolved) end
    entry = nil
  end
  for line in (text:gsub("\r\n", "\n") .. "\n"):gmatch "([^\n]*)\n" do
    local key = line:match "^([^#%s].*):%s*$"
    if key then
      close()
      local first = unquoted(key:match "^([^,]+)"):gsub('"', "")
      name = first:match "^(@?[^@]+)@"
      entry = name and name ~= "__metadata" and {} or nil
    elseif entry then
      local field, value = line:match "^  (%w+):?%s+(.+)$"
      value = value and unquoted(value)
      if field == "version" then entry.version = value end
      if field == "resolved" then entry.resolved = value end
      if field == "integrity" then entry.hashes = integrity(value) end
      if field == "resolution" and value:find("@workspace:", 1, true) then entry.own = true end
    end
  end
  close()
  return found
end

return M
