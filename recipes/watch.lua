-- Watches the CI run of a tag or commit to its verdict.
---@type slipway.Recipe
return {
  name = "watch", summary = "Watch the CI run of a tag (or commit) to its verdict, with the logs of what fails.",
  sample = [[
watch CI of v1.2.0
  watch   $ watch publish.yml of v1.2.0 (40m)
failed: build at "cargo publish": error: no token found, please run `cargo login`
  remedy  set CARGO_REGISTRY_TOKEN among the secrets of the forge, then: --rerun 1]],
  params = {
    tag      = { type = "text", optional = true, help = "tag whose run is watched; default: the last release" },
    commit   = { type = "revision", optional = true, help = "watch what runs for this commit instead" },
    workflow = { type = "text", optional = true, help = "file name of the workflow; default: all that the tag has started" },
    within   = { type = "duration", default = "40m", help = "limit; then it is undecided, not failed" },
    rerun    = { type = "integer", default = 0, help = "run failed jobs again so many times" },
  },
  plan = function(p, facts, arg)
    p:channel "watch"
    p:require("a forge is configured", { ok = facts.project.has_forge, why = "slipway.lua has no forge", hint = "slipway help config" })
    local commit = arg.commit and facts:commits({ arg.commit })[1]
    local tag = not commit and (arg.tag or facts:release("latest").tag) or nil
    p:title(("CI of %s"):format(tag or commit:sub(1, 10)))
    p:phase "watch"
    local seen = p:watch { tag = tag, commit = commit, workflow = arg.workflow, within = arg.within, rerun = arg.rerun }
    return { run = seen.run, url = seen.url }
  end,
}
