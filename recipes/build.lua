-- Builds the targets of slipway.lua from a commit, without releasing: the same builders, places, locks and checks.
---@type slipway.Recipe
return {
  name = "build", summary = "Build the targets of slipway.lua, without releasing.",
  sample = [[
build pelican 1.1.0
  build     ! build pelican-linux-amd64: pelican-1.1.0-linux-amd64       undo: delete the files
            ! checksums of them all: SHA256SUMS                          undo: delete the file]],
  params = {
    commit   = { type = "commit", optional = true, help = "commit to build; default: HEAD" },
    version  = { type = "version", optional = true, help = "version in the names of the files; default: the next one" },
    targets  = { type = "list", optional = true, help = "only these targets of slipway.lua" },
    strategy = { type = "text", optional = true, help = "where to build, in order: here, or places of slipway.lua; commas between" },
    to       = { type = "path", optional = true, help = "folder that the files are copied to; it then holds nothing else" },
    pack     = { type = "boolean", default = false, help = "pack the artifacts, too" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local commit  = arg.commit or project.head.oid
    local version = arg.version or facts:next { at = commit, level = "patch" }.version

    p:channel "build"
    p:title(("%s %s"):format(project.name, tostring(version)))
    p:require("slipway.lua has targets", { ok = project.builds, why = "there is nothing to build", hint = "slipway help targets" })
    local files = p:recipe("artifacts", { commit = commit, at = commit, version = version, strategy = arg.strategy, targets = arg.targets, pack = arg.pack }).files
    if arg.to then
      p:phase "deliver"
      p:deliver { files = files, to = arg.to }
    end
    return { version = version, commit = commit }
  end,
}
