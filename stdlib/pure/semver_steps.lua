-- Steps from one semantic version to another: bumped, cut back, and which step lies between two. Reached through
-- pure.semver, where each is described.
local door = require "door.semver"
local errors = require "pure.errors"
local options_of = require "pure.options"
local semver = require "pure.semver"

local M = {}

local function is_number(identifier) return identifier ~= nil and identifier:find("^%d+$") ~= nil end

-- "alpha.1" counted up: the last number grows, or a first one is added.
local function count_up(pre, base)
  local list = semver.identifiers(pre)
  for i = #list, 1, -1 do
    if is_number(list[i]) then
      list[i] = tostring(semver.next_number(math.tointeger(list[i]) or list[i]))
      return table.concat(list, ".")
    end
  end
  list[#list + 1] = tostring(base)
  return table.concat(list, ".")
end

-- Does a pre-release begin with these identifiers and go on with a number?
local function counts_for(pre, id)
  local list, wanted = semver.identifiers(pre), semver.identifiers(id)
  for i, piece in ipairs(wanted) do
    if list[i] ~= piece then return false end
  end
  return is_number(list[#wanted + 1])
end

local ladder = { alpha = 1, beta = 2, rc = 3 }

function M.backwards(version, id)
  return nil, errors.new {
    code = "version.backwards",
    message = ("%s is past %s: a pre-release never goes back"):format(version.text, id),
    hint = "release it, or begin the next version with premajor, preminor or prepatch",
  }
end

function M.rung(pre) return ladder[semver.identifiers(pre)[1] or ""] end

function M.check_identifier(id)
  local plain = type(id) == "string" and not id:find("+", 1, true) -- behind a plus stands the build
  if plain and door.parse("1.0.0-" .. id) then return true end
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
  if pre and M.rung(pre) and M.rung(id) and M.rung(id) < M.rung(pre) then return M.backwards(version, id) end
  if pre and counts_for(pre, id) then return count_up(pre, base) end
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
  return { major = fresh and semver.next_number(v.major) or v.major }
end

function steps.minor(v)
  local fresh = v.patch ~= 0 or not v.pre
  return { major = v.major, minor = fresh and semver.next_number(v.minor) or v.minor }
end

function steps.patch(v)
  return { major = v.major, minor = v.minor, patch = v.pre and v.patch or semver.next_number(v.patch) }
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

function steps.premajor(v, o) return with_pre(v, { major = semver.next_number(v.major) }, nil, o) end

function steps.preminor(v, o)
  return with_pre(v, { major = v.major, minor = semver.next_number(v.minor) }, nil, o)
end

function steps.prepatch(v, o)
  return with_pre(v, { major = v.major, minor = v.minor, patch = semver.next_number(v.patch) }, nil, o)
end

function steps.prerelease(v, o)
  local patch = v.pre and v.patch or semver.next_number(v.patch)
  return with_pre(v, { major = v.major, minor = v.minor, patch = patch }, v.pre, o)
end

-- alpha, beta and rc count from 1 (cargo-release); any other pre-release gives way to them.
for _, id in ipairs { "alpha", "beta", "rc" } do
  steps[id] = function(v, o)
    local base = o.base
    if base == nil then base = 1 end
    local pre = v.pre
    if pre == id then pre = id .. "." .. (base == false and 0 or tonumber(base) - 1) end
    local patch = v.pre and v.patch or semver.next_number(v.patch)
    return with_pre(v, { major = v.major, minor = v.minor, patch = patch }, pre, { id = id, base = base })
  end
end

local function exact(version, text)
  local wanted, err = semver.parse(text)
  if not wanted then
    return nil, errors.new {
      code = "version.level", message = ("'%s' is neither a level nor a version"):format(text), cause = err.message,
      hint = "a level (" .. table.concat(semver.levels, " ") .. ") or an exact version",
    }
  end
  if door.compare(wanted.text, version.text) > 0 then return wanted end
  return nil, errors.new {
    code = "version.backwards",
    message = ("%s does not come after %s"):format(wanted.text, version.text),
    hint = "a version is never given out twice; choose a higher one",
  }
end

local bump_options = options_of.set "id base build"

function M.bump(version, level, options)
  options = options or {}
  options_of.only(options, bump_options, "semver.bump")
  local current, err = semver.read(version)
  if not current then return nil, err end
  local step = steps[level]
  if not step then return exact(current, tostring(level)) end
  if level:find("^pre") then
    local named = options.id ~= nil and options.id ~= ""
    local ok, why = true, nil
    if named then ok, why = M.check_identifier(options.id) end
    if not named and options.base == false then ok, why = M.check_identifier("") end
    if not ok then return nil, why end
  end
  local parts
  parts, err = step(current, options)
  if not parts then return nil, err end
  parts.build = options.build
  return semver.new(parts)
end

function M.diff(a, b)
  local left, err = semver.read(a)
  if not left then return nil, err end
  local right
  right, err = semver.read(b)
  if not right then return nil, err end
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

function M.truncate(version, level)
  local v, err = semver.read(version)
  if not v then return nil, err end
  if level == "major" then return semver.new { major = v.major } end
  if level == "minor" then return semver.new { major = v.major, minor = v.minor } end
  if level == "patch" then return semver.new { major = v.major, minor = v.minor, patch = v.patch } end
  if steps[level] and level:find("^pre") then
    return semver.new { major = v.major, minor = v.minor, patch = v.patch, pre = v.pre }
  end
  return nil, errors.new { code = "version.level", message = ("'%s' is not a level"):format(tostring(level)) }
end

return M
