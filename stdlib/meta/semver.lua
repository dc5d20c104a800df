---@meta door.semver

---@class slipway.semver.Fields
---@field major integer|string  text only beyond 18 digits
---@field minor integer|string
---@field patch integer|string
---@field pre string?    "rc.1"
---@field build string?
---@field text string    canonical: no prefix, no leading zeros

---@alias slipway.semver.Mode "strict"|"prefix"|"loose"|"go"

local M = {}

--- One version. Modes: strict (SemVer 2.0.0), prefix ("v" or "=" and spaces in front), loose
--- (leading zeros, 1.2.3beta), go (v1 and v1.2 are short forms).
---@param text string
---@param mode slipway.semver.Mode?
---@return slipway.semver.Fields?, slipway.Error?
function M.parse(text, mode) end

--- Precedence; build metadata does not count.
---@param a string
---@param b string
---@param mode slipway.semver.Mode?
---@return integer?, slipway.Error?
function M.compare(a, b, mode) end

--- Precedence, then build metadata: a total order for sorting.
---@param a string
---@param b string
---@param mode slipway.semver.Mode?
---@return integer?, slipway.Error?
function M.order(a, b, mode) end

--- Where in the list the versions stand, highest first in the order of `order`; what is none is left out.
---@param texts string[]
---@return integer[]
function M.sorted(texts) end

--- The next whole number, of any length.
---@param digits string
---@return string
function M.increment(digits) end

return M
