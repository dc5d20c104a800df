-- Under which heading changes of a type stand, in the two built-in styles. What no group lists stands
-- under "Other".
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

return M
