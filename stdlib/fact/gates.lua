-- What slipway.lua demands before a release: one check for each of its gates.
local near = require "pure.near"

local M = {}

-- In the order in which they are told; one file each in stdlib/gate.
M.names = { "milestone", "changelog", "checks", "known_issues", "blockers", "features", "cadence" }

M.name = "gates"
M.summary = "The gates of slipway.lua: each with its title and whether it is open."
M.signature = "facts:gates{ version =, at =, previous =, hotfix =, package = } → { { title, ok, why, hint, warns }… }"

local no_forge = { why = "slipway.lua names no forge to ask", hint = 'forge = { kind = "github", token = "gh:" } in slipway.lua' }

---@param world table
---@param o { version: string|slipway.Version, at: oid, previous: (string|slipway.Version)?, hotfix: boolean?, package: string? }
---@return table[]?, slipway.Error?
function M.ask(world, o)
  local list, wanted = {}, world.config.gates or {}
  if o.package and next(wanted) then
    local one, err = require("repository.monorepo").world_of(world, o.package)
    if not one then return nil, err end
    world = one
  end
  local asked = { version = tostring(o.version), at = o.at, previous = o.previous and tostring(o.previous) or nil, hotfix = o.hotfix }
  for _, name in ipairs(M.names) do
    local setting = wanted[name]
    if setting and (not o.only or near.contains(o.only, name)) then
      local gate = require("gate." .. name)
      local check, err
      if gate.needs_forge and not world.forge then
        check = { ok = false, why = no_forge.why, hint = no_forge.hint }
      else
        check, err = gate.judge(world, setting, asked)
        if not check then return nil, err end
      end
      check.title, check.warns = gate.title(asked.version, setting), gate.warns or false
      list[#list + 1] = check
    end
  end
  return list
end

return M
