-- The lock of a target: builds of one target exclude each other, also those of scripts that lock by
-- `release-linux.lock` and the folder `release-linux.lock.d`.
local errors = require "pure.errors"
local schema = require "pure.schema"
local slots = require "builder.slots"

local M = {}

--- The file of a target's lock.
---@param world table
---@param name string  an absolute path, or the name of the lock
---@param dir string?  instead of the configured folder
---@return string
function M.path(world, name, dir)
  if name:sub(1, 1) == "/" then return name end
  dir = dir or (world.config.lock or {}).dir or world.cache_dir .. "/locks"
  if dir:sub(1, 2) == "~/" then dir = (world.getenv "HOME" or "") .. dir:sub(2) end
  return ("%s/release-%s.lock"):format(dir, name)
end

--- Seconds after which a lock without a sign of life counts as left behind.
---@return integer
function M.stale_after(config) return math.floor(schema.seconds((config.lock or {}).stale_after) or 600) end

--- Takes the lock of a build; without a name there is none. Two builds of one run that share a lock take turns.
--- Error: lock.held, with the holder
---@param world table
---@param a { target: string, lock: string? }
---@return { check: fun(): true?, slipway.Error?; release: fun() }? lock, slipway.Error?
function M.take(world, a)
  if not a.lock then return { check = function() return true end, release = function() end } end
  local path = M.path(world, a.lock)
  local turn = slots.take(world, path, 1)
  if not turn then return nil, errors.new { code = "run.interrupted", message = "interrupted while waiting for " .. path } end
  local handle, err = world.lock.acquire {
    path = path, reason = ("build of %s (%s)"):format(a.target, world.run.id), compat = true, stale_after = M.stale_after(world.config),
  }
  if not handle then
    turn()
    return nil, err
  end
  return {
    check = function() return handle:check() end,
    release = function()
      handle:release()
      turn()
    end,
  }
end

return M
