---@meta door.bridge
-- The recipe's own process and the plain values that cross to and from it.

---@class slipway.bridge
local bridge = {}

--- Forks the process a recipe runs in: no token, no file, no network; ended by SIGKILL at its limits.
--- Computing is limited to 20 s of them; waiting for an answer does not count there.
---@param o { memory: integer?, seconds: integer? }  bytes, default 256 MiB; default 20 s
---@return slipway.RecipeProcess?, slipway.Error?
function bridge.spawn(o) end

---@class slipway.RecipeProcess
local child = {}

--- Errors: recipe.ended, value.not_plain, value.too_deep, value.too_large
---@param value any  plain: nil, booleans, numbers, texts, tables of them
---@return true?, slipway.Error?
function child:send(value) end

--- The next message. Errors: recipe.ended, recipe.endless, value.malformed
---@return any value, slipway.Error?
function child:receive() end

--- Ends the process.
function child:close() end

return bridge
