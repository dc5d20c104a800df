-- Makes the release that pre-releases led up to: 1.2.0-rc.1 → 1.2.0.
---@type slipway.Recipe
return {
  name = "promote", summary = "Release the version that the last pre-releases led up to.",
  sample = "release pelican 1.1.0 → 1.2.0        from 1.2.0-alpha.2",
  params = {},
  plan = function(p, facts)
    local before = facts:prerelease()
    return p:recipe("release", { version = before.base })
  end,
}
