-- Which part of the changelog is asked for: a release, a range of revisions, what is coming; told as a version, with the
-- people who took part.
local errors = require "pure.errors"
local tags = require "repository.tags"

local M = {}

-- Which release a word names: a tag or a version.
local function release_named(world, releases, word)
  local name = tags.name_of(world.project, word)
  for i, tag in ipairs(releases.tags) do
    if tag == word or tag == name or releases.versions[i] == word then return i end
  end
end

-- The tag that stands on a commit, for the address of a comparison.
local function tag_at(releases, commit)
  for i, oid in ipairs(releases.commits) do
    if oid == commit then return releases.tags[i] end
  end
end

-- { from, hide, base, only } of the words.
local function words_mean(world, releases, o)
  local head = world.project.head.oid
  local from, to = (o.range or ""):match "^(.-)%.%.%.?(.*)$"
  if not from and o.range then
    local release = release_named(world, releases, o.range)
    if release then return { from = releases.commits[release], only = release } end
    to = o.range
  end
  local tip, missing = head, nil
  if to and to ~= "" then tip, missing = world.repo:resolve(to) end
  if not tip then return nil, missing end
  local what = { from = tip, only = o.unreleased and 0 or nil }
  if from and from ~= "" then
    local base, unknown = world.repo:resolve(from)
    if not base then return nil, unknown end
    what.hide, what.base = { base }, tag_at(releases, base) or from
  end
  return what
end

-- What is not released yet, told as if it had been released as a version.
local function as_version(world, releases, o, tip)
  local version = require("pure.version").parse(o.as, world.project.scheme)
  if not version then
    return nil, errors.new { code = "usage.wrong", message = ("--as: '%s' is no version"):format(o.as), hint = "--as 1.2.0" }
  end
  local list = { commits = { table.unpack(releases.commits) }, tags = { table.unpack(releases.tags) }, versions = { table.unpack(releases.versions) } }
  local at = #list.commits + 1
  for i, commit in ipairs(list.commits) do
    if commit == tip then at = i end
  end
  list.commits[at], list.tags[at], list.versions[at] = tip, tags.name_of(world.project, version), tostring(version)
  return list, at
end

--- { from, hide, base, only, releases } of what was asked for.
---@param world table
---@param releases slipway.ReleasePages
---@param o { range: string?, unreleased: boolean?, as: string?, write: boolean? }
---@return table?, slipway.Error?
function M.part(world, releases, o)
  local what, missing = words_mean(world, releases, o)
  if not what then return nil, missing end
  what.releases = releases
  if o.as then
    local list, at = as_version(world, releases, o, what.from)
    if not list then return nil, at end
    what.releases, what.only = list, what.only and at
  end
  if o.write and what.only == 0 then
    return nil, errors.new { code = "changelog.nothing_to_write", message = "what is not released has no section of its own to write", hint = "slipway changelog --unreleased --as VERSION --write" }
  end
  return what
end

-- The release in front of what was asked for, which the forge is asked to compare with.
local function base_of(world, what)
  if what.hide then return what.base end
  local at = what.from
  if what.only > 0 then at = world.repo:resolve(at .. "^") end
  local history = require "repository.history"
  local last = at and history.last_release(world, at, history.is_any)
  return last and last.tag
end

--- Adds to `what` who is told with each release.
function M.add_people(world, what)
  local contributors = require "repository.contributors"
  local logins = (what.only or what.hide) and contributors.ask(world, base_of(world, what), what.from) or nil
  local teller, err = contributors.teller(world, { from = what.from, releases = what.releases, style = what.style, logins = logins })
  what.people = teller
  return teller ~= nil, err
end

return M
