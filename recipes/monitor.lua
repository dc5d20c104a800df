-- The first days after a release: new reports, downloads of each asset; leave it and resume it as you like.
---@type slipway.Recipe
return {
  name = "monitor", summary = "Watch a release for 48 hours: new reports and downloads; can be left and resumed.",
  sample = [[
monitor pelican v1.2.0
  watch   $ watch v1.2.0 for 48h, every 1h
            2 reports, 1204 downloads, 31 h to go]],
  params = {
    version = { type = "text", default = "latest", help = "the release" },
    lasts   = { type = "duration", default = "48h", help = "how long" },
    every   = { type = "duration", default = "1h", help = "how often" },
    label   = { type = "list", optional = true, help = "labels of reports, default: bug" },
    park    = { type = "boolean", default = false, help = "look once and wait for slipway resume, from cron for example" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local release = facts:release(arg.version)
    p:version(release.version)
    p:channel("monitor/" .. tostring(release.version))
    p:title(("%s %s"):format(project.name, release.tag))
    p:require("slipway.lua names the forge to ask", { ok = project.has_forge, why = "there is none", hint = 'forge = { kind = "github", token = "gh:" } in slipway.lua' })
    p:phase "watch"
    local packages = {}
    for i, item in ipairs(project.has_registries and facts:packages { releases = { { version = tostring(release.version), main = true } } } or {}) do
      packages[i] = { registry = item.registry, package = item.package, version = item.version }
    end
    p:monitor { tag = release.tag, packages = packages, labels = arg.label, lasts = arg.lasts, every = arg.every, park = arg.park }
  end,
}
