-- Builds the files of the packages that a release publishes; used by the recipes that release.
---@type slipway.Recipe
return {
  name = "packages", summary = "Build the packages that the registries of slipway.lua publish.",
  sample = [[
build   ! build package-crates: pelican-1.2.0.crate                    undo: delete the files
        ! build package-pypi: pelican-1.2.0.tar.gz, pelican-….whl      undo: delete the files]],
  params = {
    commit   = { type = "commit", help = "commit to build" },
    packages = { type = "any", help = "what facts:packages answered" },
  },
  plan = function(p, facts, arg)
    local packages = arg.packages
    if #packages == 0 then return {} end
    p:phase "build"

    local builds, order = {}, {}
    for _, item in ipairs(packages) do
      local build = builds[item.registry]
      if not build then
        local target = item.target and facts.project.targets[item.target]
        p:require(("registries.%s says how it is built"):format(item.registry), { ok = (target or item.run) ~= nil, why = "neither its run nor its target is there", hint = "slipway help config: registries" })
        build = target and { name = item.target, run = target.run, produce = target.produce, env = target.env, timeout = target.timeout }
          or { name = "package-" .. item.registry, run = item.run or {}, produce = {} }
        builds[item.registry], order[#order + 1] = build, item.registry
      end
      if not item.target then table.move(item.produce, 1, #item.produce, #build.produce + 1, build.produce) end
    end
    local files = {}
    for i, name in ipairs(order) do
      local build = builds[name]
      files[i] = p:build { commit = arg.commit, target = build.name, run = build.run, produce = build.produce, env = build.env, timeout = build.timeout }.files
    end
    return files
  end,
}
