-- A pre-release of the coming version: 1.1.0 → 1.2.0-alpha.1 → 1.2.0-alpha.2 …
---@type slipway.Recipe
return {
  name = "alpha", summary = "Make a pre-release of the coming version: alpha, beta or rc.",
  sample = [[
release pelican 1.1.0 → 1.2.0-alpha.1
  version   ! Release 1.2.0-alpha.1: Cargo.toml, Cargo.lock      undo: move back
  …         as slipway plan release; latest stays where it is]],
  params = {
    package = { type = "list", optional = true, help = "packages, where the repository has several" },
    id    = { type = "text", default = "alpha", values = { "alpha", "beta", "rc" }, help = "kind of pre-release" },
    level = { type = "text", optional = true, values = { "major", "minor", "patch" }, help = "raise this part instead of asking the commits" },
  },
  plan = function(p, _, arg)
    return p:recipe("release", { pre = arg.id, level = arg.level, package = arg.package })
  end,
}
