-- Links of terminals (OSC 8) around addresses. The text itself stays complete: a terminal that knows no
-- links shows it as it was, and nothing else than a terminal ever gets one.
local host = require "door.host"

local M = {}

-- "The escape sequence has the form OSC 8 ; params ; URI ST" (the specification by Egmont Koblinger, "Encoding").
local function link(address, text) return ("\27]8;;%s\27\\%s\27]8;;\27\\"):format(address, text) end

--- Are links wanted on this stream? `auto` is a person's terminal that can take escapes; Linux's own console prints them.
---@param choice string?  "auto", "never"
---@param fd integer
---@return boolean
function M.wanted(choice, fd)
  if choice == "never" or host.getenv "CI" or not host.is_terminal(fd) then return false end
  local term = host.getenv "TERM" or "dumb"
  return term ~= "dumb" and term ~= "linux"
end

--- Every address of the web in a text becomes a link; the full stop, comma or bracket behind one does not belong to it.
---@param s string
---@return string
function M.of_addresses(s)
  return (s:gsub("https?://[%w%-._~:/?#%[%]@!$&'()*+,;=%%]+", function(found)
    local address = found:gsub("[.,;:!?'%])]+$", "")
    return link(address, address) .. found:sub(#address + 1)
  end))
end

return M
