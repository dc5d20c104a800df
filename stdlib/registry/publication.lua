-- One version of one package beside what its registry has: the files it consists of, which of them are there, equal or not.
-- Used by the verbs that publish and by the gates that wait for what was published.
local errors = require "pure.errors"
local open = require "registry.open"
local sorted_keys = require "pure.sorted_keys"

local M = {}

--- Opens the registry of a step, and refuses another one than was planned.
---@param world table
---@param a { registry: string, package: string, where: string? }
---@return table? registry, slipway.Error?
function M.open(world, a)
  local registry, err = open.open(world, a.registry, a.package)
  if not registry then return nil, err end
  if a.where and a.where ~= registry.where then
    return nil, errors.new { code = "registry.unknown", message = ("%s was planned for %s and is %s now"):format(a.registry, a.where, registry.where), hint = "plan again" }
  end
  return registry
end

--- A registry that asks for more patience than a run should sleep is waited for: the run parks, and says until when.
---@param err slipway.Error?
---@return slipway.Error?
function M.parked(err)
  if not err or err.code ~= "registry.limited" then return err end
  return errors.new { code = "gate.waiting", message = err.message, cause = err.cause, hint = err.hint or "slipway resume   a little later", retry = false }
end

--- The files of a step in the order of `names`, as they were built.
---@param world table
---@param files { name: string, path: string, sha256: string }[]
---@param names string[]
---@return table[]? chosen, slipway.Error?
function M.choose(world, files, names)
  local by_name, chosen = {}, {}
  for _, file in ipairs(files) do by_name[file.name] = file end
  for i, name in ipairs(names) do
    local file = by_name[name]
    if not file then return nil, errors.new { code = "registry.no_file", message = ("%s was not built"):format(name), hint = "compare files in the registry's table of slipway.lua with what the build makes" } end
    if world.digest.sha256 { file = file.path } ~= file.sha256 then
      return nil, errors.new { code = "build.changed", message = ("%s is not the file that was built and approved"):format(name), hint = "slipway undo, and build again" }
    end
    chosen[i] = file
  end
  return chosen
end

local function equal(registry, unit, seen)
  if registry.equal then return registry.equal(unit, seen) end
  return unit.digest == seen.digest
end

--- Compares units with what is published.
---@return { missing: table[], there: integer, different: string? }
function M.compare(registry, units, published)
  local result = { missing = {}, there = 0 }
  for _, unit in ipairs(units) do
    local seen = published and published.files[unit.name]
    if not seen then
      result.missing[#result.missing + 1] = unit
    elseif equal(registry, unit, seen) then
      result.there = result.there + 1
    else
      result.different = ("%s is there as %s, ours is %s"):format(unit.name, seen.digest:sub(1, 23), unit.digest:sub(1, 23))
    end
  end
  return result
end

--- Downloads every published file as a user would, and compares it with what the index says of it.
---@return true?, slipway.Error|string why not
function M.is_fetched(world, registry, a)
  local published, err = registry.look(a.package, a.version)
  if not published then return nil, err or ("%s %s is not visible yet"):format(a.package, a.version) end
  local names = sorted_keys(published.files)
  for _, name in ipairs(names) do
    local scratch = ("%s/fetched-%s"):format(world.run.dir, world.digest.sha256(name):sub(1, 16))
    local digest, failed = registry.fetch(a.package, a.version, name, published.files[name], scratch)
    if world.file.stat(scratch) then world.file.remove(scratch) end
    if not digest then return nil, failed end
    if digest ~= published.files[name].digest then return nil, ("%s cannot be downloaded as its index says yet"):format(name) end
  end
  return true
end

return M
