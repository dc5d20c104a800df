-- How many builds run at once at one place. Steps that run side by side wait here for their turn.
local M = {}

local taken = {}

--- Waits until fewer than `limit` hold a slot of that name.
---@param world table
---@param name string
---@param limit integer
---@return fun()? release  nil when somebody has pressed Ctrl-C meanwhile
function M.take(world, name, limit)
  local told = false
  while (taken[name] or 0) >= limit do
    if world.interrupted() then return nil end
    if not told then world.progress "waits for its turn" end
    told = true
    world.clock.sleep(50)
  end
  taken[name] = (taken[name] or 0) + 1
  local held = true
  return function()
    if held then taken[name] = taken[name] - 1 end
    held = false
  end
end

return M
