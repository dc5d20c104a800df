-- slipway.lua, key `budgets`: expected durations of phases, of targets and of the whole run.
local check = require "pure.config.check"
local schema = require "pure.schema"

---@param budgets table<string, string|number>
---@return true?, slipway.Error?
return function(budgets)
  for name, value in pairs(budgets) do -- order: any complaint is a complaint
    if type(name) ~= "string" then return check.refuse "budgets are durations by name: a phase, a target, or all" end
    if not schema.seconds(value) then return check.refuse(('budgets.%s must be a duration such as "55s" or "4m"'):format(name)) end
  end
  return true
end
