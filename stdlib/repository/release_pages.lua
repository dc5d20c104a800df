-- The history as pages, one release after the other, newest first: which tags are releases, how messages are read, and
-- the walk itself (repo:changelog), begun again by descent where dates mislead it.
local changelog = require "pure.changelog"
local errors = require "pure.errors"
local tags = require "repository.tags"

local M = {}

---@class slipway.ReleasePages
---@field commits string[]   of the releases; `tags` and `versions` belong to them
---@field tags string[]
---@field versions string[]

-- The same for other schemes than SemVer, whose tags the door reads by itself.
local function read_releases(world)
  local by_commit, order = {}, {}
  for _, ref in ipairs(world.repo:refs("refs/tags/", { quick = true }) or {}) do
    local name = ref.name:sub(11)
    local v = ref.commit and tags.version_of(world.project, name)
    local known = v and by_commit[ref.commit]
    if v and not known then order[#order + 1] = ref.commit end
    if v and (not known or v > known.version) then by_commit[ref.commit] = { tag = name, version = v } end
  end
  local list = { commits = order, tags = {}, versions = {} }
  for i, oid in ipairs(order) do
    list.tags[i], list.versions[i] = by_commit[oid].tag, tostring(by_commit[oid].version)
  end
  return list
end

--- Release tags, one for each commit that has any: of several the highest version counts.
---@param world table
---@return slipway.ReleasePages
function M.releases(world)
  if world.project.scheme ~= "semver" then return read_releases(world) end
  local before, after = tags.around(world.project)
  return world.repo:releases { before = before, after = after } or { commits = {}, tags = {}, versions = {} }
end

-- How messages are read, from the rules: nearly always the door can do it all by itself.
---@return "marked"|"listed"|"all", fun(raw: table): slipway.Change[]
function M.reading(world)
  local rules, o, all = world.config.rules or {}, { tight = true }, false
  for _, key in ipairs { "notes", "header", "comment", "scopes" } do
    o[key] = rules[key]
    all = all or rules[key] ~= nil
  end
  o.squash = rules.squash
  local options = (all or rules.squash) and o or nil
  all = all or rules.squash == "paragraphs"
  return all and "all" or rules.squash and "listed" or "marked", function(raw) return require("pure.commits").split(raw, options) end
end

-- Sections from `from` backwards; of a package among several only the commits that touch it are told.
local function walk(world, o, exact)
  local only, unread
  if world.package then
    only, unread = world.touching(o.from, o.hide)
    if not only then return nil, unread end
  end
  local kind, split = M.reading(world)
  return world.repo:changelog(changelog.style(o.style), {
    from = o.from, hide = o.hide, commits = o.releases.commits, tags = o.releases.tags, versions = o.releases.versions,
    reading = kind, split = split, exact = exact, describe = o.style.template ~= nil, base = o.base, people = o.people,
    only = only,
  })
end

local function told(next_section, o, write)
  while true do
    local section, release, time = next_section()
    if not section then return section end
    if o.only == nil or o.only == release then
      if o.style.template then
        local text, err = changelog.fill({ section }, o.style)
        if not text then error(err, 0) end
        section = text
      end
      write(section, release, time)
    end
    if o.only then return nil end
  end
end

-- nil: all was written; false: it has to begin again.
local function once(world, o, exact, write)
  local next_section, err = walk(world, o, exact)
  if not next_section then return nil, errors.adopt(err) end
  local ok, answer = pcall(told, next_section, o, write)
  if ok then return answer end
  if errors.is(answer) then return nil, answer end
  error(answer, 0)
end

--- Writes the sections of a history, newest first. `restart` is called when all that was written so far is to be
--- forgotten: clocks were wrong, and the walk begins again in another order.
---@param world table
---@param o { from: oid, hide: oid[]?, base: string?, releases: slipway.ReleasePages, style: slipway.ChangelogStyle, only: integer?, people: function? }
---   `only`: just this release, 0 for what is not released; it must be the first that `from` leads to. `base`: the tag
---   that `hide` leads to. `people`: see repo:changelog
---@param write fun(section: string, release: integer, time: integer)  the release's number, 0: not released; when it was made
---@param restart fun()
---@return true?, slipway.Error?
function M.each(world, o, write, restart)
  for _, exact in ipairs { false, true } do
    local answer, err = once(world, o, exact, write)
    if err then return nil, err end
    if answer == nil then return true end
    collectgarbage() -- what the first walk held is not needed beside the second
    restart()
  end
  return nil, errors.new { code = "git.broken", message = "the history cannot be put into an order", hint = "git fsck" }
end

return M
