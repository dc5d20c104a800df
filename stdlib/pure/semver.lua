-- Semantic versions as values: parsed, ordered, bumped. The scanner and the order are C
-- (door.semver); ranges live in pure.range and are reachable from here.
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
function meta.__lt(a, b) return M.order(a, b) < 0 end
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

local function next_number(number)
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

local function is_number(identifier) return identifier ~= nil and identifier:find("^%d+$") ~= nil end

-- "alpha.1" counted up: the last number grows, or a first one is added.
local function count_up(pre, base)
  local list = M.identifiers(pre)
  for i = #list, 1, -1 do
    if is_number(list[i]) then
      list[i] = tostring(next_number(math.tointeger(list[i]) or list[i]))
      return table.concat(list, ".")
    end
  end
  list[#list + 1] = tostring(base)
  return table.concat(list, ".")
end

-- Does a pre-release begin with these identifiers and go on with a number?
local function counts_for(pre, id)
  local list, wanted = M.identifiers(pre), M.identifiers(id)
  for i, piece in ipairs(wanted) do
    if list[i] ~= piece then return false end
  end
  return is_number(list[#wanted + 1])
end

local ladder = { alpha = 1, beta = 2, rc = 3 }

local function backwards(version, id)
  return nil, errors.new {
    code = "version.backwards",
    message = ("%s is past %s: a pre-release never goes back"):format(version.text, id),
    hint = "release it, or begin the next version with premajor, preminor or prepatch",
  }
end

local function rung(pre) return ladder[M.identifiers(pre)[1] or ""] end

local function valid_id(id)
  if type(id) == "string" and door.parse("1.0.0-" .. id) then return true end
  return nil, errors.new {
    code = "version.identifier",
    message = ("'%s' is not a pre-release identifier"):format(tostring(id)),
    hint = "letters, digits and hyphens, dots between: alpha, rc, dev.linux",
  }
end

-- The pre-release after `pre`. Options as in M.bump.
local function next_pre(version, pre, options)
  local id = options.id
  local base = (tonumber(options.base) or 0) >= 1 and 1 or 0
  if id == "" then id = nil end
  if not id then return pre and count_up(pre, base) or tostring(base) end
  if pre and rung(pre) and rung(id) and rung(id) < rung(pre) then return backwards(version, id) end
  if pre and options.base ~= false and counts_for(pre, id) then return count_up(pre, base) end
  if options.base == false then
    if pre == id then
      return nil, errors.new {
        code = "version.identifier",
        message = ("%s has the pre-release '%s' already, and nothing to count"):format(version.text, id),
        hint = "count with base = 0 or 1",
      }
    end
    return id
  end
  return id .. "." .. base
end

local steps = {}

function steps.major(v)
  local fresh = v.minor ~= 0 or v.patch ~= 0 or not v.pre
  return { major = fresh and next_number(v.major) or v.major }
end

function steps.minor(v)
  local fresh = v.patch ~= 0 or not v.pre
  return { major = v.major, minor = fresh and next_number(v.minor) or v.minor }
end

function steps.patch(v)
  return { major = v.major, minor = v.minor, patch = v.pre and v.patch or next_number(v.patch) }
end

function steps.release(v)
  if v.pre then return { major = v.major, minor = v.minor, patch = v.patch } end
  return nil, errors.new {
    code = "version.not_prerelease",
    message = v.text .. " is released already: there is no pre-release to finish",
    hint = "choose major, minor or patch",
  }
end

local function with_pre(v, parts, pre, options)
  local next, err = next_pre(v, pre, options)
  if not next then return nil, err end
  parts.pre = next
  return parts
end

function steps.premajor(v, o) return with_pre(v, { major = next_number(v.major) }, nil, o) end

function steps.preminor(v, o)
  return with_pre(v, { major = v.major, minor = next_number(v.minor) }, nil, o)
end

function steps.prepatch(v, o)
  return with_pre(v, { major = v.major, minor = v.minor, patch = next_number(v.patch) }, nil, o)
end

function steps.prerelease(v, o)
  local patch = v.pre and v.patch or next_number(v.patch)
  return with_pre(v, { major = v.major, minor = v.minor, patch = patch }, v.pre, o)
end

-- alpha, beta and rc count from 1 (cargo-release); any other pre-release gives way to them.
for _, id in ipairs { "alpha", "beta", "rc" } do
  steps[id] = function(v, o)
    local base = o.base
    if base == nil then base = 1 end
    local pre = v.pre
    if pre == id then pre = id .. "." .. (base == false and 0 or tonumber(base) - 1) end
    local patch = v.pre and v.patch or next_number(v.patch)
    return with_pre(v, { major = v.major, minor = v.minor, patch = patch }, pre, { id = id, base = base })
  end
end

M.levels = { "major", "minor", "patch", "premajor", "preminor", "prepatch", "prerelease",
  "alpha", "beta", "rc", "release" }

local function exact(version, text)
  local wanted, err = M.parse(text)
  if not wanted then
    err.hint = "a level (" .. table.concat(M.levels, " ") .. ") or an exact version"
    err.code = "version.level"
    return nil, err
  end
  if door.compare(wanted.text, version.text) > 0 then return wanted end
  return nil, errors.new {
    code = "version.backwards",
    message = ("%s does not come after %s"):format(wanted.text, version.text),
    hint = "a version is never given out twice; choose a higher one",
  }
end

--- The next version. `level` is one of M.levels or an exact version above this one; `id` names the
--- pre-release, `base` (0, 1 or false: no number) is where it starts: 0, for alpha, beta and rc 1.
---@param version slipway.Version|string
---@param level string
---@param options { id: string?, base: (integer|boolean|string)?, build: string? }?
---@return slipway.Version?, slipway.Error?
function M.bump(version, level, options)
  options = options or {}
  local current, err = M.read(version)
  if not current then return nil, err end
  local step = steps[level]
  if not step then return exact(current, tostring(level)) end
  if level:find("^pre") then
    local named = options.id ~= nil and options.id ~= ""
    local ok, why = true, nil
    if named then ok, why = valid_id(options.id) end
    if not named and options.base == false then ok, why = valid_id("") end
    if not ok then return nil, why end
  end
  local parts
  parts, err = step(current, options)
  if not parts then return nil, err end
  parts.build = options.build
  return M.new(parts)
end
M.inc = M.bump

function methods:bump(level, options) return M.bump(self, level, options) end

-- ---- pre-releases of a version to come ----

local function numbers_of(v) return ("%s.%s.%s"):format(v.major, v.minor, v.patch) end

-- "alpha" → "alpha.*"; the star is where the count stands.
local function split_pattern(id)
  local before, after = id:match "^(.-)%*(.*)$"
  if not before then return id .. ".", "" end
  return before, after
end

--- The next pre-release of `target` (a version without one): `id` names it ("alpha", or a pattern
--- with a star for the count, "alpha.*.fix"); it counts on from those of `among` that have the same
--- numbers and the same name, else from `base` (1).
---@param target slipway.Version|string
---@param options { id: string, base: integer?, among: (slipway.Version|string)[]?, count: integer?, build: string? }
---@return slipway.Version?, slipway.Error?
function M.prerelease_of(target, options)
  local v, err = M.read(target)
  if not v then return nil, err end
  local before, after = split_pattern(options.id)
  local ok, why = valid_id(before .. "0" .. after)
  if not ok then return nil, why end
  local highest
  for _, item in ipairs(options.among or {}) do
    local other = M.read(item)
    local pre = other and other.pre
    if pre and numbers_of(other) == numbers_of(v) and #pre > #before + #after and pre:sub(1, #before) == before
      and (after == "" or pre:sub(-#after) == after) then
      local digits = pre:sub(#before + 1, #pre - #after)
      if digits:find "^%d+$" and (not highest or door.compare("0.0.0-" .. digits, "0.0.0-" .. highest) > 0) then
        highest = digits
      end
    end
  end
  local number = options.count or (highest and next_number(math.tointeger(highest) or highest)) or options.base or 1
  return M.new { major = v.major, minor = v.minor, patch = v.patch, pre = before .. number .. after, build = options.build }
end

-- The shape of the present pre-release is kept ("beta01"), its last number counted or set to 1.
local function kept_shape(pre, restart)
  local head, digits, tail = pre:match "^(.-)(%d+)(%D*)$"
  if not head then return restart and pre or pre .. ".1" end
  local next = restart and "1" or tostring(next_number(math.tointeger(digits) or digits))
  return head .. ("0"):rep(#digits - #next) .. next .. tail
end

--- The version that `level` leads to, as a pre-release: counts on while the present pre-release
--- already announces that version. `level` may be "none": another pre-release of the same version.
--- `shape = "kept"` keeps how the present one is written (1.0.0-beta01 → 1.0.0-beta02).
---@param version slipway.Version|string
---@param level string
---@param options { id: string?, base: integer?, among: table?, shape: "kept"|nil, build: string? }
---@return slipway.Version?, slipway.Error?
function M.ahead(version, level, options)
  local v, err = M.read(version)
  if not v then return nil, err end
  if level == "none" and not v.pre then
    return nil, errors.new {
      code = "version.backwards",
      message = ("a pre-release of %s would come before it"):format(v.text),
      hint = "say what it is a pre-release of: major, minor or patch",
    }
  end
  local target = v
  if level ~= "none" then
    target, err = M.bump(v, level)
    if not target then return nil, err end
  end
  local same = v.pre and numbers_of(target) == numbers_of(v)
  if options.shape == "kept" then
    local pre = v.pre and kept_shape(v.pre, not same) or options.id
    return M.new { major = target.major, minor = target.minor, patch = target.patch, pre = pre, build = options.build }
  end
  local id = options.id or (v.pre and v.pre:match "^([%a-][%w-]*)") or "rc"
  if same and rung(v.pre) and rung(id) and rung(id) < rung(v.pre) then return backwards(v, id) end
  local among = { v }
  for _, item in ipairs(options.among or {}) do among[#among + 1] = item end
  return M.prerelease_of(target, { id = id, base = options.base, among = among, build = options.build })
end

-- ---- questions ----

--- What kind of step leads from one version to another: major, minor, patch, premajor, preminor,
--- prepatch, prerelease; nil where they have the same precedence.
---@param a slipway.Version|string
---@param b slipway.Version|string
---@return string?, slipway.Error?
function M.diff(a, b)
  local left, right, err = both(a, b)
  if not left or not right then return nil, err end
  local order = door.compare(left.text, right.text)
  if order == 0 then return nil end
  local high, low = left, right
  if order < 0 then high, low = right, left end
  if low.pre and not high.pre then
    if low.minor == 0 and low.patch == 0 then return "major" end
    if low.major == high.major and low.minor == high.minor and low.patch == high.patch then
      return low.minor ~= 0 and low.patch == 0 and "minor" or "patch"
    end
  end
  local pre = high.pre and "pre" or ""
  if left.major ~= right.major then return pre .. "major" end
  if left.minor ~= right.minor then return pre .. "minor" end
  if left.patch ~= right.patch then return pre .. "patch" end
  return "prerelease"
end

--- The version cut back to a level: major 1.0.0, minor 1.2.0, patch 1.2.3, any pre level 1.2.3-rc.1.
--- Build metadata always goes.
---@param version slipway.Version|string
---@param level string
---@return slipway.Version?, slipway.Error?
function M.truncate(version, level)
  local v, err = M.read(version)
  if not v then return nil, err end
  if level == "major" then return M.new { major = v.major } end
  if level == "minor" then return M.new { major = v.major, minor = v.minor } end
  if level == "patch" then return M.new { major = v.major, minor = v.minor, patch = v.patch } end
  if steps[level] and level:find("^pre") then
    return M.new { major = v.major, minor = v.minor, patch = v.patch, pre = v.pre }
  end
  return nil, errors.new { code = "version.level", message = ("'%s' is not a level"):format(tostring(level)) }
end

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
