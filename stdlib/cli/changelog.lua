-- slipway changelog: the whole changelog in Markdown, what is coming (--unreleased), one release, or a range of
-- revisions; printed, or put into the changelog file (--write).
local changelog = require "pure.changelog"
local errors = require "pure.errors"
local history = require "repository.history"
local page_style = require "repository.page_style"
local release_pages = require "repository.release_pages"
local tags = require "repository.tags"
local whole_page = require "run.whole_page"

local M = {}

local function declare(parser)
  parser:argument("range"):args "?"
  parser:flag "--unreleased"
  parser:option "--as"
  parser:option "--style"
  parser:option "--template"
  parser:flag "--contributors"
  parser:flag "--write"
  parser:option "--package"
  parser:flag "--no-cache"
end

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

-- { from, hide, base, only } of what was asked for.
local function asked(world, releases, o)
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

-- Reads what was asked for into one text without a header.
local function read_sections(world, what)
  local sections = {}
  local ok, err = release_pages.each(world, what, function(section) sections[#sections + 1] = section end, function() sections = {} end)
  if not ok then return nil, err end
  return sections
end

-- The release in front of what was asked for, which the forge is asked to compare with.
local function base_of(world, what)
  if what.hide then return what.base end
  local at = what.from
  if what.only > 0 then at = world.repo:resolve(at .. "^") end
  local last = at and history.last_release(world, at, history.is_any)
  return last and last.tag
end

local function add_people(world, what, o)
  local settings = type(world.config.changelog) == "table" and world.config.changelog or {}
  if not o.contributors and not settings.contributors then return true end
  local contributors = require "repository.contributors"
  local logins = (what.only or what.hide) and contributors.ask(world, base_of(world, what), what.from) or nil
  local teller, err = contributors.teller(world, { from = what.from, releases = what.releases, style = what.style, logins = logins })
  what.people = teller
  return teller ~= nil, err
end

local function path_of(world)
  local setting = world.config.changelog
  if setting == false then return nil end
  local path = type(setting) == "table" and setting.file or type(setting) == "string" and setting or "CHANGELOG.md"
  return world.project.root .. "/" .. path, path
end

local function is_after(world, a, b)
  local version = require "pure.version"
  local x, y = version.parse(a, world.project.scheme), version.parse(b, world.project.scheme)
  return x and y and x > y
end

-- Puts what the file does not have yet into it, oldest first; without a file it becomes the whole changelog.
local function write_file(context, world, what)
  local file = require "door.file"
  local path, name = path_of(world)
  if not path then return nil, errors.new { code = "config.invalid", message = "slipway.lua: changelog = false, so there is no file to write", hint = 'changelog = "CHANGELOG.md"' } end
  local text, unread = file.read(path)
  if not text and unread.code ~= "file.not_found" then return nil, unread end
  local sections, numbers = {}, {}
  local ok, err = release_pages.each(world, what, function(section, release)
    if release > 0 then sections[#sections + 1], numbers[#numbers + 1] = section, release end
  end, function() sections, numbers = {}, {} end)
  if not ok then return nil, err end
  local newest = text and changelog.newest(text)
  local added = {}
  for i = #sections, 1, -1 do
    local version = what.releases.versions[numbers[i]]
    local known = text and changelog.written(text, version)
    if not known and (what.only or not newest or is_after(world, version, newest)) then
      local new, bad = changelog.insert(text, sections[i], { version = version })
      if not new then return nil, bad end
      text = new
      added[#added + 1] = version
    end
  end
  if #added > 0 then
    local done, failed = file.write { path = path, text = text }
    if not done then return nil, failed end
  end
  local list = #added == 0 and "has every release already" or ("%s: %s"):format(#added == 1 and "one release added" or #added .. " releases added", table.concat(added, ", "))
  context.out.object("changelog", { file = name, added = require("door.json").array(added) })
  context.out.say(("%s   %s"):format(name, list))
  return 0
end

local function print_sections(context, style, sections)
  if not style.template then table.insert(sections, 1, changelog.header) end
  local text = table.concat(sections, "\n")
  context.out.object("changelog", { markdown = text })
  context.out.say((text:gsub("\n+$", "")))
  return 0
end

local function print_whole(context, world, what, o)
  what.no_cache = o.no_cache
  if context.out.json then
    local long = context.out.long("changelog", "markdown")
    local ok, err = whole_page.write(world, what, long.put)
    if not ok then return nil, err end
    long.close()
    return 0
  end
  if what.style.template then
    local parts = {}
    local ok, err = whole_page.write(world, what, function(text) parts[#parts + 1] = text end)
    if not ok then return nil, err end
    context.out.say((table.concat(parts):gsub("\n+$", "")))
    return 0
  end
  local ok, err = whole_page.write(world, what, context.out.put)
  if not ok then return nil, err end
  return 0
end

function M.run(context, words)
  local o, err = context:parse("changelog", words, #words > 0 and declare or nil)
  if not o then return err == 0 and 0 or nil, err end
  local found, failed = context:reading()
  if not found then return nil, failed end
  local world = found.world
  if not found.project.head.oid then return nil, errors.new { code = "git.no_commits", message = "the repository has no commit yet", hint = "git commit" } end
  if o.package then
    local one, unknown = require("repository.monorepo").world_of(world, o.package)
    if not one then return nil, unknown end
    world = one
  end
  local style, wrong = page_style(world, { style = o.style, template = o.template })
  if not style then return nil, wrong end
  local releases = release_pages.releases(world)
  local what, missing = asked(world, releases, o)
  if not what then return nil, missing end
  what.style, what.releases = style, releases
  if o.as then
    local list, at = as_version(world, releases, o, what.from)
    if not list then return nil, at end
    what.releases, what.only = list, what.only and at
  end
  if o.write and what.only == 0 then
    return nil, errors.new { code = "changelog.nothing_to_write", message = "what is not released has no section of its own to write", hint = "slipway changelog --unreleased --as VERSION --write" }
  end
  local ok, unknown = add_people(world, what, o)
  if not ok then return nil, unknown end
  if o.write then return write_file(context, world, what) end
  if not what.only and not what.hide and not o.as then return print_whole(context, world, what, o) end
  local sections, unread = read_sections(world, what)
  if not sections then return nil, unread end
  return print_sections(context, style, sections)
end

return M
