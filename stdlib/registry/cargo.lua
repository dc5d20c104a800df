-- Cargo registries, with a sparse index or one in git. registry/open.lua documents the functions.
-- Sources: Cargo Book, "Registry Index" and "Registry Web API".
local client = require "registry.client"
local config = require "registry.cargo_config"
local indexes = require "registry.cargo_index"
local errors = require "pure.errors"
local json = require "door.json"
local metadata = require "registry.crate_metadata"
local unpack = require "registry.unpack"

--- Where a crate's lines are below the index.
local function index_path(name)
  name = name:lower()
  if #name < 3 then return ("%d/%s"):format(#name, name) end
  if #name == 3 then return ("3/%s/%s"):format(name:sub(1, 1), name) end
  return ("%s/%s/%s"):format(name:sub(1, 2), name:sub(3, 4), name)
end

local function open_index(o)
  if o.settings.index then return o.settings.index, o.settings.registry end
  local index, name = config.index(o.world, o.settings.registry)
  if not index then return nil, name end
  return index, name
end

--- The lines of a crate in the index: { vers, cksum, yanked }.
local function lines_of(registry, package)
  local setup, err = registry.setup()
  if not setup then return nil, err end
  local text, failed = registry.entries.text(index_path(package), setup["auth-required"] and "token")
  if not text then
    if failed then return nil, failed end
    return {}
  end
  local list = {}
  for line in text:gmatch "[^\n]+" do
    local entry, malformed = json.decode(line, { big = "text" })
    if type(entry) ~= "table" then
      return nil, errors.new { code = "registry.malformed", message = "the index of " .. package .. " has a line that is no JSON", cause = malformed and malformed.message, retry = true }
    end
    list[#list + 1] = entry
  end
  return list
end

local function download_url(setup, package, version, cksum)
  if not setup.dl:find "{%l" then return ("%s/%s/%s/download"):format(setup.dl, package, version) end
  local prefix = index_path(package):match "^(.*)/[^/]*$"
  return (setup.dl:gsub("{[%l%d-]+}", {
    ["{crate}"] = package, ["{version}"] = version, ["{prefix}"] = prefix, ["{lowerprefix}"] = prefix, ["{sha256-checksum}"] = cksum,
  }))
end

local function publish_body(registry, unit)
  local crate, err = registry.world.file.read(unit.path)
  if not crate then return nil, err end
  local about, failed = unpack.with(registry.world, unit.path, 1, function(folder)
    return metadata.of(function(name) return registry.world.file.read(folder .. "/" .. name) end,
      { index = registry.index, alternative = registry.registry ~= nil })
  end)
  if not about then return nil, failed end
  local text = assert(json.encode(about))
  return string.pack("<s4s4", text, crate), about
end

local function add_reading(registry)
  local world = registry.world

  --- The registry's own description: { dl, api, ["auth-required"] }.
  function registry.setup()
    if registry.known then return registry.known end
    local value, err = registry.entries.config()
    if not value then
      return nil, err or errors.new { code = "registry.not_found", message = ("there is no cargo index at %s"):format(registry.where), hint = "compare the address" }
    end
    registry.known = value
    -- cargo, too, believes its index: it sends the token to the interface and, where that is wanted, to the downloads
    if type(value.api) == "string" then registry.client.trust(value.api) end
    if value["auth-required"] and type(value.dl) == "string" then registry.client.trust(value.dl) end
    return value
  end

  function registry.look(package, version)
    local lines, err = lines_of(registry, package)
    if not lines then return nil, err end
    for _, line in ipairs(lines) do
      if line.vers == version then
        return { files = { [("%s-%s.crate"):format(package, version)] = { digest = "sha256:" .. line.cksum } }, yanked = line.yanked == true }
      end
    end
  end

  function registry.versions(package)
    local lines, err = lines_of(registry, package)
    if not lines then return nil, err end
    local list = {}
    for _, line in ipairs(lines) do
      if not line.yanked then list[#list + 1] = line.vers end
    end
    return list
  end

  function registry.fetch(package, version, _, seen, to)
    local setup, err = registry.setup()
    if not setup then return nil, err end
    local url = download_url(setup, package, version, seen.digest:gsub("^sha256:", ""))
    local digest, failed = registry.client.fetch("download " .. package, url, to, setup["auth-required"] and "token")
    return digest and "sha256:" .. digest, failed
  end

  --- A package that depends on it is built in an empty folder; with commands of slipway.lua its programs are installed there.
  function registry.install(package, version, folder, programs)
    local secrets = registry.known and registry.known["auth-required"] and { CARGO_REGISTRIES_SMOKE_TOKEN = registry.client.secret() } or nil
    local env = { CARGO_REGISTRIES_SMOKE_INDEX = registry.index } -- cargo install reads no configuration of the folder
    if programs then
      return { env = env, secrets = secrets, path = folder .. "/bin", commands = { { "cargo", "install", "--quiet", "--registry", "smoke", "--version", "=" .. version, "--root", folder, package } } }
    end
    local files = { ["src/main.rs"] = "fn main() {}\n" }
    files["Cargo.toml"] = ('[package]\nname = "smoke"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\n%s = { version = "=%s", registry = "smoke" }\n\n[workspace]\n'):format(package, version)
    return { files = files, env = env, secrets = secrets, commands = { { "cargo", "build", "--quiet" } } }
  end

  function registry.units(package, version, files)
    local file = files[1]
    if #files ~= 1 then return nil, errors.new { code = "registry.no_file", message = ("a version of %s is one .crate file, not %d"):format(package, #files) } end
    return { { name = ("%s-%s.crate"):format(package, version), path = file.path, digest = "sha256:" .. world.digest.sha256 { file = file.path } } }
  end
end

local function add_writing(registry)
  local client_of, world = registry.client, registry.world

  local function api(path)
    local setup, err = registry.setup()
    if not setup then return nil, err end
    if type(setup.api) ~= "string" then return nil, errors.new { code = "registry.not_offered", message = registry.where .. " takes no uploads: its index names no api" } end
    return setup.api:gsub("/+$", "") .. path
  end

  -- The answer may be 200 and hold errors, as old registries do.
  local function judged(what, response)
    local value = response.body and response.body ~= "" and json.decode(response.body)
    if type(value) == "table" and type(value.errors) == "table" and value.errors[1] then
      local words = client.words(response.body)
      return nil, errors.new { code = client.says_taken(words) and "registry.exists" or "registry.refused", message = what .. ": " .. words }
    end
    return true
  end

  function registry.send(package, version, unit)
    local body, about = publish_body(registry, unit)
    if not body then return nil, about end
    if about.name ~= package or about.vers ~= version then
      return nil, errors.new { code = "registry.malformed", message = ("%s holds %s %s, not %s %s"):format(unit.name, tostring(about.name), tostring(about.vers), package, version) }
    end
    local url, err = api "/api/v1/crates/new"
    if not url then return nil, err end
    local what = ("publish %s %s"):format(package, version)
    local response, failed = client_of.send(what, { method = "PUT", url = url, body = body, idempotent = false, headers = { Accept = "application/json", ["Content-Type"] = "application/octet-stream" } }, "must")
    if not response then return nil, failed end
    return judged(what, response)
  end

  --- Downloads of one version, as the public registry counts them; nil where a registry does not.
  function registry.downloads(package, version)
    local url, err = api("/api/v1/crates/" .. world.http.escape(package))
    if not url then return nil, err end
    local what = "ask for the downloads"
    local response, failed, status = client_of.send(what, { url = url, headers = { Accept = "application/json" } }, "token")
    if not response then return nil, status ~= 404 and status ~= 405 and failed or nil end
    local value = json.decode(response.body or "")
    for _, entry in ipairs(type(value) == "table" and type(value.versions) == "table" and value.versions or {}) do
      if entry.num == version then return math.tointeger(entry.downloads) end
    end
  end

  function registry.yank(package, version, yes)
    local url, err = api(("/api/v1/crates/%s/%s/%s"):format(world.http.escape(package), world.http.escape(version), yes and "yank" or "unyank"))
    if not url then return nil, err end
    local what = ("%s %s %s"):format(yes and "yank" or "un-yank", package, version)
    local response, failed = client_of.send(what, { method = yes and "DELETE" or "PUT", url = url, headers = { Accept = "application/json" } }, "must")
    if not response then return nil, failed end
    return judged(what, response)
  end
end

---@param o { world: table, name: string, settings: table }
return function(o)
  local index, named = open_index(o)
  if not index then return nil, named end
  local at, err = indexes.read(index)
  if not at then return nil, err end
  local registry = { world = o.world, index = at.address, registry = named, base = at.base, where = at.base }
  registry.client = client.new {
    world = o.world, name = o.name, token = o.settings.token, url = at.base, package = o.package, ca_file = o.settings.ca_file,
    credential = function(secret) return { header = "Authorization", prefix = o.settings.token_prefix, value = secret } end,
  }
  registry.secret = registry.client.secret
  registry.entries = indexes.open(registry, at.sparse)
  add_reading(registry)
  add_writing(registry)
  return registry
end
