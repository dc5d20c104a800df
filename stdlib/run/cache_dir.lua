-- Where the user's cache lives (XDG Base Directory Specification).
local host = require "door.host"

---@return string
return function()
  local base = host.getenv "XDG_CACHE_HOME"
  if not base or base:sub(1, 1) ~= "/" then base = (host.getenv "HOME" or "/tmp") .. "/.cache" end
  return base .. "/slipway"
end
