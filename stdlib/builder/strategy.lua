-- Where the builds of a run are made: what slipway.lua says, unless the command line or the environment of this run say
-- otherwise. Names of places become places.
local errors = require "pure.errors"

local M = {}

local standard = { strategy = "SLIPWAY_BUILD_STRATEGY", host = "SLIPWAY_BUILD_HOST", user = "SLIPWAY_BUILD_USER", lock_dir = "SLIPWAY_LOCK_DIR" }

--- What the environment of this run says: by the project's own variable, else by the standard one.
---@param world table
---@param what "strategy"|"host"|"user"|"lock_dir"
---@return string?
function M.override(world, what)
  local own = ((world.config.build or {}).environment or {})[what]
  local value = own and world.getenv(own)
  if not value or value == "" then value = world.getenv(standard[what]) end
  return value ~= "" and value or nil
end

local function words(text)
  if type(text) == "table" then return text end
  local list = {}
  for word in (text or ""):gmatch "[^,%s]+" do list[#list + 1] = word end
  return #list > 0 and list or nil
end

local at_home = { here = true, zig = true, ["local"] = true }

local function place(world, name)
  if at_home[name] then return { name = name, kind = "here" } end
  local settings = ((world.config.build or {}).places or {})[name]
  if not settings then
    return nil, errors.new { code = "config.invalid", message = ("there is no place '%s' to build at"):format(name), hint = "here, or one of build.places in slipway.lua" }
  end
  local made = { name = name }
  for key, value in pairs(settings) do made[key] = value end -- order: a copy has none
  if made.kind == "ssh" then
    local host = M.override(world, "host")
    made.hosts = host and { host } or made.hosts or { made.host }
    made.user, made.host = M.override(world, "user") or made.user, nil
  end
  return made
end

--- The places for one target, in their order.
---@param world table
---@param chosen string?   from the command line
---@param own string[]?    the target's own strategy
---@return table[]? places, slipway.Error?
function M.places(world, chosen, own)
  local names = words(chosen) or words(M.override(world, "strategy")) or own or words((world.config.build or {}).strategy) or { "here" }
  local list = {}
  for i, name in ipairs(names) do
    local made, err = place(world, name)
    if not made then return nil, err end
    list[i] = made
  end
  return list
end

return M
