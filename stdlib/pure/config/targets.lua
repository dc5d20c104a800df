-- slipway.lua, key `targets`: builds by name.
local check = require "pure.config.check"
local schema = require "pure.schema"

---@param targets table<string, { run: string[][], produce: string[], env: table?, timeout: string|number? }>
---@return true?, slipway.Error?
return function(targets)
  for name, target in pairs(targets) do -- order: any complaint is a complaint
    if type(name) ~= "string" then return check.refuse "targets are tables by name" end
    if not schema.is_component(name) then return check.refuse(("targets.%s: the name of a target names a folder: no slash in it"):format(name)) end
    local where = "targets." .. name
    local ok, err = check.fields(where, target, { run = "table", produce = "table", env = "table", timeout = { "string", "number" } })
    if not ok then return nil, err end
    ok, err = check.commands(where .. ".run", target.run)
    if not ok then return nil, err end
    ok, err = check.files(where .. ".produce", target.produce)
    if not ok then return nil, err end
  end
  return true
end
