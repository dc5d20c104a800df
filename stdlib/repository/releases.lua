-- What a release of several packages takes in: who moves because of its own commits, who because it is in a group,
-- who because a package that it needs moves; and to which version. In the order of needs.
local bump = require "pure.bump"
local errors = require "pure.errors"
local formats = require "manifest.formats"
local history = require "repository.history"
local monorepo = require "repository.monorepo"
local near = require "pure.near"
local requirement = require "pure.requirement"
local selection = require "manifest.monorepo"
local version = require "pure.version"

local M = {}

---@class slipway.Release.Entry
---@field name string
---@field package slipway.Package
---@field version table?       what it becomes; nil: it stays
---@field current table?       its last stable release
---@field level string         major, minor, patch, first, exact, none
---@field reason string        "commits", "asked", "group", "dependency", "none"
---@field because string[]     names: of the group's members, of the packages it needs
---@field updates string[]     names of packages that it needs and that move
---@field moves boolean
---@field votes slipway.Vote[]
---@field count integer        commits since the last release
---@field tag string?          its last release's tag
---@field since oid?
---@field notes_since oid?
---@field previous string?
---@field first boolean
---@field base table?          with a pre-release: the version it leads up to

local function higher(a, b) return bump.rank[b] and (not bump.rank[a] or bump.rank[b] > bump.rank[a]) and b or a end

-- Who moves by itself -------------------------------------------------------------------------

