-- slipway.lua, key `diagnosis`: the project's own known failures, looked for before the stock ones.
local check = require "pure.config.check"

local function is_match(match)
  if type(match) == "string" then return match ~= "" end
  if type(match) ~= "table" or #match == 0 then return false end
  for _, entry in ipairs(match) do
    if type(entry) ~= "string" and not check.is_texts(entry) or entry == "" then return false end
  end
  return true
end

---@param list { name: string?, match: string|table, cause: string, remedy: string }[]
---@return true?, slipway.Error?
return function(list)
  for i, entry in ipairs(list) do
    local where = ("diagnosis[%d]"):format(i)
    local ok, err = check.fields(where, entry, { name = "string", match = { "string", "table" }, cause = "string", remedy = "string" })
    if not ok then return nil, err end
    if not is_match(entry.match) then return check.refuse(where .. ".match is a phrase of the log, or a list of phrases") end
    if not entry.cause or not entry.remedy then return check.refuse(where .. " needs cause and remedy") end
  end
  return true
end
