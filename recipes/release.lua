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
    package = { type = "list", optional = true, help = "packages to release, where the repository has several; default: all that have something to release" },
    level   = { type = "text", optional = true, values = { "major", "minor", "patch" }, help = "raise this part instead of asking the commits" },
    version = { type = "version", optional = true, help = "release exactly this version" },
    strategy = { type = "text", optional = true, help = "where to build, in order: here, or places of slipway.lua; commas between" },
    pre     = { type = "text", optional = true, values = { "alpha", "beta", "rc" }, help = "make a pre-release of that kind" },
    propose = { type = "boolean", default = false, help = "release by pull request, as propose in slipway.lua does" },
    promote = { type = "boolean", default = false, help = "release what the last pre-releases led up to" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local trunk   = project.trunk
    local ahead   = facts:synced()
    local all     = facts:releases { at = ahead.commit, package = arg.package, level = arg.level, version = arg.version, pre = arg.pre, promote = arg.promote }

    p:version(all.version)
    p:channel(all.channel)
    p:title(all.title)

    p:require("the history is complete",            facts:complete())
    p:require("the work tree is clean",             facts:clean())
    p:require("HEAD is on " .. trunk,               facts:on_trunk())
    p:require("git knows who commits",              facts:identity())
    p:require("the remote answers",                 facts:reachable())
    if project.has_secrets then p:require("all secrets are at hand", facts:secrets()) end
    p:require(trunk .. " goes onto the remote's",   ahead.check)
    for _, one in ipairs(all.list) do -- one project, or every package that has something to release
      p:require("version " .. one.label .. " is free", facts:free(one.version, one.package))
      if one.current then
        p:require(one.label .. " comes after " .. one.current, { ok = one.version > one.current, why = "versions do not go backwards", hint = "--version, or slipway run hotfix --from VERSION" })
      end
      for _, gate in ipairs(facts:gates { version = one.version, at = ahead.commit, previous = one.current, package = one.package }) do
        if gate.warns then p:warn(gate.title, gate) else p:require(gate.title, gate) end
      end
    end
    local home = facts:debts(ahead.commit)
    if arg.pre then p:warn("every hotfix has reached " .. trunk, home) else p:require("every hotfix has reached " .. trunk, home) end
    p:require("manifests agree with the last tag",  facts:agrees(ahead.commit, all.names))
    if project.has_forge then p:require("the forge accepts our token", facts:forge()) end
    local going = {}
    for i, one in ipairs(all.list) do going[i] = { package = one.package, main = one.main, version = tostring(one.version) } end
    local packages = project.has_registries and facts:packages { releases = going, at = ahead.commit } or {}
    if #packages > 0 then p:require("the registries take " .. all.version, facts:publishable { packages = packages }) end
    p:warn("the project has a remote to push to", project.remote ~= nil)

    p:phase "sync"
    if not ahead.exists then
      p:branch { name = trunk, at = ahead.commit }
    elseif project.remote and ahead.remote ~= "" then
      p:sync { branch = trunk, upstream = trunk, remote = project.remote, from = ahead.from, to = ahead.commit, expect = ahead.remote }
    end

    p:phase "version"
    local commit, line = ahead.commit, trunk
    local proposed = all.writes and (arg.propose or project.propose ~= nil)
    if proposed then
      p:require("a forge and a remote to propose to", { ok = project.has_forge and project.remote ~= nil, why = "a pull request needs both", hint = "slipway help config: forge" })
      line = ((project.propose or {}).branch or "release/{tag}"):gsub("{tag}", function() return all.list[1].tag end)
      p:branch { name = line, at = commit }
    end
    if all.writes then
      commit = p:bump { on = line, at = commit, message = all.message, releases = all.list, files = all.files, needed = all.needed }.commit
    end
    if project.checks then p:check { commit = commit, run = project.checks } end
    if proposed then
      commit = p:recipe("propose", { line = line, commit = commit, title = all.message:match "^[^\n]*", body = all.list[1].notes.body, from = ahead.commit }).commit
      p:phase "version"
    end
    local tags, made = {}, nil -- made: for the release page, by target; the registries get the very same files
    for i, one in ipairs(all.list) do
      tags[i] = { name = one.tag, oid = p:tag { name = one.tag, at = commit, message = ("Release %s\n\n%s"):format(one.label, one.notes.body) }.oid }
    end
    for _, one in ipairs(all.list) do
      one.made = one.main and p:recipe("artifacts", { commit = commit, version = one.version, at = ahead.commit, strategy = arg.strategy }) or { files = {}, built = {} }
      made = one.main and one.made.built or made
    end
    local built = #packages > 0 and p:recipe("packages", { commit = commit, packages = packages, built = made, at = ahead.commit, strategy = arg.strategy })

    if project.remote then
      p:phase "push"
      p:push {
        remote = project.remote, branch = not proposed and trunk or nil, commit = not proposed and commit or nil, expect = not proposed and ahead.remote or nil,
        tags = tags, starts = project.ci and project.ci.publishes,
      }
      if project.ci then p:recipe("ci", { tag = all.list[1].tag, commit = commit, version = tostring(all.list[1].version) }) end
    end
    local pages = project.has_forge and not (project.ci and project.ci.assets) and all.list or {} -- else CI makes the page

    p:phase "publish" -- the drafts can be deleted, so they come first; the pages tell the world, so they come last
    for _, one in ipairs(pages) do
      one.page = p:stage { tag = one.tag, title = one.title, notes = one.notes.body, prerelease = arg.pre ~= nil, assets = one.made.files }
    end
    if built then p:recipe("publish", { packages = packages, files = built, latest = arg.pre == nil }) end
    for _, one in ipairs(pages) do
      one.url = p:publish {
        page = one.page.id, tag = one.tag, title = one.title, latest = arg.pre == nil and one.main, prerelease = arg.pre ~= nil, assets = one.page.assets,
      }.url
    end

    p:phase "verify"
    if project.remote then p:await { tags = tags, remote = project.remote, within = "2m" } end
    for _, one in ipairs(all.list) do
      p:recipe("announce", { version = tostring(one.version), tag = one.tag, url = one.url, notes = one.notes.body, prerelease = arg.pre ~= nil })
    end
    local first = all.list[1]
    if arg.pre == nil and (project.milestone or project.comment) then p:recipe("conclude", { version = tostring(first.version), tag = first.tag, at = ahead.commit, since = first.current and facts:release(tostring(first.current)).tag or nil }) end
    return { version = all.version, tag = tags[1].oid, commit = commit }
  end,
}