-- What is asked of one package: on the command line, or by the pre-release that it stands on.
local function asked_of(view, o, commits)
  local name = view.package.name
  if o.chosen and not o.chosen[name] then return nil end
  if o.promote then
    local pre = view.latest and not history.is_stable(view.latest.version) and view.latest.version
    return pre and { version = tostring(version.base(pre)) } or nil
  end
  local asks = o.version or (o.level and (o.chosen or #commits > 0))
  return asks and { level = o.level, version = o.version, pre = o.pre } or nil
end

local function own_entry(view, at, o)
  local commits = view.world.commits_since(at, view.stable and view.stable.commit)
  local asked = asked_of(view, o, commits)
  local result, err = history.next(view.world, at, asked or { pre = o.pre })
  if not result then return nil, errors.at(err, view.package.name) end
  local stays = result.nothing or (o.chosen and not o.chosen[view.package.name]) or (o.promote and not asked) or false
  return {
    name = view.package.name, package = view.package, current = result.current, level = stays and "none" or result.level,
    reason = stays and "none" or asked and "asked" or "commits", because = {}, updates = {}, votes = result.votes or {}, count = result.count,
    tag = result.tag, since = result.since, first = result.first or false, view = view, result = result, warnings = result.warnings,
    moves = not stays,
  }
end

-- Groups --------------------------------------------------------------------------------------

--- { kind, members = names } of slipway.lua, and the packages that share the workspace's version.
local function groups_of(world, entries)
  local settings, groups, taken = world.config.packages or {}, {}, {}
  local names = {}
  for _, entry in ipairs(entries) do names[#names + 1] = entry.package end
  for _, kind in ipairs { "fixed", "linked" } do
    for _, wanted in ipairs(type(settings) == "table" and settings[kind] or {}) do
      local members, err = selection.select(names, wanted)
      if not members then return nil, err end
      groups[#groups + 1] = { kind = kind, members = members }
      for name in pairs(members) do taken[name] = true end -- order: a set
    end
  end
  local inheriting, count = {}, 0
  for _, entry in ipairs(entries) do
    if entry.package.inherits and not taken[entry.name] then inheriting[entry.name], count = true, count + 1 end
  end
  if count > 1 then groups[#groups + 1] = { kind = "fixed", members = inheriting } end
  return groups
end

local function members_of(entries, group)
  local list = {}
  for _, entry in ipairs(entries) do
    if group.members[entry.name] then list[#list + 1] = entry end
  end
  return list
end

-- The highest level among those that move, and their names.
local function level_of(members)
  local level, names = "none", {}
  for _, entry in ipairs(members) do
    if entry.moves then
      level = higher(level, entry.level)
      names[#names + 1] = entry.name
    end
  end
  return level, names
end

--- A fixed group moves as one. Returns whether anything changed.
local function spread(entries, group)
  local members = members_of(entries, group)
  local level, names = level_of(members)
  if #names == 0 then return false end
  local changed = false
  for _, entry in ipairs(members) do
    local joins = group.kind == "fixed" and not entry.moves
    if joins then entry.moves, entry.reason, entry.because = true, "group", names end
    if entry.moves and bump.rank[level] and bump.rank[entry.level] and bump.rank[level] > bump.rank[entry.level] then
      entry.level, entry.raised, changed = level, true, true
    end
    changed = changed or joins
  end
  return changed
end

-- Dependants ----------------------------------------------------------------------------------

-- What files say about other packages of the repository, read once while planning.
local function sites_of(world, at, path)
  local text = path and world.repo:read { at = at, path = path }
  local found = text and formats.find(path, text)
  return found and found.sites or {}
end

--- What a file asks of `name` and the version does not meet; nil when it does. "catalog:" stands for what the
--- workspace's catalogs ask, `name.workspace = true` for what Cargo's workspace does.
local function unmet(world, at, path, name, wanted, peer)
  for _, site in ipairs(sites_of(world, at, path)) do
    if site.role == "requirement" and site.needs == name and (not peer or site.peer) then
      local elsewhere = site.text:find "^catalog:" and unmet(world, at, "pnpm-workspace.yaml", name, wanted)
      if elsewhere then return elsewhere end
      if not requirement.admits(site.language, site.text, wanted) then return site.text end
    end
  end
end

local function file_admits(...) return unmet(...) == nil end

--- The packages whose requirement on one of them does not admit a version of it.
---@param world table
---@param at oid
---@param name string
---@param wanted string
---@return { name: string, text: string }[]
function M.refusing(world, at, name, wanted)
  local list = {}
  for _, package in ipairs(world.project.packages) do
    local needs = near.contains(package.depends, name) or near.contains(package.peers, name)
    local text = needs and unmet(world, at, package.manifest, name, wanted)
    if text then list[#list + 1] = { name = package.name, text = text } end
  end
  return list
end

--- Peers that move out of the range that the package gives its users.
local function peers_of(world, at, entry, by_name)
  local names, level = {}, "none"
  for _, name in ipairs(entry.package.peers) do
    local need = by_name[name]
    local becomes = need.moves and need.current ~= nil and M.version_of(need, at, {})
    if becomes and not file_admits(world, at, entry.package.manifest, name, tostring(becomes), true) then
      names[#names + 1], level = name, higher(level, need.level)
    end
  end
  return names, level
end

--- Packages that need one that moves. Returns whether anything changed. Those needed stand before, so one pass
--- reaches the end of a chain.
local function follow(world, at, entries, by_name, policy)
  local changed = false
  for _, entry in ipairs(entries) do
    local because, level = peers_of(world, at, entry, by_name) -- who is asked for another peer notices as much as its users
    for _, name in ipairs(entry.package.depends) do
      local need = by_name[name]
      local moves = need.moves and need.current ~= nil
      if moves and policy == "needed" then
        local becomes = M.version_of(need, at, {})
        moves = becomes ~= nil and not file_admits(world, at, entry.package.manifest, name, tostring(becomes))
      end
      if moves then
        because[#because + 1] = name
        level = higher(level, policy == "same" and need.level or policy == "minor" and "minor" or "patch")
      end
    end
    local follows = #because > 0 and entry.current ~= nil and policy ~= "none"
    if follows and not entry.moves then
      entry.moves, entry.reason, entry.level, entry.raised, changed = true, "dependency", level, true, true
    elseif follows and bump.rank[entry.level] and bump.rank[level] > bump.rank[entry.level] then
      entry.level, entry.raised, changed = level, true, true
    end
    entry.updates = because
    if entry.reason == "dependency" then entry.because = because end
  end
  return changed
end

-- Versions ------------------------------------------------------------------------------------

--- What an entry becomes by itself.
---@param entry slipway.Release.Entry
---@param at oid
---@param o { pre: string? }
---@return table? version, slipway.Error?
function M.version_of(entry, at, o)
  if not entry.raised and entry.result.version and not entry.result.nothing then return entry.result.version, entry.result end
  local result, err = history.next(entry.view.world, at, { level = entry.level ~= "none" and entry.level or "patch", pre = o.pre })
  if not result then return nil, err end
  local v = result.version
  if v and not o.pre and version.is_stable(v) then v = history.above_taken(entry.view.world, v, entry.level) end
  return v, result
end

--- The one version of a group: its highest member's, bumped by the highest level.
local function group_version(members, at, o)
  local level = level_of(members)
  for _, entry in ipairs(members) do
    if entry.moves and entry.level == "exact" then return entry.result.version end
  end
  local leader
  for _, entry in ipairs(members) do
    local ahead = entry.current and (not leader or not leader.current or entry.current > leader.current)
    if ahead or not leader then leader = entry end
  end
  if not leader.current then
    local highest
    for _, entry in ipairs(members) do
      local v = entry.result.version
      if v and (not highest or v > highest) then highest = v end
    end
    return highest
  end
  local copy = { view = leader.view, level = level, raised = leader.raised or not leader.moves or leader.level ~= level, result = leader.result }
  return M.version_of(copy, at, o)
end

local function set_versions(entries, groups, at, o)
  for _, entry in ipairs(entries) do
    if entry.moves then
      local v, result = M.version_of(entry, at, o)
      if not v then return nil, result end
      entry.version = v
      entry.notes_since, entry.previous, entry.base = result.notes_since, result.previous, result.base
    end
  end
  for _, group in ipairs(groups) do
    local members = members_of(entries, group)
    local _, names = level_of(members)
    if #names > 0 then
      local v, err = group_version(members, at, o)
      if not v then return nil, err end
      for _, entry in ipairs(members) do
        if entry.moves then entry.version = v end
      end
    end
  end
  return true
end

-- The whole -----------------------------------------------------------------------------------

--- What each package becomes; those that stay have no version.
---@param world table
---@param at oid
---@param o { package: string[]?, level: string?, version: string?, pre: string?, promote: boolean? }?  promote: only those that stand on a pre-release
---@return slipway.Release.Entry[]?, slipway.Error?
function M.all(world, at, o)
  o = o or {}
  local read, err = monorepo.read(world, at)
  if not read then return nil, err end
  local chosen
  if o.package and #o.package > 0 then
    chosen, err = selection.select(world.project.packages, o.package)
    if not chosen then return nil, err end
  end
  if o.version and not chosen then
    return nil, errors.new {
      code = "package.which", message = ("version %s for which of %d packages?"):format(o.version, #world.project.packages),
      hint = "name them: --package NAME",
    }
  end
  local wish = { chosen = chosen, level = o.level, version = o.version, pre = o.pre, promote = o.promote }
  local entries, by_name = {}, {}
  for i, view in ipairs(read.views) do
    view.stable, view.latest = read.stable[view.package.name], read.latest[view.package.name]
    entries[i], err = own_entry(view, at, wish)
    if not entries[i] then return nil, err end
    by_name[view.package.name] = entries[i]
  end
  local groups
  groups, err = groups_of(world, entries)
  if not groups then return nil, err end
  local settings = world.config.packages
  local policy = type(settings) == "table" and settings.dependants or "patch"
  local changed
  repeat
    changed = false
    for _, group in ipairs(groups) do changed = spread(entries, group) or changed end
    if not chosen then changed = follow(world, at, entries, by_name, policy) or changed end
  until not changed
  local ok
  ok, err = set_versions(entries, groups, at, o)
  if not ok then return nil, err end
  return entries
end

--- Why nothing moves, as a refusal.
---@param entries slipway.Release.Entry[]
---@param chosen string[]?
function M.nothing(entries, chosen)
  local count = 0
  for _, entry in ipairs(entries) do count = count + entry.count end
  local who = chosen and #chosen > 0 and table.concat(chosen, ", ") or ("%d packages"):format(#entries)
  return errors.new {
    code = "version.nothing", message = ("nothing to release in %s: none of the commits since their last releases asks for one"):format(who),
    hint = count > 0 and "slipway next --why   shows every commit's vote; --level patch releases all the same" or "--package NAME --level patch releases all the same",
  }
end

return M
