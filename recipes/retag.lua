-- Repairs a release that stopped before it was public: mends the commit, and moves the tag here and on the remote.
---@type slipway.Recipe
return {
  name = "retag", summary = "Mend a release that is not public yet, and move its tag, here and on the remote.",
  sample = [[
retag pelican v1.2.0
  mend    ! mend on main: cargo fmt                    undo: move back
          $ check: cargo fmt --check; cargo test
  tag     ! move the tag v1.2.0 to mended.commit       undo: put the old tag back
          » push main and v1.2.0 to origin, atomically undo: take back]],
  params = {
    version = { type = "text", default = "latest", help = "the version whose tag is moved" },
    fix     = { type = "boolean", default = false, help = "let the formatters and linters mend the commit first" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local trunk   = project.trunk
    local release = facts:release(arg.version)
    local old     = facts:tagged(release.tag)
    local ahead   = facts:synced()
    local checks  = facts:checks(ahead.commit)
    local mends, tests = {}, {}
    for _, check in ipairs(checks) do
      mends[#mends + 1] = check.fix
      tests[#tests + 1] = check.argv
    end

    p:version(release.version)
    p:title(("%s %s"):format(project.name, release.tag))
    p:require("the work tree is clean",                        facts:clean())
    p:require("HEAD is on " .. trunk,                          facts:on_trunk())
    p:require("git knows who commits",                         facts:identity())
    p:require("the remote answers",                            facts:reachable())
    p:require(trunk .. " goes onto the remote's",              ahead.check)
    p:require(tostring(release.version) .. " is not public",   facts:unpublished(release.version))
    p:require("there is something new to tag", {
      ok = arg.fix or ahead.commit ~= release.commit, why = release.tag .. " is at this commit already", hint = "commit the repair, or --fix",
    })

    p:phase "mend"
    if ahead.exists and project.remote and ahead.remote ~= "" then
      p:sync { branch = trunk, upstream = trunk, remote = project.remote, from = ahead.from, to = ahead.commit, expect = ahead.remote }
    end
    local commit = ahead.commit
    if arg.fix and #mends > 0 then commit = p:mend { on = trunk, at = commit, run = mends, message = "style: mend what the checks found" }.commit end
    if #tests > 0 then p:check { commit = commit, run = tests } end

    p:phase "tag"
    local tag = p:retag { name = release.tag, replaces = old.here, at = commit, message = old.message }
    if project.remote then
      p:push {
        remote = project.remote, branch = trunk, commit = commit, expect = ahead.remote, tag = tag.oid, tag_name = release.tag,
        tag_expect = old.there,
      }
    end
    return { version = release.version, tag = tag.oid, commit = commit }
  end,
}
