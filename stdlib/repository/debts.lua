-- Fixes that were shipped from a hotfix line and have not reached the trunk. A fix counts as home when the trunk holds
-- the same patch (git patch-id), a commit that says it was picked from it, or most of its lines: so also edited, or
-- squashed with others. Whoever knows better says so in a commit of the trunk: "Brought-Home: <commit>".
local remote_view = require "repository.remote_view"
local tags = require "repository.tags"
local version = require "pure.version"

local M = {}

-- So far back are commits of the trunk compared with a fix.
local DEPTH <const> = 2000

-- A line with more work on it than this is no hotfix: a maintained line goes its own way and owes nothing.
local SHORT <const> = 50

---@class slipway.Fix
---@field commit oid
---@field subject string
---@field state "same"|"said"|"similar"|"missing"|"empty"  how it reached the trunk
---@field as oid?       the commit of the trunk that holds it

---@class slipway.Line
---@field tag string?       its last release; nil: nothing of it is released
---@field version string?
---@field branch string?
---@field base oid          where it left the trunk; nil when only fixes are asked for
---@field fixes slipway.Fix[]  oldest first; none of a line that is no hotfix
---@field maintained boolean?  it goes its own way: long, or begun elsewhere than at a release

--- The tags that hold versions of this project: name, version, commit.
---@return { name: string, version: table, commit: oid }[]
function M.releases(world)
  local list, patterns = {}, { world.project }
  for _, package in ipairs(world.project.packages or {}) do
    patterns[#patterns + 1] = { tag_pattern = package.tag, scheme = world.project.scheme }
  end
  for _, ref in ipairs(world.repo:refs "refs/tags/" or {}) do
    local v
    for _, project in ipairs(ref.commit and patterns or {}) do v = v or tags.version_of(project, ref.name:sub(11)) end
    if v then list[#list + 1] = { name = ref.name:sub(11), version = v, commit = ref.commit } end
  end
  return list
end

-- Of releases, highest first, those that no higher one holds.
local function not_held(repo, away)
  local among, ends = {}, {}
  for i, release in ipairs(away) do among[i] = release.commit end
  local is_end = #among > 0 and assert(repo:line_ends(among)) or {}
  for i, release in ipairs(away) do
    if is_end[i] then ends[#ends + 1] = release end
  end
  return ends
end

-- The highest of the releases.
local function highest(list, limit)
  if limit and #list > limit then
    table.sort(list, function(a, b) return a.version > b.version end)
    for i = #list, limit + 1, -1 do list[i] = nil end
  end
  return list
end

-- Of each package the highest that raise the patch, and of the project where it is tagged as a whole.
local function of_packages(world, limit, whole)
  local list, seen = {}, {}
  local function add(name, v, commit)
    if not seen[name] then list[#list + 1], seen[name] = { name = name, version = v, commit = commit }, true end
  end
  for i, tag in ipairs(whole.tags) do add(tag, assert(version.parse(whole.versions[i])), whole.commits[i]) end
  for _, tagged in pairs(require("repository.monorepo").tags(world)) do -- order: the highest are chosen, or all
    local taken = 0
    for i = 1, tagged.count do
      local tag = tagged.at(i)
      if tag.commit and tag.version.patch ~= 0 then
        add(tag.name, tag.version, tag.commit)
        taken = taken + 1
        if taken == limit then break end
      end
    end
  end
  return highest(list, limit)
end

-- Releases that raise the patch, as a hotfix does (1.2.0 never came from a line); of so many the highest. The door reads
-- the tags of SemVer by itself, and believes what packed-refs says of the commits behind them: `carefully` looks.
local function patch_releases(world, limit, carefully)
  local list = {}
  if not carefully and world.project.scheme == "semver" then
    local before, after = tags.around(world.project)
    local found = world.repo:releases { before = before, after = after, fixes = limit or 0 } or { tags = {} }
    if #(world.project.packages or {}) > 0 then return of_packages(world, limit, found) end
    for i, tag in ipairs(found.tags) do list[i] = { name = tag, text = found.versions[i], commit = found.commits[i] } end
    return list
  end
  for _, release in ipairs(M.releases(world)) do
    if release.version.patch ~= 0 then list[#list + 1] = release end
  end
  return highest(list, limit)
end

local function commits_of(releases)
  local oids = {}
  for i, release in ipairs(releases) do oids[i] = release.commit end
  return oids
end

-- Which of the releases the trunk holds.
local function held_by(repo, trunk, releases)
  return #releases > 0 and repo:reached { from = trunk, among = commits_of(releases) } or #releases == 0 and {} or nil
end

--- Begins to read the trunk, while the caller is about something else: what it returns is an option of M.missing.
---@param world table
---@param trunk oid
---@param limit integer
---@return table releases
function M.begin(world, trunk, limit)
  local releases = patch_releases(world, limit)
  if #releases > 0 then remote_view.reader(world, trunk):reached_soon { from = trunk, among = commits_of(releases) } end
  return releases
end

-- Releases that the trunk does not hold, those that others of them hold left out: one for each line.
local function ends_of_lines(world, trunk, limit, releases)
  local repo = remote_view.reader(world, trunk)
  releases = releases or patch_releases(world, limit)
  local reached = held_by(repo, trunk, releases)
  if not reached then
    releases = patch_releases(world, limit, true)
    reached = assert(held_by(repo, trunk, releases))
  end
  local away = {}
  for i, release in ipairs(releases) do
    if not reached[i] then
      away[#away + 1] = { name = release.name, version = release.version or assert(version.parse(release.text)), commit = release.commit }
    end
  end
  table.sort(away, function(a, b) return a.version > b.version end)
  return not_held(repo, away)
end

local filler = { release = true, version = true, bump = true, prepare = true, to = true, publish = true, tag = true, chore = true, build = true, v = true }

-- "Release 1.1.1", "chore(release): v1.1.1", "bump: version 1.1.0 → 1.1.1": the commit that made the release.
local function makes_release(subject)
  local rest, count = subject:gsub("v?%d+%.%d+[%w.+-]*", " ")
  if count == 0 then return false end
  for word in rest:gmatch "%a+" do
    if not filler[word:lower()] then return false end
  end
  return true
end

-- What was done on a line, oldest first: no merges, no commits that only make a release, nothing taken back there.
local function work_of(world, tip, trunk)
  local list, changes = {}, {}
  for commit in assert(world.repo:log { from = tip, hide = { trunk }, limit = DEPTH }) do
    changes[#changes + 1] = require("pure.commits").parse(commit)
    list[#list + 1] = commit
  end
  local gone, spent = require("pure.commits").reverted(changes)
  local work = {}
  for i = #list, 1, -1 do
    local commit = list[i]
    if #commit.parents == 1 and not gone[i] and not spent[i] and not makes_release(commit.subject) then work[#work + 1] = commit end
  end
  return work
end

-- Patch ids of commits by their ids, asked for together and once for all lines of a trunk.
local function patch_ids(repo, known, oids)
  local unknown = {}
  for _, oid in ipairs(oids) do
    if known[oid] == nil then unknown[#unknown + 1], known[oid] = oid, false end
  end
  for oid, id in pairs(#unknown > 0 and assert(repo:patch_ids(unknown)) or {}) do known[oid] = id end -- order: a map is filled
  return known
end

-- Ids of the commits that bring a change of their own.
local function plain(list)
  local oids = {}
  for _, commit in ipairs(list) do
    if #commit.parents == 1 then oids[#oids + 1] = commit.oid end
  end
  return oids
end

-- The trunk since it and a line went apart, as far as a fix is looked for in it: read once, and its patches only where
-- they concern the files of a fix.
local function trunk_since(world, trunk, tip, shared)
  local repo = remote_view.reader(world, trunk)
  local since = { commits = {} }
  for commit in assert(repo:log { from = trunk, hide = { tip }, limit = DEPTH }) do since.commits[#since.commits + 1] = commit end
  local among = plain(since.commits)
  shared.search = shared.search or assert(repo:similar())
  --- The first commit with the same patch.
  function since.same(fix, id)
    local found
    local covering = assert(shared.search:covering(fix.oid, among))
    local ids = patch_ids(repo, shared.ids, covering)
    for _, oid in ipairs(covering) do
      if ids[oid] == id then found = oid end
    end
    return found
  end
  --- The commit that holds most of a fix's lines: edited on the way, or squashed with others.
  function since.similar(fix) return (shared.search:find(fix.oid, among)) end
  return since
end

local function said_home(since, fix)
  local oid = fix.oid
  local origin = fix.message:match "cherry picked from commit (%x+)" -- a backport
  for _, commit in ipairs(origin and #origin >= 7 and since.commits or {}) do
    if commit.oid:sub(1, #origin) == origin then return commit.oid end
  end
  for _, commit in ipairs(since.commits) do
    for named in commit.message:gmatch "cherry picked from commit (%x+)" do
      if oid:sub(1, #named) == named and #named >= 7 then return commit.oid end
    end
    for named in commit.message:gmatch "\n[Bb]rought%-[Hh]ome: (%x+)" do
      if oid:sub(1, #named) == named and #named >= 7 then return commit.oid end
    end
  end
end

local function judge(commit, since, ids)
  local fix = { commit = commit.oid, subject = commit.subject, state = "missing" }
  local said = said_home(since, commit)
  local id = not said and ids[commit.oid]
  local same = id and since.same(commit, id)
  local similar = id and not same and since.similar(commit)
  if said then
    fix.state, fix.as = "said", said
  elseif not id then
    fix.state = "empty"
  elseif same then
    fix.state, fix.as = "same", same
  elseif similar then
    fix.state, fix.as = "similar", similar
  end
  return fix
end

-- Does the line begin at a release? Else somebody branched off for another purpose.
local function begins_at_release(world, base)
  for _, ref in ipairs(world.repo:refs("refs/tags/", { quick = true })) do
    if ref.commit == base then return true end
  end
  return false
end

local function read_line(world, trunk, tip, is_hotfix, shared)
  local long = world.repo:line_is_long { from = tip, hide = trunk, limit = DEPTH, most = SHORT }
  local work = long and {} or work_of(world, tip, trunk)
  local line = { fixes = {}, tip = tip }
  local fits = not long and #work > 0 and #work <= SHORT
  if not shared.only_fixes or (fits and not is_hotfix) then line.base = world.repo:merge_base(trunk, tip) or "" end
  if not long and #work == 0 then return line end
  if not fits or not (is_hotfix or begins_at_release(world, line.base)) then
    line.maintained = true
    return line
  end
  local since = trunk_since(world, trunk, tip, shared)
  patch_ids(world.repo, shared.ids, plain(work))
  for i, commit in ipairs(work) do line.fixes[i] = judge(commit, since, shared.ids) end
  return line
end

-- Branches named hotfix/…, here or as last fetched: name → tip.
local function hotfix_branches(world)
  local list, seen = {}, {}
  local remote = world.project.remote
  local prefixes = { "refs/heads/", remote and ("refs/remotes/%s/"):format(remote) or nil }
  for _, prefix in ipairs(prefixes) do
    for _, ref in ipairs(world.repo:refs(prefix .. "hotfix/") or {}) do
      local name = ref.name:sub(#prefix + 1)
      if not seen[name] then seen[name], list[#list + 1] = true, { name = name, tip = ref.oid } end
    end
  end
  return list
end

--- The lines that have left the trunk: those that were released, and hotfix branches with work that is not.
---@param world table
---@param trunk oid
---@param o { unreleased: boolean?, limit: integer?, releases: table?, only_fixes: boolean? }?  limit: only so many releases, the highest, are looked at
---@return slipway.Line[]
function M.lines(world, trunk, o)
  o = o or {}
  -- What is found out about commits of the trunk serves every line.
  local lines, branches, shared = {}, hotfix_branches(world), { ids = {}, only_fixes = o.only_fixes }
  for _, release in ipairs(ends_of_lines(world, trunk, o.limit, o.releases)) do
    local name
    for _, branch in ipairs(branches) do
      if branch.tip == release.commit or world.repo:is_ancestor(release.commit, branch.tip) then name, branch.released = branch.name, true end
    end
    local line = read_line(world, trunk, release.commit, name ~= nil, shared)
    line.tag, line.version, line.branch = release.name, tostring(release.version), name
    lines[#lines + 1] = line
  end
  for _, branch in ipairs(o.unreleased and branches or {}) do
    if not branch.released then
      local line = read_line(world, trunk, branch.tip, true, shared)
      line.branch = branch.name
      if #line.fixes > 0 then lines[#lines + 1] = line end
    end
  end
  return lines
end

--- The fixes that were shipped and are not on the trunk.
---@param world table
---@param trunk oid
---@param o { limit: integer?, releases: table? }?  releases: what M.begin has returned
---@return { tag: string, commit: oid, subject: string }[]
function M.missing(world, trunk, o)
  local list = {}
  for _, line in ipairs(M.lines(world, trunk, { limit = o and o.limit, releases = o and o.releases, only_fixes = true })) do
    for _, fix in ipairs(line.fixes) do
      if fix.state == "missing" then list[#list + 1] = { tag = line.tag, commit = fix.commit, subject = fix.subject } end
    end
  end
  return list
end

return M
