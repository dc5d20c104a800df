-- The one error value and its catalogue. A code is dotted and stable ("tag.exists"); people see it
-- as SW-TAG-EXISTS, and `slipway help SW-TAG-EXISTS` explains it from the entry of its area in
-- stdlib/pure/errors/<area>.lua.
local M = {}

local meta = {}
meta.__index = meta
meta.__name = "slipway.error"

--- The text on one line; the hint is shown by whoever prints.
function meta.__tostring(err)
  return err.cause and (err.message .. ": " .. err.cause) or err.message
end

---@param fields { code: string, message: string, hint: string?, cause: string?, retry: boolean?, paths: string[]? }
---@return slipway.Error
function M.new(fields)
  assert(type(fields.code) == "string" and fields.code:find("^[%l%d_]+%.[%l%d_]+$"), "an error needs a dotted code")
  assert(type(fields.message) == "string", "an error needs a message")
  return setmetatable(fields, meta)
end

--- An error made by the C side, or carried over the bridge, has the fields but not the manners.
---@param value any
---@return slipway.Error
function M.adopt(value)
  if type(value) == "table" and value.code then
    return getmetatable(value) == meta and value or setmetatable(value, meta)
  end
  return M.new { code = "host.fault", message = tostring(value) }
end

---@param value any
---@return boolean
function M.is(value)
  return type(value) == "table" and type(value.code) == "string" and type(value.message) == "string"
end

--- Raises what a call below returned as `nil, err`; passes everything else on.
function M.raise(value, err, ...)
  if value == nil and err ~= nil then error(M.adopt(err), 0) end
  return value, err, ...
end

--- The same error with a sentence in front that says where.
---@param err slipway.Error
---@param where string
---@return slipway.Error
function M.at(err, where)
  local copy = {}
  for key, value in pairs(err) do copy[key] = value end -- order: a copy has none
  copy.message = where .. ": " .. err.message
  return setmetatable(copy, meta)
end

---@param code string
---@return string  the name people see: SW-TAG-EXISTS
function M.shown(code)
  return "SW-" .. code:upper():gsub("[._]", "-")
end

local function area_of(code) return code:match("^([^.]+)%.") end

--- The catalogue entry of a code: { exit, why, fix }, or nil.
---@param code string
---@return { exit: integer, why: string, fix: string }?
function M.entry(code)
  local area = area_of(code)
  if not area then return nil end
  local ok, entries = pcall(require, "pure.errors." .. area)
  return ok and entries[code] or nil
end

--- The exit code that an error means when nothing has left this machine.
---@param err slipway.Error
---@return integer
function M.exit_code(err)
  local entry = M.entry(err.code)
  return entry and entry.exit or 1
end

--- The entry behind a name as people type it: SW-TAG-EXISTS, tag.exists.
---@param name string
---@return string? code, table? entry
function M.find(name)
  local plain = name:lower():gsub("^sw%-", "")
  if plain:find("%.") then
    local entry = M.entry(plain)
    return entry and plain, entry
  end
  local area = plain:match("^(%w+)%-")
  local ok, entries = pcall(require, "pure.errors." .. tostring(area))
  if not ok then return nil end
  for code, entry in pairs(entries) do -- order: at most one can match
    if code:gsub("[._]", "-") == plain then return code, entry end
  end
end

return M
