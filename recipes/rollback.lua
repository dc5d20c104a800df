-- Withdraws a released version that harms its users: yanks it, marks its page, tells people and writes it down. For a P0
-- without a quick fix only; with one, a hotfix serves better.
---@type slipway.Recipe
return {
  name = "rollback", summary = "Withdraw a released version: yank, mark its page, file an issue, tell people.",
  sample = [[
rollback pelican 1.2.0
  withdraw   » yank pelican 1.2.0 on crates; installed copies stay       undo: take it back
  tell       » mark the page of v1.2.0 as YANKED: loses data             undo: take the mark off
             » file the issue "1.2.0 is withdrawn: loses data"           undo: close it
  record     ! commit "Known issue of 1.2.0" on main: known-issues.md    undo: move back
  announce   ■ announce on users: 1.2.0 is withdrawn                     no undo]],
  params = {
    version     = { type = "text", default = "latest", help = "the version to withdraw" },
    reason      = { type = "text", optional = true, help = "what is wrong, in words that users understand" },
    users       = { type = "text", optional = true, help = "who is affected, and how many" },
    workaround  = { type = "text", optional = true, help = "what they can do meanwhile, or: none" },
    time_to_fix = { type = "text", optional = true, help = "when a repair can be there" },
    delete_tag  = { type = "boolean", default = false, help = "delete the tag too; a forge then hides the page" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local trunk   = project.trunk
    local release = facts:release(arg.version)
    local version = tostring(release.version)
    local reason  = arg.reason or "?"
    local severe  = project.has_forge and facts:severe() or nil
    local ahead   = facts:synced()

    p:version(version)
    p:channel "rollback"
    p:title(("%s %s"):format(project.name, version))
    for _, item in ipairs { { "reason", "what is wrong" }, { "users", "who is affected" }, { "workaround", "a workaround, or none" }, { "time_to_fix", "the time to a repair" } } do
      local flag = "--" .. item[1]:gsub("_", "-")
      p:require(item[2] .. " is written down", { ok = (arg[item[1]] or ""):find "%S" ~= nil, why = flag .. " is missing", hint = ('slipway plan rollback --version %s %s "…"'):format(version, flag) })
    end
    if severe then
      p:require("a P0 is open, which no quick fix solves", { ok = severe.p0 > 0, why = "no open issue is labelled P0", hint = "a hotfix serves better: slipway plan hotfix --from " .. release.tag })
    end
    p:require("the work tree is clean", facts:clean())
    p:require(trunk .. " goes onto the remote's", ahead.check)

    p:recipe("yank", { version = version, reason = reason })

    p:phase "tell"
    local told = ("%s\n\nWho is affected: %s\nWorkaround: %s\nRepair: %s\n\nCopies that are installed stay."):format(reason, arg.users or "?", arg.workaround or "?", arg.time_to_fix or "?")
    if project.has_forge then
      p:mark { tag = release.tag, reason = reason }
      p:issue { title = ("%s is withdrawn: %s"):format(version, reason), body = told }
    end

    p:phase "record"
    local known = facts:known_issues { version = version, entry = ("withdrawn: %s Workaround: %s"):format(reason, arg.workaround or "?"), at = ahead.commit }
    if ahead.exists and project.remote and ahead.remote ~= "" then
      p:sync { branch = trunk, upstream = trunk, remote = project.remote, from = ahead.from, to = ahead.commit, expect = ahead.remote }
    end
    local noted = p:commit { on = trunk, at = ahead.commit, message = "docs: known issue of " .. version, files = { known } }
    if project.remote then p:push { remote = project.remote, branch = trunk, commit = noted.commit, expect = ahead.remote } end

    if arg.delete_tag then
      local tag = facts:tagged(release.tag)
      p:untag { name = release.tag, here = tag.here, there = tag.there, remote = project.remote }
    end

    p:phase "announce" -- a post cannot be undone, so it comes last
    for _, place in ipairs(project.announce) do
      p:announce { to = place.name, text = ("%s %s is withdrawn: %s"):format(project.name, version, told), tag = release.tag, version = version, failure = "debt" }
    end

    p:phase "repair"
    local way = p:approve { text = "how it goes on", choices = { "hotfix", "later" } }
    p:after { step = way, hotfix = { "hotfix", { from = release.tag } } }
  end,
}
