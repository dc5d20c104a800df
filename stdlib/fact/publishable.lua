-- May these packages be published: is a token there, does the registry answer, is the version free?
local errors = require "pure.errors"
local open = require "registry.open"

local function refusal(err) return { ok = false, why = tostring(errors.adopt(err)), hint = err.hint, code = err.code } end

local function try(world, entry, again)
  local ok, registry, err = pcall(open.open, world, entry.registry, entry.package)
  if not ok then return refusal(errors.adopt(registry)) end
  if not registry then return refusal(err) end
  local known, token = pcall(registry.secret)
  if not known then return refusal(errors.adopt(token)) end
  if not token and entry.kind ~= "oci" then
    return { ok = false, why = ("no token is configured for %s"):format(entry.registry), hint = ('registries.%s.token = "env:…" in slipway.lua'):format(entry.registry), code = "registry.auth" }
  end
  local published, failed = registry.look(entry.package, entry.version)
  if failed then return refusal(failed) end
  if published and not again then
    return { ok = false, why = ("%s %s is on %s already"):format(entry.package, entry.version, entry.where), hint = "--version, for the next one; slipway run publish compares and completes" }
  end
end

return {
  name = "publishable", summary = "Does each registry answer, have a token, and not have the version yet?",
  signature = "facts:publishable{ packages =, again = } → check",
  ask = function(world, o)
    if world.offline and #o.packages > 0 then return { ok = false, why = "registries cannot be asked with --offline", hint = "plan without --offline" } end
    for _, entry in ipairs(o.packages) do
      local refused = try(world, entry, o.again)
      if refused then return refused end
    end
    return { ok = true }
  end,
}
