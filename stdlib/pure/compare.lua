-- Are two values the same, and if not, where do they differ, in lines a person can read.
local show = require "pure.show"

local M = {}

local function same(a, b, seen)
  if rawequal(a, b) then return true end
  if type(a) ~= "table" or type(b) ~= "table" then
    return type(a) == type(b) and (a == b or (a ~= a and b ~= b))
  end
  if seen[a] == b then return true end
  seen[a] = b
  for key, value in next, a do -- order: every key is looked at, or one difference is enough
    if not same(value, rawget(b, key), seen) then return false end
  end
  for key in next, b do
    if rawget(a, key) == nil then return false end
  end
  return true
end

--- Deep equality by content; metatables are not looked at, except that values which say they are
--- equal (`__eq`) are.
---@param a any
---@param b any
---@return boolean
function M.equal(a, b)
  if type(a) == type(b) and a == b then return true end
  return same(a, b, {})
end

local function short(value)
  return show.value(value, { depth = 3, width = 10000, items = 20, text = 400 })
end

local function path_text(path, key)
  if show.is_name(key) then return path .. "." .. key end
  return path .. "[" .. show.value(key, { width = 10000, text = 60 }) .. "]"
end

local function lines_of(text)
  local lines = {}
  for line in (text .. "\n"):gmatch "(.-)\n" do
    lines[#lines + 1] = line
  end
  return lines
end

-- Two texts of several lines: what is common at both ends is left out but for one line.
local function text_difference(out, actual, expected)
  local a, b = lines_of(actual), lines_of(expected)
  local first = 1
  while first <= #a and first <= #b and a[first] == b[first] do
    first = first + 1
  end
  local last_a, last_b = #a, #b
  while last_a >= first and last_b >= first and a[last_a] == b[last_b] do
    last_a, last_b = last_a - 1, last_b - 1
  end
  out[#out + 1] = ("texts differ from line %d on"):format(first)
  if first > 1 then out[#out + 1] = "    " .. a[first - 1] end
  local function side(mark, lines, last)
    for i = first, math.min(last, first + 19) do
      out[#out + 1] = mark .. show.quote(lines[i], 400):sub(2, -2)
    end
    if last > first + 19 then
      out[#out + 1] = ("%s… %d more lines"):format(mark, last - first - 19)
    end
  end
  side("  - ", b, last_b)
  side("  + ", a, last_a)
  if last_a < #a then out[#out + 1] = "    " .. a[last_a + 1] end
end

local function differences(out, path, actual, expected, limit)
  if #out >= limit or same(actual, expected, {}) then return end
  if type(actual) == "table" and type(expected) == "table" then
    local all = {}
    for key in next, actual do
      all[key] = true
    end
    for key in next, expected do
      all[key] = true
    end
    for _, key in ipairs(show.keys(all)) do
      differences(out, path_text(path, key), rawget(actual, key), rawget(expected, key), limit)
    end
    return
  end
  local where = path == "" and "value" or path
  if expected == nil then
    out[#out + 1] = ("%s: not expected, is %s"):format(where, short(actual))
  elseif actual == nil then
    out[#out + 1] = ("%s: missing, expected %s"):format(where, short(expected))
  else
    out[#out + 1] = ("%s: expected %s"):format(where, short(expected))
    out[#out + 1] = (" "):rep(#where - 2 > 0 and #where - 2 or 0) .. "  actual   " .. short(actual)
  end
end

--- Where two values differ, one line each, at most about 24; empty when they are equal.
---@param actual any
---@param expected any
---@return string[]
function M.differences(actual, expected)
  local out = {}
  if M.equal(actual, expected) then return out end
  if
    type(actual) == "string"
    and type(expected) == "string"
    and (actual:find("\n", 1, true) or expected:find("\n", 1, true))
  then
    text_difference(out, actual, expected)
  elseif type(actual) == "table" and type(expected) == "table" then
    differences(out, "", actual, expected, 24)
    local whole_a, whole_b = short(actual), short(expected)
    if #whole_a + #whole_b < 400 then
      out[#out + 1] = "expected " .. whole_b
      out[#out + 1] = "actual   " .. whole_a
    end
  else
    out[#out + 1] = "expected " .. short(expected)
    out[#out + 1] = "actual   " .. short(actual)
  end
  return out
end

return M
