-- Semantic versions as values: parsed, ordered, bumped. The scanner and the order are C
-- (door.semver); steps live in pure.semver_steps, ranges in pure.range, and are reachable from here.
local door = require "door.semver"
local errors = require "pure.errors"
local manners = require "pure.manners"

local M = {}

---@class slipway.Version
---@field scheme "semver"|"pep440"|"calver"
---@field text string     canonical text
---@field major integer|string
---@field minor integer|string
---@field patch integer|string
---@field pre string?     "rc.1"
---@field build string?
---@field prefix string?  what stood in front of it where it was read from a tag

local meta = { __name = "slipway.version" }
local methods = {}
meta.__index = methods
manners.dress(meta, methods)

--- Equality and order count build metadata last, so that sorting is stable; `semver.compare` is
--- the specification's precedence, which ignores it.
function meta.__eq(a, b)
  return a.scheme == b.scheme and a.text == b.text and (a.prefix or "") == (b.prefix or "")
end
function meta.__lt(a, b)
  if getmetatable(a) == meta and getmetatable(b) == meta then return door.order(a.text, b.text) < 0 end
  return M.order(a, b) < 0
end
function meta.__le(a, b) return M.order(a, b) <= 0 end

local function dress(fields)
  fields.scheme = "semver"
  return setmetatable(fields, meta)
end

local function mode_of(options)
  if not options then return "strict" end
  if options.dialect == "go" then return "go" end
  return options.loose and "loose" or options.prefix and "prefix" or "strict"
end

--- Strict SemVer 2.0.0; options: `prefix` (v1.2.3, =1.2.3), `loose` (also 01.2.3 and 1.2.3beta),
--- `dialect = "go"` (v required; v1 and v1.2 are short forms).
---@param text string
---@param options { prefix: boolean?, loose: boolean?, dialect: string? }?
---@return slipway.Version?, slipway.Error?
function M.parse(text, options)
  local fields, err = door.parse(text, mode_of(options))
  if not fields then
    err = errors.adopt(err)
    if mode_of(options) == "strict" and door.parse(text, "prefix") then
      err.hint = "a version has no prefix; version.of_tag reads tags"
    end
    return nil, err
  end
  return dress(fields)
end

--- Where in a list of texts the (strict) versions stand, highest first; what is none is left out.
---@param texts string[]
---@return integer[]
function M.sorted(texts) return door.sorted(texts) end

---@param value any
---@return boolean
function M.is(value) return getmetatable(value) == meta end

--- A value passes; a text is read the way people write versions and tags: strictly if it can be,
--- else with a prefix, else as Go's short form v1.2, else (with `loose`) loosely.
---@param value slipway.Version|string
---@param options { loose: boolean?, dialect: string? }?
---@return slipway.Version?, slipway.Error?
function M.read(value, options)
  if M.is(value) then return value end
  if type(value) == "table" and type(value.text) == "string" then value = value.text end
  local fields, err = door.parse(value, "strict")
  fields = fields or door.parse(value, "prefix") or door.parse(value, "go")
  if not fields and options and options.loose then fields = door.parse(value, "loose") end
  if not fields then return nil, errors.adopt(err) end
  return dress(fields)
end

local function both(a, b, options)
  local left, err = M.read(a, options)
  if not left then return nil, nil, err end
  local right
  right, err = M.read(b, options)
  return left, right, err
end

--- Precedence by SemVer's rule 11: -1, 0 or 1. With `build = true` build metadata decides ties.
---@param a slipway.Version|string
---@param b slipway.Version|string
---@param options { loose: boolean?, build: boolean?, dialect: string? }?
---@return integer?, slipway.Error?
function M.compare(a, b, options)
  local left, right, err = both(a, b, options)
  if not left or not right then return nil, err end
  if options and options.build then return door.order(left.text, right.text) end
  return door.compare(left.text, right.text)
end

--- Precedence, then build metadata.
---@return integer
function M.order(a, b)
  return errors.raise(M.compare(a, b, { build = true }))
end

--- A sorted copy, oldest first.
---@param list (slipway.Version|string)[]
---@return slipway.Version[]?, slipway.Error?
function M.sort(list)
  local sorted = {}
  for i, item in ipairs(list) do
    local value, err = M.read(item)
    if not value then return nil, err end
    sorted[i] = value
  end
  table.sort(sorted)
  return sorted
