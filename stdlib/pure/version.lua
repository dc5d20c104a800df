-- Versions whatever their scheme: read, compare, bump, the names of tags, and the next version of a
-- project from its commits. Schemes: semver, pep440, calver; semver-short and semver-long, which bump
-- as Python's tools do and write SemVer (1.0.0-a0, 1.0.0-alpha.0); or a table of the project's own
-- with parse(text), compare(a, b) and bump(version, level, options).
local errors = require "pure.errors"
local semver = require "pure.semver"

local M = {}

-- Most projects count by semver alone: the other schemes are loaded when they are first used.
local pep440 = setmetatable({}, { __index = function(_, name) return require("pure.pep440")[name] end })
local calver = setmetatable({}, { __index = function(_, name) return require("pure.calver")[name] end })

local function written(style)
  local scheme = { name = "semver-" .. (style or "long"), compare = function(a, b) return pep440.compare(a, b) end }
  function scheme.parse(text)
    local v, err = pep440.parse(type(text) == "table" and text.text or text)
    if not v then return nil, err end
    return pep440.to_semver(v, { style = style })
  end
  function scheme.bump(version, level, options)
    local v, err = pep440.bump(type(version) == "table" and version.text or version, level, options)
    if not v then return nil, err end
    return pep440.to_semver(v, { style = style })
  end
  return scheme
end

local plain = { none = true, patch = true, minor = true, major = true }

-- A level together with a pre-release: bump to it, then name the pre-release.
local function bump_semver(version, level, o)
  local id = o.pre or o.id
  if o.pre or (level == "none" and id) or o.shape then
    if plain[level] then
      return semver.ahead(version, level, { id = id, base = o.base or o.offset, among = o.among, shape = o.shape, build = o.build })
    end
  end
  if level == "none" then
    local v, err = semver.read(version)
    if not v then return nil, err end
    return v.pre and semver.bump(v, "release") or v
  end
  return semver.bump(version, level, { id = id, base = o.base, build = o.build })
end

local schemes = {
  semver = { parse = semver.parse, compare = semver.compare, bump = bump_semver },
  pep440 = pep440,
  calver = calver,
  ["semver-short"] = written "short",
  ["semver-long"] = written(nil),
}

-- "calver:YY.MINOR.MICRO" is calver with a pattern of the project's own.
local function calendar(pattern)
  return {
    parse = function(text) return calver.parse(text, { pattern = pattern }) end,
    compare = function(a, b) return calver.compare(a, b, { pattern = pattern }) end,
    bump = function(v, level, o) return calver.bump(v, level, { pattern = pattern, date = o.date, modifier = o.modifier }) end,
  }
end

local function scheme_of(value, wanted)
  wanted = wanted or (type(value) == "table" and value.scheme) or "semver"
  if type(wanted) == "table" then return wanted end
  local pattern = wanted:match "^calver:(.+)$"
  if pattern then return calendar(pattern) end
  if schemes[wanted] then return schemes[wanted] end
  return nil, errors.new {
    code = "version.scheme", message = ("there is no scheme of versions named '%s'"):format(tostring(wanted)),
    hint = "semver, pep440, calver, or a table of your own with parse, compare and bump",
  }
end

---@param text string
---@param scheme (string|table)?  "semver" when absent
---@param options table?          for the scheme: { pattern = } of calver
---@return slipway.Version?, slipway.Error?
function M.parse(text, scheme, options)
  local s, err = scheme_of(nil, scheme)
  if not s then return nil, err end
  return s.parse(text, options)
end

--- Is it a version value of any scheme?
---@param value any
---@return boolean
function M.is(value) return type(value) == "table" and type(value.text) == "string" and value.scheme ~= nil end

--- A version as a plain value, for a bridge or a plan: { ["$version"] = text, scheme = … }; scheme,
--- prefix and pattern only where they say something.
---@param v slipway.Version
---@return table
function M.lower(v)
  return {
    ["$version"] = v.text, scheme = v.scheme ~= "semver" and v.scheme or nil, prefix = v.prefix, pattern = v.pattern,
  }
end

--- And back.
---@param plain table
---@return slipway.Version?, slipway.Error?
function M.revive(plain)
  local v, err = M.parse(plain["$version"], plain.scheme, plain.pattern and { pattern = plain.pattern })
  if v then v.prefix = plain.prefix end
  return v, err
end

---@param a slipway.Version|string
---@param b slipway.Version|string
---@param scheme (string|table)?
---@return integer?, slipway.Error?
function M.compare(a, b, scheme)
  local s, err = scheme_of(a, scheme or (type(b) == "table" and b.scheme or nil))
  if not s then return nil, err end
  return s.compare(a, b)
end

