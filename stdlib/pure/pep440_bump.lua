-- The next PEP 440 version, by the rules that Python's release tools share: a bump out of a
-- pre-release finishes it unless it asks for more than the pre-release announced.
local errors = require "pure.errors"
local options_of = require "pure.options"
local pep440 = require "pure.pep440"
local door_semver = require "door.semver"

local M = {}

local phases = { alpha = "a", a = "a", beta = "b", b = "b", rc = "rc", c = "rc" }
local rank = { a = 1, b = 2, rc = 3 }

local function next_number(number)
  if math.type(number) == "integer" and number < 999999999999999999 then return number + 1 end
  return door_semver.increment(tostring(number))
end

local function release_of(v)
  return { v.release[1], v.release[2] or 0, v.release[3] or 0 }
end

local function raised(release, level)
  local major, minor, patch = release[1], release[2] or 0, release[3] or 0
  if level == "major" then return { next_number(major), 0, 0 } end
  if level == "minor" then return { major, next_number(minor), 0 } end
  if level == "patch" then return { major, minor, next_number(patch) } end
  return { major, minor, patch }
end

-- The release that `level` leads to. Out of a pre-release it is the announced one, unless that
-- announced less than is wanted now.
local function target(v, level, exact)
  local r = release_of(v)
  if not v.is_prerelease or exact then return raised(r, level) end
  local more = (level == "minor" and r[3] ~= 0) or (level == "major" and (r[2] ~= 0 or r[3] ~= 0))
  return more and raised(r, level) or r
end

local function same(a, b) return a[1] == b[1] and a[2] == b[2] and a[3] == b[3] end

-- "a1", "b0" …: counts on in the same phase, never goes back to an earlier one.
local function next_pre(v, wanted, offset)
  local kind = phases[wanted]
  if v and v.pre_kind then
    if rank[v.pre_kind] > rank[kind] then kind = v.pre_kind end
    if kind == v.pre_kind then return kind .. next_number(v.pre_number) end
  end
  return kind .. (offset or 0)
end

local function bad_level(level)
  return nil, errors.new {
    code = "version.level",
    message = ("'%s' is neither a level nor a PEP 440 version"):format(tostring(level)),
    hint = "major, minor, patch, alpha, beta, rc, post, dev, release, or an exact version",
  }
end

local function backwards(v, to)
  return nil, errors.new {
    code = "version.backwards",
    message = ("%s does not come after %s"):format(to, v.text),
    hint = "a version is never given out twice; choose a higher one",
  }
end

local function head(v) return v.epoch ~= 0 and v.epoch .. "!" or "" end

-- Local versions have a release line of their own: 4.5.0+0.1.0 → 4.5.0+0.1.1.
local function bump_local(v, level)
  local inner, err = pep440.parse(v.local_version)
  if not inner then return nil, err end
  return pep440.parse(pep440.public(v) .. "+" .. table.concat(raised(inner.release, level), "."))
end

local function compose(v, level, o)
  local release = target(v, level, o.exact)
  local text = head(v) .. table.concat(release, ".")
  if o.pre then
    local kind = phases[o.pre]
    if not kind then return bad_level(o.pre) end
    text = text .. next_pre(same(release, release_of(v)) and v or nil, o.pre, o.offset)
  end
  if o.dev ~= nil then text = text .. ".dev" .. o.dev end
  if o.build then text = text .. "+" .. o.build end
  return pep440.parse(text)
end

local plain = {}

function plain.release(v)
  if v.is_prerelease then return pep440.parse(head(v) .. table.concat(v.release, ".")) end
  return nil, errors.new {
    code = "version.not_prerelease",
    message = v.text .. " is released already: there is no pre-release to finish",
    hint = "choose major, minor, patch or post",
  }
end

function plain.post(v)
  local base = pep440.public(v):gsub("%.post%d+", ""):gsub("%.dev%d+", "")
  return pep440.parse(base .. ".post" .. (v.post and next_number(v.post) or (v.is_devrelease and 0 or 1)))
end

function plain.dev(v, o)
  if v.dev then return pep440.parse(pep440.public(v):gsub("%.dev%d+", "") .. ".dev" .. next_number(v.dev)) end
  return compose(v, v.is_prerelease and "none" or "patch", { dev = o.offset or 0 })
end

-- alpha, beta, rc as levels: the next release's pre-release, or this one's next.
for name, kind in pairs { alpha = "a", beta = "b", rc = "rc" } do -- order: each entry stands alone
  plain[name] = function(v, o)
    if v.pre_kind and rank[v.pre_kind] > rank[kind] then return backwards(v, name) end
    return compose(v, v.is_prerelease and "none" or "patch", { pre = name, offset = o.offset or o.base, dev = o.dev })
  end
end

function plain.prerelease(v, o)
  local id = o.pre or o.id or v.pre_kind or "a"
  return compose(v, v.is_prerelease and "none" or "patch", { pre = id, offset = o.offset or o.base, dev = o.dev })
end

for name, level in pairs { premajor = "major", preminor = "minor", prepatch = "patch" } do -- order: each stands alone
  plain[name] = function(v, o)
    return compose(v, level, { pre = o.pre or o.id or "a", offset = o.offset or o.base, dev = o.dev, exact = true })
  end
end

local function exact_version(v, text)
  local wanted = pep440.parse(text)
  if not wanted then return bad_level(text) end
  if pep440.compare(wanted, v) > 0 then return wanted end
  return backwards(v, wanted.text)
end

local known = options_of.set "scheme pre id offset base dev build exact local_version"

--- Levels: major, minor, patch, none; the levels of SemVer; post and dev; or an exact version.
--- Options: `pre` (alpha, beta, rc) with `offset` where its count begins, `dev` (a number), `build`
--- (a local version), `exact` (raise even out of a pre-release), `local_version` (bump what stands
--- behind the plus).
---@param version slipway.Pep440|string
---@param level string?
---@param options { pre: string?, offset: integer?, dev: integer?, build: string?, exact: boolean?, local_version: boolean?, id: string?, base: integer? }?
---@return slipway.Pep440?, slipway.Error?
function M.bump(version, level, options)
  local o = options or {}
  options_of.only(o, known, "pep440.bump")
  local v, err = pep440.read(version)
  if not v then return nil, err end
  level = level or "none"
  if plain[level] then return plain[level](v, o) end
  if level ~= "major" and level ~= "minor" and level ~= "patch" and level ~= "none" then
    return exact_version(v, tostring(level))
  end
  if v.local_version and o.local_version then return bump_local(v, level) end
  return compose(v, level, {
    pre = o.pre or o.id, offset = o.offset or o.base, dev = o.dev, build = o.build, exact = o.exact,
  })
end

return M
