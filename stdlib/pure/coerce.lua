-- Finds the version that a text speaks of, by npm's rules: up to three numbers of at most 16
-- digits, not inside a longer row of digits; the left-most, or with `rtl` the right-most.
local errors = require "pure.errors"
local semver = require "pure.semver"

local M = {}

local digits_max = 16
local safe_max = "9007199254740991" -- npm's largest number; more is a guess nobody should make

local function number_at(text, at)
  local digits = text:match("^%d+", at)
  if not digits then return nil, at end
  local kept = digits:sub(1, digits_max)
  return kept, at + #kept
end

-- One candidate: its first number begins at `at`. Returns the numbers and where it ends.
local function candidate(text, at, full)
  local numbers, stop = {}, {}
  local here = at
  for i = 1, 3 do
    local start = i == 1 and here or (text:sub(here, here) == "." and here + 1 or nil)
    if not start then break end
    local digits, after = number_at(text, start)
    if not digits then break end
    numbers[i], stop[i], here = digits, after, after
  end
  -- A number cut at 16 digits is followed by a digit: give back groups until none is.
  for count = #numbers, 1, -1 do
    local rest = ""
    local after = stop[count]
    if full then
      local pre = text:match("^%-[%w.-]+", after) or ""
      while pre ~= "" and not semver.parse("1.0.0" .. pre) do pre = pre:sub(1, -2) end
      local build = text:match("^%+[%w.-]+", after + #pre) or ""
      while build ~= "" and not semver.parse("1.0.0" .. build) do build = build:sub(1, -2) end
      rest = pre .. build
      if text:find("^%d", after + #rest) then rest = "" end
    end
    if not text:find("^%d", after + #rest) then
      return { numbers[1], count >= 2 and numbers[2] or "0", count >= 3 and numbers[3] or "0" },
        after + #rest, rest, stop[1]
    end
  end
end

local function unsafe(digits)
  digits = digits:gsub("^0+(%d)", "%1")
  return #digits > #safe_max or (#digits == #safe_max and digits > safe_max)
end

local function starts(text, from)
  return function()
    while true do
      local at = text:find("%d", from)
      if not at then return nil end
      from = at + 1
      if not text:sub(at - 1, at - 1):find("%d") or at == 1 then return at end
    end
  end
end

---@param text string
---@param options { rtl: boolean?, include_prerelease: boolean? }?
---@return slipway.Version?, slipway.Error?
function M.coerce(text, options)
  options = options or {}
  text = tostring(text)
  local found, found_end, found_rest
  for at in starts(text, 1) do
    local numbers, stop, rest = candidate(text, at, options.include_prerelease)
    if numbers then
      local ends = math.min(stop, #text) -- the character after it belongs to npm's match
      if not found or ends ~= found_end then found, found_end, found_rest = numbers, ends, rest end
      if not options.rtl or stop > #text then break end
    end
  end
  if found and not (unsafe(found[1]) or unsafe(found[2]) or unsafe(found[3])) then
    for i, digits in ipairs(found) do found[i] = digits:gsub("^0+(%d)", "%1") end
    return semver.parse(table.concat(found, ".") .. (found_rest or ""))
  end
  return nil, errors.new { code = "version.invalid", message = ("'%s' speaks of no version"):format(text:sub(1, 64)) }
end

return M
