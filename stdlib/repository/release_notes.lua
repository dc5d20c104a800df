-- Notes of a release: the section for the changelog file, and the same without its heading for tag messages and
-- release pages. What people wrote in the file, under the version or under "Unreleased", goes before what commits say.
local changelog = require "pure.changelog"
local page_style = require "repository.page_style"
local release_pages = require "repository.release_pages"
local tags = require "repository.tags"

local M = {}

-- The text of the changelog file in the commit, or nil.
local function written(world, at)
  local setting = world.config.changelog
  if setting == false or not at then return nil end
  local path = type(setting) == "table" and setting.file or type(setting) == "string" and setting or "CHANGELOG.md"
  return world.repo:read { at = at, path = path }
end

-- Who wrote the release, where the project wants them named.
local function people(world, o, style)
  local setting = world.config.changelog
  if type(setting) ~= "table" or not setting.contributors then return nil end
  local tag = o.previous and tostring(o.previous) -- a tag, or a version that has one
  local base = tag and world.repo:resolve("refs/tags/" .. tag)
  if tag and not base then
    tag = tags.name_of(world.project, tag)
    base = world.repo:resolve("refs/tags/" .. tag)
  end
  return require("repository.contributors").of_coming(world, { at = o.at, commits = o.commits, base = base or nil, base_tag = tag, links = style.links })
end

local function with_body(section)
  local body = section:gsub("^#+ [^\n]*\n+", "")
  return { section = section, body = (body:gsub("%s+$", "")) }
end

---@param world table
---@param o { version: any, previous: any, at: oid?, commits: slipway.Commit[], updates: string? }  commits newest first;
---   `updates`: Markdown about packages of this repository that it needs
---@return { section: string, body: string }?, slipway.Error?
function M.section(world, o)
  local version, text = tostring(o.version), written(world, o.at)
  local whole = text and changelog.written(text, version)
  if whole then return with_body(whole) end
  local by_hand = text and changelog.notes(text, "unreleased")
  local changes = {}
  if by_hand == "" then by_hand = nil end
  if not by_hand then
    local _, split = release_pages.reading(world)
    for _, commit in ipairs(o.commits) do
      for _, change in ipairs(split(commit)) do changes[#changes + 1] = change end
    end
  end
  local style, bad = page_style(world)
  if not style then return nil, bad end
  local contributors, unread = people(world, o, style)
  if unread then return nil, unread end
  local section, err = changelog.section({
    contributors = contributors, version = version, tag = tags.name_of(world.project, version), date = world.clock.date(world.time),
    previous = o.previous and tostring(o.previous) or nil, commits = changes, notes = by_hand,
  }, style)
  if not section then return nil, err end
  if o.updates then section = section:gsub("No notable changes%.%s*$", ""):gsub("%s*$", "\n\n") .. o.updates .. "\n" end
  return with_body(section)
end

return M
