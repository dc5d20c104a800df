-- Publishes packages to their registries: what is there and equal is left alone, what is there and different stops it.
---@type slipway.Recipe
return {
  name = "publish", summary = "Publish the packages of a version to the registries of slipway.lua.",
  sample = [[
publish pelican 1.2.0
  build     ! build package-crates: target/package/pelican-1.2.0.crate    undo: delete the files
  publish   ■ upload pelican 1.2.0 to crates                              no undo; it can be yanked
            $ wait until pelican 1.2.0 can be had from crates
            $ install pelican 1.2.0 from crates in an empty folder]],
  params = {
    version  = { type = "version", optional = true, help = "released version; default: the latest" },
    package  = { type = "text", optional = true, help = "which package, where the repository has several" },
    dir      = { type = "path", optional = true, help = "folder of files that are built already" },
    registry = { type = "text", optional = true, help = "only this registry of slipway.lua" },
    latest   = { type = "boolean", optional = true, help = "whether it becomes the latest; default: unless it is a pre-release or of an older line" },
    packages = { type = "any", optional = true, help = "what facts:packages answered; for recipes that include this one" },
    files    = { type = "any", optional = true, help = "files that are built already; for recipes that include this one" },
  },
  plan = function(p, facts, arg)
    local release  = not arg.packages and facts:release(arg.version and tostring(arg.version) or "latest", arg.package)
    local latest   = arg.latest
    if latest == nil then latest = release and release.is_latest end
    local packages = arg.packages or facts:packages { releases = { { package = release.package, main = release.main, version = tostring(release.version) } }, at = release.commit, registry = arg.registry }
    local files    = arg.files

    if release then
      p:version(release.version)
      p:title(("%s %s"):format(release.package or facts.project.name, tostring(release.version)))
      p:require("a registry is configured", { ok = #packages > 0, why = "slipway.lua names none that takes this version", hint = "slipway help config: registries" })
      p:require("the registries can be asked", facts:publishable { packages = packages, again = true })
    end
    if arg.dir then
      local names = {}
      for _, item in ipairs(packages) do table.move(item.names, 1, #item.names, #names + 1, names) end
      files = facts:dist { dir = arg.dir, names = names }
    end
    files = files or p:recipe("packages", { commit = release.commit, packages = packages })

    p:phase "publish"
    for _, item in ipairs(packages) do
      local tag = item.kind == "npm" and (item.pre or latest and "latest" or "line-" .. item.version:match "^%d+%.%d+") or nil
      p:upload {
        registry = item.registry, kind = item.kind, package = item.package, version = item.version, where = item.where, files = files, names = item.names, tag = tag, within = item.within,
      }
      p:await { registry = item.registry, package = item.package, version = item.version, where = item.where, within = item.within or "10m" }
    end
    for _, item in ipairs(packages) do
      if item.smoke then
        p:smoke { registry = item.registry, kind = item.kind, package = item.package, version = item.version, where = item.where, run = item.smoke_run }
      end
    end
    for _, item in ipairs(latest and packages or {}) do
      for _, pointer in ipairs(item.pre and {} or item.pointers) do
        p:point { registry = item.registry, kind = item.kind, package = item.package, pointer = pointer, version = item.version, where = item.where }
      end
    end
    return packages
  end,
}
