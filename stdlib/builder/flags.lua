-- What the builders share about argument lists: putting them together, and finding settings that make a build fit only
-- the machine it was made on.
local sorted_keys = require "pure.sorted_keys"
local M = {}

---@return string[]  a new list: first, then second
function M.join(first, second)
  local list = {}
  M.append(list, first)
  return M.append(list, second)
end

---@param list string[]
---@param more string[]?
---@return string[]
function M.append(list, more)
  for _, item in ipairs(more or {}) do list[#list + 1] = item end
  return list
end

local native = { "target%-cpu=native", "%-march=native", "%-mcpu=native", "%-mtune=native" }

--- Does a text ask for the processor of the machine that builds?
---@param text string
---@return string?  what asks for it
function M.native_in(text)
  for _, pattern in ipairs(native) do
    local found = text:match(pattern)
    if found then return found end
  end
end

--- Complaints about settings for the building machine's own processor.
---@param args string[]?
---@param where string
---@param env table<string, string>?
---@return { say: string, why: string, hint: string, code: string }[]
function M.native(args, where, env)
  local found = {}
  local function look(text, place)
    local what = M.native_in(text)
    if what then
      found[#found + 1] = {
        say = "no setting for one processor", why = ("%s has %s: the file would run on machines like this one only"):format(place, what),
        hint = "take it out of " .. place, code = "build.native",
      }
    end
  end
  for _, arg in ipairs(args or {}) do look(arg, where) end
  local names = sorted_keys(env)
  for _, name in ipairs(names) do look(env[name], where:gsub("%.args$", "") .. ".env." .. name) end
  return found
end

return M
