-- The bump decision: each commit votes for a level, the highest vote wins, and every vote says which
-- rule and which line made it. Rules are data:
--
--   types          = { feat = "minor", fix = "patch", perf = "patch", revert = "patch" }; yours are added,
--                    "none" takes one away
--   breaking       = "major"
--   other          = "none"     a conventional commit of another type
--   unconventional = "none"     a commit that does not conform
--   when           = { { type =, scope =, breaking =, revert =, match =, level = }, … }  before all others;
--                    the highest level of the entries that match; `level = false` takes the vote away
--   zero           = { breaking = "minor", minor = "patch", initial = { … } }  while the major number
--                    is 0 (`initial`: while 0.0.x); "minor" is short for { breaking = "minor" }
--   minimum        = "patch"    at least this, whatever the commits say
--   always         = "minor"    exactly this when anything votes at all
--   dependencies   = true       "bump x from 1 to 2" votes by how far the dependency moved
--   notes          = { "SECURITY" }   further footers that mean a breaking change
--   reverts        = false      work that was taken back counts all the same
--   scopes         = { "api" }        only these scopes conform
--   header, squash, comment          how messages are read (pure.conventional, pure.commits.split)
--   types_only     = true       a type that `types` does not list does not conform
local errors = require "pure.errors"
local semver = require "pure.semver"

local M = {}

M.rank = { none = 0, patch = 1, minor = 2, major = 3 }
local rank = M.rank

M.defaults = {
  types = { feat = "minor", feature = "minor", fix = "patch", perf = "patch", revert = "patch" },
  breaking = "major", other = "none", unconventional = "none",
}

---@class slipway.Vote
---@field commit string|integer   its id, or its place in the list
---@field type string?
---@field scope string?
---@field level "major"|"minor"|"patch"|"none"
---@field subject string
---@field line string             the line that decided
---@field rule string             the rule that decided
---@field note string?            what is worth knowing beside it

local function higher(a, b) return rank[b] > rank[a] and b or a end

local function line_of_breaking(change)
  for _, footer in ipairs(change.footers) do
    if footer.breaking then return footer.token .. ": " .. (footer.value:match "^[^\n]*"), "BREAKING CHANGE footer" end
  end
  return change.subject, change.marked and "'!' in front of the colon" or "BREAKING CHANGE"
end

-- A first line that is nothing but "BREAKING CHANGE: …" does not conform, and means it all the same.
local function shouts(change) return change.subject:find "^BREAKING[ -]CHANGE: " ~= nil end

local function matches(entry, change)
  if entry.type ~= nil and (change.type or ""):lower() ~= entry.type:lower() then return false end
  if entry.scope ~= nil and change.scope ~= entry.scope then return false end
  if entry.breaking ~= nil and change.breaking ~= entry.breaking then return false end
  if entry.revert ~= nil and (change.kind == "revert") ~= entry.revert then return false end
  if entry.match ~= nil and not change.message:find(entry.match) then return false end
  return true
end

local function by_entries(list, change)
  local found, level
  for i, entry in ipairs(list or {}) do
    if matches(entry, change) then
      local wanted = entry.level or "none"
      if not found or rank[wanted] > rank[level] then found, level = i, wanted end
    end
  end
  return level, found and ("rules.when[%d]"):format(found)
end

-- How far a dependency moved: "bump x from 1.2.3 to 2.0.0", "update dependency x to v1.3.0".
local function dependency_level(change)
  local text = change.description or change.subject
  local from, to = text:match "^[Bb]ump %S+ from (%S+) to (%S+)"
  to = to or text:match "^[Uu]pdate dependency %S+ to (v%S+)" or text:match "^[Uu]pdate %S+ to (v%S+)"
  if not to then return nil end
  local target = semver.read(to) or semver.coerce(to)
  if not target then return nil end
  local source = from and (semver.read(from) or semver.coerce(from))
  local diff = source and semver.diff(source, target)
  if diff then return diff:gsub("^pre", ""), to end
  if target.patch ~= 0 then return "patch", to end
  return target.minor ~= 0 and "minor" or "major", to
end

local function zero_rules(rules, current)
  local zero = rules.zero
  if not zero or not current or current.major ~= 0 then return nil end
  if type(zero) == "string" then zero = { breaking = zero } end
  if zero.initial and current.minor == 0 then
    local copy = {}
    for key, value in pairs(zero) do copy[key] = value end -- order: a copy has none
    for key, value in pairs(zero.initial) do copy[key] = value end -- order: a copy has none
    return copy
  end
  return zero
end

