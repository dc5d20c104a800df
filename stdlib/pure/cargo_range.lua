-- Cargo's requirements: "1.2", "=1.2.3", ">=1, <2", "~1.2", "1.*". A bare version means caret.
local errors = require "pure.errors"
local semver = require "pure.semver"
local door = require "door.semver"

local M = {}

local meta = { __name = "slipway.range" }

local function invalid(text, why)
  return nil, errors.new {
    code = "version.range",
    message = ("'%s' is not a requirement: %s"):format(text:sub(1, 120):gsub("%c", "?"), why),
    hint = "for example 1.2, =1.2.3, >=1.2, <2, ~1.2 or 1.*",
  }
end

local function number(text)
  local digits, rest = text:match("^(%d+)(.*)$")
  if not digits or (#digits > 1 and digits:sub(1, 1) == "0") then return nil, text end
  return math.tointeger(digits) or digits, rest
end

-- ".2", ".*" or nothing. Returns the number, the rest, and whether a star stood there.
local function more(text, after_star)
  if text:sub(1, 1) ~= "." then return nil, text, after_star, true end
  local rest = text:sub(2)
  if rest:find("^[*xX]") then return nil, rest:sub(2), true, true end
  if after_star then return nil, text, true, false end
  local value, after = number(rest)
  return value, after, false, value ~= nil
end

local function one(text)
  local op, rest = text:match("^([<>]=?)(.*)$")
  if not op then op, rest = text:match("^([=~^])(.*)$") end
  local bare = op == nil
  rest = (rest or text):gsub("^ +", "")
  local c = { op = op or "^", bare = bare }
  local star, ok
  c.major, rest = number(rest)
  if not c.major then return nil, "a number is missing" end
  c.minor, rest, star, ok = more(rest, false)
  if not ok then return nil, "a minor number or a star is missing" end
  if star or c.minor then
    c.patch, rest, star, ok = more(rest, star)
    if not ok then return nil, "only a star may follow a star" end
  end
  if star and bare then c.op = "*" end
  if c.patch then
    local tail = rest:match("^[-+][%w.+-]*")
    if tail then
      local v = semver.parse("1.0.0" .. tail)
      if not v then return nil, "its pre-release or build part is malformed" end
      c.pre, rest = v.pre, rest:sub(#tail + 1)
    end
  end
  if rest:find("^ *$") then return c end
  return nil, "an unexpected character"
end

---@param text string
---@return table?, slipway.Error?
function M.parse(text)
  local body = text:gsub("^ +", "")
  local range = setmetatable({ cargo = true, text = text, list = {}, set = {}, options = {} }, meta)
  if body:find("^[*xX] *$") then return range end
  if body:find("^[*xX]") then return invalid(text, "a star stands alone") end
  for piece in (body .. ","):gmatch("([^,]*),") do
    local c, why = one((piece:gsub("^ +", "")))
    if not c then return invalid(text, why) end
    range.list[#range.list + 1] = c
  end
  return range
end

local function pre_order(a, b)
  if not a or not b then return (b and 1 or 0) - (a and 1 or 0) end
  return door.compare("0.0.0-" .. a, "0.0.0-" .. b)
end

local function order_of(a, b)
  return door.compare(("%s.0.0"):format(a), ("%s.0.0"):format(b))
end

-- Compares part by part; a part that the requirement leaves out ends it with `open`.
local function ordered(c, v, want, open)
  for _, part in ipairs { "major", "minor", "patch" } do
    if not c[part] then return open end
    local order = order_of(v[part], c[part])
    if order ~= 0 then return order == want end
  end
  return pre_order(v.pre, c.pre) == want
end

local function exact(c, v)
  return v.major == c.major and (not c.minor or v.minor == c.minor) and (not c.patch or v.patch == c.patch)
    and v.pre == c.pre
end

local function tilde(c, v)
  if v.major ~= c.major or (c.minor and v.minor ~= c.minor) then return false end
  if c.patch and v.patch ~= c.patch then return order_of(v.patch, c.patch) > 0 end
  return pre_order(v.pre, c.pre) >= 0
end

local function caret(c, v)
  if v.major ~= c.major then return false end
  if not c.minor then return true end
  if not c.patch then
    if c.major ~= 0 then return order_of(v.minor, c.minor) >= 0 end
    return v.minor == c.minor
  end
  if v.minor ~= c.minor then return c.major ~= 0 and order_of(v.minor, c.minor) > 0 end
  if v.patch ~= c.patch then
    return (c.major ~= 0 or c.minor ~= 0) and order_of(v.patch, c.patch) > 0
  end
  return pre_order(v.pre, c.pre) >= 0
end

local tests = {
  ["="] = exact, ["*"] = exact, ["~"] = tilde, ["^"] = caret,
  [">"] = function(c, v) return ordered(c, v, 1, false) end,
  ["<"] = function(c, v) return ordered(c, v, -1, false) end,
  [">="] = function(c, v) return exact(c, v) or ordered(c, v, 1, false) end,
  ["<="] = function(c, v) return exact(c, v) or ordered(c, v, -1, false) end,
}

---@param range table
---@param version slipway.Version
---@return boolean
function M.holds(range, version)
  for _, c in ipairs(range.list) do
    if not tests[c.op](c, version) then return false end
  end
  if not version.pre then return true end
  for _, c in ipairs(range.list) do -- a pre-release must be asked for, at the same three numbers
    if c.pre and c.major == version.major and c.minor == version.minor and c.patch == version.patch then
      return true
    end
  end
  return false
end

local function shown(c)
  local op = c.op == "*" and "" or c.bare and "" or c.op
  local text = op .. c.major
  if c.minor then text = text .. "." .. c.minor end
  if c.patch then text = text .. "." .. c.patch end
  if c.pre then text = text .. "-" .. c.pre end
  if c.op == "*" then text = text .. ".*" end
  return text
end

function meta.__tostring(range)
  local texts = {}
  for i, c in ipairs(range.list) do texts[i] = shown(c) end
  return #texts == 0 and "*" or table.concat(texts, ", ")
end

---@param requirement string
---@param version slipway.Version|string
---@return string?, slipway.Error?
function M.upgrade(requirement, version)
  local range, err = M.parse(requirement)
  if not range then return nil, err end
  local v
  v, err = semver.read(version)
  if not v then return nil, err end
  for _, c in ipairs(range.list) do
    if c.op:find("[<>]") then
      return nil, errors.new {
        code = "version.range",
        message = ("the requirement '%s' has limits that a release cannot move by itself"):format(requirement),
        hint = "change it by hand",
      }
    end
    c.major, c.minor, c.patch = v.major, c.minor and v.minor, c.patch and v.patch
    c.pre = c.op ~= "*" and v.pre or nil
  end
  local text = tostring(range)
  return text ~= requirement and text or nil
end

return M
