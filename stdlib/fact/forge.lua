-- Does the forge answer, with this token, for this repository?
local errors = require "pure.errors"

return {
  name = "forge", summary = "Does the forge accept our token for this repository?", signature = "facts:forge() → check",
  ask = function(world)
    if not world.config.forge then return { ok = true, why = "no forge is configured" } end
    if world.offline then return { ok = false, why = "the forge cannot be asked with --offline", hint = "plan without --offline" } end
    local ok, forge = pcall(function() return world.forge end)
    local answer, err
    if ok then answer, err = forge.check() else err = errors.adopt(forge) end
    if answer then return { ok = true } end
    return { ok = false, why = tostring(errors.adopt(err)), hint = err.hint, code = err.code }
  end,
}
