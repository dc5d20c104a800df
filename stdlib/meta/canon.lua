---@meta door.canon
-- The one spelling of a plain value: JSON after RFC 8785, without spaces, keys sorted by their UTF-8
-- bytes, whole numbers without fraction, other numbers with the fewest digits that read back the same.
-- Tables with keys 1 to n, and those tagged by json.array, are lists; other tables, also empty ones,
-- are objects. Metatables do not count. It differs from RFC 8785 in two points: keys are ordered by
-- bytes and not by UTF-16 units, and whole numbers beyond 2^53 are written with an exponent.

---@class slipway.canon
local canon = {}

--- Errors name the place inside the value: canon.not_plain (a function, a userdata, a strange key),
--- canon.mixed_keys, canon.bad_utf8, canon.number_range (NaN, infinity, integers beyond 2^53), canon.too_deep
---@param value any
---@return string?, slipway.Error?
function canon.encode(value) end

--- "sha256:" and the digest of the canonical text.
---@param value any
---@return string?, slipway.Error?
function canon.digest(value) end

return canon
