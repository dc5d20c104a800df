-- slipway.lua, key `forge`: where release pages live.
local check = require "pure.config.check"

---@param forge { kind: string, url: string?, repo: string?, token: string?, ca_file: string? }
---@return true?, slipway.Error?
return function(forge)
  return check.fields("forge", forge, { kind = "string", url = "string", repo = "string", token = "string", ca_file = "string", comment = "string" })
end
