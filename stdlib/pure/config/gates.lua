-- slipway.lua, key `gates`: what must be true before a release.
local check = require "pure.config.check"

local classes = { major = "table", minor = "table", patch = "table", hotfix = "table" }
local class_fields = { after = "number", by = "number", within = "number", only = "table", check = "string", beta = "boolean" }

local fields = {
  milestone = "string", changelog = "boolean", checks = "boolean", known_issues = "string", blockers = "table", features = "table", cadence = { "boolean", "table" },
}

---@param gates { milestone: string?, changelog: boolean?, checks: boolean?, known_issues: string?, blockers: string[]?, features: (string|table)[]?, cadence: (boolean|table)? }
---@return true?, slipway.Error?
return function(gates)
  local ok, err = check.fields("gates", gates, fields)
  if not ok then return nil, err end
  if gates.blockers and not check.is_texts(gates.blockers) then return check.refuse 'gates.blockers must be a list of labels such as { "P0", "P1" }' end
  for i, flag in ipairs(gates.features or {}) do
    local where = ("gates.features[%d]"):format(i)
    if type(flag) == "table" then
      local sound, wrong = check.fields(where, flag, { path = "string", off = "string", name = "string" })
      if not sound then return nil, wrong end
      if not flag.path or not flag.off then return check.refuse(where .. ' has path and off: { path = "src/flags.py", off = "NEW_BILLING = False" }') end
    elseif type(flag) ~= "string" then
      return check.refuse(where .. ' is a feature of Cargo ("new_billing_system"), or a table with path and off')
    end
  end
  if type(gates.cadence) ~= "table" then return true end
  ok, err = check.fields("gates.cadence", gates.cadence, classes)
  if not ok then return nil, err end
  for name, class in pairs(gates.cadence) do -- order: any complaint is a complaint
    local where = "gates.cadence." .. name
    ok, err = check.fields(where, class, class_fields)
    if not ok then return nil, err end
    if class.check then
      ok, err = check.one_of(where .. ".check", class.check, { "full", "short", "critical" })
      if not ok then return nil, err end
    end
  end
  return true
end
