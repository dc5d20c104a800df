-- The kinds of places to build at, one file each, one interface:
--   build(world, place, a, job, to) → files, where, ms | nil, err     leaves the files in the folder `to`
--   check(world, place, job, at)    → checks                          proves that the place can be used (a fact's world)
local M = {}

---@param kind string  here, ssh, container, slurm or actions
---@return table
function M.open(kind)
  if kind == "here" then return require "builder.here" end
  return require("builder." .. kind .. "_place")
end

--- Is a place of that kind among them?
---@param places table[]?
---@param kind string
---@return boolean
function M.uses(places, kind)
  for _, each in ipairs(places or {}) do
    if each.kind == kind then return true end
  end
  return false
end

return M
