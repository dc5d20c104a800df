-- Follows CI runs to their verdict: live states of their jobs, and of what failed the log, its last lines and what it
-- means. Shared by the verbs that wait for CI.
local diagnosis = require "pure.diagnosis"
local errors = require "pure.errors"
local schema = require "pure.schema"

local M = {}

-- Pauses in milliseconds: at first quick, then as patient as forges ask to be.
local FIRST, LONGEST = 500, 15000

local function named(run) return ("%s #%d"):format(run.workflow ~= "" and run.workflow or "CI", run.id) end

--- "build running (cargo test), lint done, 3 queued"
local function jobs_told(jobs)
  local parts, queued, done = {}, 0, 0
  for _, job in ipairs(jobs) do
    if job.state == "running" then
      parts[#parts + 1] = ("%s running%s"):format(job.name, job.step and " (" .. job.step .. ")" or "")
    elseif job.state == "queued" then
      queued = queued + 1
    elseif job.verdict == "failure" then
      parts[#parts + 1] = job.name .. " FAILED"
    else
      done = done + 1
    end
  end
  if done > 0 then parts[#parts + 1] = done .. " done" end
  if queued > 0 then parts[#parts + 1] = queued .. " queued" end
  return #parts > 0 and table.concat(parts, ", ") or "no jobs yet"
end

local function keep_log(world, run, job, text)
  local dir = world.run.dir .. "/logs"
  world.file.mkdir { path = dir, parents = true }
  local path = ("%s/ci-%d-%s.log"):format(dir, run.id, job.name:gsub("[^%w._-]", "_"))
  return world.file.write { path = path, text = text } and path or nil
end

--- Why a run failed, as an error: which jobs at which step, the last lines of only their logs, what they mean.
---@param world table
---@param run table
---@return slipway.Error
function M.failure(world, run)
  local jobs = world.forge.jobs(run) or {}
  local lines, paths, names, meant = {}, {}, {}, nil
  for _, job in ipairs(jobs) do
    if job.state == "done" and job.verdict == "failure" then
      names[#names + 1] = job.step and ("%s at '%s'"):format(job.name, job.step) or job.name
      local text = world.forge.log(run, job)
      if text then
        paths[#paths + 1] = keep_log(world, run, job, text)
        meant = meant or diagnosis.find(text, world.config.diagnosis, 1)[1]
        lines[#lines + 1] = diagnosis.tail(text, 8)
      end
    end
  end
  return errors.new {
    code = "ci.failed", message = ("%s: %s%s"):format(named(run), run.verdict == "cancelled" and "was cancelled" or "failed", #names > 0 and ": " .. table.concat(names, ", ") or ""),
    cause = #lines > 0 and table.concat(lines, "\n") or nil, paths = paths, diagnosis = meant and { meant } or nil,
    hint = ("slipway resume --retry STEP   runs the failed jobs again; %s"):format(tostring(run.url)),
  }
end

--- Asks the forge to run the failed jobs again and waits until it has begun; a run that is as quick as that may have
--- ended already. Gitea does not count attempts.
---@param world table
---@param run table
---@return true?, slipway.Error?
function M.again(world, run)
  local ok, err = world.forge.rerun_failed(run)
  if not ok then return nil, err end
  for _ = 1, 20 do
    local now = world.forge.run(run.id)
    if now and (now.attempt > run.attempt or now.state ~= "done" or now.verdict == "success") then return true end
    world.clock.sleep(500)
  end
  return true
end

-- All of the runs with their newest state; how far they are, in words, when they are not all done.
local function refresh(world, runs)
  local open, failed = {}, nil
  for i, run in ipairs(runs) do
    local now, err = world.forge.run(run.id)
    if not now then return nil, err end
    runs[i] = now
    if now.state ~= "done" then
      local jobs = world.forge.jobs(now)
      open[#open + 1] = ("%s: %s"):format(named(now), jobs and jobs_told(jobs) or now.state)
    elseif now.verdict ~= "success" then
      failed = failed or now
    end
  end
  return { open = open, failed = failed }
end

--- One look: the runs when they all ended well, false and why when one failed, nil and how far it is otherwise.
---@param world table
---@param find fun(): table[]?, slipway.Error?|string
---@return table[]|false|nil runs, any why, table? failed
function M.look(world, find)
  local runs, why = find()
  if not runs then return nil, why end
  if #runs == 0 then return nil, why or "there is no run yet" end
  local seen, err = refresh(world, runs)
  if not seen then return nil, err end
  if #seen.open > 0 then return nil, table.concat(seen.open, "; ") end
  if seen.failed then return false, nil, seen.failed end
  return runs
end

-- Waiting helps against a forge that does not answer, not against one that refuses us.
local function is_final(why) return errors.is(why) and not why.retry and not why.code:find "^http%." end

--- Waits within a limit. `ask` looks once: a value; false, err; or nil and how far it is. Undecided is not failed: the
--- run parks and can be resumed.
---@param world table
---@param o { within: any, default: string, hint: string? }
---@param ask fun(): any, any
---@return any value, slipway.Error?
function M.wait(world, o, ask)
  local within = o.within or o.default
  local limit = world.clock.now() + (schema.seconds(within) or 600)
  local pause = FIRST
  while true do
    local value, why = ask()
    if value then return value end
    if value == false or is_final(why) then return nil, why end
    local last = tostring(why)
    if world.interrupted and world.interrupted() then
      return nil, errors.new { code = "run.interrupted", message = "interrupted while waiting: " .. last }
    end
    if world.clock.now() >= limit then
      return nil, errors.new { code = "gate.waiting", message = ("undecided after %s: %s"):format(tostring(within), last), hint = o.hint or "slipway resume   waits again" }
    end
    world.progress(last)
    world.clock.sleep(pause)
    pause = math.min(pause * 2, LONGEST)
  end
end

return M
