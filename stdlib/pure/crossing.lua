-- Values that cross to another process or into a plan are plain. A version goes as { ["$version"] = text } and
-- becomes a version again on the other side; everything else is copied as it is.
local version = require "pure.version"

local M = {}

--- A plain copy.
function M.lower(value)
  if type(value) ~= "table" then return value end
  if version.is(value) then return version.lower(value) end
  local copy = {}
  for key, item in pairs(value) do copy[key] = M.lower(item) end -- order: a copy has none
  return copy
end

--- The copy with its versions alive again.
function M.revive(value)
  if type(value) ~= "table" then return value end
  if value["$version"] then return assert(version.revive(value)) end
  local copy = {}
  for key, item in pairs(value) do copy[key] = M.revive(item) end -- order: a copy has none
  return copy
end

return M
