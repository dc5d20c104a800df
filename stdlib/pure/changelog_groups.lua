-- Which changes of a release appear on its page, and under which heading. Nothing is dropped in
-- silence: what follows no convention stands under "Other", only types a group hides are left out,
-- and a change together with its revert.
local commits = require "pure.commits"

local M = {}

---@class slipway.ChangelogGroup
---@field title string
---@field types string[]   commit types, lower case
---@field hidden boolean?  left out unless breaking

M.keepachangelog = {
  { title = "Added", types = { "feat", "feature", "add" } },
  { title = "Changed", types = { "perf", "change", "refactor" } },
  { title = "Deprecated", types = { "deprecate", "deprecated" } },
  { title = "Removed", types = { "remove", "removed" } },
  { title = "Fixed", types = { "fix", "bugfix", "hotfix" } },
  { title = "Security", types = { "security", "sec" } },
  { title = "Reverted", types = { "revert" } },
  { title = "Documentation", types = { "docs", "doc" }, hidden = true },
  { title = "Internal", types = { "style", "test", "tests", "build", "ci", "chore" }, hidden = true },
}

M.conventional = {
  { title = "Features", types = { "feat", "feature" } },
  { title = "Bug Fixes", types = { "fix" } },
  { title = "Performance Improvements", types = { "perf" } },
  { title = "Reverts", types = { "revert" } },
  { title = "Documentation", types = { "docs" }, hidden = true },
  { title = "Styles", types = { "style" }, hidden = true },
  { title = "Miscellaneous Chores", types = { "chore" }, hidden = true },
  { title = "Code Refactoring", types = { "refactor" }, hidden = true },
  { title = "Tests", types = { "test" }, hidden = true },
  { title = "Build System", types = { "build" }, hidden = true },
  { title = "Continuous Integration", types = { "ci" }, hidden = true },
}

-- "Release 1.2.0", "chore(release): v1.2.0", "bump: version 1.1.0 → 1.2.0": the commit that makes the release.
local FILLER = { release = true, version = true, bump = true, prepare = true, to = true, publish = true, tag = true, chore = true, build = true }

local function makes_release(subject, version)
  local rest = subject:gsub("%s*%(?%[?skip ci%]?%)?%s*$", "")
  -- Those of its pre-releases too: a final release tells everything since the last final one.
  version = rest:match "[vV ](%d+%.%d+%.%d+[%w.+-]*)$" or version
  if not version or #rest < #version then return false end
  if rest:sub(-#version) ~= version then return false end
  rest = rest:sub(1, -#version - 1):gsub("%S+%s*→%s*$", ""):gsub("[vV]$", "")
  for word in rest:gmatch "%a+" do
    if not FILLER[word:lower()] then return false end
  end
  return true
end

--- The changes that a page tells: without what was taken back, without merges (their commits are told),
--- fixups of what is told, and the commits that make releases.
---@param changes slipway.Change[]
---@param version string?
---@return slipway.Change[]
function M.told(changes, version)
  local taken_back, spent = commits.reverted(changes)
  local subjects, kept = {}, {}
  for _, change in ipairs(changes) do
    if change.kind ~= "fixup" then subjects[change.subject] = true end
  end
  for i, change in ipairs(changes) do
    local silent = taken_back[i] or spent[i] or change.kind == "merge" or (change.kind == "fixup" and subjects[change.fixes])
      or makes_release(change.subject, version)
    if not silent then kept[#kept + 1] = change end
  end
  return kept
end

local indexed = setmetatable({}, { __mode = "k" })

local function index_types(groups)
  local by_type = indexed[groups]
  if by_type then return by_type end
  by_type = {}
  for i, group in ipairs(groups) do
    for _, name in ipairs(group.types) do by_type[name:lower()] = by_type[name:lower()] or i end
  end
  indexed[groups] = by_type
  return by_type
end

-- By scope, changes without one first; within a scope as they came.
local function by_scope(list)
  local names, lists, sorted = {}, {}, {}
  for i = 1, #list do
    local change = list[i]
    local scope = change.scope
    if scope == nil or scope == "*" then scope = "" end
    local together = lists[scope]
    if together then
      together[#together + 1] = change
    else
      lists[scope], names[#names + 1] = { change }, scope
    end
  end
  if #names == 1 then return list end
  table.sort(names)
  for _, name in ipairs(names) do
    local together = lists[name]
    table.move(together, 1, #together, #sorted + 1, sorted)
  end
  return sorted
end

--- The scope worth showing: "*" says nothing.
---@param change slipway.Change
---@return string?
function M.scope(change)
  local scope = change.scope
  return scope and scope ~= "" and scope ~= "*" and scope or nil
end

--- Sorts the changes of a release under their headings, empty ones left out.
---@param changes slipway.Change[]
---@param groups slipway.ChangelogGroup[]
---@param version string?
---@return { title: string, changes: slipway.Change[] }[], slipway.Change[] breaking
function M.arrange(changes, groups, version)
  local by_type, filled, breaking = index_types(groups), {}, {}
  for _, change in ipairs(M.told(changes, version)) do
    local kind = change.kind == "revert" and "revert" or change.type
    local at = kind and by_type[kind] or #groups + 1
    if change.breaking then breaking[#breaking + 1] = change end
    if not (groups[at] and groups[at].hidden and not change.breaking) then
      filled[at] = filled[at] or {}
      table.insert(filled[at], change)
    end
  end
  local result = {}
  for i = 1, #groups + 1 do
    if filled[i] then
      result[#result + 1] = { title = groups[i] and groups[i].title or "Other", changes = by_scope(filled[i]) }
    end
  end
  return result, by_scope(breaking)
end

return M
