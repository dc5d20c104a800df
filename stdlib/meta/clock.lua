---@meta door.clock
-- Time and randomness. Dates are UTC; times are whole seconds since 1970 unless named otherwise.

---@class slipway.clock
local clock = {}

---@return integer seconds
function clock.now() end

--- Milliseconds of a clock that only goes forward: for measuring.
---@return integer
function clock.now_ms() end

--- Milliseconds since 1970 by the wall clock, which may jump.
---@return integer
function clock.wall_ms() end

--- "2026-11-21T11:24:33Z". Error: clock.out_of_range
---@param seconds integer
---@return string?, slipway.Error?
function clock.iso(seconds) end

--- "2026-11-21". Error: clock.out_of_range
---@param seconds integer
---@return string?, slipway.Error?
function clock.date(seconds) end

--- ISO 8601: a date, or a date and a time with Z, an offset, or neither (UTC). Error: clock.malformed
---@param text string
---@return integer? seconds, slipway.Error?
function clock.parse(text) end

--- false when a signal came before the time was over.
---@param ms integer
---@return boolean
function clock.sleep(ms) end

--- Hexadecimal digits from the system's generator, two a byte.
---@param bytes integer  1 to 64
---@return string?, slipway.Error?
function clock.random_hex(bytes) end

return clock
