-- slipway.lua, key `propose`: the trunk is released by pull request.
local check = require "pure.config.check"
local schema = require "pure.schema"

---@param propose boolean|{ branch: string?, approvals: number?, within: string|number|nil }
---@return true?, slipway.Error?
return function(propose)
  if type(propose) == "boolean" then return true end
  local ok, err = check.fields("propose", propose, { branch = "string", approvals = "number", within = { "string", "number" } })
  if not ok then return nil, err end
  if propose.branch and not propose.branch:find("{tag}", 1, true) then return check.refuse "propose.branch must contain {tag}" end
  if propose.within and not schema.seconds(propose.within) then return check.refuse 'propose.within must be a duration such as "2h"' end
  return true
end
