-- slipway.lua, key `followup`: what is left to do after a release.
local check = require "pure.config.check"

---@param followup string[]
---@return true?, slipway.Error?
return function(followup)
  if check.is_texts(followup) then return true end
  return check.refuse 'followup must be a list of sentences such as { "README.md, if the installation has changed" }'
end
