-- slipway.lua, key `ci`: what the pushed tag of a release starts elsewhere, and what it has to come to.
local check = require "pure.config.check"
local schema = require "pure.schema"

---@param ci { publishes: string?, workflows: string[]?, checks: boolean?, assets: string[]?, within: string|number|nil, rerun: number? }
---@return true?, slipway.Error?
return function(ci)
  local ok, err = check.fields("ci", ci, {
    publishes = "string", workflows = "table", checks = "boolean", assets = "table", within = { "string", "number" }, rerun = "number",
  })
  if not ok then return nil, err end
  if ci.workflows and not check.is_texts(ci.workflows) then return check.refuse 'ci.workflows must be a list of workflow files such as { "release.yml" }' end
  if ci.assets and not check.is_texts(ci.assets) then return check.refuse "ci.assets must be a list of file names; {version} stands for the version" end
  if ci.within and not schema.seconds(ci.within) then return check.refuse 'ci.within must be a duration such as "40m"' end
  if ci.rerun and math.type(ci.rerun) ~= "integer" then return check.refuse "ci.rerun must be a whole number" end
  return true
end
