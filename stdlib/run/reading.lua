-- The project and a world to read it by: all that commands need which only look. Kept apart from run/engine.lua so
-- that they do not load what plans and runs are made of; the world comes with its first use.
local clock = require "door.clock"
local projects = require "run.project"

local M = {}

-- slipway.lua is evaluated in a recipe's process; most projects have none.
local function load_table(text, name) return require("run.recipe").load_table(text, name) end

---@param o { root: string?, offline: boolean?, time: integer? }
---@return { project: table, world: table, time: integer, offline: boolean }?, slipway.Error?
function M.open(o)
  local project, err = projects.open { root = o.root, load_table = load_table }
  if not project then return nil, err end
  local reading = { project = project, time = o.time or clock.now(), offline = o.offline or false }
  return setmetatable(reading, { __index = function(t, key)
    if key ~= "world" then return nil end
    local world = require "run.reader"(project, { offline = t.offline, time = t.time })
    rawset(t, "world", world)
    return world
  end })
end

return M
