-- slipway.lua, key `milestone`: the milestone of a release is closed when it is out, and the next one made.
local check = require "pure.config.check"

---@param milestone string|{ title: string, next: string?, description: string? }
---@return true?, slipway.Error?
return function(milestone)
  if type(milestone) == "string" then milestone = { title = milestone } end
  local ok, err = check.fields("milestone", milestone, { title = "string", next = "string", description = "string" })
  if not ok then return nil, err end
  if not (milestone.title and milestone.title:find("{version}", 1, true)) then return check.refuse "milestone.title must contain {version}" end
  if milestone.next and not milestone.next:find("{version}", 1, true) then return check.refuse "milestone.next must contain {version}: the minor version after this one" end
  return true
end
