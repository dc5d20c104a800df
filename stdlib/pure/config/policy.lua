-- slipway.lua, key `policy`: what may happen without a person.
local check = require "pure.config.check"
local schema = require "pure.schema"

---@param policy { move_back: boolean?, approval: string?, unknown_wait: string|number|nil }
---@return true?, slipway.Error?
return function(policy)
  local ok, err = check.fields("policy", policy, { move_back = "boolean", approval = "string", unknown_wait = { "string", "number" }, push_limit = { "string", "number" }, remote_lock = "boolean", mirror = "boolean" })
  if not ok then return nil, err end
  if policy.approval then
    ok, err = check.one_of("policy.approval", policy.approval, { "confirm", "none", "step" })
    if not ok then return nil, err end
  end
  if policy.push_limit and not schema.seconds(policy.push_limit) then return check.refuse 'policy.push_limit must be a duration such as "30m"' end
  if policy.unknown_wait and not schema.seconds(policy.unknown_wait) then return check.refuse 'policy.unknown_wait must be a duration such as "60s"' end
  return true
end
