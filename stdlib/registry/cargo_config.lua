-- Where a cargo registry is, in cargo's own configuration: environment, then .cargo/config.toml of the project's folder
-- and those above it, then that of cargo's home. Source: Cargo Book, "Configuration" and "Registries".
local errors = require "pure.errors"
local toml = require "pure.toml"

local M = {}

local function read(world, folder)
  for _, name in ipairs { "config.toml", "config" } do
    local text = world.file.read(folder .. "/" .. name)
    local value = text and toml.decode(text)
    if value then return value end
  end
end

--- The configurations that count here, nearest first.
local function configurations(world)
  local list, folder = {}, world.project.root
  while folder do
    list[#list + 1] = read(world, folder .. "/.cargo")
    folder = folder:match "^(.+)/[^/]*$"
  end
  local home = world.getenv "CARGO_HOME" or (world.getenv "HOME" or "") .. "/.cargo"
  list[#list + 1] = read(world, home)
  return list
end

local function at(value, ...)
  for _, key in ipairs { ... } do value = type(value) == "table" and value[key] or nil end
  return value
end

--- The index of a registry, and its name there; without a name the default one.
---@param world table
---@param registry string?
---@return string? index, string|slipway.Error
function M.index(world, registry)
  local all = configurations(world)
  local function first(...)
    for _, config in ipairs(all) do
      local value = at(config, ...)
      if type(value) == "string" then return value end
    end
  end
  local name = registry or world.getenv "CARGO_REGISTRY_DEFAULT" or first("registry", "default")
  if name then
    local index = world.getenv(("CARGO_REGISTRIES_%s_INDEX"):format(name:upper():gsub("%-", "_"))) or first("registries", name, "index")
    if index then return index, name end
  end
  return nil, errors.new {
    code = "registry.no_address", message = name and ("cargo's configuration knows no registry '%s'"):format(name) or "which cargo registry is meant is not known",
    hint = 'registry = "NAME" of .cargo/config.toml, or index = "sparse+https://…/", in slipway.lua',
  }
end

return M
