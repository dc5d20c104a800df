-- Sets a moving tag of published packages: latest or another npm dist-tag, a tag of an image.
---@type slipway.Recipe
return {
  name = "point", summary = "Set latest, or another moving tag, to a published version (npm dist-tags, image tags).",
  sample = "point latest of pelican to 1.2.0\n  point   » point latest of pelican to 1.2.0 on npm      undo: set it back",
  params = {
    version  = { type = "version", help = "published version" },
    pointer  = { type = "text", default = "latest", help = "tag to set" },
    package  = { type = "text", optional = true, help = "which package, where the repository has several" },
    registry = { type = "text", optional = true, help = "only this registry of slipway.lua" },
    back     = { type = "boolean", default = false, help = "allow latest to go to an older version" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local several = arg.package ~= nil or #project.packages > 0
    local base = several and facts:release(tostring(arg.version), arg.package) or {}
    local packages = project.has_registries and facts:packages { releases = { { package = base.package, main = base.main, version = tostring(arg.version) } }, registry = arg.registry } or {}
    p:version(arg.version)
    p:channel "point"
    p:title(("%s of %s to %s"):format(arg.pointer, base.package or project.name, tostring(arg.version)))
    if #packages > 0 then p:require("the registries can be asked", facts:publishable { packages = packages, again = true }) end

    p:phase "point"
    if project.has_forge and arg.pointer == "latest" and not arg.registry and (not several or base.main) and facts:backport().ok then
      p:point { registry = "forge", kind = "page", package = project.name, pointer = "latest", version = tostring(arg.version), back = arg.back or nil }
    end
    for _, item in ipairs(packages) do
      if item.kind == "npm" or item.kind == "oci" then
        p:point { registry = item.registry, kind = item.kind, package = item.package, pointer = arg.pointer, version = item.version, where = item.where, back = arg.back or nil }
      end
    end
  end,
}
