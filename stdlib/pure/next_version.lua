-- The next version of a project from its commits. Reached through pure.version, where it is described.
local bump = require "pure.bump"
local options_of = require "pure.options"
local semver = require "pure.semver"
local version_of = require "pure.version"

local first_versions = { semver = "0.1.0", pep440 = "0.1.0", ["semver-short"] = "0.1.0", ["semver-long"] = "0.1.0" }

local function read_current(o)
  local current = o.current
  local family = type(o.scheme) == "string" and o.scheme:match "^[^:]*" or (version_of.is(current) and current.scheme)
  if version_of.is(current) and current.scheme == family then return current end
  local text = type(current) == "table" and current.text or current
  local v, err = version_of.parse(text, o.scheme, o)
  if v or err.code == "version.scheme" then return v, err end
  return version_of.of_tag(text, o.scheme)
end

local function first(o)
  if type(o.scheme) == "string" and o.scheme:find "^calver" then
    return require("pure.calver").bump(nil, "patch", { date = o.date, pattern = o.scheme:match "^calver:(.+)$" or o.pattern, modifier = o.modifier })
  end
  local version = version_of.parse(o.first or first_versions[o.scheme or "semver"] or "0.1.0", o.scheme)
  if version and o.pre then return semver.prerelease_of(version, { id = o.pre, base = o.base }) end
  return version
end

-- What each scheme's bump is told of the options of `next`.
local step_options = {
  semver = { "pre", "base", "among", "shape", "build" },
  calver = { "date", "pattern", "modifier" },
  other = { "pre", "base", "offset", "dev", "build", "exact", "local_version" },
}

local next_options = options_of.set [[current commits sum scheme pre base rules level among prerelease first release_as build
  date pattern modifier shape offset dev exact local_version]]

-- What the decision makes of the present version.
local function step(current, level, o)
  local wanted = o.level or level
  if current.pre and not o.pre and o.prerelease == "count" and semver.is(current) then
    return semver.count_on(current, o.base or 1)
  end
  local scheme = current.scheme
  local options = { scheme = o.scheme }
  for _, name in ipairs(step_options[scheme] or step_options.other) do options[name] = o[name] end
  return version_of.bump(current, wanted, options)
end

return function(o)
  options_of.only(o, next_options, "version.next")
  local current, err
  if o.current then
    current, err = read_current(o)
    if not current then return nil, err end
  end
  local sound, wrong = bump.check_rules(o.rules)
  if not sound then return nil, wrong end
  -- `sum`: the votes were counted already (repo:votes)
  local decision = o.sum and bump.decide_by_sum { sum = o.sum, rules = o.rules, current = current }
    or bump.decide { commits = o.commits or {}, rules = o.rules, current = current }
  local level = o.level or decision.level
  if not current then
    local version, why = first(o)
    if not version then return nil, why end
    return version, level, decision.votes, decision
  end
  local version
  if decision.release_as and o.release_as ~= false and not o.level then
    version, err = version_of.bump(current, (decision.release_as:gsub("^v", "")), { scheme = o.scheme })
    level = "exact"
  elseif level == "none" then
    return current, "none", decision.votes, decision
  else
    version, err = step(current, level, o)
  end
  if not version then return nil, err end
  if current.prefix then version.prefix = current.prefix end
  return version, level, decision.votes, decision
end
