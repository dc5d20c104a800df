-- Opens the forge that slipway.lua names. All forges have the same functions; forge/gitea.lua documents them.
local errors = require "pure.errors"
local near = require "pure.near"

local kinds = { "gitea", "github" }

--- Owner and name of the repository: configured, or read off the remote's address.
local function repository(settings, world)
  local path = settings.repo
  if not path then
    local remote = world.project.remote and world.repo:remote(world.project.remote)
    path = remote and remote.url:gsub("%.git/?$", ""):match "[:/]([^/:]+/[^/]+)$"
  end
  if path then return path:match "^([^/]+)/([^/]+)$" end
end

---@param settings { kind: string, url: string?, repo: string?, token: string?, ca_file: string? }
---@param world table
---@return table? forge, slipway.Error?
return function(settings, world)
  if not near.contains(kinds, settings.kind) then
    return nil, errors.new {
      code = "forge.unknown_kind", message = ("forge.kind is '%s'; it must be one of %s"):format(tostring(settings.kind), table.concat(kinds, ", ")),
      hint = "slipway help config",
    }
  end
  local owner, name = repository(settings, world)
  if not owner then
    return nil, errors.new { code = "forge.no_repository", message = "which repository of the forge is meant is not known", hint = 'set forge.repo = "owner/name" in slipway.lua' }
  end
  return require("forge." .. settings.kind) { settings = settings, world = world, owner = owner, name = name }
end
