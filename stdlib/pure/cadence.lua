-- How often releases of a kind are due, and how much looking each needs: minor versions on a train,
-- patches as needed, hotfixes for emergencies only.
local M = {}

---@class slipway.CadenceClass
---@field after integer?     days: not earlier than this after the last one of its kind
---@field by integer?        days: due at the latest after so many
---@field within integer?    hours from its cause to its release
---@field only string[]?     labels of the issues that justify it
---@field check "full"|"short"|"critical"   how much of the sign-off list is gone through
---@field beta boolean?      beta testers are asked first

--- Unless slipway.lua says otherwise: a minor every four to six weeks, a patch when there is one, a hotfix
--- for security or P0 only.
---@type table<string, slipway.CadenceClass>
M.defaults = {
  major = { check = "full", beta = true },
  minor = { after = 28, by = 42, check = "full", beta = true },
  patch = { after = 7, check = "short" },
  hotfix = { within = 48, only = { "security", "P0" }, check = "critical" },
}

--- The class of a version: which part it raises over the one before, or a hotfix when it comes from a line
--- of its own.
---@param version slipway.Version
---@param previous slipway.Version?
---@param is_hotfix boolean?
---@return "major"|"minor"|"patch"|"hotfix"
function M.class_of(version, previous, is_hotfix)
  if is_hotfix then return "hotfix" end
  if not previous or version.major ~= previous.major then return "major" end
  return version.minor ~= previous.minor and "minor" or "patch"
end

--- What the calendar says of a release of a class.
---@param class string
---@param rule slipway.CadenceClass
---@param days number?  since the last one of its kind, nil: there was none
---@return { due: "early"|"due"|"late", text: string }
function M.judge(class, rule, days)
  if not days then return { due = "due", text = ("the first %s release"):format(class) } end
  local whole = math.floor(days)
  local last = ("the last %s release was %d day%s ago"):format(class, whole, whole == 1 and "" or "s")
  if rule.after and days < rule.after then return { due = "early", text = ("%s; the next is due after %d days"):format(last, rule.after) } end
  if rule.by and days > rule.by then return { due = "late", text = ("%s; it was due within %d days"):format(last, rule.by) } end
  return { due = "due", text = last }
end

return M
