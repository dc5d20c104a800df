---@meta door.lock
-- A lock between processes that dies with its holder (flock), names its holder, and gets along with
-- scripts that lock by `mkdir PATH.d` (runtime/core/lock.h).

---@class slipway.lock
local lock = {}

---@class slipway.Holder
---@field since integer      seconds
---@field heartbeat integer  seconds: last sign of life
---@field alive boolean      as far as can be told from here
---@field script boolean     an old script's folder without a record: the fields below are missing
---@field pid integer?
---@field start integer?     clock ticks after boot
---@field boot string?
---@field host string?
---@field nonce string?      of this one acquisition
---@field reason string?

--- Takes the lock, making its folder if need be. Does not wait.
--- Errors: lock.held (with `holder`), those of door.file
---@param o { path: string, reason: string?, compat: boolean?, stale_after: integer? }
---   compat: also own PATH.d, as old scripts do; a thread keeps it fresh · stale_after: seconds after
---   which a folder without a living owner may be taken over, default 600
---@return slipway.Lock?, slipway.Error?
function lock.acquire(o) end

--- Who holds it; nil when nobody does. A dead holder that left a folder behind is shown, not alive.
---@param path string
---@return slipway.Holder?, slipway.Error?
function lock.show(path) end

--- Clears what a dead holder has left; nothing there is no error. A living holder is lock.held unless
--- `force`, and then finds lock.lost at its next check.
---@param o { path: string, reason: string, force: boolean?, stale_after: integer? }
---@return true?, slipway.Error?
function lock.break_(o) end

---@class slipway.Lock
local handle = {}

--- Is it still ours? Error: lock.lost. Ask before everything that cannot be taken back.
---@return true?, slipway.Error?
function handle:check() end

--- check, then a sign of life. With `compat` a thread gives one every minute by itself.
---@return true?, slipway.Error?
function handle:refresh() end

--- The record that others see.
---@return slipway.Holder
function handle:holder() end

--- Gives the lock back; again is no error. close and the collector do the same.
function handle:release() end

function handle:close() end

return lock
