-- Where a Python index is, in the configuration of its own clients: environment of uv, twine and pip, the indexes of
-- pyproject.toml and uv.toml, ~/.pypirc; else where uv itself would send it. Sources: docs of uv, "Publishing a package" and "Indexes"; packaging.python.org, ".pypirc".
local ask_client = require "registry.ask_client"
local toml = require "pure.toml"

local M = {}

local function of_uv(value, name)
  for _, index in ipairs(type(value) == "table" and type(value.index) == "table" and value.index or {}) do
    if type(index) == "table" and (name and index.name == name or not name and index["publish-url"]) then
      return { upload = index["publish-url"], index = index.url }
    end
  end
end

local function from_uv(world, name)
  local root = world.project.root
  local uv = toml.decode(world.file.read(root .. "/uv.toml") or "")
  local pyproject = toml.decode(world.file.read(root .. "/pyproject.toml") or "")
  local tool = type(pyproject) == "table" and type(pyproject.tool) == "table" and pyproject.tool.uv
  return of_uv(uv, name) or of_uv(tool, name)
end

--- The address that a section of ~/.pypirc names.
local function from_pypirc(world, name)
  local text = world.file.read((world.getenv "HOME" or "") .. "/.pypirc")
  local section
  for line in (text or ""):gmatch "[^\n]+" do
    section = line:match "^%s*%[([^%]]+)%]" or section
    local url = section == name and line:match "^%s*repository%s*[=:]%s*(%S+)"
    if url then return { upload = url } end
  end
end

--- Where uv publishes by default: its help shows it as a table of uv.toml.
local function of_client(world)
  local text = ask_client.output(world, { "uv", "help", "publish" }) or ""
  return { upload = text:match '%f[%w]publish%-url%s*=%s*"(https://[^"]+)"', index = text:match '%f[%w-]url%s*=%s*"(https://[^"]+)"' }
end

--- What is known of the addresses: where files are sent, and where they are then found.
---@param world table
---@param name string?  of the index in the configuration
---@return { upload: string?, index: string? }
function M.addresses(world, name)
  local found = from_uv(world, name) or name and from_pypirc(world, name) or {}
  local upload = found.upload or world.getenv "UV_PUBLISH_URL" or world.getenv "TWINE_REPOSITORY_URL"
  local index = found.index or world.getenv "UV_DEFAULT_INDEX" or world.getenv "UV_INDEX_URL" or world.getenv "PIP_INDEX_URL"
  if name or upload or index then return { upload = upload, index = index } end
  return of_client(world)
end

return M
