-- Makes the release that pre-releases led up to: 1.2.0-rc.1 → 1.2.0.
---@type slipway.Recipe
return {
  name = "promote", summary = "Release the version that the last pre-releases led up to.",
  sample = [[
release pelican 1.2.0-alpha.2 → 1.2.0
  version   ! Release 1.2.0: Cargo.toml, Cargo.lock, CHANGELOG.md      undo: move back
  …         as slipway plan release; latest moves to it]],
  params = {
    package = { type = "list", optional = true, help = "packages, where the repository has several; default: all that stand on a pre-release" },
  },
  plan = function(p, facts, arg)
    if #facts.project.packages > 0 then return p:recipe("release", { promote = true, package = arg.package }) end
    return p:recipe("release", { version = facts:prerelease().base })
  end,
}
