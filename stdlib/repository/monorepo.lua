-- A repository with several packages, read in one walk: each package's last releases, the commits since then that
-- touch it, and a world in which everything written for one project (history, notes, tags) speaks of that package.
local errors = require "pure.errors"
local history = require "repository.history"
local monorepo = require "manifest.monorepo"
local remote_view = require "repository.remote_view"
local semver = require "pure.semver"
local tag_names = require "pure.tag_names"
local version = require "pure.version"

local M = {}

---@class slipway.PackageView
---@field package slipway.Package
---@field world table            the world of this package
---@field tagged { count: integer, at: fun(i: integer): { name: string, version: table, commit: oid? }? }  highest first

-- Tags ----------------------------------------------------------------------------------------

-- The release tags of one package, highest version first, each looked at when it is asked for: { count, at(i) } from
-- rows { name, text or version, commit }. `at` answers { name, version, commit }.
local function ladder(rows, scheme)
  local texts, sorted = {}, {}
  for i, row in ipairs(rows) do texts[i] = row.text end
  for i, place in ipairs(semver.sorted(texts)) do sorted[i] = rows[place] end
  if #texts == 0 then
    sorted = rows
    table.sort(sorted, function(a, b) return a.version > b.version or (a.version == b.version and a.name < b.name) end)
  end
  return { count = #sorted, at = function(i)
    local row = sorted[i]
    return row and { name = row.name, version = row.version or version.parse(row.text, scheme), commit = row.commit }
  end }
end

