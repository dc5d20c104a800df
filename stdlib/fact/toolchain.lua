-- Is everything there that the builds need? Asked before anything is changed, all complaints together.
local toolchain = require "builder.toolchain"

return {
  name = "toolchain", summary = "Is everything there that builds need: programs and their versions, settings, locks, places? A list of checks.",
  signature = "facts:toolchain { builds, at } → checks",
  ask = function(world, o) return toolchain.checks(world, o.builds, o.at) end,
}