end

-- ---- making versions ----

--- The next number of a part that may have any length.
---@param number integer|string
---@return integer|string
function M.next_number(number)
  if math.type(number) == "integer" and number < 999999999999999999 then return number + 1 end
  return door.increment(tostring(number))
end

--- A version from its parts; the parts must make a valid version.
---@param parts { major: integer|string, minor: integer|string?, patch: integer|string?, pre: string?, build: string? }
---@return slipway.Version?, slipway.Error?
function M.new(parts)
  return M.parse(("%s.%s.%s%s%s"):format(parts.major, parts.minor or 0, parts.patch or 0,
    parts.pre and "-" .. parts.pre or "", parts.build and "+" .. parts.build or ""))
end

---@param pre string?
---@return string[]  the identifiers of a pre-release, or of build metadata
function M.identifiers(pre)
  local list = {}
  for piece in (pre or ""):gmatch("[^.]+") do list[#list + 1] = piece end
  return list
end

M.levels = { "major", "minor", "patch", "premajor", "preminor", "prepatch", "prerelease",
  "alpha", "beta", "rc", "release" }

-- The rules of each step are loaded when the first is taken.
local function steps() return require "pure.semver_steps" end

---@return nil, slipway.Error
function M.backwards(version, id) return steps().backwards(version, id) end

--- Where a pre-release stands: alpha 1, beta 2, rc 3; nil for any other.
function M.rung(pre) return steps().rung(pre) end

---@return true?, slipway.Error?
function M.check_identifier(id) return steps().check_identifier(id) end

--- The next version. `level` is one of M.levels or an exact version above this one; `id` names the
--- pre-release, `base` (0, 1 or false: no number) is where it starts: 0, for alpha, beta and rc 1.
---@param version slipway.Version|string
---@param level string
---@param options { id: string?, base: (integer|boolean|string)?, build: string? }?
---@return slipway.Version?, slipway.Error?
function M.bump(version, level, options) return steps().bump(version, level, options) end
M.inc = M.bump

function methods:bump(level, options) return M.bump(self, level, options) end

-- ---- pre-releases of a version to come (pure.prerelease) ----

for _, name in ipairs { "prerelease_of", "ahead", "count_on" } do
  M[name] = function(...) return require("pure.prerelease")[name](...) end
end

-- ---- questions ----

--- What kind of step leads from one version to another: major, minor, patch, premajor, preminor,
--- prepatch, prerelease; nil where they have the same precedence.
---@param a slipway.Version|string
---@param b slipway.Version|string
---@return string?, slipway.Error?
function M.diff(a, b) return steps().diff(a, b) end

--- The version cut back to a level: major 1.0.0, minor 1.2.0, patch 1.2.3, any pre level 1.2.3-rc.1.
--- Build metadata always goes.
---@param version slipway.Version|string
---@param level string
---@return slipway.Version?, slipway.Error?
function M.truncate(version, level) return steps().truncate(version, level) end

--- The pre-release identifiers, or nil.
---@param version slipway.Version|string
---@param options { loose: boolean? }?
---@return string[]?, slipway.Error?
function M.prerelease(version, options)
  local v, err = M.read(version, options)
  if not v then return nil, err end
  return v.pre and M.identifiers(v.pre) or nil
end

--- The text without what npm strips: "  =v1.2.3 " → "1.2.3".
---@param text string
---@param options { loose: boolean? }?
---@return string?, slipway.Error?
function M.clean(text, options)
  local fields, err = door.parse(text, options and options.loose and "loose" or "prefix")
  if not fields then return nil, errors.adopt(err) end
  return (fields.text:gsub("%+.*", ""))
end

-- ---- ranges (pure.range) ----

local function ranges() return require "pure.range" end

for _, name in ipairs { "satisfies", "range", "gtr", "ltr", "outside", "intersects", "subset", "min_version",
  "max_satisfying", "min_satisfying", "requirement" } do
  M[name] = function(...) return ranges()[name](...) end
end

--- The version that a text seems to speak of: "version 1.2" → 1.2.0.
---@param text string
---@param options { rtl: boolean?, include_prerelease: boolean? }?
---@return slipway.Version?, slipway.Error?
function M.coerce(text, options) return require("pure.coerce").coerce(text, options) end

return M