-- Which package a tag belongs to, and its version there, or only the text of it: where no package's tags have a digit
-- before their version, what stands before the first one decides, and what is no version is seen when they are sorted.
local function reader_of_tags(owners, scheme)
  local plain, exact = owners[""], scheme ~= "semver" or owners[""] ~= nil
  for before in pairs(owners) do exact = exact or before:find "%d" ~= nil end -- order: any of them
  if not exact then
    return function(name)
      local head = name:match "^%D*"
      local owner = owners[head]
      return owner, owner and name:sub(#head + 1)
    end
  end
  return function(name)
    local owner, v = tag_names.owner(owners, name, scheme)
    if not owner and plain then
      v = version.parse(name, scheme)
      owner = v and plain
    end
    return owner, nil, v
  end
end

--- Every release tag by package; those only the remote has come without a commit.
local function read_tags(world, packages)
  local owners, rows, seen, scheme = {}, {}, {}, world.project.scheme
  for _, package in ipairs(packages) do
    owners[package.tag:match "^(.-){version}"], rows[package.name] = package.name, {}
  end
  local read = reader_of_tags(owners, scheme)
  local remote = world.project.remote_view
  local function add(name, commit)
    if seen[name] then return end
    if remote then seen[name] = true end
    local owner, text, v = read(name)
    if owner then table.insert(rows[owner], { name = name, text = text, version = v, commit = commit }) end
  end
  local names, commits = world.repo:ref_names "refs/tags/"
  for i, name in ipairs(names or {}) do
    if commits[i] then add(name, commits[i]) end
  end
  for name in pairs(remote and remote.refs or {}) do -- order: sorted below
    if name:sub(1, 10) == "refs/tags/" then add(name:sub(11)) end
  end
  for name, list in pairs(rows) do rows[name] = ladder(list, scheme) end -- order: each by itself
  return rows
end

-- Read once for a reader, and again when the remote has been asked meanwhile.
local function tags_of(world, packages)
  local project, remote = world.project, world.project.remote_view or false
  local known = rawget(project, "package_tags")
  if not known or known.remote ~= remote then
    known = { remote = remote, tags = read_tags(world, packages) }
    rawset(project, "package_tags", known)
  end
  return known.tags
end

--- Release tags of each package by its name; a tag may name something else than a commit.
---@param world table
---@return table<string, { count: integer, at: fun(i: integer): { name: string, version: table, commit: oid? }? }>
function M.tags(world) return tags_of(world, world.project.packages) end

-- A tag may name something else than a commit.
local function may_be_released(repo, candidate, accept)
  return candidate.commit ~= nil and accept(candidate.version) and repo:commit(candidate.commit) ~= nil
end

--- The highest acceptable release of each package that `at` contains: one walk for all, another where a line of its
--- own (a hotfix) has a higher one. `known`: releases that it contains.
local function last_releases(repo, at, views, accept, known)
  local last, place = {}, {}
  local waiting = views
  while #waiting > 0 do
    local among, asked, rest = {}, {}, {}
    for _, view in ipairs(waiting) do
      local name, candidate = view.package.name
      repeat
        place[name] = (place[name] or 0) + 1
        candidate = view.tagged.at(place[name])
      until not candidate or may_be_released(repo, candidate, accept)
      if candidate and known and known[name] and known[name].name == candidate.name then
        last[name] = candidate
      elseif candidate then
        among[#among + 1], asked[#asked + 1] = candidate.commit, { view = view, tag = candidate }
      end
    end
    local reached, err = true, nil
    if #among > 0 then reached, err = repo:reached { from = at, among = among } end
    if not reached then return nil, err end
    for i, one in ipairs(asked) do
      if reached[i] then last[one.view.package.name] = one.tag else rest[#rest + 1] = one.view end
    end
    waiting = rest
  end
  return last
end

-- Commits -------------------------------------------------------------------------------------

--- A glob without a slash is meant at any depth, as in .gitignore.
local function anywhere(glob, folder)
  local inside = folder and folder ~= "." and folder .. "/" or ""
  local rooted = glob:gsub("^%./", ""):gsub("/+$", "")
  if rooted:sub(1, 1) == "/" then return inside .. rooted:sub(2) end
  if not rooted:find("/", 1, true) then rooted = "**/" .. rooted end
  return inside .. rooted
end

--- What slipway.lua says about paths, as the walk wants it: { "ignore 0 **/*.md", "add 3 docs/core" }.
local function rules_of(world, views)
  local settings = world.config.packages or {}
  local rules = {}
  local function add(kind, number, glob, folder)
    for _, one in ipairs(monorepo.alternatives(glob)) do rules[#rules + 1] = ("%s %d %s"):format(kind, number, anywhere(one, folder)) end
  end
  for _, glob in ipairs(settings.ignore or {}) do add("ignore", 0, glob) end
  for _, glob in ipairs(settings.shared or {}) do add("add", 0, glob) end
  for i, view in ipairs(views) do
    for _, glob in ipairs(view.package.ignore) do add("ignore", i, glob, view.package.path) end
    for _, glob in ipairs(view.package.include) do add("add", i, "/" .. glob:gsub("^%./", "")) end
  end
  return rules
end

-- A merge says what it brought only where its own message does; else the commits it brought have said it.
local function counts(commit)
  if commit.parents < 2 then return true end
  return require("pure.commits").parse(commit).conforms
end

--- Commits of each view since `since[name]`, newest first, in one walk. All packages take part, since a path belongs to
--- the deepest folder around it.
local function commits_of(world, repo, at, views, since)
  local folders, hide, lists = {}, {}, {}
  for i, view in ipairs(views) do
    folders[i], hide[i], lists[i] = view.package.path, since[view.package.name] or "", {}
  end
  local walk, err = repo:touches { from = at, folders = folders, since = hide, rules = rules_of(world, views), brief = true }
  if not walk then return nil, err end
  for commit, numbers in walk do
    if counts(commit) then
      for _, i in ipairs(numbers) do
        local list = lists[i]
        list[#list + 1] = commit
      end
    end
  end
  local by_name = {}
  for i, view in ipairs(views) do by_name[view.package.name] = lists[i] end
  return by_name
end

-- Worlds --------------------------------------------------------------------------------------

--- Answers tags.all.
local function versions_of(tagged)
  local list
  return function()
    if not list then
      list = {}
      for i = 1, tagged.count do list[i] = tagged.at(i).version end
    end
    return list
  end
end

--- The package's changelog file where the project's settings name one.
local function changelog_setting(world, package)
  local setting = world.config.changelog
  if package.changelog == false then return false end
  local copy = {}
  for key, value in pairs(type(setting) == "table" and setting or {}) do copy[key] = value end -- order: a copy has none
  copy.file = package.changelog
  return copy
end

--- A world that speaks of one package. `history` there answers from the walk that was made for all.
local function world_of(world, package)
  return setmetatable({
    package = package, siblings = world.project.packages,
    project = setmetatable({
      name = package.name, tag_pattern = package.tag, manifests = package.manifests, packages = { package },
    }, { __index = world.project }),
    config = setmetatable({ changelog = changelog_setting(world, package) }, { __index = world.config }),
  }, { __index = world })
end

--- The commits that touch the package, of all that `from` leads to or of those not behind `hide`.
local function touching_of(world, name)
  return function(from, hide)
    local views, folders, since, one = {}, {}, {}, nil
    for i, package in ipairs(world.project.packages) do
      views[i], folders[i], since[i] = { package = package }, package.path, hide and hide[1] or ""
      if package.name == name then one = i end
    end
    local walk, err = remote_view.reader(world, from):touches {
      from = from, folders = folders, since = since, rules = rules_of(world, views), one = one, brief = true,
    }
    if not walk then return nil, err end
    local oids = {}
    for commit in walk do
      if counts(commit) then oids[#oids + 1] = commit.oid end
    end
    return oids
  end
end

local function equip(all, view)
  local package, world = view.package, view.world
  world.tagged = versions_of(view.tagged)
  world.touching = touching_of(all.world, package.name)
  --- Answers history.last_release.
  function world.last_release(at, accept)
    local known = at == all.at and (accept == history.is_stable and all.stable or accept == history.is_any and all.latest)
    local found = known and known[package.name]
    if not known then
      local list, err = last_releases(remote_view.reader(all.world, at), at, { view }, accept)
      if not list then return nil, err end
      found = list[package.name]
    end
    return found and { tag = found.name, version = found.version, commit = found.commit } or nil
  end
  --- Answers history.commits.
  function world.commits_since(at, since)
    local stable = all.stable[package.name]
    if at == all.at and since == (stable and stable.commit) then return all.commits[package.name] end
    local lists, err = commits_of(all.world, remote_view.reader(all.world, at), at, all.views, setmetatable({ [package.name] = since }, { __index = function() return at end }))
    return lists and lists[package.name], err
  end
end

--- All packages at a commit.
---@param world table
---@param at oid
---@param o { commits: boolean? }?  commits = false: their releases alone, no walk over what came since
---@return { at: oid, world: table, views: slipway.PackageView[], by_name: table<string, slipway.PackageView>, stable: table, latest: table, commits: table<string, slipway.Commit[]> }?, slipway.Error?
function M.read(world, at, o)
  local known = rawget(world.project, "monorepo")
  if known and known.at == at and known.remote == (world.project.remote_view or false) then return known end
  local repo = remote_view.reader(world, at)
  local all = { at = at, world = world, views = {}, by_name = {} }
  local tagged = tags_of(world, world.project.packages)
  for i, package in ipairs(world.project.packages) do
    local view = { package = package, tagged = tagged[package.name], world = world_of(world, package) }
    all.views[i], all.by_name[package.name] = view, view
  end
  local err
  all.stable, err = last_releases(repo, at, all.views, history.is_stable)
  if not all.stable then return nil, err end
  all.latest, err = last_releases(repo, at, all.views, history.is_any, all.stable)
  if not all.latest then return nil, err end
  local since = {}
  for name, tag in pairs(all.stable) do since[name] = tag.commit end -- order: a set is filled
  if not o or o.commits ~= false then
    all.commits, err = commits_of(world, repo, at, all.views, since)
    if not all.commits then return nil, err end
  end
  for _, view in ipairs(all.views) do equip(all, view) end
  if all.commits then
    all.remote = world.project.remote_view or false
    rawset(world.project, "monorepo", all)
  end
  return all
end

--- The world of one package without a walk over history: enough for tags and files. By name, folder or short name,
--- or by one of its tags.
---@param world table
---@param name string
---@return table? world, slipway.Error?
function M.world_of(world, name)
  local packages = world.project.packages
  local chosen, err = monorepo.select(packages, { name })
  for _, package in ipairs(packages) do
    if chosen and chosen[package.name] then
      local found = world_of(world, package)
      found.tagged = versions_of(tags_of(world, packages)[package.name])
      found.touching = touching_of(world, package.name)
      return found
    end
  end
  return nil, err or errors.new { code = "package.not_found", message = ("there is no package '%s'"):format(name) }
end

--- The package that a tag belongs to.
---@param world table
---@param tag string
---@return slipway.Package?
function M.of_tag(world, tag)
  for _, package in ipairs(world.project.packages) do
    local found = require("repository.tags").version_of({ tag_pattern = package.tag, scheme = world.project.scheme }, tag)
    if found then return package end
  end
end

return M
