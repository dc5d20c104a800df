-- What a recipe (and slipway.lua) sees: an allow list. No files, no clock, no random, no bytecode, no
-- debug; `pairs` goes in a fixed order, so that the same facts give the same plan in every process.
local M = {}

local rank = { number = 1, string = 2, boolean = 3 }

local function before(a, b)
  local left, right = rank[type(a)] or 4, rank[type(b)] or 4
  if left ~= right then return left < right end
  if left <= 2 then return a < b end
  return tostring(a) < tostring(b)
end

--- pairs in the order numbers, texts, the rest, each ascending.
---@param t table
function M.pairs(t)
  local keys = {}
  for key in next, t do keys[#keys + 1] = key end
  table.sort(keys, before)
  local i = 0
  return function()
    i = i + 1
    if keys[i] ~= nil then return keys[i], t[keys[i]] end
  end
end

local function copy(library, without)
  local result = {}
  for name, value in next, library do
    if not without[name] then result[name] = value end
  end
  return result
end

--- A fresh environment. `extra` are the names to add.
---@param extra table<string, any>?
---@return table
function M.environment(extra)
  local env = {
    assert = assert, error = error, ipairs = ipairs, pairs = M.pairs, pcall = pcall, select = select,
    tonumber = tonumber, tostring = tostring, type = type, _VERSION = _VERSION,
    string = copy(string, { dump = true }),
    table = copy(table, {}),
    math = copy(math, { random = true, randomseed = true }),
    utf8 = copy(utf8, {}),
  }
  env._G = env
  function env.require(name)
    if type(name) ~= "string" or not name:find("^pure%.[%w_.]+$") then
      error(("recipes require only pure modules, not '%s'"):format(tostring(name)), 2)
    end
    return require(name) -- arrow: pure
  end
  for name, value in next, extra or {} do env[name] = value end
  return env
end

--- Loads Lua text (never bytecode) to run in that environment.
---@param text string
---@param name string  how the file is called in messages
---@param env table
---@return function?, string?
function M.load(text, name, env)
  return load(text, "=" .. name, "t", env)
end

return M