--- One step, in any scheme. Options: `scheme`, `pre` (the pre-release's name), `base`, and those of
--- the scheme (pure.semver, pure.pep440_bump, pure.calver).
---@param version slipway.Version|string
---@param level string
---@param options table?
---@return slipway.Version?, slipway.Error?
function M.bump(version, level, options)
  options = options or {}
  local s, err = scheme_of(version, options.scheme)
  if not s then return nil, err end
  return s.bump(version, level, options)
end

--- Is it neither a pre-release nor a development release?
---@param v slipway.Version
---@return boolean
function M.is_stable(v)
  if v.is_prerelease ~= nil then return not v.is_prerelease end
  return v.pre == nil
end

--- The version that a pre-release announces; a stable one is its own.
---@param v slipway.Version
---@return slipway.Version
function M.base(v)
  if M.is_stable(v) then return v end
  if v.scheme == "pep440" then return assert(pep440.parse(pep440.base(v))) end
  return assert(M.bump(v, "release"))
end

local phases = { alpha = "a", a = "a", beta = "b", b = "b", rc = "rc" }

local function pep440_prerelease(target, o)
  local kind, highest = phases[o.id], nil
  if not kind then return pep440.bump(target, o.id) end -- says what is wrong with it
  local base = pep440.base(target)
  for _, other in ipairs(o.among or {}) do
    local same = other.pre_kind == kind and pep440.compare(pep440.base(other), base) == 0
    if same and (not highest or other.pre_number > highest) then highest = other.pre_number end
  end
  return pep440.parse(base .. kind .. (highest and highest + 1 or o.base or 1))
end

--- Is it a pre-release of that kind: alpha, beta, rc?
---@param v slipway.Version
---@param id string
---@return boolean
function M.is_of_kind(v, id)
  if v.scheme == "pep440" then return v.pre_kind ~= nil and v.pre_kind == phases[id] end
  return v.pre ~= nil and (v.pre == id or v.pre:sub(1, #id + 1) == id .. ".")
end

--- The next pre-release of a version to come, after those that exist: 1.3.0 with "rc" → 1.3.0-rc.1 (in
--- PEP 440 1.3.0rc1). Refused when one that comes later exists already.
---@param target slipway.Version
---@param o { id: string, among: slipway.Version[]?, base: integer? }
---@return slipway.Version?, slipway.Error?
function M.prerelease_of(target, o)
  local v, err
  if target.scheme == "pep440" then
    v, err = pep440_prerelease(target, o)
  else
    v, err = semver.prerelease_of(target, { id = o.id, among = o.among, base = o.base })
  end
  if not v then return nil, err end
  for _, other in ipairs(o.among or {}) do
    local same = not M.is_stable(other) and M.compare(M.base(other), M.base(v)) == 0
    if same and M.compare(other, v) > 0 then
      local label = other.pre and other.pre:match "^%a+" or other.text
      return nil, errors.new {
        code = "version.backwards",
        message = ("%s exists; after %s no %s follows"):format(other.text, label, o.id),
        hint = "go on with the name that exists, or release it",
      }
    end
  end
  return v
end

-- ---- tags ----

-- Places where a version may begin: a digit, not behind a letter (but v), a digit or a dot.
local function split_tag(tag, parse)
  for at in tag:gmatch "()%d" do
    local before = tag:sub(at - 1, at - 1)
    if not before:find "[%d.]" and not (before:find "%a" and before ~= "v" and before ~= "V") then
      local v = parse(tag:sub(at))
      if v then return v, tag:sub(1, at - 1) end
    end
  end
end

--- The version that a tag's name ends with, and what stands in front of it: "api/v1.2.0" → 1.2.0,
--- "api/v". The value keeps the prefix.
---@param tag string
---@param scheme (string|table)?
---@return slipway.Version?, string|slipway.Error
function M.of_tag(tag, scheme)
  local s, err = scheme_of(nil, scheme)
  if not s then return nil, err end
  local v, prefix = split_tag(tag, s.parse)
  if v then
    if prefix ~= "" then v.prefix = prefix end
    return v, prefix
  end
  return nil, errors.new { code = "version.invalid", message = ("the tag '%s' does not end with a version"):format(tag) }
end

--- A tag's name by a template: "{name}-v{version}", also {major} {minor} {patch} {pre} {build}.
---@param version slipway.Version|string
---@param template string
---@param words table<string, string>?  further words, such as name
---@return string
function M.tag_name(version, template, words)
  local v = M.is(version) and version or assert(semver.read(version))
  return (template:gsub("{(%w+)}", function(word)
    if word == "version" then return v.text end
    return words and words[word] or v[word] ~= nil and tostring(v[word]) or ""
  end))
end

--- The next version of a project, the level, and every commit's vote; fourth, the whole decision.
--- Without anything to release the version is the present one and the level "none"; where a Release-As
--- footer named the version the level is "exact".
--- `current` may be a tag's name (its prefix is kept) or nil (the first release). `level` overrides
--- the votes: a level or an exact version. `pre` asks for a pre-release of that name, counted from
--- `base` (1) and on from those in `among`; `prerelease = "count"` stays in the present pre-release.
---@param o { current: (slipway.Version|string)?, commits: table?, scheme: (string|table)?, pre: string?, base: integer?, rules: table?, level: string?, among: table?, prerelease: "finish"|"count"|nil, first: string?, release_as: boolean?, build: string?, date: (string|table)? }
---@return slipway.Version?, string|slipway.Error, slipway.Vote[]?, slipway.Decision?
function M.next(o) return require "pure.next_version"(o) end

return M
