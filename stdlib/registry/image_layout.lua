-- What an image file consists of: an OCI layout or what `docker save` writes, packed as one tar. Its manifest, and with it
-- the image's digest, follow from the file alone, so they are known before anything is sent. Sources: OCI image
-- specification, "Image layout"; Docker's archive, manifest.json.
local errors = require "pure.errors"
local json = require "door.json"

local M = {}

local types = {
  index = "application/vnd.oci.image.index.v1+json", manifest = "application/vnd.oci.image.manifest.v1+json",
  config = "application/vnd.oci.image.config.v1+json", layer = "application/vnd.oci.image.layer.v1.tar",
}

--- What a manifest may be, for the Accept header.
M.manifest_types = {
  types.index, types.manifest, "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.docker.distribution.manifest.v2+json",
}

local function malformed(why) return nil, errors.new { code = "registry.malformed", message = "the image file: " .. why } end

local function read_json(world, path)
  local text = world.file.read(path)
  local value = text and json.decode(text)
  return type(value) == "table" and value or nil, text
end

local function blob_path(folder, digest)
  local hex = type(digest) == "string" and digest:match "^sha256:(%x+)$"
  return hex and #hex == 64 and ("%s/blobs/sha256/%s"):format(folder, hex) or nil
end

--- Collects a manifest and everything below it, what is needed first.
local function collect(world, folder, descriptor, layout)
  local path = blob_path(folder, descriptor.digest)
  local value, text = nil, nil
  if path then value, text = read_json(world, path) end
  if not value then return malformed(("the manifest %s is not in it"):format(tostring(descriptor.digest))) end
  if "sha256:" .. world.digest.sha256(text) ~= descriptor.digest then return malformed(descriptor.digest .. " is damaged") end
  for _, child in ipairs(value.manifests or {}) do
    local ok, err = collect(world, folder, child, layout)
    if not ok then return nil, err end
  end
  for _, blob in ipairs(value.manifests and {} or { value.config, table.unpack(value.layers or {}) }) do
    local file = blob_path(folder, blob.digest)
    if not file or not world.file.stat(file) then return malformed(("the blob %s is not in it"):format(tostring(blob.digest))) end
    layout.blobs[#layout.blobs + 1] = { digest = blob.digest, path = file }
  end
  layout.manifests[#layout.manifests + 1] = { digest = descriptor.digest, type = descriptor.mediaType or value.mediaType or types.manifest, text = text }
  return layout
end

--- An OCI layout: the one manifest of its index, or the index itself.
local function read_oci(world, folder)
  local index, text = read_json(world, folder .. "/index.json")
  local list = index and index.manifests or {}
  local layout = { blobs = {}, manifests = {} }
  if #list == 0 then return malformed "its index names no image" end
  if #list == 1 then return collect(world, folder, list[1], layout) end
  for _, child in ipairs(list) do
    local ok, err = collect(world, folder, child, layout)
    if not ok then return nil, err end
  end
  layout.manifests[#layout.manifests + 1] = { digest = "sha256:" .. world.digest.sha256(text), type = types.index, text = text }
  return layout
end

local function inside(folder, name)
  return type(name) == "string" and not name:find("..", 1, true) and name:sub(1, 1) ~= "/" and folder .. "/" .. name or nil
end

--- One blob of a docker archive, with its digest.
local function measured(world, path, media)
  local info = path and world.file.stat(path)
  if not info then return malformed "a file that manifest.json names is not in it" end
  return { mediaType = media, digest = "sha256:" .. world.digest.sha256 { file = path }, size = info.size }
end

--- What `docker save` writes has no registry manifest; the one made here depends on its files only.
local function read_docker(world, folder)
  local list = read_json(world, folder .. "/manifest.json")
  local said = list and list[1]
  if not said then return malformed "it is neither an OCI layout nor a docker archive" end
  if #list > 1 then return malformed "it holds several images; save one" end
  local layout, layers = { blobs = {}, manifests = {} }, json.array {}
  local config, err = measured(world, inside(folder, said.Config), types.config)
  if not config then return nil, err end
  layout.blobs[1] = { digest = config.digest, path = inside(folder, said.Config) }
  for i, name in ipairs(said.Layers or {}) do
    layers[i], err = measured(world, inside(folder, name), types.layer)
    if not layers[i] then return nil, err end
    layout.blobs[#layout.blobs + 1] = { digest = layers[i].digest, path = inside(folder, name) }
  end
  local text = assert(json.encode { schemaVersion = 2, mediaType = types.manifest, config = config, layers = layers })
  layout.manifests[1] = { digest = "sha256:" .. world.digest.sha256(text), type = types.manifest, text = text }
  return layout
end

--- Unpacks an image file once per run.
local function unpacked(world, file)
  local base = world.run.dir .. "/images"
  local folder = ("%s/%s"):format(base, world.digest.sha256({ file = file.path }):sub(1, 16))
  if world.file.stat(folder .. ".whole") then return folder end
  local ok, err = world.file.mkdir { path = base, parents = true }
  if ok and world.file.stat(folder) then ok, err = world.file.remove_tree { path = folder, below = base } end
  if ok then ok, err = world.archive.extract { file = file.path, to = folder } end
  if ok then ok, err = world.file.write { path = folder .. ".whole", text = "" } end
  if not ok then return nil, err end
  return folder
end

--- The parts of an image file; the last manifest is the image.
---@param world table
---@param file { path: string }
---@return { blobs: { digest: string, path: string }[], manifests: { digest: string, type: string, text: string }[] }?, slipway.Error?
function M.read(world, file)
  local folder, err = unpacked(world, file)
  if not folder then return nil, err end
  if world.file.stat(folder .. "/index.json") then return read_oci(world, folder) end
  return read_docker(world, folder)
end

return M
