-- slipway changelog: the whole changelog in Markdown, what is coming (--unreleased), or a range of revisions.
local changelog = require "pure.changelog"
local commits = require "pure.commits"
local errors = require "pure.errors"
local history = require "repository.history"
local page_style = require "repository.page_style"
local tags = require "repository.tags"

local M = {}

--- Release tags by the commit they name; of several on one commit the highest counts.
local function releases_by_commit(world)
  local by_commit = {}
  for _, ref in ipairs(world.repo:refs "refs/tags/" or {}) do
    local name = ref.name:sub(11)
    local v = ref.commit and tags.version_of(world.project, name)
    local known = v and by_commit[ref.commit]
    if v and (not known or v > known.version) then by_commit[ref.commit] = { tag = name, version = v } end
  end
  return by_commit
end

--- One walk: commits are dealt to the release whose tag was met last. A release is written as soon as the next
--- one begins, so that memory holds one of them and the text.
---@return string[]? sections, slipway.Error?
local function write_releases(world, from, hide, only_unreleased, style)
  local by_commit = releases_by_commit(world)
  local walk, err
  if world.package then walk, err = world.walk(from, hide) else walk, err = world.repo:log { from = from, hide = hide, brief = true } end
  if not walk then return nil, err end
  local sections, release = {}, { commits = {} }
  local function finish()
    if release.version or #release.commits > 0 then sections[#sections + 1] = assert(changelog.section(release, style)) end
  end
  for commit in walk do
    local tagged = by_commit[commit.oid]
    if tagged then
      if only_unreleased then break end
      release.previous = tagged.tag
      finish()
      release = {
        version = tostring(tagged.version), tag = tagged.tag, date = world.clock.date(commit.time), commits = {},
      }
    end
    local list = release.commits
    if not commit.elsewhere then list[#list + 1] = commits.parse(commit) end
  end
  finish()
  return sections
end

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
  local sections, unread = write_releases(world, tip, hide, o.unreleased, style)
  if not sections then return nil, unread end
  if not style.template then table.insert(sections, 1, changelog.header) end
  local text = table.concat(sections, "\n")
  context.out.object("changelog", { markdown = text })
  context.out.say((text:gsub("\n+$", "")))
  return 0
end

return M
