-- May these packages be published: is a token there, does the registry answer, is the version free?
local errors = require "pure.errors"
local oidc = require "secret.oidc"
local open = require "registry.open"
local states = require "secret.state"

local function refusal(err) return { ok = false, why = tostring(errors.adopt(err)), hint = err.hint, code = err.code } end

--- Is a token there? One of trusted publishing is only exchanged when it is used.
local function token_of(world, entry)
  local ref = open.settings(world, entry.registry).token
  if not ref then
    if entry.kind == "oci" then return { ok = true } end
    return { ok = false, text = ("no token is configured for %s"):format(entry.registry), hint = ('registries.%s.token = "env:…" in slipway.lua'):format(entry.registry), code = "registry.auth" }
  end
  local name = ("registries.%s.token"):format(entry.registry)
  return states.of(world, { name = name, refs = type(ref) == "table" and ref or { ref } }, { prove = false, identity = function(one) return oidc.is_present(one, world.getenv) end })
end

local function try(world, entry, again)
  local registry, err = open.open(world, entry.registry, entry.package)
  if not registry then return refusal(err) end
  local token = token_of(world, entry)
  if not token.ok and not token.advice then return { ok = false, why = token.text, hint = token.hint, code = token.code } end
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
