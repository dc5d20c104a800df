-- npm registries. The tarball that was built is sent as it is. registry/open.lua documents the functions. Sources: npm's
-- public registry interface ("packument"), libnpmpublish, docs of npm on dist-tags and deprecation.
local base64 = require "pure.base64"
local client = require "registry.client"
local config = require "registry.npm_config"
local errors = require "pure.errors"
local json = require "door.json"
local unpack = require "registry.unpack"

local function file_name(package, version) return ("%s-%s.tgz"):format(package:match "[^/]*$", version) end

--- The digest that a version's `dist` tells: the integrity, where it is of the kind we compare, else the old sha1.
local function digest_of(dist)
  local integrity = type(dist.integrity) == "string" and (" " .. dist.integrity):match "%s(sha512%-[^%s]+)"
  return integrity or (type(dist.shasum) == "string" and "sha1-" .. dist.shasum) or "none"
end

local function add_reading(registry)
  local world = registry.world

  --- Everything the registry says of a package; nil, nil when it does not know it.
  function registry.packument(package, o)
    local url = ("%s/%s%s"):format(registry.base, world.http.escape(package), o and o.write and "?write=true" or "")
    return registry.client.find("look into the registry", url, { with = "token", headers = { Accept = "application/json", ["Cache-Control"] = "no-cache" } })
  end

  function registry.look(package, version)
    local about, err = registry.packument(package)
    if not about then return nil, err end
    local entry = type(about.versions) == "table" and about.versions[version]
    if not entry then return nil end
    local dist = type(entry.dist) == "table" and entry.dist or {}
    local files = { [file_name(package, version)] = { digest = digest_of(dist), sha1 = dist.shasum, url = dist.tarball } }
    local why = entry.deprecated
    return { files = files, yanked = type(why) == "string" and why ~= "" and why or why == true }
  end

  function registry.versions(package)
    local about, err = registry.packument(package)
    if err then return nil, err end
    local list = {}
    for version, entry in pairs(about and about.versions or {}) do -- order: sorted below
      if not entry.deprecated or entry.deprecated == "" then list[#list + 1] = version end
    end
    table.sort(list)
    return list
  end

  function registry.units(package, version, files)
    local file = files[1]
    if #files ~= 1 then return nil, errors.new { code = "registry.no_file", message = ("a version of %s is one tarball, not %d files"):format(package, #files) } end
    local digests, err = world.digest.file { path = file.path, algorithms = { "sha512", "sha1" } }
    if not digests then return nil, err end
    return { {
      name = file_name(package, version), path = file.path, size = digests.size, digest = "sha512-" .. base64.of_hex(digests.sha512), sha1 = digests.sha1,
    } }
  end

  --- A registry that tells no integrity is compared by its sha1.
  function registry.equal(unit, seen)
    if seen.digest == unit.digest then return true end
    return not seen.digest:find "^sha512%-" and seen.sha1 == unit.sha1
  end

  function registry.fetch(_, _, name, seen, to)
    local digest, err = registry.client.fetch("download " .. name, seen.url, to, "token")
    if not digest then return nil, err end
    if seen.digest:find "^sha1%-" then return "sha1-" .. world.digest.sha1 { file = to } end
    return "sha512-" .. base64.of_hex(world.digest.sha512 { file = to })
  end

  function registry.install(package, version, folder)
    local scope = package:match "^(@[^/]+)/"
    local address = ("--%sregistry=%s/"):format(scope and scope .. ":" or "", registry.base)
    local commands = {
      { "npm", "install", "--silent", "--no-audit", "--no-fund", "--prefer-online", address, ("%s@%s"):format(package, version) },
      { "npm", "ls", "--silent", ("%s@%s"):format(package, version) },
    }
    return { commands = commands, files = { ["package.json"] = '{ "name": "smoke", "private": true }\n' }, path = folder .. "/node_modules/.bin" }
  end
end

--- The document that publishes one version. Source: libnpmpublish, publish.js.
local function document(registry, package, version, unit, tag)
  local text, err = unpack.with(registry.world, unit.path, 1, function(folder) return registry.world.file.read(folder .. "/package.json") end)
  if not text then return nil, err or errors.new { code = "registry.malformed", message = unit.name .. " holds no package.json" } end
  local manifest, malformed = json.decode(text)
  if type(manifest) ~= "table" then return nil, errors.new { code = "registry.malformed", message = unit.name .. ": package.json is no JSON", cause = malformed and malformed.message } end
  if manifest.name ~= package or manifest.version ~= version then
    return nil, errors.new { code = "registry.malformed", message = ("%s holds %s %s, not %s %s"):format(unit.name, tostring(manifest.name), tostring(manifest.version), package, version) }
  end
  local bytes, unread = registry.world.file.read(unit.path)
  if not bytes then return nil, unread end
  manifest._id = ("%s@%s"):format(package, version)
  manifest.dist = { integrity = unit.digest, shasum = unit.sha1, tarball = ("%s/%s/-/%s"):format(registry.base, package, unit.name) }
  local scoped = package:find "^@" ~= nil
  local access = registry.settings.access or type(manifest.publishConfig) == "table" and manifest.publishConfig.access or not scoped and "public" or nil
  return {
    _id = package, name = package, description = manifest.description, ["dist-tags"] = { [tag] = version }, versions = { [version] = manifest },
    access = access or json.null,
    _attachments = { [unit.name] = { content_type = "application/octet-stream", data = base64.encode(bytes), length = #bytes } },
  }
end

local function add_writing(registry)
  local world = registry.world

  local function put(what, path, value)
    return registry.client.send(what, {
      method = "PUT", url = registry.base .. path, body = assert(json.encode(value)), idempotent = false,
      headers = { Accept = "application/json", ["Content-Type"] = "application/json" },
    }, "must")
  end

  function registry.send(package, version, unit, o)
    local body, err = document(registry, package, version, unit, o.tag or "latest")
    if not body then return nil, err end
    local response, failed = put(("publish %s %s"):format(package, version), "/" .. world.http.escape(package), body)
    return response and true, failed
  end

  function registry.pointed(package, pointer)
    local about, err = registry.packument(package)
    if not about then return nil, err end
    return type(about["dist-tags"]) == "table" and about["dist-tags"][pointer] or nil
  end

  function registry.target(package, version)
    local seen, err = registry.look(package, version)
    return seen and version, err
  end

  local function tag_path(package, pointer) return ("/-/package/%s/dist-tags/%s"):format(world.http.escape(package), world.http.escape(pointer)) end

  function registry.point(package, pointer, target)
    local response, err = put(("set the dist-tag %s"):format(pointer), tag_path(package, pointer), target)
    return response and true, err
  end

  function registry.unpoint(package, pointer)
    local response, err, status = registry.client.send(("remove the dist-tag %s"):format(pointer), { method = "DELETE", url = registry.base .. tag_path(package, pointer) }, "must")
    return (response or status == 404) and true, err
  end

  --- npm's way to yank is a deprecation: a text that every installation shows. Source: npm deprecate.
  function registry.yank(package, version, yes, reason)
    local about, err = registry.packument(package, { write = true })
    if not about then return nil, err or errors.new { code = "registry.not_found", message = ("the registry does not know %s"):format(package) } end
    local entry = type(about.versions) == "table" and about.versions[version]
    if not entry then return nil, errors.new { code = "registry.not_found", message = ("%s has no version %s"):format(package, version) } end
    entry.deprecated = yes and (reason or "withdrawn by its authors") or ""
    local response, failed = put(("deprecate %s %s"):format(package, version), "/" .. world.http.escape(package), about)
    return response and true, failed
  end
end

---@param o { world: table, name: string, settings: table, package: string? }
return function(o)
  local url = o.settings.url or config.address(o.world, o.package)
  if not url then
    return nil, errors.new { code = "registry.no_address", message = "which npm registry is meant is not known", hint = ('registries.%s.url = "https://…" in slipway.lua, or registry=… in .npmrc'):format(o.name) }
  end
  local base = url:gsub("/+$", "")
  local registry = { world = o.world, name = o.name, settings = o.settings, base = base, where = base }
  registry.client = client.new {
    world = o.world, name = o.name, token = o.settings.token, url = base, package = o.package, ca_file = o.settings.ca_file,
    credential = function(secret) return { header = "Authorization", prefix = "Bearer ", value = secret } end,
  }
  registry.secret = registry.client.secret
  add_reading(registry)
  add_writing(registry)
  return registry
end
