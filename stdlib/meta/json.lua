---@meta door.json
-- Strict JSON (RFC 8259). Text passes a scan of grammar, UTF-8, surrogate pairs, depth, length,
-- duplicate keys and number range before lua-cjson converts it.

---@class slipway.json
---@field null lightuserdata  what null decodes to; encodes as null
local json = {}

--- Whole numbers (also 20e1 and 4.0) become integers; lists get the tag of json.array; null is json.null.
--- Errors carry `line` and `column` (from 1, in characters): json.malformed, json.bad_utf8,
--- json.duplicate_key, json.number_range, json.too_deep, json.too_large
---@param text string
---@param o { max_depth: integer?, max_size: integer?, big: "refuse"|"text"|nil }?
---   max_depth: default 128, at most 1000 · max_size: bytes, default 64 MiB · big: what becomes of whole
---   numbers beyond 2^53 and of numbers no double can hold: refused (default), or kept as their text
---@return any value, slipway.Error?
function json.decode(text, o) end

--- Some members of the object that a text is, for those who look at hundreds: texts and truth values as they are, of an
--- object the names of its members that are texts, false for everything else. nil: no object, not JSON, or a key with
--- escapes; then `decode` tells.
---@param text string
---@param keys string[]
---@return table<string, string|boolean|string[]>?
function json.glance(text, keys) end

--- Canonical JSON (door.canon), or the same with one member a line.
---@param value any
---@param o { indent: integer? }? indent: spaces a level
---@return string?, slipway.Error?
function json.encode(value, o) end

--- Tags a table as a list, so that it encodes as [] also when it is empty. Raises when it has
--- another metatable.
---@generic T: table
---@param list T
---@return T the same table
function json.array(list) end

--- Whether a value has the tag of json.array.
---@param value any
---@return boolean
function json.is_array(value) end

return json
