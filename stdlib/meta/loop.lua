---@meta door.loop
-- One poll loop for children and transfers. A *job* is what process.start and http.start return; it
-- advances only inside loop.wait.

---@class slipway.loop
local loop = {}

---@class slipway.Job
local job = {}
---@return boolean
function job:done() end
--- The result, once done: what process.run / http.request document.
function job:result() end
--- Ends it now: SIGTERM then SIGKILL to the child's process group, or the transfer aborted.
function job:cancel() end
function job:close() end

--- Runs the loop until at least one of the jobs is done, `timeout` milliseconds have passed, or a signal
--- (Ctrl-C, SIGTERM, SIGHUP) has arrived. The second signal cancels every job, the third ends them at once.
--- The callbacks of all living jobs are called from here. A closed job counts as done.
---@param jobs slipway.Job[]
---@param timeout integer?  nil: no limit
---@return integer done  how many of them are done
function loop.wait(jobs, timeout) end

--- A job that is done after so many milliseconds, or when a signal arrives; its result is true.
---@param ms integer
---@return slipway.Job
function loop.pause(ms) end

--- The latest signal (2 Ctrl-C, 15 SIGTERM, 1 SIGHUP) since the last forget, or nil. The first call installs the
--- handlers, as does the first job. A program that never asks is ended by the third signal.
---@return integer?
function loop.interrupted() end

--- The signals were answered: the next one is the first again.
function loop.forget_interrupt() end

return loop
