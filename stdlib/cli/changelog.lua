-- slipway changelog: the whole changelog in Markdown, what is coming (--unreleased), or a range of revisions.
local changelog = require "pure.changelog"
local errors = require "pure.errors"
local history = require "repository.history"
local page_style = require "repository.page_style"
local release_pages = require "repository.release_pages"

local M = {}

local function range(world, text)
  if not text then return world.project.head.oid end
  local from, to = text:match "^(.-)%.%.%.?(.*)$"
  if not from then from, to = nil, text end
  local tip, missing = world.repo:resolve(to == "" and "HEAD" or to)
  if not tip then return nil, missing end
  if not from or from == "" then return tip end
  local base, unknown = world.repo:resolve(from)
  if not base then return nil, unknown end
  return tip, nil, { base }
end

function M.run(context, words)
  local o, err = context:parse("changelog", words, function(parser)
    parser:argument("range"):args "?"
    parser:flag "--unreleased"
    parser:option "--style"
    parser:option "--package"
  end)
  if not o then return err == 0 and 0 or nil, err end
  local found, failed = context:reading()
  if not found then return nil, failed end
  if not found.project.head.oid then return nil, errors.new { code = "git.no_commits", message = "the repository has no commit yet", hint = "git commit" } end
  local world = found.world
  if o.package then
    local one, unknown = require("repository.monorepo").world_of(world, o.package)
    if not one then return nil, unknown end
    world = one
  end
  local tip, missing, hide = range(world, o.range)
  if not tip then return nil, missing end
  if o.unreleased and not hide then
    local last = history.last_release(world, tip, history.is_any)
    hide = last and { last.commit }
  end
  local style, wrong = page_style(world, o.style)
  if not style then return nil, wrong end
  local bad = changelog.unusable(style)
  if bad then return nil, bad end
  local sections = {}
  local ok, unread = release_pages.each(world, {
    from = tip, hide = hide, releases = release_pages.releases(world), style = style, only = o.unreleased and 0 or nil,
  }, function(section) sections[#sections + 1] = section end, function() sections = {} end)
  if not ok then return nil, unread end
  if not style.template then table.insert(sections, 1, changelog.header) end
  local text = table.concat(sections, "\n")
  context.out.object("changelog", { markdown = text })
  context.out.say((text:gsub("\n+$", "")))
  return 0
end

return M
