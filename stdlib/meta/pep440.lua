---@meta door.pep440

---@class slipway.pep440.Fields
---@field epoch integer|string       text only beyond 18 digits, like every number here
---@field release (integer|string)[]
---@field pre_kind "a"|"b"|"rc"|nil
---@field pre_number integer|string|nil
---@field post integer|string|nil
---@field dev integer|string|nil
---@field local_version string?
---@field text string                normal form

local M = {}

---@param text string
---@return slipway.pep440.Fields?, slipway.Error?
function M.parse(text) end

---@param a string
---@param b string
---@return integer?, slipway.Error?
function M.compare(a, b) end

return M
