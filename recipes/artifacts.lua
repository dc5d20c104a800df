-- Builds the targets of slipway.lua and packs the artifacts; used by the recipes that publish.
---@type slipway.Recipe
return {
  name = "artifacts", summary = "Build the targets of slipway.lua and pack its artifacts, with checksums.",
  params = {
    commit  = { type = "commit", help = "commit to build" },
    version = { type = "version", help = "version in the names of the files" },
  },
  plan = function(p, facts, arg)
    local project, version = facts.project, tostring(arg.version)
    if not project.builds and #project.artifacts == 0 then return {} end
    p:version(version)
    p:phase "build"

    local built, files = {}, {}
    for name, target in pairs(project.targets) do
      built[name] = p:build { commit = arg.commit, target = name, run = target.run, produce = target.produce, env = target.env, timeout = target.timeout }
      if #project.artifacts == 0 then files[#files + 1] = built[name].files end
    end
    for _, artifact in ipairs(project.artifacts) do
      local source = artifact.target and built[artifact.target]
      local packed = p:archive {
        name = artifact.archive:gsub("{version}", version), commit = arg.commit, files = source and source.files, include = artifact.include,
      }
      files[#files + 1] = packed.files
    end
    files[#files + 1] = p:checksum { files = files, name = "SHA256SUMS" }.files
    return files
  end,
}
