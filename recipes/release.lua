-- Releases the trunk. Everything that can be taken back comes first; the release page is made public last.
---@type slipway.Recipe
return {
  name = "release", summary = "Release the trunk: version, changelog, checks, tag, build, push, release page.",
  sample = [[
release pelican 1.1.0 → 1.2.0
  sync      ! main level with origin/main
  version   ! Release 1.2.0: Cargo.toml, Cargo.lock, CHANGELOG.md      undo: move back
            ! tag v1.2.0 (annotated)                                   undo: delete
  push      » main and v1.2.0 to origin, atomically                    undo: take back]],
  params = {
    level   = { type = "text", optional = true, values = { "major", "minor", "patch" }, help = "raise this part instead of asking the commits" },
    version = { type = "version", optional = true, help = "release exactly this version" },
    pre     = { type = "text", optional = true, values = { "alpha", "beta", "rc" }, help = "make a pre-release of that kind" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local trunk   = project.trunk
    local ahead   = facts:synced()
    local next    = facts:next { at = ahead.commit, level = arg.level, version = arg.version, pre = arg.pre }
    local version = next.version
    local tag     = project.tag:gsub("{version}", tostring(version))
    local notes   = facts:notes { version = version, at = ahead.commit, since = next.notes_since, previous = next.previous }

    p:version(version)
    p:channel(arg.pre or "main")
    p:title(("%s %s%s"):format(project.name, next.current and tostring(next.current) .. " → " or "first release ", tostring(version)))

    p:require("the history is complete",            facts:complete())
    p:require("the work tree is clean",             facts:clean())
    p:require("HEAD is on " .. trunk,               facts:on_trunk())
    p:require("git knows who commits",              facts:identity())
    p:require("the remote answers",                 facts:reachable())
    p:require(trunk .. " goes onto the remote's",   ahead.check)
    p:require("version " .. version .. " is free",  facts:free(version))
    if next.current then
      p:require(version .. " comes after " .. next.current, { ok = next.version > next.current, why = "versions do not go backwards", hint = "--version, or slipway run hotfix --from VERSION" })
    end
    p:require("manifests agree with the last tag",  facts:agrees(ahead.commit))
    for _, gate in ipairs(facts:gates { version = version, at = ahead.commit, previous = next.current }) do
      if gate.warns then p:warn(gate.title, gate) else p:require(gate.title, gate) end
    end
    if project.has_forge then p:require("the forge accepts our token", facts:forge()) end
    p:warn("the project has a remote to push to", project.remote ~= nil)

    p:phase "sync"
    if not ahead.exists then
      p:branch { name = trunk, at = ahead.commit }
    elseif project.remote and ahead.remote ~= "" then
      p:sync { branch = trunk, upstream = trunk, remote = project.remote, from = ahead.from, to = ahead.commit, expect = ahead.remote }
    end

    p:phase "version"
    local commit = ahead.commit
    if #project.manifests > 0 or project.changelog then
      commit = p:bump {
        version = version, old = next.current, on = trunk, at = commit, manifests = project.manifests,
        changelog = project.changelog and project.changelog_file or nil, notes = notes.section, message = "Release " .. version,
      }.commit
    end
    if project.checks then p:check { commit = commit, run = project.checks } end
    local made = p:tag { name = tag, at = commit, message = ("Release %s\n\n%s"):format(tostring(version), notes.body) }

    local assets = p:recipe("artifacts", { commit = commit, version = version })

    if project.remote then
      p:phase "push"
      p:push { remote = project.remote, branch = trunk, commit = commit, expect = ahead.remote, tag = made.oid, tag_name = tag }
    end

    local published
    if project.has_forge then
      p:phase "publish"
      local title = project.name .. " " .. version
      local page = p:stage { tag = tag, title = title, notes = notes.body, prerelease = arg.pre ~= nil, assets = assets }
      published = p:publish { page = page.id, tag = tag, title = title, latest = arg.pre == nil, prerelease = arg.pre ~= nil, assets = page.assets }
    end

    p:phase "verify"
    if project.remote then p:await { tag = tag, oid = made.oid, remote = project.remote, within = "2m" } end
    p:recipe("announce", { version = tostring(version), tag = tag, url = published and published.url, notes = notes.body, prerelease = arg.pre ~= nil })
    return { version = version, tag = made.oid, commit = commit }
  end,
}
