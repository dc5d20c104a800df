-- Pre-releases of a version to come: named, counted on from those that exist, never going back.
local door = require "door.semver"
local errors = require "pure.errors"
local semver = require "pure.semver"

local M = {}

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
  local v, err = semver.read(target)
  if not v then return nil, err end
  local before, after = split_pattern(options.id)
  local ok, why = semver.check_identifier(before .. "0" .. after)
  if not ok then return nil, why end
  local highest
  for _, item in ipairs(options.among or {}) do
    local other = semver.read(item)
    local pre = other and other.pre
    if pre and numbers_of(other) == numbers_of(v) and #pre > #before + #after and pre:sub(1, #before) == before
      and (after == "" or pre:sub(-#after) == after) then
      local digits = pre:sub(#before + 1, #pre - #after)
      if digits:find "^%d+$" and (not highest or door.compare("0.0.0-" .. digits, "0.0.0-" .. highest) > 0) then
        highest = digits
      end
    end
  end
  local number = options.count or (highest and semver.next_number(math.tointeger(highest) or highest)) or options.base or 1
  return semver.new { major = v.major, minor = v.minor, patch = v.patch, pre = before .. number .. after, build = options.build }
end

--- The same pre-release, one further: its last identifier is counted, or `base` put behind it.
---@param version slipway.Version
---@param base integer?
---@return slipway.Version?, slipway.Error?
function M.count_on(version, base)
  local list = semver.identifiers(version.pre)
  local last = list[#list]
  if (last or ""):find "^%d+$" then
    list[#list] = tostring(semver.next_number(math.tointeger(last) or last))
  else
    list[#list + 1] = tostring(base or 1)
  end
  return semver.new { major = version.major, minor = version.minor, patch = version.patch, pre = table.concat(list, ".") }
end

-- The shape of the present pre-release is kept ("beta01"), its last number counted or set to 1.
local function kept_shape(pre, restart)
  local head, digits, tail = pre:match "^(.-)(%d+)(%D*)$"
  if not head then return restart and pre or pre .. ".1" end
  local next = restart and "1" or tostring(semver.next_number(math.tointeger(digits) or digits))
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
  local v, err = semver.read(version)
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
    target, err = semver.bump(v, level)
    if not target then return nil, err end
  end
  local same = v.pre and numbers_of(target) == numbers_of(v)
  if options.shape == "kept" then
    local pre = v.pre and kept_shape(v.pre, not same) or options.id
    return semver.new { major = target.major, minor = target.minor, patch = target.patch, pre = pre, build = options.build }
  end
  local id = options.id or (v.pre and v.pre:match "^([%a-][%w-]*)") or "rc"
  if same and semver.rung(v.pre) and semver.rung(id) and semver.rung(id) < semver.rung(v.pre) then return semver.backwards(v, id) end
  local among = { v }
  for _, item in ipairs(options.among or {}) do among[#among + 1] = item end
  return M.prerelease_of(target, { id = id, base = options.base, among = among, build = options.build })
end

return M
