-- Targets that are ready at the same time go out as one: the first of those that wait sends for all.
local errors = require "pure.errors"

local M = {}

local PAUSE <const>, LOOK <const> = 300, 50 -- milliseconds
local waiting = {} -- tasks by name

--- Waits until nobody else joins; then `send` gets all tasks of that name, once.
---@param world table
---@param name string
---@param task table  what `send` gets, and notes in what has come of it
---@param send fun(tasks: table[]): true?, slipway.Error?
---@return true?, slipway.Error?
function M.send(world, name, task, send)
  local list = waiting[name] or {}
  waiting[name] = list
  list[#list + 1] = task
  if list[1] ~= task then
    while not list.over do world.clock.sleep(LOOK) end
    return not list.failed and true or nil, list.failed
  end
  local seen
  repeat
    seen = #list
    world.clock.sleep(PAUSE)
  until #list == seen
  waiting[name] = nil
  local fine, ok, err = pcall(send, list)
  list.failed = not fine and errors.adopt(ok) or not ok and err or nil
  list.over = true
  return not list.failed and true or nil, list.failed
end

return M
