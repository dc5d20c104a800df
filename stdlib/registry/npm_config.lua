-- Where an npm registry is, in npm's own configuration: environment, .npmrc of the project, .npmrc of the user,
-- publishConfig of the package; else where npm itself would send it. Source: docs of npm, "npmrc" and "scope".
local ask_client = require "registry.ask_client"
local json = require "door.json"

local M = {}

--- Keys of an .npmrc; ${NAME} stands for a variable of the environment.
local function read_rc(world, path)
  local found = {}
  for line in ((world.file.read(path) or "") .. "\n"):gmatch "(.-)\n" do
    local key, value = line:match "^%s*([^;#=][^=]-)%s*=%s*(.-)%s*$"
    if key then found[key] = value:gsub("%${([%w_]+)}", function(name) return world.getenv(name) end) end
  end
  return found
end

--- The address that is configured for a package: its scope's, else the general one.
---@param world table
---@param package string?
---@return string?
function M.address(world, package)
  local scope = package and package:match "^(@[^/]+)/"
  local manifest = json.decode(world.file.read(world.project.root .. "/package.json") or "")
  local own = type(manifest) == "table" and type(manifest.publishConfig) == "table" and manifest.publishConfig or {}
  local files = { own, read_rc(world, world.project.root .. "/.npmrc"), read_rc(world, (world.getenv "HOME" or "") .. "/.npmrc") }
  for _, key in ipairs { scope and scope .. ":registry" or "registry", "registry" } do
    local url = key == "registry" and (world.getenv "npm_config_registry" or world.getenv "NPM_CONFIG_REGISTRY")
    if type(url) == "string" and url ~= "" then return url end
    for _, config in ipairs(files) do
      if type(config[key]) == "string" and config[key] ~= "" then return config[key] end
    end
  end
  return (ask_client.output(world, { "npm", "config", "get", "registry" }) or ""):match "https?://%S+"
end

return M
