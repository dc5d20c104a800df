-- From tags and commits to versions: where the last release was, what happened since, what comes next.
local bump = require "pure.bump"
local errors = require "pure.errors"
local remote_view = require "repository.remote_view"
local tags = require "repository.tags"
local version = require "pure.version"

local M = {}

---@param world table
---@param at oid
---@param accept fun(v: slipway.Version): boolean
---@return { tag: string, version: table, commit: oid }?, slipway.Error?  nil, nil: there is none
function M.last_release(world, at, accept)
  if world.last_release then return world.last_release(at, accept) end -- one of several packages: known from one walk
  local repo = remote_view.reader(world, at)
  local found, err = repo:nearest_tag { from = at, accept = function(name)
    local v = tags.version_of(world.project, name)
    return v ~= nil and accept(v)
  end }
  if not found then return nil, err end
  -- Several releases may name one commit; the highest counts.
  local best, name = tags.version_of(world.project, found.name), found.name
  for _, other in ipairs(found.others or {}) do
    local v = tags.version_of(world.project, other)
    if v and accept(v) and v > best then best, name = v, other end
  end
  return { tag = name, version = best, commit = found.commit }
end

M.is_stable = version.is_stable
function M.is_any() return true end

--- The commits between a release and `at`, newest first. `brief`: only what votes are made of.
---@return slipway.Commit[]?, slipway.Error?
function M.commits(world, at, since, brief)
  if world.commits_since then return world.commits_since(at, since) end
  local repo = remote_view.reader(world, at)
  local walk, err = repo:log { from = at, hide = since and { since } or nil, brief = brief }
  if not walk then return nil, err end
  local commits = {}
  for commit in walk do commits[#commits + 1] = commit end
  return commits
end

--- The version in the manifests of a commit, and the file it was read from; nil, nil when none carries one.
---@return table? version, string|slipway.Error|nil
function M.manifest_version(world, at)
  local formats = require "manifest.formats"
  local repo = remote_view.reader(world, at)
  for _, path in ipairs(world.project.manifests) do
    local text, unread = repo:read { at = at, path = path }
    if unread then return nil, unread end
    if text then
      local found, err = formats.get(path, text, world.project.manifest_options and world.project.manifest_options[path])
      if found then
        local v, odd = version.parse(found, world.project.scheme)
        if not v then return nil, errors.at(odd, path) end
        return v, path
      end
      if err.code == "manifest.malformed" then return nil, err end
    end
  end
  return nil, nil
end

-- The next pre-release of `base`, counted on from all tags, here and on the remote.
local function next_prerelease(world, base, id)
  local v, err = version.prerelease_of(base, { id = id, among = tags.all(world) })
  if not v and err.code == "version.backwards" then
    local label = err.message:match "after (%a+) no"
    if label then err.hint = ("slipway plan alpha --id %s   or   slipway plan promote"):format(label) end
  end
  return v, err
end

--- Why there is nothing to release, in one sentence, and what to type next.
---@param result { tag: string?, count: integer, votes: slipway.Vote[]?, kinds: table<string, integer>? } what `next` answered
---@return string why, string hint
function M.nothing_why(result)
  local since, count = result.tag or "the beginning", result.count
  if count == 0 then return "there is no commit since " .. since, "--level patch releases all the same" end
  local conventional = false
  for kind in pairs(result.kinds or {}) do conventional = conventional or require("pure.commits").is_usual_type(kind) end -- order: whether any is
  for _, vote in ipairs(result.votes or {}) do conventional = conventional or require("pure.commits").is_usual_type(vote.type) end
  local hint = "slipway next --why   shows every commit's vote; --level patch releases all the same"
  if not conventional then hint = hint .. '; without a convention: rules = { unconventional = "patch", other = "patch" } in slipway.lua' end
  return ("none of %d commit%s since %s asks for a release"):format(count, count == 1 and "" or "s", since), hint
end

local function nothing(result)
  local why, hint = M.nothing_why(result)
  return nil, errors.new { code = "version.nothing", message = "nothing to release: " .. why, hint = hint }
end

--- A fix after a hotfix: 1.1.1 went out from its own line, so the trunk's next patch is 1.1.2.
---@param v table
---@param level string
---@return table
function M.above_taken(world, v, level)
  if level ~= "patch" or v.scheme == "calver" then return v end
  local highest = v
  for _, other in ipairs(tags.all(world)) do
    local same_line = other.major == v.major and other.minor == v.minor and M.is_stable(other)
    if same_line and other >= highest then highest = other:bump "patch" end
  end
  return highest
end

-- Counted from the last stable release; the other levels from the last release of any kind.
local levels = { major = true, minor = true, patch = true }

-- Calendar versions need the day of the run.
local function dated(world)
  return world.project.scheme:find "^calver" and { date = os.date("!%Y-%m-%d", world.time) } or nil
end

-- The last release of any kind and the last stable one.
local function last_releases(world, at)
  local latest, err = M.last_release(world, at, M.is_any)
  if not latest or M.is_stable(latest.version) then return latest, latest, err end
  local stable, bad = M.last_release(world, at, M.is_stable)
  return latest, stable, bad
end

--- The trunk never goes back: where 1.2.0-alpha.1 is tagged on it, the votes' 1.1.1 becomes 1.2.0
--- (SemVer 2.0.0 item 11: 1.1.1 < 1.2.0-alpha.1 < 1.2.0).
---@param v slipway.Version what the votes ask for
---@param latest { tag: string, version: slipway.Version }? the last release of any kind
---@return slipway.Version, string? warning
local function above_prerelease(v, latest)
  if not latest or M.is_stable(latest.version) or latest.version < v then return v end
  local target = version.parse(version.base(latest.version).text, v.scheme)
  if not target or target < v then return v end
  return target, ("%s is on this line, so %s is next: %s, which the commits ask for, would go back"):format(latest.tag, tostring(target), tostring(v))
end

local function first_release(world, at, commits, count, latest)
  local found, err = M.manifest_version(world, at)
  if not found and err then return nil, err end
  if found and tostring(found) == "0.0.0" then found = nil end
  local v, raised = above_prerelease(found or version.parse("0.1.0", world.project.scheme), latest)
  return { version = v, level = "first", first = true, count = count, commits = commits, votes = {}, warnings = raised and { raised } or nil }
end

-- Does a pre-release stand above whatever could come after a stable release? 2.0.0-alpha.1 does where the highest of
-- them is 1.9.0.
local function begins_major(world, latest)
  if world.project.scheme ~= "semver" or world.tagged or M.is_stable(latest.version) then return false end
  local before, after = tags.around(world.project)
  local found, any = world.repo:releases { before = before, after = after, all = true }, false
  for _, text in ipairs(found and found.versions or {}) do
    local major = not text:find("-", 1, true) and text:match "^(%d+)%.%d+%.%d+$"
    if major and (math.tointeger(tonumber(major)) or math.huge) >= latest.version.major then return false end
    any = any or (major and true or false)
  end
  return any
end

-- Work that was taken back has to be known, also where it is older.
local function takes_back(commits)
  for _, commit in ipairs(commits) do
    if (commit.message or ""):lower():find("revert", 1, true) then return true end
  end
  return false
end

--- The next version where a pre-release has settled it: all votes since the last stable release lead no further, so only
--- what came after the pre-release is read. nil: they have to be counted.
---@param latest { tag: string, version: slipway.Version, commit: oid }?
local function settled(world, at, latest)
  if not latest or not begins_major(world, latest) then return nil end
  local commits = M.commits(world, at, latest.commit, true)
  if not commits or takes_back(commits) then return nil end
  local target = version.parse(version.base(latest.version).text, "semver")
  local chosen, level, votes, decision = version.next { current = target, commits = commits, rules = world.config.rules }
  if not chosen or level == "none" or decision.release_as then return nil end
  return { version = target, level = "major", leader = latest.tag, current = latest.version, tag = latest.tag, since = latest.commit, count = #commits, commits = commits, votes = votes }
end

-- A Release-As footer that stands before a pre-release has been heeded there, or never will be.
local function release_as_is_past(world, decision, latest)
  if not decision.release_as or not latest or M.is_stable(latest.version) then return false end
  local by = decision.release_as_by
  if by then return by == latest.commit or world.repo:is_ancestor(by, latest.commit) == true end
  for _, vote in ipairs(decision.votes) do
    if vote.rule == "Release-As footer" then return vote.commit == latest.commit or world.repo:is_ancestor(vote.commit, latest.commit) == true end
  end
  return false
end

-- The votes in sum, counted by the door; nil where every commit has to be looked at by itself, or cannot be read.
local function counted(world, at, stable)
  if world.commits_since or not bump.check_rules(world.config.rules) then return nil end
  local wish = bump.rules_of_types(world.config.rules, stable and stable.version)
  if not wish then return nil end
  wish.from, wish.hide = at, stable and stable.commit
  return remote_view.reader(world, at):votes(wish) or nil
end

local function decided(world, at, o)
  if o.alone and not o.level then
    local latest, unknown = M.last_release(world, at, M.is_any)
    local found = not unknown and settled(world, at, latest)
    if found then return found end
  end
  local latest, stable, err = last_releases(world, at)
  if err then return nil, err end
  local sum, commits, unread = o.sum and not o.level and counted(world, at, stable) or nil, nil, nil
  if not sum then commits, unread = M.commits(world, at, stable and stable.commit, o.brief) end
  if unread then return nil, unread end
  local count = sum and sum.commits or #commits
  if not stable then
    local first, bad = first_release(world, at, commits, count, latest)
    return first, bad
  end
  local result = { current = stable.version, tag = stable.tag, since = stable.commit, count = count, commits = commits, kinds = sum and sum.kinds }
  if o.level then
    local from = levels[o.level] and stable or latest
    local chosen, bad = version.bump(from.version, o.level, dated(world))
    if not chosen then return nil, bad end
    result.version, result.level, result.votes = chosen, o.level, {}
    return result
  end
  local function next_of(release_as)
    return version.next {
      current = stable.version, commits = commits, sum = sum, scheme = world.project.scheme, rules = world.config.rules,
      date = os.date("!%Y-%m-%d", world.time), release_as = release_as,
    }
  end
  local chosen, level, votes, decision = next_of()
  if chosen and release_as_is_past(world, decision, latest) then chosen, level, votes, decision = next_of(false) end
  if not chosen then return nil, level end
  result.level, result.votes, result.warnings = level, votes or (not sum and {}) or nil, decision.warnings
  if level == "none" then
    result.nothing = true
    return result
  end
  local raised
  result.version, raised = above_prerelease(M.above_taken(world, chosen, level), latest)
  if raised then
    result.warnings = { table.unpack(decision.warnings or {}) }
    table.insert(result.warnings, raised)
  end
  return result
end

--- The next version at a commit.
---@param world table
---@param at oid
---@param o { level: string?, version: string?, pre: string?, brief: boolean?, alone: boolean?, sum: boolean? }?  level or exact
---   version override the votes; `brief`: the commits carry only what votes are made of; `alone`: only the version is asked
---   for: where the pre-release `leader` leads up to it whatever came before, `tag`, `current`, `count` and `votes` are
---   those since it; `sum`: where that will do the votes are only counted: `kinds` tells how many there are of each type,
---   and there are no commits and no votes
---@return { version: table?, current: table?, tag: string?, since: oid?, level: string, votes: table[]?, kinds: table<string, integer>?, count: integer, commits: slipway.Commit[]?, first: boolean?, nothing: boolean? }?, slipway.Error?
function M.next(world, at, o)
  o = o or {}
  local result, err = decided(world, at, o)
  if not result then return nil, err end
  if o.version then
    local exact, bad = version.parse(o.version, world.project.scheme)
    if not exact then return nil, bad end
    result.version, result.level, result.nothing = exact, "exact", nil
    result.notes_since, result.previous = result.since, result.tag
    local before = not version.is_stable(exact) and M.last_release(world, at, M.is_any) -- a pre-release goes on from the last one
    if before then result.notes_since, result.previous = before.commit, before.tag end
    return result
  end
  if not o.pre then
    result.notes_since, result.previous = result.since, result.tag
    return result
  end
  local before = M.last_release(world, at, M.is_any)
  result.notes_since, result.previous = before and before.commit, before and before.tag
  -- The same commit may go on to the next kind: alpha.2 → beta.1.
  local again = before and before.commit == at and version.is_of_kind(before.version, o.pre)
  if again then result.nothing, result.count, result.tag = true, 0, before.tag end
  if result.nothing then return result end
  local base = result.version
  local chosen, backwards = next_prerelease(world, base, o.pre)
  if not chosen then return nil, backwards end
  result.version = chosen
  result.base = base
  return result
end

--- The same as a refusal when there is nothing to release.
function M.required(world, at, o)
  local result, err = M.next(world, at, o)
  if not result then return nil, err end
  if result.nothing then return nothing(result) end
  return result
end

return M
