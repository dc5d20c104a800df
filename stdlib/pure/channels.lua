-- Channels: what two runs may not do at once. A plan holds one ("main", "hotfix/1.1"), or one for each package it
-- releases ("core:main,cli:main"): a run of one package does not stand in the way of another's.
local M = {}

--- The channels in a plan's word for them.
---@param text string
---@return string[]
function M.names(text)
  local names = {}
  for name in (text or ""):gmatch "[^,]+" do names[#names + 1] = name end
  return names
end

--- One that both hold.
---@param a string
---@param b string
---@return string?
function M.shared(a, b)
  if a == b then return a end
  local held = {}
  for _, name in ipairs(M.names(a)) do held[name] = true end
  for _, name in ipairs(M.names(b)) do
    if held[name] then return name end
  end
end

--- As part of a ref's name.
---@param name string
---@return string
function M.ref_name(name)
  if not name:find(":", 1, true) then return name end
  return (name:gsub("[^%w._+-]", function(c) return ("%%%02X"):format(c:byte()) end))
end

return M
