-- slipway.lua, key `signoff`: how quality assurance decides about a published version.
local check = require "pure.config.check"

---@param signoff { command: string[]?, critical: string[][]?, labels: { p0: string[]?, p1: string[]? }? }
---@return true?, slipway.Error?
return function(signoff)
  local ok, err = check.fields("signoff", signoff, { command = "table", critical = "table", labels = "table" })
  if not ok then return nil, err end
  if signoff.command and not check.is_texts(signoff.command) then
    return check.refuse 'signoff.command is an argument list, for example { "qe", "{action}", "{version}" }'
  end
  if signoff.critical then
    ok, err = check.commands("signoff.critical", signoff.critical)
    if not ok then return nil, err end
  end
  if signoff.labels then
    ok, err = check.fields("signoff.labels", signoff.labels, { p0 = "table", p1 = "table" })
    if not ok then return nil, err end
    for rank, list in pairs(signoff.labels) do -- order: any complaint is a complaint
      if not check.is_texts(list) then return check.refuse(("signoff.labels.%s is a list of labels"):format(rank)) end
    end
  end
  return true
end
