-- Are the secrets of slipway.lua where it says they are? None is shown, and no service is asked.
local references = require "secret.references"
local states = require "secret.state"

return {
  name = "secrets", summary = "Are all secrets of slipway.lua where it says they are?", signature = "facts:secrets() → check",
  ask = function(world)
    for _, entry in ipairs(references.list(world.config)) do
      local state = states.of(world, entry, { prove = false, identity = world.identity })
      if not state.ok then return { ok = false, why = ("%s: %s"):format(entry.name, state.text), hint = state.hint, code = state.code } end
    end
    return { ok = true }
  end,
}
