-- The bump cases of our peers. Each peer's options become ours in one function of `peers`; there are
-- no options that only a test could want.
local bump = require "pure.bump"
local json = require "door.json"
local pep440 = require "pure.pep440"
local semver = require "pure.semver"
local version = require "pure.version"

local goes_back = "the result would come before the present version; ours never goes back"

-- Differences that stay: "peer: name", "peer: current level → next".
local exceptions = {
  ["python-semantic-release: 1.2.3 prerelease_revision 1.2.3-rc.1"] = goes_back,
  ["knope: major_unset"] = "a first release is 0.1.0 with us, as design.md says; knope gives 0.0.0 whatever the level",
}

local function wanted(value) if value == json.null then return nil end return value end
local function text(value) return value and tostring(value) or nil end

-- "^docs$" and "a|b" of the peers as entries of rules.when.
local function entries(regex, level, by_type)
  local list = {}
  for word in (regex or ""):gmatch "[^|()]+" do
    local exact = word:match "^%^(%w+)%$$"
    if exact and by_type then
      list[#list + 1] = { type = exact, level = level }
    else
      list[#list + 1] = { match = word, level = level }
    end
  end
  return list
end

local function join(...)
  local all = {}
  for _, list in ipairs { ... } do table.move(list, 1, #list, #all + 1, all) end
  return all
end

local function next_of(c, o)
  o.current = o.current or wanted(c.current)
  o.commits = o.commits or c.commits or {}
  return version.next(o)
end

local peers = {}

-- ---- from commits ----

peers["release-please"] = function(c, o)
  local strategy = o.strategy or "Default"
  local rules = { other = "patch", unconventional = "patch", types = { feat = "minor", feature = "minor" } }
  if o.bumpMinorPreMajor or o.bumpPatchForMinorPreMajor then
    rules.zero = { breaking = o.bumpMinorPreMajor and "minor" or nil, minor = o.bumpPatchForMinorPreMajor and "patch" or nil }
  end
  rules.always = strategy:match "^AlwaysBump(%u%l+)$" and strategy:match "^AlwaysBump(%u%l+)$":lower() or nil
  rules.dependencies = strategy == "DependencyManifest" or nil
  local ours = { rules = rules }
  if strategy == "Prerelease" and o.prerelease then
    ours.shape, ours.pre = "kept", o.prereleaseType
  end
  if strategy == "ServicePack" then ours.pre, ours.shape = "sp", "kept" end
  return next_of(c, ours)
end

-- git-cliff and release-plz share one crate.
local function next_version_crate(c, o, major, minor)
  local zero = { breaking = major and "major" or "minor", minor = not minor and "patch" or nil }
  if not major then zero.initial = { breaking = "patch" } end
  return next_of(c, {
    rules = {
      other = "patch", unconventional = "patch", types = { feat = "minor" }, zero = zero,
      when = join(
        entries(o.no_increment_regex, "none", true),
        entries(o.custom_minor_increment_regex, "minor"), entries(o.custom_major_increment_regex, "major")),
    },
    prerelease = "count", level = wanted(o.bump_type), first = o.initial_tag,
  })
end

local function flag(value, default) if value == nil then return default end return value end

peers["git-cliff"] = function(c, o)
  return next_version_crate(c, o, flag(o.breaking_always_bump_major, true), flag(o.features_always_bump_minor, true))
end

peers["release-plz"] = function(c, o)
  return next_version_crate(c, o, flag(o.breaking_always_increment_major, false), flag(o.features_always_increment_minor, false))
end

-- A stable version and the pre-release to come: svu, cocogitto.
local function prerelease_of(c, stable, id, base)
  local current = wanted(c.current)
  local v = current and semver.read(current)
  id = id ~= "" and id or (v and v.pre and v.pre:match "^[%a-]+")
  if not id then return nil, { code = "version.identifier" } end
  if v and semver.compare(v, stable .. "-0") > 0 and semver.compare(v, stable) > 0 then
    return nil, { code = "version.backwards" }
  end
  return semver.prerelease_of(stable, { id = id, base = base, among = { v } })
end

peers.svu = function(c, o)
  if c.commits then
    return next_of(c, {
      rules = { types = { perf = "none", revert = "none" }, zero = o.KeepV0 and { breaking = "minor" } or nil,
        minimum = (o.Always or o.always) and "patch" or nil },
    })
  end
  if c.level == "current" then return semver.parse(c.current) end
  if c.level == "prerelease" then return prerelease_of(c, o.next_stable, o.prerelease, 0) end
  local v, err = semver.bump(c.current, c.level)
  if not v then return nil, err end
  return semver.new { major = v.major, minor = v.minor, patch = v.patch, pre = o.prerelease ~= "" and o.prerelease or nil,
    build = o.metadata ~= "" and o.metadata or nil }
end

peers.cocogitto = function(c, o)
  if o.next_stable then
    if not o.pattern:find "^[%w.-]*%*[%w.-]*$" then return nil, { code = "version.identifier" } end
    return prerelease_of(c, o.next_stable, o.pattern, 1)
  end
  return next_of(c, { level = c.level, rules = { zero = "minor" } })
end

-- ---- from a level ----

local commitizen_schemes = { pep440 = "pep440", semver = "semver-short", semver2 = "semver-long" }

local function commitizen_step(current, o, level, commits)
  local scheme = commitizen_schemes[o.scheme or "pep440"]
  local types = { revert = "none", perf = "none", fix = "none" }
  for _, name in ipairs(o.patch_types or { "fix", "refactor", "perf" }) do types[name] = "patch" end
  local options = {
    scheme = scheme, pre = wanted(o.prerelease), offset = o.prerelease_offset, dev = wanted(o.devrelease),
    exact = o.increment_mode == "exact", local_version = o.local_version, build = wanted(o.build_metadata),
  }
  level = level or (o.increment and o.increment:lower())
  if not level then
    level = bump.decide {
      commits = commits, rules = { types = types, zero = o.major_version_zero and "minor" or nil },
      current = semver.coerce(current),
    }.level
  end
  return version.bump(current, level, options)
end

peers.commitizen = function(c, o)
  return commitizen_step(c.current, o, c.level, c.commits)
end

peers["cargo-release"] = function(c) return semver.bump(c.current, c.level) end

peers["semantic-release"] = function(c, o)
  local current = wanted(c.current)
  if not current then
    local first = version.next { first = "1.0.0", pre = wanted(o.prerelease) }
    return first
  end
  local v, err = semver.read(current)
  if not v then return nil, err end
  v.prefix = nil
  if not o.prerelease then return version.bump(v, c.level) end
  return version.bump(v, c.level, { pre = o.prerelease, among = o.tags })
end

peers["python-semantic-release"] = function(c, o)
  local level = c.level
  if level == "to_prerelease" then
    local v = semver.parse(c.current)
    return semver.prerelease_of(v, { id = o.prerelease_token or "rc", count = o.revision or 1 })
  end
  local v = semver.parse(c.current)
  if level == "finalize" then return v.pre and v:bump "release" or v end
  if level == "none" or level == "no_release" then return v end
  if level == "prerelease_revision" then
    if o.prerelease == false or not v.pre then return nil, { code = "version.not_prerelease" } end
    return semver.ahead(v, "none", { id = o.prerelease_token })
  end
  if o.method == "Version.bump" and v.pre then -- a pre-release stays one, whatever is raised
    return semver.prerelease_of(semver.bump(semver.truncate(v, "patch"), level), { id = o.prerelease_token, count = 1 })
  end
  if level == "major" and v.major == 0 and o.major_on_zero == false then level = "minor" end
  if o.allow_zero_version == false and v.major == 0 then
    return (semver.parse "1.0.0")
  end
  return version.bump(v, level, { pre = o.prerelease and o.prerelease_token or nil })
end

local function newest(tags, keep)
  local found
  for _, tag in ipairs(tags or {}) do
    local v = semver.read(tag)
    if v and keep(v) and (not found or semver.compare(v, found) > 0) then found = v end
  end
  return found
end

peers.knope = function(c, o)
  local stable = wanted(c.current)
  local pre = newest(o.tags, function(v) return v.pre ~= nil end)
  if c.level == "release" or (not stable and not o.prerelease and pre) then return pre and pre:bump "release" end
  if not stable then
    if not pre then return version.next { level = c.level } end
    local target = semver.bump(pre, "release")
    return semver.prerelease_of(target, { id = o.prerelease, base = 0, among = o.tags })
  end
  if not o.prerelease then return semver.bump(stable, c.level) end
  return semver.prerelease_of(semver.bump(stable, c.level), { id = o.prerelease, base = 0, among = o.tags })
end

-- ---- the other operations ----

local ops = {}

function ops.increment(c)
  check.equal(bump.decide { commits = c.commits, current = c.current and semver.read(c.current),
    rules = c.peer == "commitizen" and { types = { refactor = "patch", revert = "none" } } or nil,
  }.level, c.expect)
end

function ops.tag(c)
  local v = pep440.parse(c.version)
  local template = c.tag_format:gsub("%${?(%w+)}?", "{%1}")
  check.equal(version.tag_name(v, template, { prerelease = v.pre or "", devrelease = v.dev and "dev" .. v.dev or "" }), c.tag)
end

function ops.requirement(c)
  check.equal(semver.requirement(c.requirement, c.version), wanted(c.expect))
end

local function run_sequence(c)
  local current = c.current
  for _, part in ipairs(c.sequence) do
    local before = part.options.tag_format and part.options.tag_format:gsub("%$version", "") or ""
    local level = #part.commits == 0 and "none" or nil
    local v = assert(commitizen_step(current, part.options, level, part.commits))
    check.equal(before .. v.text, part.tag)
    current = v.text
  end
end

local function run(c)
  if c.op then return ops[c.op](c) end
  if c.sequence then return run_sequence(c) end
  local got, err = peers[c.peer](c, c.options)
  if c.error then
    check.falsy(got)
    return check.truthy(err and err.code, "an error was expected")
  end
  check.equal(text(got) or err, wanted(c.next))
  if c.core then -- what all peers agree on holds without any option
    check.equal(text((version.next { current = c.current, commits = c.commits })), c.next)
  end
end

local path = corpora and corpora "bump.jsonl"
if path then
  local number = 0
  for line in io.lines(path) do
    number = number + 1
    local c = json.decode(line)
    local name = c.name or ("%s %s %s"):format(wanted(c.current) or c.version or "", c.level or c.op or (c.commits or {})[1] or "", wanted(c.next) or "")
    test(("bump.jsonl:%d %s: %s"):format(number, c.peer, name:gsub("%c", " ")), function()
      local reason = exceptions[c.peer .. ": " .. name]
      if reason then return skip(reason) end
      run(c)
    end)
  end
end
