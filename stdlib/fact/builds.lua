-- What is built for a version: each target of slipway.lua for each platform and variant, as arguments for p:build.
local errors = require "pure.errors"
local locks = require "builder.locks"
local matrix = require "pure.matrix"
local place = require "builder.place"
local strategy = require "builder.strategy"

local function only_here(places) return #places == 1 and places[1].kind == "here" and places[1].name == "here" end

local function filled(map) return map and next(map) ~= nil and map or nil end

-- Without a folder of the project's own the lock lies in the cache, wherever that is when the run comes to it.
local function lock_of(world, entry)
  if not entry.lock then return nil end
  local dir = strategy.override(world, "lock_dir") or (world.config.lock or {}).dir
  return dir and locks.path(world, entry.lock, dir) or entry.lock
end

local function arguments(world, entry, o)
  local places, err = strategy.places(world, o.strategy, entry.strategy)
  if not places then return nil, err end
  if entry.secrets and not only_here(places) then
    return nil, errors.new { code = "config.invalid", message = ("targets.%s: its secrets do not leave this machine, and it is to be built at %s"):format(entry.group or entry.target, places[1].name), hint = 'strategy = "here" for this target' }
  end
  local args = {
    target = entry.target, produce = entry.paths or entry.produce, env = entry.env, timeout = entry.timeout, dir = entry.dir, secrets = entry.secrets,
    platform = entry.platform, variant = entry.variant, limits = filled(entry.limits), pins = entry.pins, lock = lock_of(world, entry),
    places = not only_here(places) and places or nil, group = entry.group ~= entry.target and entry.group or nil,
  }
  if entry.builder == "command" then
    args.run = entry.run
    args.settings = filled(entry.settings)
    if args.settings then args.builder = "command" end
    if place.uses(places, "actions") then args.version = o.version end -- an input of the workflow
  else
    args.builder, args.settings, args.version, args.project = entry.builder, filled(entry.settings), o.version, (world.project.name:gsub("^.*/", ""))
  end
  return args
end

return {
  name = "builds", summary = "What is built for a version: arguments for p:build, one for each target, platform and variant.",
  signature = "facts:builds { version, strategy?, targets? } → list of arguments",
  ask = function(world, o)
    local version = tostring(o.version)
    local entries, err = matrix.expand(world.config.targets or {}, { version = version, project = (world.project.name:gsub("^.*/", "")) })
    if not entries then return nil, err end
    local wanted
    for _, name in ipairs(o.targets or {}) do
      wanted = wanted or {}
      local found = matrix.named(entries, name)
      if #found == 0 then
        return nil, errors.new { code = "build.no_target", message = ("slipway.lua has no target '%s'"):format(name), hint = "slipway plan build   lists them" }
      end
      for _, entry in ipairs(found) do wanted[entry.target] = true end
    end
    local list = {}
    for _, entry in ipairs(entries) do
      if not wanted or wanted[entry.target] then
        local args, failed = arguments(world, entry, { version = version, strategy = o.strategy })
        if not args then return nil, failed end
        list[#list + 1] = args
      end
    end
    return list
  end,
}
