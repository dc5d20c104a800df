-- slipway next where the repository has several packages: a line "name version" for each that has something to
-- release; with --package NAME one package as if it were the project.
local json = require "door.json"
local output = require "cli.output"
local releases = require "repository.releases"

local M = {}

--- What the package becomes and why, for people.
---@param entry slipway.Release.Entry
---@return string
function M.reason(entry)
  if not entry.moves then return "nothing to release" end
  local from = entry.current and ("from %s"):format(tostring(entry.current)) or "first release"
  if entry.reason == "dependency" then return ("%s, %s: %s moves"):format(from, entry.level, table.concat(entry.because, ", ")) end
  if entry.reason == "group" then return ("%s, with its group: %s"):format(from, table.concat(entry.because, ", ")) end
  if entry.first then return from end
  return ("%s, %s"):format(from, entry.level)
end

local function plain(entry)
  return {
    name = entry.name, path = entry.package.path, current = entry.current and tostring(entry.current) or nil,
    next = entry.moves and tostring(entry.version) or nil, level = entry.level, reason = entry.reason, because = json.array(entry.because),
    votes = json.array(entry.votes), tag = entry.tag, commits = entry.count, first = entry.first, private = entry.package.private or nil,
    depends = json.array(entry.package.depends), warnings = entry.warnings and entry.warnings[1] and json.array(entry.warnings) or nil,
  }
end

local function chosen(entries, project, names)
  if not names then return entries end
  local wanted, err = require("manifest.monorepo").select(project.packages, names)
  if not wanted then return nil, err end
  local list = {}
  for _, entry in ipairs(entries) do
    if wanted[entry.name] then list[#list + 1] = entry end
  end
  return list
end

---@param text string?
---@return string[]?
function M.names(text)
  local names = {}
  for name in (text or ""):gmatch "[^,%s]+" do names[#names + 1] = name end
  return #names > 0 and names or nil
end

local function say_all(out, list, why, show_votes)
  for _, entry in ipairs(list) do
    if entry.moves then out.say(("%s %s"):format(entry.name, tostring(entry.version))) end
  end
  for _, entry in ipairs(why and list or {}) do
    out.say("")
    out.say(("%s   %s   %s"):format(out.paint("bold", entry.name), entry.package.path, M.reason(entry)))
    if not entry.first and #entry.votes > 0 then show_votes(out, { count = entry.count, tag = entry.tag, votes = entry.votes, warnings = entry.warnings }, true) end
  end
end

-- What the workspace has and nobody releases: each reason once, with the first names.
local function say_left(out, left)
  local order, by_why = {}, {}
  for _, one in ipairs(left) do
    local why = one.why:match "^inside" and "inside a private package" or one.why
    if not by_why[why] then order[#order + 1], by_why[why] = why, {} end
    table.insert(by_why[why], one.name)
  end
  for i, why in ipairs(order) do
    local names = by_why[why]
    local more = #names > 3 and (" and %d more"):format(#names - 3) or ""
    if i == 1 then out.say "" end
    out.say(("never released, %s: %s%s"):format(why, table.concat(names, ", ", 1, math.min(3, #names)), more))
  end
end

--- One package's answer in the shape of a project's, for the rest of slipway next.
---@param entry slipway.Release.Entry
---@return table
function M.as_project(entry)
  return {
    version = entry.version, current = entry.current, level = entry.level, nothing = not entry.moves or nil, votes = entry.votes, tag = entry.tag,
    count = entry.count, first = entry.first, warnings = entry.warnings, commits = entry.result.commits, entry = entry,
  }
end

--- Every package, in the order in which they are released.
---@param out slipway.Output
---@param found { project: table, world: table }
---@param o { package: string?, level: string?, pre: string?, why: boolean?, zero_ok: boolean? }
---@param show_votes fun(out: table, result: table, short: boolean?)
---@return integer|table|nil, slipway.Error?  an exit code, or one package as a project
function M.run(out, found, o, show_votes)
  local names = M.names(o.package)
  local wish = { level = o.level, pre = o.pre, package = o.level and names or nil }
  local entries, err = releases.all(found.world, found.project.head.oid, wish)
  if not entries then return nil, err end
  local list, unknown = chosen(entries, found.project, names)
  if not list then return nil, unknown end
  if names and #list == 1 then return M.as_project(list[1]) end
  local moving = 0
  local plains = {}
  for i, entry in ipairs(list) do
    plains[i] = plain(entry)
    if entry.moves then moving = moving + 1 end
  end
  local left = not names and found.project.unreleased_packages or {}
  out.object("next", { packages = json.array(plains), never = left[1] and json.array(left) or nil })
  if not out.json then
    say_all(out, list, o.why, show_votes)
    if o.why then say_left(out, left) end
  end
  if moving > 0 or o.zero_ok then return 0 end
  if not out.json then
    local nothing = releases.nothing(list, names)
    out.tell(nothing.message)
    out.tell("  next   " .. nothing.hint)
  end
  return 3
end

--- The lines of slipway's status: what moves, and how many stay.
---@param out slipway.Output
---@param entries slipway.Release.Entry[]
function M.say_status(out, entries)
  local width, staying = 0, 0
  for _, entry in ipairs(entries) do
    if entry.moves then width = math.max(width, #entry.name) else staying = staying + 1 end
  end
  for _, entry in ipairs(entries) do
    if entry.moves then out.say(("  next   %s %s   %s"):format(output.pad(entry.name, width), tostring(entry.version), M.reason(entry))) end
  end
  if staying > 0 then out.say(("  %s %d package%s without anything to release"):format(staying == #entries and "next  " or "and   ", staying, staying == 1 and "" or "s")) end
end

return M
