-- Image registries. An image is its digest: what is built is sent blob by blob, and its version's tag is set last.
-- registry/open.lua documents the functions. Source: OCI distribution specification 1.1.
local client = require "registry.client"
local errors = require "pure.errors"
local json = require "door.json"
local image_layout = require "registry.image_layout"
local image_login = require "registry.image_login"

local accept = table.concat(image_layout.manifest_types, ", ")

local function is_loopback(host)
  local name = host:gsub(":%d+$", "")
  return name == "localhost" or name:find "^127%." ~= nil or name == "[::1]"
end

--- The address of the interface, host and path of an image's name.
local function address_of(settings)
  local host, path = (settings.image or ""):match "^([^/]+)/([%w][%w._/-]*)$"
  if not host or not (host:find "[.:]" or host == "localhost") then
    return nil, errors.new { code = "registry.no_address", message = "an image needs its registry's host in its name", hint = 'image = "registry.example/me/pelican" in slipway.lua' }
  end
  local base = settings.url and settings.url:gsub("/+$", "") or (is_loopback(host) and "http://" or "https://") .. host
  return base, path
end

local function add_reading(registry)
  local world = registry.world

  --- The manifest that a tag or digest names: its digest, text and type; nil, nil when there is none.
  function registry.manifest(reference)
    local response, err, status = registry.client.send("look for " .. reference, { url = ("%s/manifests/%s"):format(registry.root, reference), headers = { Accept = accept } }, "token")
    if not response then
      if status == 404 then return nil end
      return nil, err
    end
    return { digest = "sha256:" .. world.digest.sha256(response.body or ""), text = response.body, type = response.headers["content-type"] }
  end

  function registry.look(_, version)
    local found, err = registry.manifest(version)
    if not found then return nil, err end
    return { files = { [version] = { digest = found.digest } }, yanked = false }
  end

  function registry.pointed(_, pointer)
    local found, err = registry.manifest(pointer)
    return found and found.digest, err
  end

  registry.target = registry.pointed

  function registry.versions()
    local list, url = {}, registry.root .. "/tags/list?n=1000"
    for _ = 1, 100 do
      local response, err, status = registry.client.send("list the tags", { url = url, headers = { Accept = "application/json" } }, "token")
      if not response then
        if status == 404 then return {} end
        return nil, err
      end
      local value, malformed = client.decode("list the tags", response)
      if not value then return nil, malformed end
      if type(value.tags) == "table" then table.move(value.tags, 1, #value.tags, #list + 1, list) end
      local more = (response.headers.link or ""):match '<([^>]+)>%s*;%s*rel="?next'
      if not more then return list end
      url = more:find "^%a+://" and more or registry.base .. more
    end
    return nil, errors.new { code = "registry.malformed", message = "the list of tags does not end" }
  end

  function registry.units(_, version, files)
    if #files ~= 1 then return nil, errors.new { code = "registry.no_file", message = ("an image is one tar file, not %d"):format(#files) } end
    local layout, err = image_layout.read(world, files[1])
    if not layout then return nil, err end
    return { { name = version, digest = layout.manifests[#layout.manifests].digest, layout = layout } }
  end

  --- Everything the manifest names is there; its digest.
  function registry.fetch(_, _, name)
    local found, err = registry.manifest(name)
    if not found then return nil, err end
    local value = json.decode(found.text) or {}
    for _, blob in ipairs { value.config, table.unpack(value.layers or {}) } do
      local there, failed = registry.client.send("look for a blob of " .. name, { method = "HEAD", url = ("%s/blobs/%s"):format(registry.root, blob.digest) }, "token")
      if not there then return nil, failed end
    end
    return found.digest
  end

  function registry.install(_, version)
    local reference = ("%s:%s"):format(registry.image, version)
    if world.process.which "skopeo" then
      local argv = { "skopeo", "copy", "--quiet", "docker://" .. reference, "oci:image:" .. version }
      if registry.base:find "^http://" then table.insert(argv, 3, "--src-tls-verify=false") end
      return { commands = { argv } }
    end
    return { commands = { { world.process.which "podman" and "podman" or "docker", "pull", reference } } }
  end
end

local function add_writing(registry)
  local function put_manifest(what, reference, manifest)
    local response, err = registry.client.send(what, { method = "PUT", url = ("%s/manifests/%s"):format(registry.root, reference), body = manifest.text, headers = { ["Content-Type"] = manifest.type } }, "token")
    return response and true, err
  end

  local function send_blob(blob)
    local there, err, status = registry.client.send("look for a blob", { method = "HEAD", url = ("%s/blobs/%s"):format(registry.root, blob.digest) }, "token")
    if there then return true end
    if status ~= 404 then return nil, err end
    local begun, failed = registry.client.send("begin a blob", { method = "POST", url = registry.root .. "/blobs/uploads/", body = "", idempotent = true }, "token")
    if not begun then return nil, failed end
    local place = begun.headers.location or ""
    if not place:find "^%a+://" then place = registry.base .. place end
    local url = ("%s%sdigest=%s"):format(place, place:find("?", 1, true) and "&" or "?", registry.world.http.escape(blob.digest))
    local response, broken = registry.client.send("send a blob", { method = "PUT", url = url, body_file = blob.path, idempotent = false, headers = { ["Content-Type"] = "application/octet-stream" } }, "token")
    return response and true, broken
  end

  --- Blobs first, then the manifests by digest, then the tag: until that is set nobody sees any of it.
  function registry.send(_, version, unit)
    for _, blob in ipairs(unit.layout.blobs) do
      local ok, err = send_blob(blob)
      if not ok then return nil, err end
    end
    local manifests = unit.layout.manifests
    for _, manifest in ipairs(manifests) do
      local ok, err = put_manifest("send the manifest", manifest.digest, manifest)
      if not ok then return nil, err end
    end
    registry.world.checkpoint "image-sent"
    return put_manifest("set the tag " .. version, version, manifests[#manifests])
  end

  function registry.point(_, pointer, target)
    local found, err = registry.manifest(target)
    if not found then return nil, err or errors.new { code = "registry.not_found", message = ("%s has no image %s"):format(registry.image, target) } end
    return put_manifest("set the tag " .. pointer, pointer, found)
  end

  function registry.unpoint(_, pointer)
    local response, err, status = registry.client.send("remove the tag " .. pointer, { method = "DELETE", url = ("%s/manifests/%s"):format(registry.root, pointer) }, "token")
    return (response or status == 404) and true, err
  end
end

---@param o { world: table, name: string, settings: table }
return function(o)
  local base, path = address_of(o.settings)
  if not base then return nil, path end
  local registry = { world = o.world, base = base, root = ("%s/v2/%s"):format(base, path), image = o.settings.image, where = o.settings.image }
  local login = image_login.new {
    world = o.world, name = o.settings.image, base = base, path = path, user = o.settings.user or "token", ca_file = o.settings.ca_file,
    secret = function() return registry.client.secret() end,
  }
  registry.client = client.new { world = o.world, name = o.name, token = o.settings.token, url = base, ca_file = o.settings.ca_file, login = login }
  registry.secret = registry.client.secret
  add_reading(registry)
  add_writing(registry)
  return registry
end
