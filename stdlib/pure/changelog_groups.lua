-- Which changes of a release appear on its page, and under which heading. Nothing is dropped in
-- silence: what follows no convention stands under "Other", only types a group hides are left out,
-- and a change together with its revert.
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

local function subject_of(change)
  return change.subject or (change.message and change.message:match "^[^\r\n]*") or nil
end

-- The change that `one` takes back, as an index into `changes`, or nil.
local function reverted_by(one, changes, by_subject)
  local named = one.reverts
  if named == nil then
    named = {}
    for oid in ((one.body or "") .. "\n" .. (one.message or "")):gmatch "[Tt]his reverts commit (%x+)" do named[#named + 1] = oid end
  elseif type(named) == "string" then
    named = { named }
  end
  for _, oid in ipairs(named) do
    for i, other in ipairs(changes) do
      local theirs = other.oid or other.commit
      if other ~= one and theirs and #oid >= 7 and theirs:sub(1, #oid) == oid:lower() then return i end
    end
  end
  local subject = #named == 0 and subject_of(one)
  local quoted = subject and (subject:match '^Revert "(.*)"%s*$' or subject:match "^revert: (.*)$")
  return quoted and by_subject[quoted]
end

--- Takes changes and their reverts out. A revert of something older stays.
---@param changes slipway.Change[]
---@return slipway.Change[]
function M.without_reverted(changes)
  local by_subject, reverters, target = {}, {}, {}
  for i, change in ipairs(changes) do
    local subject = subject_of(change)
    if subject and not by_subject[subject] then by_subject[subject] = i end
  end
  for i, change in ipairs(changes) do
    local j = reverted_by(change, changes, by_subject)
    if j and j ~= i then
      target[i] = j
      reverters[j] = reverters[j] or {}
      table.insert(reverters[j], i)
    end
  end
  local state = {} -- true: stands; false: taken back; "open" guards against circles
  local function stands(i)
    if state[i] == nil then
      state[i] = "open"
      local alive = true
      for _, r in ipairs(reverters[i] or {}) do
        if stands(r) == true then alive = false end
      end
      state[i] = alive
    end
    return state[i] == true
  end
  local kept = {}
  for i, change in ipairs(changes) do
    local undone_something = target[i] and stands(i)
    if stands(i) and not undone_something then kept[#kept + 1] = change end
  end
  return kept
end

local function index_types(groups)
  local by_type = {}
  for i, group in ipairs(groups) do
    for _, name in ipairs(group.types) do by_type[name:lower()] = by_type[name:lower()] or i end
  end
  return by_type
end

-- By scope, changes without one first; within a scope as they came.
local function by_scope(list)
  local order = {}
  for i, change in ipairs(list) do order[i] = { change = change, scope = M.scope(change) or "", at = i } end
  table.sort(order, function(a, b)
    if a.scope ~= b.scope then return a.scope < b.scope end
    return a.at < b.at
  end)
  local sorted = {}
  for i, one in ipairs(order) do sorted[i] = one.change end
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
---@return { title: string, changes: slipway.Change[] }[], slipway.Change[] breaking
function M.arrange(changes, groups)
  local by_type, filled, breaking = index_types(groups), {}, {}
  for _, change in ipairs(M.without_reverted(changes)) do
    local at = change.type and by_type[change.type:lower()] or #groups + 1
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
