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

--- Runs the loop until at least one of the jobs is done, or `timeout` milliseconds have passed.
---@param jobs slipway.Job[]
---@param timeout integer?  nil: no limit
---@return integer done  how many of them are done
function loop.wait(jobs, timeout) end

return loop
