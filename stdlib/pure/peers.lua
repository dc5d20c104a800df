-- What other release tools would have said: their rules, in ours, and each difference explained
-- commit by commit. From each tool's documentation and its own test cases (tests/unit/corpora_bump_test.lua).
local bump = require "pure.bump"
local errors = require "pure.errors"
local near = require "pure.near"
local semver = require "pure.semver"
local version = require "pure.version"

local M = {}

---@class slipway.Peer
---@field name string
---@field rules table?       its rules, in pure.bump's words; nil: it does not read commits
---@field count boolean?     stays in a pre-release and counts it on
---@field first string?      its first version
---@field says table<string, string>  why a vote differs: by kind or type of the commit, or "other"

local angular_bang = "its Angular preset does not know '!': such a first line is not parsed at all"

local peers = {
  {
    name = "commitizen", first = "0.1.0",
    rules = { types = { refactor = "patch", revert = "none" }, reverts = false },
    says = { refactor = "it counts refactor as patch", reverted = "it does not see that the commit is taken back",
      revert = "a revert gives nothing there" },
  },
  {
    name = "git-cliff", first = "0.1.0", count = true,
    rules = { types = { fix = "patch", feature = "patch" }, other = "patch", reverts = false, when = { { match = '^Revert "', level = false } } },
    says = { revert = "git's own \"Revert …\" is no conventional commit there", other = "every conventional commit gives at least patch there", reverted = "it does not see that the commit is taken back" },
  },
  {
    name = "semantic-release", first = "1.0.0",
    rules = {
      types = { feature = "none", revert = "none" },
      when = { { revert = true, match = "This reverts commit %x", level = "patch" },
        { match = "^%w+!: ", level = false }, { match = "^%w+%b()!: ", level = false },
        { match = "\nBREAKING CHANGE: ", level = "major" } },
    },
    says = { bang = angular_bang, feature = "it knows feat, not feature", revert = "only git's own reverts count there" },
  },
  {
    name = "release-please", first = "1.0.0",
    rules = { types = { perf = "patch", deps = "patch", feature = "minor" }, reverts = false },
    says = { deps = "it counts deps as patch", reverted = "it does not see that the commit is taken back" },
  },
  {
    name = "release-plz", first = "0.1.0", count = true,
    rules = { other = "patch", unconventional = "patch", types = { feature = "patch" }, reverts = false,
      zero = { breaking = "minor", minor = "patch", initial = { breaking = "patch" } } },
    says = { other = "every commit gives at least patch there", unconventional = "every commit gives at least patch there",
      zero = "at 0.x it gives minor for breaking changes and patch for features", reverted = "it does not see that the commit is taken back" },
  },
  {
    name = "python-semantic-release", first = "1.0.0",
    rules = { types = { feature = "none", revert = "none" }, reverts = false },
    says = { revert = "a revert gives nothing there", reverted = "it does not see that the commit is taken back" },
  },
  {
    name = "cocogitto", first = "0.1.0",
    rules = { types = { perf = "none", revert = "none", feature = "none" }, zero = "minor", reverts = false },
    says = { perf = "only feat and fix raise a version there", revert = "only feat and fix raise a version there",
      zero = "at 0.x a breaking change gives minor there", reverted = "it does not see that the commit is taken back" },
  },
  {
    name = "svu", first = "0.1.0",
    rules = { types = { perf = "none", revert = "none", feature = "none" }, reverts = false },
    says = { perf = "only feat and fix raise a version there", revert = "only feat and fix raise a version there",
      reverted = "it does not see that the commit is taken back" },
  },
  { name = "cargo-release", says = {} },
}

---@return string[]
function M.names()
  local list = {}
  for i, peer in ipairs(peers) do list[i] = peer.name end
  return list
end

--- The rules by which a tool counts, as a copy: for a slipway.lua that comes from it.
---@param name string
---@return table? rules
function M.rules(name)
  local function copied(value)
    if type(value) ~= "table" then return value end
    local copy = {}
    for key, item in pairs(value) do copy[key] = copied(item) end -- order: a copy has none
    return copy
  end
  for _, peer in ipairs(peers) do
    if peer.name == name then return copied(peer.rules) end
  end
end

local function find(name)
  for _, peer in ipairs(peers) do
    if peer.name == name then return peer end
  end
  local names = M.names()
  return nil, errors.new {
    code = "version.peer", message = ("the rules of '%s' are not known here%s"):format(name, near.suggest(name, names)),
    hint = table.concat(names, ", "),
  }
end

-- Why the peer's vote on one commit is another one.
local function because(peer, ours, change, current)
  local says = peer.says
  if ours.rule:find "^taken back" or ours.rule:find "^takes back a commit" then return says.reverted end
  if says.bang and change.marked then return says.bang end
  if says.zero and current and current.major == 0 then return says.zero end
  if not change.conforms and change.kind ~= "revert" then return says.unconventional or says.other end
  return says[change.type or change.kind] or says[change.kind] or says.other
end

local limit = 5 -- so many commits are named for each tool

-- The commits whose votes differ, the weightiest first.
local function differences(peer, ours, theirs, current)
  local list = {}
  for i, vote in ipairs(theirs.votes) do
    local mine = ours.votes[i]
    if vote.level ~= mine.level then
      list[#list + 1] = {
        commit = vote.commit, subject = vote.subject, there = vote.level, here = mine.level, place = i,
        why = because(peer, mine, theirs.changes[i], current) or vote.rule,
      }
    end
  end
  local function weight(d) return math.max(bump.rank[d.here], bump.rank[d.there]) end
  table.sort(list, function(a, b)
    if weight(a) ~= weight(b) then return weight(a) > weight(b) end
    return a.place < b.place
  end)
  for i = #list, 1, -1 do
    list[i].place = nil
    if i > limit then list[i] = nil end
  end
  return list
end

local function next_there(peer, current, level)
  if level == "none" then return nil end
  if not current then return semver.parse(peer.first) end
  if current.pre and peer.count then return semver.count_on(current) end
  return version.bump(current, level)
end

--- What each tool would release from the same commits.
---@param o { tools: string[]?, current: slipway.Version?, commits: table, rules: table? }
---@return { tool: string, next: string?, level: string?, same: boolean, why: table[], note: string? }[]?, slipway.Error?
function M.compare(o)
  local ours = bump.decide { commits = o.commits, rules = o.rules, current = o.current }
  local our_next = ours.level ~= "none" and o.current and tostring((version.bump(o.current, ours.level))) or nil
  local list = {}
  for _, name in ipairs(o.tools or M.names()) do
    local peer, err = find(name)
    if not peer then return nil, err end
    local entry = { tool = name, why = {} }
    if not peer.rules then
      entry.same, entry.note = false, "it reads no commits: the level is given by hand (cargo release minor)"
    else
      local theirs = bump.decide { commits = o.commits, rules = peer.rules, current = o.current }
      local there = next_there(peer, o.current, theirs.level)
      entry.level, entry.next = theirs.level, there and tostring(there) or nil
      entry.same = entry.next == our_next
      entry.why = entry.same and {} or differences(peer, ours, theirs, o.current)
      if not entry.same and #entry.why == 0 then
        entry.note = o.current and o.current.pre and "it stays in the pre-release and counts it on" or "its first version is " .. peer.first
      end
    end
    list[#list + 1] = entry
  end
  return list
end

return M
