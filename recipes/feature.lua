-- Begins a piece of work: the trunk is brought up to date and a branch made from it.
---@type slipway.Recipe
return {
  name = "feature", summary = "Begin a piece of work: bring the trunk up to date and make a branch from it.",
  sample = [[
feature feat/login-button from main
  begin   ! main level with origin/main                        undo: move back
          ! branch feat/login-button at 3f2a9c01de             undo: delete
          ! switch to feat/login-button]],
  params = {
    name = { type = "text", help = "what the work is called: login-button" },
    kind = { type = "text", default = "feat", help = "what stands in front: feat, fix, docs …" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local trunk   = project.trunk
    local branch  = ("%s/%s"):format(arg.kind, arg.name:lower():gsub("[^%w._/-]+", "-"))
    local ahead   = facts:synced()
    local before  = facts:line { name = branch, base = ahead.commit }

    p:channel("feature/" .. branch)
    p:title(("%s from %s"):format(branch, trunk))
    p:require("the work tree is clean",           facts:clean())
    p:require("HEAD is on " .. trunk,             facts:on_trunk())
    p:require("the remote answers",               facts:reachable())
    p:require(trunk .. " goes onto the remote's", ahead.check)
    p:require(branch .. " is not there yet",      { ok = not before.exists, why = "a branch of that name exists", hint = "git switch " .. branch })

    p:phase "begin"
    if ahead.exists and project.remote and ahead.remote ~= "" then
      p:sync { branch = trunk, upstream = trunk, remote = project.remote, from = ahead.from, to = ahead.commit, expect = ahead.remote }
    end
    p:branch { name = branch, at = ahead.commit }
    p:switch { branch = branch, from = project.head.branch or project.head.oid }
  end,
}
