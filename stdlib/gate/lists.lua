-- What the gates say of lists of issues and of names with a version in them.
local M = {}

local SHOWN <const> = 5

--- A title with {version} in it.
---@param pattern string
---@param version string
---@return string
function M.fill(pattern, version) return (pattern:gsub("{version}", function() return version end)) end

--- Issues and pull requests by number and title.
---@param items { number: integer, title: string }[]
---@return string
function M.named(items)
  local list = {}
  for i = 1, math.min(SHOWN, #items) do list[i] = ("#%d %s"):format(items[i].number, items[i].title) end
  if #items > SHOWN then list[#list + 1] = ("and %d more"):format(#items - SHOWN) end
  return table.concat(list, ", ")
end

return M
