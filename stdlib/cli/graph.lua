-- slipway graph: the releases of the trunk, the lines that have left it, and for each fix on them how it reached the
-- trunk, or that it has not.
local clock = require "door.clock"
local debts = require "repository.debts"
local errors = require "pure.errors"
local json = require "door.json"
local output = require "cli.output"

local M = {}

M.help = { { "--all", "every release of the trunk, not only the last ten, and the lines of all of them" } }

-- As many of the newest releases as the next release asks about (fact/debts.lua).
local LINES <const> = 100

local words = { same = "on %s as %s", said = "on %s, said by %s", similar = "on %s in other words, %s", empty = "changes nothing", missing = "NOT on %s" }

local function fix_text(fix, trunk)
  return (words[fix.state]):format(trunk, fix.as and fix.as:sub(1, 10))
end

-- Releases that the trunk holds, newest first; of so many, for a long history is long to walk.
local function on_trunk(world, tip, limit)
  local releases, among = debts.releases(world), {}
  table.sort(releases, function(a, b) return a.version > b.version end)
  for i = #releases, limit + 1, -1 do releases[i] = nil end
  for i, release in ipairs(releases) do among[i] = release.commit end
  local reached = #among > 0 and assert(world.repo:reached { from = tip, among = among }) or {}
  local list = {}
  for i, release in ipairs(releases) do
    if reached[i] then list[#list + 1] = release end
  end
  return list
end

local function date_of(world, oid)
  local commit = world.repo:commit(oid)
  return commit and clock.date(commit.committer.time) or "?"
end

-- The releases that a line begins at, by commit.
local function by_base(lines, list)
  local at, rest = {}, {}
  for _, line in ipairs(lines) do
    local found
    for _, release in ipairs(list) do found = found or release.commit == line.base and release.name end
    if found then at[found] = at[found] or {} end
    table.insert(found and at[found] or rest, line)
  end
  return at, rest
end

local function say_line(out, line, trunk)
  local name = line.branch or line.tag
  local head = line.tag and ("%s, released as %s"):format(name, line.tag) or name .. ", not released"
  if line.branch == nil then head = line.tag .. ", a line without a branch" end
  out.say(("    %s %s"):format(out.unicode and "└" or "\\", head))
  if line.maintained then out.say "        goes its own way: long, or begun elsewhere than at a release" end
  for _, fix in ipairs(line.fixes) do
    local text = fix_text(fix, trunk)
    if fix.state == "missing" then text = out.paint(line.tag and "red" or "yellow", text) end
    output.block(out, ("        %s  "):format(fix.commit:sub(1, 10)), ("%s   %s"):format(fix.subject, text))
  end
end

local function plain(world, tip, list, lines, missing)
  local releases, plain_lines = {}, {}
  for i, release in ipairs(list) do releases[i] = { tag = release.name, version = tostring(release.version), commit = release.commit } end
  for i, line in ipairs(lines) do
    plain_lines[i] = { branch = line.branch, tag = line.tag, version = line.version, base = line.base ~= "" and line.base or nil, tip = line.tip, maintained = line.maintained or false, fixes = json.array(line.fixes) }
  end
  return { trunk = { name = world.project.trunk, commit = tip }, releases = json.array(releases), lines = json.array(plain_lines), missing = missing }
end

local function show(out, world, o)
  local trunk, lines = world.project.trunk, o.lines
  local at, rest = by_base(lines, o.list)
  out.say(("%s at %s"):format(out.paint("bold", trunk), o.tip:sub(1, 10)))
  for i, release in ipairs(o.list) do
    if i <= o.limit or at[release.name] then
      out.say(("  %s %s"):format(output.pad(release.name, 16), date_of(world, release.commit)))
      for _, line in ipairs(at[release.name] or {}) do say_line(out, line, trunk) end
    end
  end
  if #o.list > o.limit then out.say "  … and older ones: slipway graph --all" end
  for _, line in ipairs(rest) do say_line(out, line, trunk) end
  if o.missing > 0 then
    out.say(out.paint("red", ("%d shipped fix%s not reached %s: the next release is refused until %s"):format(o.missing, o.missing == 1 and " has" or "es have", trunk, o.missing == 1 and "it has" or "they have")))
    out.say(("  git switch %s && git cherry-pick -x COMMIT; or a commit there with \"Brought-Home: COMMIT\""):format(trunk))
  elseif #lines > 0 then
    out.say(("every fix that was shipped is on %s"):format(trunk))
  end
end

function M.run(context, words_given)
  local o, err = context:parse("graph", words_given, function(parser) parser:flag "--all" end)
  if not o then return err == 0 and 0 or nil, err end
  local found, failed = context:reading()
  if not found then return nil, failed end
  local world = found.world
  local tip = world.repo:ref("refs/heads/" .. found.project.trunk) or found.project.head.oid
  if not tip then return nil, errors.new { code = "git.no_commits", message = "the repository has no commit yet", hint = "git commit" } end
  local lines = debts.lines(world, tip, { unreleased = true, limit = not o.all and LINES or nil })
  local list = on_trunk(world, tip, o.all and math.huge or 40)
  local missing = 0
  for _, line in ipairs(lines) do
    for _, fix in ipairs(line.fixes) do missing = missing + (line.tag and fix.state == "missing" and 1 or 0) end
  end
  context.out.object("graph", plain(world, tip, list, lines, missing))
  show(context.out, world, { tip = tip, list = list, lines = lines, missing = missing, limit = o.all and math.huge or 10 })
  return 0
end

return M
