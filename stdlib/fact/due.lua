-- Is a release of this kind due by the calendar?
local cadence = require "gate.cadence"

return {
  name = "due", summary = "Is a release of this kind due? As in gates.cadence of slipway.lua, else every four to six weeks for a minor.",
  signature = "facts:due{ version =, at =, previous = } → check",
  ask = function(world, o)
    local setting = (world.config.gates or {}).cadence or true
    local check, err = cadence.judge(world, setting, { version = tostring(o.version), at = o.at, previous = o.previous and tostring(o.previous) or nil })
    if check and not check.ok then check.hint = "wait, or --early" end
    return check, err
  end,
}
