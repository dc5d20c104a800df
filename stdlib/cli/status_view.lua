-- What slipway says of a project: found out once and kept (run/answers.lua), shown with what is looked at every time.
local file = require "door.file"
local host = require "door.host"
local json = require "door.json"

local M = {}

local function state_of(project)
  local status = project.repo:status()
  if not status then return "unknown" end
  return status.clean and "clean" or ("%d change%s"):format(#status.entries, #status.entries == 1 and "" or "s")
end

-- Commit types that the one line of a summary has room for.
local shown_kinds <const> = 6

local function describe_next(result)
  if result.nothing then return "nothing to release since " .. result.tag end
  if result.first then return ("%s   first release"):format(tostring(result.version)) end
  local counts, order = result.kinds or {}, {}
  for _, vote in ipairs(result.votes or {}) do
    local kind = vote.type or "other"
    counts[kind] = (counts[kind] or 0) + 1
  end
  for kind in pairs(counts) do order[#order + 1] = kind end -- order: sorted next
  table.sort(order, function(a, b)
    if counts[a] ~= counts[b] then return counts[a] > counts[b] end
    return a < b
  end)
  local rest = 0
  for i = #order, shown_kinds + 1, -1 do rest, order[i] = rest + counts[order[i]], nil end
  for i, kind in ipairs(order) do order[i] = ("%d %s"):format(counts[kind], kind) end
  if rest > 0 then order[#order + 1] = ("%d of other types"):format(rest) end
  local kinds = table.concat(order, ", ")
  if result.leader then return ("%s   where %s leads to; since then %s"):format(tostring(result.version), result.leader, kinds) end
  return ("%s   %s: %s"):format(tostring(result.version), result.level, kinds)
end

local function say_open(out, open)
  for _, entry in ipairs(open) do
    out.say(("  %s   run %s is not finished:"):format(out.paint("yellow", "open"), entry.id))
    out.say(("         slipway resume %s"):format(entry.id))
    out.say(("         slipway undo %s"):format(entry.id))
  end
end

-- So many releases are looked at for fixes that have not come home; slipway graph looks at all of them.
local RECENT <const> = 30

-- The search in steps, because the trunk can be read beside other work: begins, and returns what ends it.
local function missing_fixes(world, project, beside)
  local trunk = world.repo:ref("refs/heads/" .. project.trunk)
  local debts = trunk and require "repository.debts"
  local releases = debts and beside and debts.begin(world, trunk, RECENT) or nil
  return function() return debts and debts.missing(world, trunk, { limit = RECENT, releases = releases }) or {} end
end

local function say_missing(out, missing, trunk)
  for _, fix in ipairs(missing) do
    out.say(("  %s   %s of %s is not on %s: %s"):format(out.paint("red", "owed"), fix.commit:sub(1, 10), fix.tag, trunk, fix.subject))
  end
  if #missing > 0 then out.say(("         git switch %s && git cherry-pick -x %s     slipway graph"):format(trunk, missing[1].commit:sub(1, 10))) end
end

local function of_packages(entries)
  local list, lines = {}, {}
  for i, entry in ipairs(entries) do
    list[i] = {
      name = entry.name, path = entry.package.path, current = entry.current and tostring(entry.current) or nil,
      next = entry.moves and tostring(entry.version) or nil, level = entry.level, commits = entry.count,
    }
  end
  require("cli.next_packages").say_status({ say = function(s) lines[#lines + 1] = s end }, entries)
  return { packages = json.array(list), lines = json.array(lines) }
end

local function of_project(project, result)
  return {
    current = result.current and tostring(result.current) or nil, tag = result.tag, commits = result.count,
    next = not result.nothing and tostring(result.version) or nil, level = result.level, line = describe_next(result),
    manifests = json.array(project.manifests),
  }
end

-- What commits, refs and settings decide; the rest of a status is looked at every time.
local function find(found)
  local project, world = found.project, found.world
  local several = #project.packages > 0
  local missing = missing_fixes(world, project, not several)
  local result, bad
  if several then
    result, bad = require("repository.releases").all(world, project.head.oid)
  else
    result, bad = require("repository.history").next(world, project.head.oid, { brief = true, alone = true, sum = true })
  end
  if not result then return nil, bad end
  local known = several and of_packages(result) or of_project(project, result)
  known.name, known.trunk, known.missing = project.name, project.trunk, json.array(missing())
  return known
end

local function where_of(project) return project.head.branch and "branch " .. project.head.branch or "detached HEAD" end

--- A repository with several packages: what each of them becomes.
local function show_packages(out, project, known, open, state)
  out.object("status", {
    project = known.name, branch = project.head.branch, clean = state == "clean", open = open.ids, packages = json.array(known.packages), owed = json.array(known.missing),
  })
  out.say(("%s   %s, %s, %d packages"):format(out.paint("bold", known.name), where_of(project), state, #known.packages))
  for _, line in ipairs(known.lines) do out.say(line) end
  say_missing(out, known.missing, known.trunk)
  say_open(out, open)
  out.say "Try:  slipway next --why          every commit's vote, package by package"
  out.say "      slipway plan release        shows what a release would do; changes nothing"
  return 0
end

-- Any screen has room for so much; what is longer is laid out for the one that is there, if there is one.
local SHORT <const> = 40

local function say_row(out, head, s)
  if #head + #s <= SHORT or not (host.getenv "COLUMNS" or host.is_terminal(1)) then return out.say(head .. s) end
  require("cli.layout").block(out, head, s)
end

local function show_project(out, project, known, open, state, setup)
  out.object("status", {
    project = known.name, current = known.current, tag = known.tag, branch = project.head.branch, clean = state == "clean", commits = known.commits,
    next = known.next, level = known.level, open = open.ids, manifests = json.array(known.manifests), owed = json.array(known.missing), setup = setup and json.array(setup),
  })
  say_row(out, "", ("%s %s   %s, %s, %d commit%s%s"):format(out.paint("bold", known.name), known.current or "(not released)",
    where_of(project), state, known.commits, known.commits == 1 and "" or "s", known.tag and " since " .. known.tag or ""))
  if #known.manifests > 0 then say_row(out, "  in     ", table.concat(known.manifests, ", ")) end
  say_row(out, "  next   ", known.line)
  if setup then say_row(out, "  setup  ", "no slipway.lua" .. (#setup > 0 and "; found " .. table.concat(setup, ", ") or "")) end
  say_missing(out, known.missing, known.trunk)
  say_open(out, open)
  out.say "Try:  slipway next --why          every commit's vote"
  if (project.head.branch or ""):find "^hotfix/" then
    out.say(("      slipway plan hotfix --from %s"):format(known.tag or "TAG"))
  else
    out.say "      slipway plan release        shows what a release would do; changes nothing"
  end
  if setup and #setup > 0 then out.say "      slipway init                takes their settings over into slipway.lua" end
  return 0
end

local function open_runs(project)
  local open, ids = {}, {}
  local runs = file.stat(project.info.common_dir .. "/slipway/runs") and require("run.store").list(project) or {}
  for _, entry in ipairs(runs) do
    if entry.open then open[#open + 1], ids[#ids + 1] = entry, entry.id end
  end
  open.ids = json.array(ids)
  return open
end

--- Asks and shows; git status is running meanwhile.
---@param context slipway.Context
---@param found { project: table, world: table }
---@return integer? code, slipway.Error?
function M.show(context, found)
  local project, out = found.project, context.out
  local known, bad = require("run.answers").ask(project, "status", {}, function() return find(found) end)
  if not known then return nil, bad end
  local open, bare = open_runs(project), not known.packages and not file.stat(project.root .. "/slipway.lua")
  local setup = bare and require("importer.known").files(file.list(project.root) or {}) or nil
  local state = state_of(project) -- last: git status has had all that time
  if known.packages then return show_packages(out, project, known, open, state) end
  return show_project(out, project, known, open, state, setup)
end

--- "branch main", "detached HEAD".
---@param project table
---@return string
M.where = where_of

return M
