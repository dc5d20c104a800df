-- slipway.lua, key `lock`: where the locks of builds lie, and when one counts as left behind.
local check = require "pure.config.check"
local schema = require "pure.schema"

---@param lock { dir: string?, stale_after: string|number? }
---@return true?, slipway.Error?
return function(lock)
  local ok, err = check.fields("lock", lock, { dir = "string", stale_after = { "string", "number" } })
  if not ok then return nil, err end
  if lock.dir and not lock.dir:find "^~?/" then return check.refuse "lock.dir must be an absolute path, or one below ~/: other programs look for the same files" end
  if lock.stale_after and not schema.seconds(lock.stale_after) then return check.refuse 'lock.stale_after must be a duration such as "10m"' end
  return true
end
