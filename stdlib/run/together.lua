-- Runs functions side by side on door.loop. A call that waits (a child, a transfer, a pause) yields its
-- job here while others go on; outside such a group the same call simply waits.
local loop = require "door.loop"

local M = {}

--- Called when Ctrl-C comes while something runs, at most once a signal; set by run/engine.lua.
---@type fun()?
M.on_interrupt = nil

local function wait(jobs)
  local before = loop.interrupted()
  loop.wait(jobs) -- a signal makes it return early
  if not before and loop.interrupted() and M.on_interrupt then M.on_interrupt() end
end

--- Waits for one job from wherever the caller is: inside a group by yielding, otherwise by blocking.
---@param job slipway.Job
---@return any result, slipway.Error?
function M.await(job)
  if coroutine.isyieldable() then
    while not job:done() do coroutine.yield(job) end
  else
    while not job:done() do wait { job } end
  end
  local result, err = job:result()
  job:close()
  return result, err
end

local function resume(thread, results)
  local ok, waiting_or_value, err = coroutine.resume(thread.routine)
  if not ok then error(waiting_or_value, 0) end
  if coroutine.status(thread.routine) == "dead" then
    results[thread.index] = { waiting_or_value, err }
    return nil
  end
  return waiting_or_value
end

--- Runs all functions to their end. Returns what each returned, in their order.
---@param functions (fun(): any, any)[]
---@return { [1]: any, [2]: any }[]
function M.run(functions)
  local results, running = {}, {}
  for index, body in ipairs(functions) do
    running[#running + 1] = { index = index, routine = coroutine.create(body) }
  end
  local waiting = {}
  while #running > 0 do
    local still, jobs = {}, {}
    for _, thread in ipairs(running) do
      local job = waiting[thread]
      if not job or job:done() then job = resume(thread, results) end
      waiting[thread] = job
      if job then
        still[#still + 1] = thread
        jobs[#jobs + 1] = job
      end
    end
    running = still
    local idle = #jobs > 0
    for _, job in ipairs(jobs) do idle = idle and not job:done() end
    if idle then wait(jobs) end
  end
  return results
end

return M
