-- The keys of a table in a fixed order, whatever the order of the table: what is shown, compared or planned
-- must not depend on it.

local function by_text(a, b) return tostring(a) < tostring(b) end

---@param map table?
---@return any[]  names in alphabetical order; keys of several types by their text
return function(map)
  local keys, plain = {}, true
  for key in pairs(map or {}) do -- order: sorted below
    keys[#keys + 1] = key
    plain = plain and type(key) == "string"
  end
  table.sort(keys, not plain and by_text or nil)
  return keys
end
