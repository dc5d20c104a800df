-- The builders by name, and the job that a build step hands to them. One interface for all:
--   programs(job, program, native) → what must be there: { name, argv (asks for the version), fix, folder? }
--   problems(job, read)            → settings that would spoil the build (optional)
--   steps(job, at)                 → { commands = { { argv, env? } }, env?, texts?, files = { { from, also?, as } }, exact?, ignore? }
-- `at` says where things are, here or on another machine: source (the checkout), dir (where the build runs), out (fresh),
-- side (written texts), cache (kept for this target), tools (kept for all), program(name) → argument list,
-- read(path), matching(pattern), environment, home, native.
local errors = require "pure.errors"
local kinds = require "pure.build_kinds"
local near = require "pure.near"
local platforms = require "pure.platform"

local M = {}

---@param name string
---@return table? builder, slipway.Error?
function M.builder(name)
  if not kinds.kinds[name] then
    return nil, errors.new { code = "config.invalid", message = ("there is no builder '%s'%s"):format(tostring(name), near.suggest(tostring(name), kinds.names())) }
  end
  return require("builder." .. name:gsub("-", "_"))
end

--- What a builder is told of one build: the arguments of the step, with names that are easier to use.
---@param a table  arguments of the verb build
---@return table? job, slipway.Error?
function M.job(a)
  local on, err
  if a.platform then
    on, err = platforms.get(a.platform)
    if not on then return nil, err end
  end
  local kind = kinds.kinds[a.builder or "command"]
  return {
    target = a.target, group = a.group or a.target, builder = a.builder or "command", on = on, program = kind ~= nil and kind.program or false,
    settings = a.settings or {}, run = a.run or {}, paths = a.produce, produce = a.produce, project = a.project or a.target, version = a.version,
    dir = a.dir, env = a.env, limits = a.limits or {}, pins = a.pins or {},
  }
end

return M
