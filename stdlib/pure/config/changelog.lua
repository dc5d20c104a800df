-- slipway.lua, key `changelog`: a file name, false for none, or a table.
local check = require "pure.config.check"

---@param changelog string|boolean|table
---@return true?, slipway.Error?
return function(changelog)
  if type(changelog) ~= "table" then return true end
  return check.fields("changelog", changelog, { file = "string", style = "string", template = "string", groups = "table", links = "table", contributors = "boolean" })
end