local function weigh_change(change, rules, zero)
  local level, rule = by_entries(rules.when, change)
  local line = change.subject
  if level then return level, rule, line end
  local of_type = change.conforms and rules.types[change.type]
  level, rule = of_type or rules.other, of_type and "type " .. change.type or ("no rule for the type " .. tostring(change.type))
  if not change.conforms then level, rule = rules.unconventional, "does not conform" end
  if rules.dependencies then
    local moved, to = dependency_level(change)
    if moved then level, rule = higher(level, moved), "a dependency moved to " .. to end
  end
  if zero and (level == "minor" and zero.minor or level == "major" and zero.breaking) then
    level, rule = level == "minor" and zero.minor or zero.breaking, rule .. ", at 0.x"
  end
  if change.breaking or shouts(change) then
    local wanted = zero and zero.breaking or rules.breaking
    local text, why = line_of_breaking(change)
    if rank[wanted] >= rank[level] then
      level, rule, line = wanted, why .. (wanted ~= rules.breaking and ", at 0.x" or ""), text
    end
  end
  return level, rule, line
end

local function weigh(change, rules, zero)
  if change.kind == "merge" then return "none", "merge", change.subject end
  if change.kind == "fixup" and not change.conforms then return "none", "fixup", change.subject end
  if change.kind == "revert" and not change.conforms then
    local level, rule = by_entries(rules.when, change)
    return level or rules.types.revert or rules.other, rule or "takes back released work", change.subject
  end
  return weigh_change(change, rules, zero)
end

local function filled(rules)
  local copy = {}
  for key, value in pairs(M.defaults) do copy[key] = value end -- order: a copy has none
  for key, value in pairs(rules or {}) do copy[key] = value end -- order: a copy has none
  if rules and rules.types then
    local types = {}
    for name, level in pairs(M.defaults.types) do types[name] = level end -- order: a copy has none
    for name, level in pairs(rules.types) do types[name:lower()] = level end -- order: a copy has none
    copy.types = types
  end
  return copy
end

