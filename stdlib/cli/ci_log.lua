-- What the log of a CI job understands besides text: folded phases, an annotation at the line that stopped, a summary
-- on the job's page, values to be masked. Elsewhere nothing of it is written.
-- Sources: GitHub Actions, "Workflow commands" (Gitea and Forgejo take the same); GitLab CI, "Custom collapsible sections".
local clock = require "door.clock"
local errors = require "pure.errors"
local file = require "door.file"
local host = require "door.host"

local M = {}

local function is_set(name)
  local value = host.getenv(name)
  return value ~= nil and value ~= "" and value ~= "false" and value ~= "0"
end

---@return "github"|"gitlab"|nil
function M.kind()
  if is_set "GITHUB_ACTIONS" or is_set "GITEA_ACTIONS" then return "github" end
  if is_set "GITLAB_CI" then return "gitlab" end
end

local escapes = { ["%"] = "%25", ["\r"] = "%0D", ["\n"] = "%0A", [":"] = "%3A", [","] = "%2C" }

local function data(text) return (text:gsub("[%%\r\n]", escapes)) end
local function property(text) return (text:gsub("[%%\r\n:,]", escapes)) end

local folds = {}
function folds.github(name) return "::group::" .. data(name), "::endgroup::" end
function folds.gitlab(name)
  local section, at = "slipway_" .. name:lower():gsub("[^%w]", "_"), clock.now()
  return ("\27[0Ksection_start:%d:%s\r\27[0K%s"):format(at, section, name), function() return ("\27[0Ksection_end:%d:%s\r\27[0K"):format(clock.now(), section) end
end

--- Folds what follows under the name of a phase, until the next one.
---@param out slipway.Output
---@param phase string
function M.fold(out, phase)
  local kind = M.kind()
  if not kind or out.fold == phase then return end
  M.unfold(out)
  local first, last = folds[kind](phase)
  out.fold, out.fold_end = phase, last
  out.say(first)
end

---@param out slipway.Output
function M.unfold(out)
  if not out.fold then return end
  out.say(type(out.fold_end) == "function" and out.fold_end() or out.fold_end)
  out.fold, out.fold_end = nil, nil
end

-- "ship:12" where the project has that recipe: only a file of the project can be pointed at.
local function place(at, root)
  local name, line = (at or ""):match "^([%l%d_-]+):(%d+)$"
  local path = name and ("slipway/recipes/%s.lua"):format(name)
  return path and root and file.stat(root .. "/" .. path) and ("file=%s,line=%s,"):format(property(path), line) or ""
end

--- One annotation where a run has stopped.
---@param out slipway.Output
---@param err slipway.Error
---@param at string?  "RECIPE:LINE", where the step was planned
---@param root string?  of the project
function M.annotate(out, err, at, root)
  if M.kind() ~= "github" then return end
  local text = table.concat({ err.message, err.code == "plan.refused" and err.cause or "", err.hint or "" }, "\n"):gsub("\n\n+", "\n"):gsub("\n$", "")
  out.say(("::error %stitle=%s::%s"):format(place(at, root), property(errors.shown(err.code)), data(text)))
end

--- Markdown on the page of the job; what is there already stays. A page that cannot be written stops nothing.
---@param markdown string
function M.summarize(markdown)
  local path = M.kind() == "github" and host.getenv "GITHUB_STEP_SUMMARY"
  if not path or path == "" then return end
  file.write { path = path, text = (file.read(path) or "") .. markdown }
end

return M
