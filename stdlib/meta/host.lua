---@meta door.host
-- The program itself: its sources, its streams, its name.

---@class slipway.host
---@field version string
---@field lua_dir string?      where Lua is read from instead of the binary
---@field executable string    path of the running binary
---@field crash_points boolean is this a debug build that can die on purpose
local host = {}

--- The text of an embedded file (or one below `lua_dir`), nil when there is none.
---@param path string  "stdlib/run/plan.lua"
---@return string?
function host.source(path) end

--- Paths of embedded files below a prefix, sorted.
---@param prefix string
---@return string[]
function host.sources(prefix) end

--- Dies here as by kill -9 when this is a debug build and SLIPWAY_CRASH names the point.
---@param name string
function host.crash_point(name) end

---@param name string
---@return string?
function host.getenv(name) end

--- Writes and flushes. For stdlib/cli only: nothing else prints.
---@param fd integer  1 or 2
---@param text string
---@return boolean written
---@return boolean gone  nobody reads any more
function host.write(fd, text) end

---@param fd integer
---@return boolean
function host.is_terminal(fd) end

--- This process ends when the one that started it does, however that ends.
function host.tie_to_parent() end

return host
