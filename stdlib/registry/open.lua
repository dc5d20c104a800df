-- Opens a package registry that slipway.lua names. All kinds have the same functions:
--
--   where                                text           what people call the place; part of the plan
--   look(package, version)               → Published | nil          nil: that version is not there
--   units(package, version, files)       → { { name, digest, … } }  what an upload consists of, computed from the files
--   send(package, version, unit, o)      → true         o = { tag }; an error with .retry may have arrived all the same
--   fetch(package, version, name, seen, to) → digest    downloads one file as a user would
--   versions(package)                    → { text, … }  those that have not been yanked
--   install(package, version, folder)    → { commands, files, env, path, secrets }  how the ecosystem's own client gets it there
--   secret()                             → Secret | nil the configured token
--   client.done()                                       nothing more is sent: a token that was lent is given back
-- and, where the ecosystem has it:
--   pointed(package, pointer)            → text | nil   what a moving tag stands at: a version, or an image's digest
--   target(package, version)             → text | nil   what it stands at when it points to this version
--   point(package, pointer, target) / unpoint(package, pointer) → true
--   yank(package, version, yes, reason)  → true
--   downloads(package, version)          → count | nil  nil: the registry does not count
--
-- Published = { files = { [name] = { digest, url? } }, yanked = false | true | reason }
-- All return nil, err when the registry refuses or does not answer.
local errors = require "pure.errors"
local near = require "pure.near"
local registries = require "pure.registries"

local M = {}

--- The settings of a registry by its name in slipway.lua.
---@param world table
---@param name string
---@return table? settings, string|slipway.Error kind
function M.settings(world, name)
  local all, names = world.config.registries or {}, {}
  for known in pairs(all) do names[#names + 1] = known end -- order: sorted below
  table.sort(names)
  if all[name] then return all[name], registries.kind_of(name, all[name]) end
  return nil, errors.new {
    code = "registry.unknown", message = ("slipway.lua configures no registry '%s'%s"):format(name, near.suggest(name, names)), hint = "slipway help config: registries",
  }
end

---@param world table
---@param name string  key in `registries` of slipway.lua
---@param package string?  npm finds the registry by the package's scope
---@return table? registry, slipway.Error?
function M.open(world, name, package)
  local settings, kind = M.settings(world, name)
  if not settings then return nil, kind end
  return require("registry." .. kind) { world = world, name = name, settings = settings, package = package }
end

return M
