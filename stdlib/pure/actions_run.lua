-- Rules of builds that are dispatched to Actions, over plain values: what a workflow has to take, which of a run's jobs
-- builds which target, and what has become of it. Nothing here asks a server.
local near = require "pure.near"
local yaml = require "pure.yaml_edit"

local M = {}

-- What every dispatch says; a workflow that does not know `version` is not told it.
M.TARGETS, M.KEY, M.VERSION = "targets", "slipway_run", "version"

-- Workflows --------------------------------------------------------------------------------------

local function has_dispatch(on)
  if on.kind == "string" then return on.value == "workflow_dispatch" end
  if on.kind == "table" then return on.map.workflow_dispatch ~= nil end
  for _, item in ipairs(on.items or {}) do
    if item.value == "workflow_dispatch" then return true end
  end
  return false
end

--- The names of the inputs that a workflow takes when it is dispatched; nil when its text is not understood.
---@param text string
---@return { dispatch: boolean, inputs: table<string, true>, title: string }?
function M.read_workflow(text)
  local documents = yaml.parse(text)
  local root = documents and documents[1]
  if not root or root.kind ~= "table" then return nil end
  local on, title = root.map.on, root.map["run-name"]
  local seen = { dispatch = on ~= nil and has_dispatch(on), inputs = {}, title = title and tostring(title.value) or "" }
  local dispatch = on and on.kind == "table" and on.map.workflow_dispatch
  local inputs = dispatch and dispatch.kind == "table" and dispatch.map.inputs
  for _, name in ipairs(inputs and inputs.keys or {}) do seen.inputs[name] = true end
  return seen
end

--- Why a workflow cannot build for us; nil when it can. A text that is not understood is left to the forge.
---@param text string
---@param more table<string, any>?  inputs of the project's own
---@return string? why
function M.complaint(text, more)
  local seen = M.read_workflow(text)
  if not seen then return nil end
  if not seen.dispatch then return "it is not started by workflow_dispatch" end
  local wanted = { M.TARGETS, M.KEY }
  for name in pairs(more or {}) do wanted[#wanted + 1] = name end -- order: sorted below
  table.sort(wanted)
  local known = {}
  for name in pairs(seen.inputs) do known[#known + 1] = name end -- order: for suggestions only
  table.sort(known)
  for _, name in ipairs(wanted) do
    if not seen.inputs[name] then return ("it takes no input '%s'%s"):format(name, near.suggest(name, known)) end
  end
  if not seen.title:find("inputs." .. M.KEY, 1, true) then return ("its run-name does not say inputs.%s, by which its run is found again"):format(M.KEY) end
  return nil
end

-- Jobs -------------------------------------------------------------------------------------------

--- Does a job's name name the target: itself, or as one of the values of a matrix, "build (linux, small)"?
local function names(job, target)
  if job == target then return true end
  local inside = job:match "%((.*)%)$"
  for value in (inside or ""):gmatch "[^,]+" do
    if value:match "^%s*(.-)%s*$" == target then return true end
  end
  return inside == target
end

--- The job of a target. Of several with its name (jobs that came back after a rerun) the newest.
---@param jobs table[]
---@param target string
---@return table?
function M.job_of(jobs, target)
  local found
  for _, job in ipairs(jobs) do
    if names(job.name, target) and (not found or job.id > found.id) then found = job end
  end
  return found
end

---@class slipway.ActionsLook
---@field state "waiting"|"built"|"failed"|"cancelled"|"missing"
---@field say string?        how far it is, in words
---@field job table?

local function waiting(run, job)
  local say = job and ("%s %s%s"):format(job.name, job.state, job.step and " (" .. job.step .. ")" or "") or run.state
  return { state = "waiting", say = ("run #%d: %s"):format(run.id, say), job = job }
end

--- What has become of a target in a run. A job that was cancelled beside one that failed is a matrix that stops at its
--- first failure; a whole run that was cancelled was stopped by somebody.
---@param run table
---@param jobs table[]
---@param target string
---@return slipway.ActionsLook
function M.look(run, jobs, target)
  local job = M.job_of(jobs, target)
  if job and job.state ~= "done" or not job and run.state ~= "done" then return waiting(run, job) end
  if not job then return { state = run.verdict == "success" and "built" or run.verdict == "cancelled" and "cancelled" or "missing" } end
  if job.verdict == "success" then return { state = "built", job = job } end
  if job.verdict == "skipped" then return { state = "missing", job = job } end
  if job.verdict == "failure" then return { state = "failed", job = job } end
  local stopped_by_a_failure = false
  for _, other in ipairs(jobs) do stopped_by_a_failure = stopped_by_a_failure or other.verdict == "failure" end
  return { state = stopped_by_a_failure and "failed" or "cancelled", job = job }
end

-- A command that fails says so at once, and so does the runner; a runner that is gone says nothing more until the forge
-- gives it up, minutes later. Seconds.
local SILENCE <const> = 5

local function last_time(log, parse)
  local last
  for stamp in ("\n" .. (log or "")):gmatch "\n(%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d)" do last = stamp end
  return last and parse(last .. "Z")
end

--- Was a job that did not succeed lost with its runner, rather than failed? By what the forge says of its steps, else by
--- how long it had been silent when the forge gave it up.
---@param job table
---@param log string?  as the forge gives it: each line begins with its time
---@param parse fun(text: string): integer?  of a time
---@return boolean
function M.is_lost(job, log, parse)
  if job.verdict == "cancelled" then return true end
  if job.failed_step ~= nil then return not job.failed_step end
  if not job.ended then return false end
  local last = last_time(log, parse) or job.started
  return last ~= nil and job.ended - last >= SILENCE
end

-- Inputs -----------------------------------------------------------------------------------------

--- What a dispatch says. `targets` is a list in JSON, so that a matrix can be made of it by fromJSON.
---@param o { targets: string[], key: string, version: string?, more: table?, workflow: string? }  workflow: its text
---@return table<string, string>
function M.inputs(o)
  local quoted = {}
  for i, name in ipairs(o.targets) do quoted[i] = ("%q"):format(name) end
  local inputs = { [M.TARGETS] = "[" .. table.concat(quoted, ",") .. "]", [M.KEY] = o.key }
  for name, value in pairs(o.more or {}) do inputs[name] = tostring(value) end -- order: a set
  local seen = o.workflow and M.read_workflow(o.workflow)
  if o.version and (not seen or seen.inputs[M.VERSION]) then inputs[M.VERSION] = o.version end
  return inputs
end

return M
