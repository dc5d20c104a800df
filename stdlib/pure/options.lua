-- Option tables of the pure modules: a misspelt option is a mistake of the program, never ignored.
local near = require "pure.near"

local M = {}

--- The names as a set, for `only`.
---@param words string  names with spaces between
---@return table<string, true>
function M.set(words)
  local set = {}
  for word in words:gmatch "%S+" do set[word] = true end
  return set
end

--- Raises when `options` holds a name that is not in the set.
---@param options table?
---@param set table<string, true>
---@param where string  the function, for the message
function M.only(options, set, where)
  if not options then return end
  local strange
  for name in pairs(options) do -- order: the smallest is reported
    if not set[name] and (not strange or tostring(name) < strange) then strange = tostring(name) end
  end
  if not strange then return end
  local names = {}
  for name in pairs(set) do names[#names + 1] = name end -- order: sorted next
  table.sort(names)
  error(("%s: unknown option '%s'%s"):format(where, strange, near.suggest(strange, names)), 3)
end

return M
