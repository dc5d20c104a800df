-- Addresses of remotes and forges, as they may be shown and written down.
local M = {}

--- The address without user and password: over http both may be a token; elsewhere the user belongs to the address
--- (ssh://git@host) and only a password goes.
---@param address string
---@return string
function M.without_credentials(address)
  if address:find "^https?://" then return (address:gsub("^(https?://)[^/]*@", "%1")) end
  return (address:gsub("^(%a[%w+.-]*://[^/:@]*):[^/]*@", "%1@"))
end

return M
