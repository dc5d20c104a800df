-- A commit's files as the rules of pure/inspection.lua and pure/usual_checks.lua read them.
local inspection = require "pure.inspection"

---@param world table
---@param at oid
---@param version string? of the last release
---@return slipway.Tree?, slipway.Error?
return function(world, at, version)
  local entries, err = world.repo:list { at = at, recursive = true }
  if not entries then return nil, err end
  local paths = {}
  for _, entry in ipairs(entries) do
    if entry.kind == "file" then paths[#paths + 1] = entry.path end
  end
  return inspection.tree {
    paths = paths, version = version,
    read = function(path) return (world.repo:read { at = at, path = path }) end,
    which = function(program) return world.process.which(program) ~= nil end,
  }
end
