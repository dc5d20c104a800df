-- slipway changelog: the whole changelog in Markdown, what is coming (--unreleased), one release, or a range of
-- revisions; printed, or put into the changelog file (--write).
local errors = require "pure.errors"
local page_style = require "repository.page_style"
local release_pages = require "repository.release_pages"
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

-- Reads what was asked for into one text without a header.
local function read_sections(world, what)
  local sections = {}
  local ok, err = release_pages.each(world, what, function(section) sections[#sections + 1] = section end, function() sections = {} end)
  if not ok then return nil, err end
  return sections
end

local function print_sections(context, style, sections)
  if not style.template then table.insert(sections, 1, require "pure.changelog_header") end
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

-- The part that is told: nearly always all of it.
local function part_of(world, releases, o)
  if o.range or o.unreleased or o.as then return require("cli.changelog_asked").part(world, releases, o) end
  return { from = world.project.head.oid, releases = releases }
end

local function wants_people(world, o)
  return o.contributors or type(world.config.changelog) == "table" and world.config.changelog.contributors
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
  local what, missing = part_of(world, releases, o)
  if not what then return nil, missing end
  what.style = style
  if wants_people(world, o) then
    local ok, unknown = require("cli.changelog_asked").add_people(world, what)
    if not ok then return nil, unknown end
  end
  if o.write then return require "cli.changelog_write"(context, world, what) end
  if not what.only and not what.hide and not o.as then return print_whole(context, world, what, o) end
  local sections, unread = read_sections(world, what)
  if not sections then return nil, unread end
  return print_sections(context, style, sections)
end

return M
