-- Calendar versions (calver.org): a pattern such as YYYY.0M.MICRO says which numbers are dates. The
-- date is handed in; this module has no clock.
local errors = require "pure.errors"
local manners = require "pure.manners"
local options_of = require "pure.options"

local M = {}

local meta = { __name = "slipway.version" }
local methods = {}
meta.__index = methods
manners.dress(meta, methods)

local default_pattern = "YYYY.0M.MICRO"

-- Longer names first, so that YYYY is not read as YY.
local tokens = { "MODIFIER", "MAJOR", "MINOR", "MICRO", "PATCH", "YYYY", "0Y", "YY", "0M", "MM", "0W", "WW", "0D", "DD" }
local shapes = {
  YYYY = "%d%d%d%d", YY = "%d%d?%d?", ["0Y"] = "%d%d%d?", MM = "%d%d?", ["0M"] = "%d%d", WW = "%d%d?", ["0W"] = "%d%d",
  DD = "%d%d?", ["0D"] = "%d%d", MAJOR = "%d+", MINOR = "%d+", MICRO = "%d+", PATCH = "%d+", MODIFIER = "[%w.]+",
}
local counters = { MAJOR = true, MINOR = true, MICRO = true, PATCH = true }

local function compile(pattern)
  local list, at, year = {}, 1, false
  while at <= #pattern do
    local found
    for _, token in ipairs(tokens) do
      if pattern:sub(at, at + #token - 1) == token then found = token break end
    end
    if found then
      list[#list + 1] = { token = found }
      year = year or found:find "Y" ~= nil
    else
      local char = pattern:sub(at, at)
      if char:find "%a" then return nil, ("'%s' is not a part of a calendar version"):format(pattern:sub(at)) end
      list[#list + 1] = { text = char }
    end
    at = at + (found and #found or 1)
  end
  if not year then return nil, "no part names the year" end
  return list
end

local function bad_pattern(pattern, why)
  return nil, errors.new { code = "version.calver", message = ("the pattern '%s': %s"):format(pattern, why) }
end

-- Everything from an optional MODIFIER on may be missing in a version.
local function match(list, text)
  local at, parts = 1, {}
  for i, item in ipairs(list) do
    local next = list[i + 1]
    if item.text and next and next.token == "MODIFIER" and at > #text then break end
    local piece = item.text and (text:sub(at, at) == item.text and item.text or nil)
      or item.token and text:match("^" .. shapes[item.token], at)
    if not piece then return nil end
    if item.token then parts[item.token] = item.token == "MODIFIER" and piece or math.tointeger(piece) end
    at = at + #piece
  end
  return at > #text and parts or nil
end

local limits = { MM = { 1, 12 }, ["0M"] = { 1, 12 }, WW = { 1, 53 }, ["0W"] = { 1, 53 }, DD = { 1, 31 }, ["0D"] = { 1, 31 } }

local function in_limits(parts)
  for token, limit in pairs(limits) do -- order: any may fail
    if parts[token] and (parts[token] < limit[1] or parts[token] > limit[2]) then return false end
  end
  return true
end

---@param text string
---@param options { pattern: string? }?
---@return slipway.Version?, slipway.Error?
function M.parse(text, options)
  local pattern = options and options.pattern or default_pattern
  local list, why = compile(pattern)
  if not list then return bad_pattern(pattern, why) end
  local parts = match(list, text)
  if not parts or not in_limits(parts) then
    return nil, errors.new {
      code = "version.invalid", message = ("'%s' is not a version of the pattern %s"):format(text, pattern),
    }
  end
  local numbers = {}
  for _, item in ipairs(list) do
    if item.token and item.token ~= "MODIFIER" then numbers[#numbers + 1] = parts[item.token] end
  end
  return setmetatable({
    scheme = "calver", text = text, pattern = pattern, parts = parts, pre = parts.MODIFIER,
    major = numbers[1], minor = numbers[2] or 0, patch = numbers[3] or 0, numbers = numbers,
  }, meta)
end

---@param value any
---@return boolean
function M.is(value) return getmetatable(value) == meta end

local function read(value, options)
  if M.is(value) then return value end
  return M.parse(type(value) == "table" and value.text or value, options)
end

--- Number by number; a modifier (rc1, dev) comes before the version without one.
---@return integer?, slipway.Error?
function M.compare(a, b, options)
  local left, err = read(a, options)
  if not left then return nil, err end
  local right
  right, err = read(b, options)
  if not right then return nil, err end
  for i = 1, math.max(#left.numbers, #right.numbers) do
    local x, y = left.numbers[i] or 0, right.numbers[i] or 0
    if x ~= y then return x < y and -1 or 1 end
  end
  if left.pre == right.pre then return 0 end
  if not left.pre or not right.pre then return left.pre and -1 or 1 end
  local semver = require "pure.semver"
  local order = semver.compare("0.0.0-" .. left.pre, "0.0.0-" .. right.pre)
  return order or (left.pre < right.pre and -1 or 1)
end

function meta.__eq(a, b) return a.scheme == b.scheme and a.text == b.text end
function meta.__lt(a, b) return errors.raise(M.compare(a, b)) < 0 end
function meta.__le(a, b) return errors.raise(M.compare(a, b)) <= 0 end

-- Week of the year by ISO 8601, computed: a recipe has no os.date.
local function week_of(date)
  local leap = (date.year % 4 == 0 and date.year % 100 ~= 0) or date.year % 400 == 0
  local before = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 }
  local day = before[date.month] + date.day + ((leap and date.month > 2) and 1 or 0)
  local function weekday(year, yday) -- Monday 1 … Sunday 7
    local y = year - 1
    return (y + y // 4 - y // 100 + y // 400 + yday - 1) % 7 + 1
  end
  local week = (day - weekday(date.year, day) + 10) // 7
  local function last_week(year)
    local first = weekday(year, 1)
    local is_leap = (year % 4 == 0 and year % 100 ~= 0) or year % 400 == 0
    return (first == 4 or (first == 3 and is_leap)) and 53 or 52
  end
  if week < 1 then return last_week(date.year - 1) end
  return week > last_week(date.year) and 1 or week
end

-- A date from { year, month, day } or "2026-11-21".
local function read_date(date)
  if type(date) == "table" then return date end
  local y, m, d = tostring(date):match "^(%d%d%d%d)-(%d%d)-(%d%d)"
  assert(y, "calver.bump needs date = \"2026-11-21\" or { year =, month =, day = }")
  return { year = math.tointeger(y), month = math.tointeger(m), day = math.tointeger(d) }
end

local function dated(token, date)
  local short = date.year - 2000
  if token == "YYYY" then return tostring(date.year) end
  if token == "YY" then return tostring(short) end
  if token == "0Y" then return ("%02d"):format(short) end
  if token == "MM" then return tostring(date.month) end
  if token == "0M" then return ("%02d"):format(date.month) end
  if token == "WW" then return tostring(week_of(date)) end
  if token == "0W" then return ("%02d"):format(week_of(date)) end
  if token == "DD" then return tostring(date.day) end
  if token == "0D" then return ("%02d"):format(date.day) end
end

local levels = { MAJOR = "major", MINOR = "minor", MICRO = "patch", PATCH = "patch" }
local rank = { major = 3, minor = 2, patch = 1 }

-- Which counter a level raises: its own, else the lowest that the pattern has.
local function counter_for(list, level)
  local lowest
  for _, item in ipairs(list) do
    if item.token and counters[item.token] then
      lowest = item.token
      if rank[levels[item.token]] <= (rank[level] or 1) then return item.token end
    end
  end
  return lowest
end

local function render(list, values)
  local text = {}
  for i, item in ipairs(list) do
    local next = list[i + 1]
    if item.text and next and next.token == "MODIFIER" and not values.MODIFIER then break end
    if item.token == "MODIFIER" and not values.MODIFIER then break end
    text[#text + 1] = item.text or tostring(values[item.token])
  end
  return table.concat(text)
end

local known = options_of.set "scheme date pattern modifier"

--- The next version for a date: when the date's parts move on, the counters behind them begin at 0;
--- within the same period the counter of `level` (patch, minor, major) grows.
---@param version slipway.Version|string|nil  nil: the first one
---@param level string?
---@param options { date: string|table, pattern: string?, modifier: string? }
---@return slipway.Version?, slipway.Error?
function M.bump(version, level, options)
  options_of.only(options, known, "calver.bump")
  local pattern = options.pattern or (M.is(version) and version.pattern) or default_pattern
  local list, why = compile(pattern)
  if not list then return bad_pattern(pattern, why) end
  local current, err
  if version then
    current, err = read(version, { pattern = pattern })
    if not current then return nil, err end
  end
  local date, values, moved = read_date(options.date), {}, current == nil
  for _, item in ipairs(list) do
    local token = item.token
    if token and counters[token] then
      values[token] = (moved or not current) and 0 or current.parts[token]
    elseif token and token ~= "MODIFIER" then
      values[token] = dated(token, date)
      local before = current and current.parts[token]
      local now = math.tointeger(values[token])
      if before and now < before and not moved then
        return nil, errors.new {
          code = "version.backwards",
          message = ("%s lies after the date of this release"):format(current.text),
          hint = "check the clock, or the date given",
        }
      end
      moved = moved or before ~= now
    end
  end
  local counter = counter_for(list, level or "patch")
  if not moved and counter and not (current.pre and not options.modifier) then
    values[counter] = values[counter] + 1
    local behind = false
    for _, item in ipairs(list) do
      if behind and item.token and counters[item.token] then values[item.token] = 0 end
      behind = behind or item.token == counter
    end
  end
  values.MODIFIER = options.modifier
  local text = render(list, values)
  if current and text == current.text then
    return nil, errors.new {
      code = "version.backwards",
      message = ("%s is given out already for this date, and the pattern %s has nothing to count"):format(text, pattern),
      hint = "add MICRO to the pattern",
    }
  end
  return M.parse(text, { pattern = pattern })
end

function methods:bump(level, options)
  options = options or {}
  options.pattern = options.pattern or self.pattern
  return M.bump(self, level, options)
end

return M
