-- What a pushed tag has started elsewhere: its runs are watched, its checks awaited, and the page that they make must
-- have exactly the assets that slipway.lua names. Used by the recipes that push a release tag.
---@type slipway.Recipe
return {
  name = "ci", summary = "Watch what the tag of a release has started: runs, checks, and the assets of the page.",
  sample = [[
ci   $ watch publish.yml of v1.2.0 (40m)
     $ watch release.yml of v1.2.0 (40m)
     $ wait until the page of v1.2.0 is public with exactly 10 assets]],
  params = {
    tag     = { type = "text", help = "the release's tag" },
    commit  = { type = "commit", help = "the released commit" },
    version = { type = "text", help = "version in the names of the assets" },
  },
  plan = function(p, facts, arg)
    local ci = facts.project.ci
    if not ci then return {} end
    p:phase "ci"
    local workflows = { ci.publishes }
    table.move(ci.workflows or {}, 1, #(ci.workflows or {}), #workflows + 1, workflows)
    for _, workflow in ipairs(workflows) do
      p:watch { tag = arg.tag, workflow = workflow, within = ci.within, rerun = ci.rerun }
    end
    if ci.checks then p:await { commit = arg.commit, checks = "green", within = ci.within } end
    if ci.assets then
      local names = {}
      for i, name in ipairs(ci.assets) do names[i] = name:gsub("{version}", function() return arg.version end) end
      p:await { page = arg.tag, assets = names, within = ci.within }
    end
    return {}
  end,
}
