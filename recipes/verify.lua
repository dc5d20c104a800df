-- Looks at a released version again; what `slipway verify TAG` does, as a step, so that it can be part of other recipes.
---@type slipway.Recipe
return {
  name = "verify", summary = "Verify a released version: tag, page, checksums, signatures, provenance, source, registries.",
  sample = [[
verify pelican 1.2.0
  verify  $ verify v1.2.0: tag, page, checksums, signatures, provenance, source]],
  params = { version = { type = "text", default = "latest", help = "released version, or its tag" } },
  plan = function(p, facts, arg)
    local release = facts:release(arg.version)
    p:title(("%s %s"):format(facts.project.name, tostring(release.version)))
    p:phase "verify"
    return { verified = p:inspect { tag = release.tag }.assets }
  end,
}
