-- From changes to Markdown: whole changelogs, one release, and the file they are kept in. What is told, in which
-- order and in which words is door.page's business (runtime/core/page.h), the same for one release as for a history.
local errors = require "pure.errors"
local groups = require "pure.changelog_groups"
local links = require "pure.changelog_links"
local page = require "door.page"

local M = { links = links.of, links_of_remote = links.of_remote, header = require "pure.changelog_header" }

-- The file is only read where something is put into it.
for _, name in ipairs { "insert", "notes", "written", "sections", "newest" } do
  M[name] = function(...) return require("pure.changelog_file")[name](...) end
end

---@class slipway.Release
---@field version string|slipway.Version|nil  nil: not released yet
---@field tag string?
---@field date integer|string|nil             seconds, or "2026-11-21"
---@field previous string?                    tag of the release before
---@field commits (slipway.Change|slipway.Commit|string)[]  newest first; raw ones are parsed
---@field notes string?                       hand-written; stands in front of the lists
---@field contributors { name: string, link: string?, first: boolean? }[]?  `link` is Markdown to show instead of the name

-- Seconds to a calendar day (Howard Hinnant, chrono-compatible low-level date algorithms).
local function day_of(seconds)
  local z = seconds // 86400 + 719468
  local era = z // 146097
  local doe = z - era * 146097
  local yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
  local doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
  local mp = (5 * doy + 2) // 153
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  return ("%04d-%02d-%02d"):format(year, month, doy - (153 * mp + 2) // 5 + 1)
end

local function date_of(release)
  local date = release.date
  return type(date) == "number" and day_of(math.tointeger(date) or math.floor(date)) or date
end

local function changes_of(release)
  local changes = {}
  for i, commit in ipairs(release.commits or {}) do
    local parsed = type(commit) == "table" and commit.subject and commit.footers
    changes[i] = parsed and commit or require("pure.commits").parse(commit)
  end
  return changes
end

local LAYOUTS = { keepachangelog = true, conventional = true }

local made = setmetatable({}, { __mode = "k" })

--- The style as door.page keeps it, made once for a table of options.
---@param o slipway.ChangelogStyle
---@return userdata
function M.style(o)
  local style = made[o]
  if not style then
    style = page.style {
      conventional = o.style == "conventional", groups = o.groups or groups[o.style or "keepachangelog"] or groups.keepachangelog,
      links = o.links,
    }
    made[o] = style
  end
  return style
end

-- A release as the door takes it.
local function for_door(release)
  local people = {}
  for i, person in ipairs(release.contributors or {}) do
    people[i] = { name = person.link or page.line(person.name), first = person.first or false }
  end
  return {
    version = release.version and tostring(release.version), tag = release.tag, date = date_of(release), previous = release.previous,
    notes = release.notes and release.notes:gsub("%s+$", "") or nil, changes = changes_of(release), contributors = people,
  }
end

--- Why nothing can be written with these options, before anything is; nil when all is well.
---@param o slipway.ChangelogStyle
---@return slipway.Error?
function M.unusable(o)
  if o.template then
    local _, err = require("pure.template").compile(o.template)
    if err then return err end
  end
  if o.style ~= nil and not LAYOUTS[o.style] then
    return errors.new {
      code = "changelog.unknown_style", message = ("'%s' is no style of a changelog"):format(o.style), hint = "keepachangelog or conventional",
    }
  end
  local ok, why = pcall(M.style, o)
  if not ok then return errors.new { code = "config.invalid", message = "slipway.lua: changelog." .. tostring(why), hint = 'links = { commit = "https://…/commit/{{oid}}" }' } end
  return nil
end

---@class slipway.ChangelogStyle
---@field style "keepachangelog"|"conventional"|nil
---@field template string?   pure.template over { releases = { … } }; help changelog lists the names
---@field links { commit: string?, compare: string?, issue: string?, user: string?, tag: string? }?
---@field groups slipway.ChangelogGroup[]?
---@field header string|false|nil

--- Releases as templates see them, written by one.
---@param releases table[]  as door.page describes them
---@param o slipway.ChangelogStyle
---@return string?, slipway.Error?
function M.fill(releases, o) return require("pure.template").render(o.template, { releases = releases }, page.line) end

--- One release as Markdown, from its heading to its last line.
---@param release slipway.Release
---@param o slipway.ChangelogStyle?
---@return string?, slipway.Error?
function M.section(release, o)
  o = o or {}
  local bad = M.unusable(o)
  if bad then return nil, bad end
  if o.template then
    local described, err = page.describe(M.style(o), for_door(release))
    if not described then return nil, errors.adopt(err) end
    return M.fill({ described }, o)
  end
  local text, err = page.section(M.style(o), for_door(release))
  if not text then return nil, errors.adopt(err) end
  return text
end

--- A whole changelog, newest release first as given.
---@param o slipway.ChangelogStyle | { releases: slipway.Release[] }
---@return string?, slipway.Error?
function M.render(o)
  if o.template then
    local described = {}
    for i, release in ipairs(o.releases) do
      local err
      described[i], err = page.describe(M.style(o), for_door(release))
      if not described[i] then return nil, errors.adopt(err) end
    end
    return M.fill(described, o)
  end
  local out = {}
  if o.header ~= false then out[1] = o.header or M.header end
  for _, release in ipairs(o.releases) do
    local text, err = M.section(release, o)
    if not text then return nil, err end
    out[#out + 1] = text
  end
  return table.concat(out, "\n")
end

return M