-- How messages are read: nil is the fast way, for rules that say nothing about it.
local function reading(rules)
  local o, any = { tight = true }, false
  for _, key in ipairs { "notes", "header", "squash", "comment", "scopes" } do
    o[key] = rules[key]
    any = any or rules[key] ~= nil
  end
  if rules.types_only then
    o.types = {}
    for name in pairs(rules.types) do o.types[#o.types + 1] = name end -- order: a set
  end
  return (any or o.types) and o or nil
end

local function parse_all(raw, rules)
  local options, changes = reading(rules), {}
  for _, item in ipairs(raw) do
    if type(item) == "table" and item.kind and item.subject then
      changes[#changes + 1] = item
    else
      for _, change in ipairs(require("pure.commits").split(item, options)) do changes[#changes + 1] = change end
    end
  end
  return changes
end

local function vote_of(change, i, level, rule, line)
  return {
    commit = change.oid or i, type = change.type, scope = change.scope, level = level,
    subject = change.subject, line = line, rule = rule, note = change.kind == "other" and change.problem or nil,
  }
end

local rule_keys = {
  types = "table", breaking = "level", other = "level", unconventional = "level", when = "table", zero = "table or level",
  minimum = "level", always = "level", dependencies = "boolean", notes = "table", types_only = "boolean",
  reverts = "boolean", header = "table", squash = "string or boolean", comment = "string", scopes = "table",
}

local function fits(value, kind)
  if kind:find "level" and type(value) == "string" and rank[value] then return true end
  return kind:find(type(value), 1, true) ~= nil
end

local function bad_rule(what)
  return nil, errors.new {
    code = "version.rules", message = "rules: " .. what,
    hint = "a level is major, minor, patch or none; slipway help config lists the rules",
  }
end

--- Are these rules that `decide` understands? Names the first that is not.
---@param rules table?
---@return true?, slipway.Error?
function M.check_rules(rules)
  local names = {}
  for name in pairs(rules or {}) do names[#names + 1] = tostring(name) end -- order: sorted next
  table.sort(names)
  for _, name in ipairs(names) do
    local kind = rule_keys[name]
    if not kind then return bad_rule(("there is no rule '%s'"):format(name)) end
    if not fits(rules[name], kind) then return bad_rule(("'%s' must be a %s"):format(name, kind)) end
  end
  local types = {}
  for name in pairs(rules and rules.types or {}) do types[#types + 1] = tostring(name) end -- order: sorted next
  table.sort(types)
  for _, name in ipairs(types) do
    if not rank[rules.types[name]] then return bad_rule(("the type '%s' has no level"):format(name)) end
  end
  for i, entry in ipairs(rules and rules.when or {}) do
    if entry.level and not rank[entry.level] then return bad_rule(("when[%d] has no level"):format(i)) end
  end
  return true
end

-- Rules that look at more of a commit than its type and whether it breaks something.
local particular = { "when", "dependencies", "notes", "header", "squash", "comment", "scopes", "types_only" }

--- The rules as door.git counts votes by (repo:votes); nil where they look at more of a commit than that knows.
---@param rules table?  that M.check_rules has found sound
---@param current slipway.Version?
---@return { types: string[], levels: string[], other: string, unconventional: string, breaking: string, revert: string }?
function M.rules_of_types(rules, current)
  rules = filled(rules)
  for _, key in ipairs(particular) do
    if rules[key] then return nil end
  end
  if rules.reverts == false then return nil end
  local zero = zero_rules(rules, current)
  local function at_zero(level)
    if not zero then return level end
    return level == "minor" and zero.minor or level == "major" and zero.breaking or level
  end
  local plain = {
    types = {}, levels = {}, other = at_zero(rules.other), unconventional = at_zero(rules.unconventional),
    breaking = zero and zero.breaking or rules.breaking, revert = rules.types.revert or rules.other,
  }
  for name, level in pairs(rules.types) do -- order: looked up by name
    plain.types[#plain.types + 1], plain.levels[#plain.levels + 1] = name, at_zero(level)
  end
  return plain
end

local function warnings_of(rules, current)
  local list = {}
  if rules.zero and current and semver.is(current) and current.major ~= 0 then
    list[1] = ("the rules for 0.x are switched on, but the version is %s: they do nothing from 1.0.0 on"):format(current.text)
  end
  return list
end

-- What the rules make of the highest vote.
local function settled(decision, rules, current)
  if rules.always and decision.level ~= "none" then decision.level = rules.always end
  if rules.minimum then decision.level = higher(decision.level, rules.minimum) end
  decision.warnings = warnings_of(rules, current)
  return decision
end

--- The decision from votes that door.git has counted: without those of single commits.
---@param o { sum: table, rules: table?, current: slipway.Version? }
---@return slipway.Decision
function M.decide_by_sum(o)
  return settled({ level = o.sum.level, release_as = o.sum.release_as, release_as_by = o.sum.release_as_by }, filled(o.rules), o.current)
end

---@class slipway.Decision
---@field level "major"|"minor"|"patch"|"none"
---@field votes slipway.Vote[]     nil when they were only counted; then also no counts, unconventional and changes
---@field release_as string?      what the newest Release-As footer asks for
---@field release_as_by oid?      when votes were only counted: the commit that has it
---@field counts { commits: integer, conforming: integer, other: integer, merges: integer, fixups: integer, reverted: integer }
---@field unconventional string[] subjects of the commits that do not conform
---@field warnings string[]
---@field changes slipway.Change[]

--- Weighs commits, newest first: messages, { oid, message, … } or Changes.
---@param o { commits: table, rules: table?, current: slipway.Version? }
---@return slipway.Decision
function M.decide(o)
  local rules = filled(o.rules)
  local zero = zero_rules(rules, o.current)
  local changes = parse_all(o.commits, rules)
  local gone, spent = {}, {}
  if rules.reverts ~= false then gone, spent = require("pure.commits").reverted(changes) end
  local counts = { commits = #changes, conforming = 0, other = 0, merges = 0, fixups = 0, reverted = 0 }
  local decision = { level = "none", votes = {}, unconventional = {}, counts = counts, changes = changes }
  for i, change in ipairs(changes) do
    local level, rule, line
    if gone[i] then
      level, rule, line = "none", "taken back by: " .. changes[gone[i]].subject, change.subject
      counts.reverted = counts.reverted + 1
    elseif spent[i] then
      level, rule, line = "none", "takes back a commit that is not released yet", change.subject
    else
      level, rule, line = weigh(change, rules, zero)
      if change.release_as and not decision.release_as then
        decision.release_as = change.release_as
        rule, line = "Release-As footer", "Release-As: " .. change.release_as
      end
    end
    if change.conforms then counts.conforming = counts.conforming + 1
    elseif change.kind == "merge" then counts.merges = counts.merges + 1
    elseif change.kind == "fixup" then counts.fixups = counts.fixups + 1
    elseif change.kind == "other" then
      counts.other = counts.other + 1
      decision.unconventional[counts.other] = change.subject
    end
    decision.votes[i] = vote_of(change, i, level, rule, line)
    decision.level = higher(decision.level, level)
  end
  return settled(decision, rules, o.current)
end

return M
