-- The way of release of a protected trunk: pushes the release branch, opens a pull request and waits for its merge. Used
-- by the recipe release (propose in slipway.lua, or --propose).
---@type slipway.Recipe
return {
  name = "propose", summary = "Propose a release commit by pull request, and wait until it is merged.",
  sample = [[
propose  » push release/v1.2.0 to origin
         » propose release/v1.2.0 to main as 'Release 1.2.0', await the merge     undo: close it]],
  params = {
    line   = { type = "text", help = "branch of the release commit" },
    commit = { type = "commit", help = "the release commit" },
    title  = { type = "text", help = "title of the pull request" },
    body   = { type = "text", default = "", help = "its text" },
    from   = { type = "oid", optional = true, help = "where the trunk stands here; it follows the merge, if nobody has moved it" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local settings = project.propose or {}
    p:phase "propose"
    p:push { remote = project.remote, branch = arg.line, commit = arg.commit, expect = facts:remote_tip(arg.line) }
    local merged = p:propose {
      remote = project.remote, branch = arg.line, base = project.trunk, commit = arg.commit, title = arg.title, body = arg.body,
      approvals = settings.approvals, within = settings.within,
    }
    if arg.from then
      p:sync { branch = project.trunk, upstream = project.trunk, remote = project.remote, from = arg.from, to = merged.commit, expect = merged.commit, gently = true }
    end
    return merged
  end,
}
