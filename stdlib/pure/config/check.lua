-- What the checkers of single keys of slipway.lua share: refusals that name the place, and the shapes
-- that stand in many keys.
local errors = require "pure.errors"
local near = require "pure.near"
local schema = require "pure.schema"
local sorted_keys = require "pure.sorted_keys"

local M = {}

---@param text string what is wrong, beginning with the place: "targets.linux.run must be …"
---@param hint string?
---@return nil, slipway.Error
function M.refuse(text, hint)
  return nil, errors.new { code = "config.invalid", message = "slipway.lua: " .. text, hint = hint or "slipway help config" }
end

local function matches(value, wanted)
  if type(wanted) == "table" then return near.contains(wanted, type(value)) end
  return type(value) == wanted
end

--- A table whose fields have known names and types.
---@param where string
---@param value any
---@param fields table<string, string|string[]> type or types of each field
---@return true?, slipway.Error?
function M.fields(where, value, fields)
  if type(value) ~= "table" then return M.refuse(where .. " must be a table") end
  local names = sorted_keys(fields)
  for field, item in pairs(value) do -- order: any complaint is a complaint
    local wanted = fields[field]
    if not wanted then return M.refuse(("%s has no field '%s'%s"):format(where, tostring(field), near.suggest(tostring(field), names))) end
    if not matches(item, wanted) then
      return M.refuse(("%s.%s must be a %s"):format(where, field, type(wanted) == "table" and table.concat(wanted, " or ") or wanted))
    end
  end
  return true
end

--- One of a few words.
---@return true?, slipway.Error?
function M.one_of(where, value, words)
  if near.contains(words, value) then return true end
  return M.refuse(("%s must be one of %s%s"):format(where, table.concat(words, ", "), near.suggest(tostring(value), words)))
end

--- A list of texts that is not empty.
---@return boolean
function M.is_texts(value)
  if type(value) ~= "table" or #value == 0 then return false end
  for _, item in ipairs(value) do
    if type(item) ~= "string" then return false end
  end
  return true
end

--- Names of `secrets` that a command is given.
---@param where string
---@param names any
---@param known table?  `secrets` of slipway.lua; nil: what they are called is looked at elsewhere
---@return true?, slipway.Error?
function M.secrets(where, names, known)
  if not M.is_texts(names) then return M.refuse(where .. " must be a list of names from secrets") end
  for _, name in ipairs(known and names or {}) do
    if not known[name] then return M.refuse(("%s: secrets has no '%s'%s"):format(where, name, near.suggest(name, sorted_keys(known))), ('secrets = { %s = "env:%s" }'):format(name, name)) end
  end
  return true
end

--- A list of argument lists. One may name secrets: { "make", "it", secrets = { "TOKEN" } }.
---@param known table?  `secrets` of slipway.lua, where commands may be given some
---@return true?, slipway.Error?
function M.commands(where, commands, known)
  if type(commands) ~= "table" then return M.refuse(where .. " must be a list of argument lists") end
  for i, argv in ipairs(commands) do
    if not M.is_texts(argv) then
      return M.refuse(("%s[%d] must be an argument list such as { \"make\", \"test\" }; there is no shell"):format(where, i))
    end
    for field in pairs(argv) do -- order: any complaint is a complaint
      if type(field) ~= "number" and not (known and field == "secrets") then return M.refuse(("%s[%d] has no field '%s'"):format(where, i, tostring(field))) end
    end
    if argv.secrets then
      local ok, err = M.secrets(("%s[%d].secrets"):format(where, i), argv.secrets, known)
      if not ok then return nil, err end
    end
  end
  return true
end

--- Files inside the project, and no two that would have one name on the release page.
---@return true?, slipway.Error?
function M.files(where, paths)
  if not M.is_texts(paths) then return M.refuse(where .. " must be a list of files") end
  local names = {}
  for _, path in ipairs(paths) do
    if not schema.is_inside(path) then return M.refuse(("%s: '%s' is not inside the project"):format(where, path)) end
    local name = path:match "[^/]+$"
    if names[name] then return M.refuse(("%s: two files are called %s"):format(where, name)) end
    names[name] = true
  end
  return true
end

return M
