-- Repairs a released version on a line of its own and brings the repair home to the trunk.
---@type slipway.Recipe
return {
  name = "hotfix", summary = "Repair a released version and bring the repair home to the trunk.",
  sample = [[
hotfix pelican 1.1.0 → 1.1.1
  repair      ! branch hotfix/v1.1.1 at 3f2a9c01de                      undo: delete
              ! pick 77ab01c2f3 onto hotfix/v1.1.1                      undo: move back
  release     » push hotfix/v1.1.1 and v1.1.1 to origin, atomically     undo: take back
  bring home  ! pick 77ab01c2f3 onto main]],
  params = {
    package    = { type = "text", optional = true, help = "package to repair, where the repository has several; a tag in --from tells by itself" },
    from       = { type = "text", default = "latest", help = "released version to repair" },
    fix        = { type = "commits", optional = true, help = "commits that repair it, oldest first; without: those on the line already" },
    start_only = { type = "boolean", default = false, help = "only make the line, for a person to work on" },
    home       = { type = "text", default = "now", values = { "now", "later" }, help = "when the fix is brought to the trunk" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local trunk   = project.trunk
    local base    = facts:release(arg.from, arg.package)
    local version = base.version:bump "patch"
    local tag     = base.pattern:gsub("{version}", tostring(version))
    local label   = base.package and base.name .. " " .. version or tostring(version)
    local line    = "hotfix/" .. tag
    local before  = facts:line { name = line, base = base.commit }
    local fix     = arg.fix and facts:commits(arg.fix) or before.commits

    p:version(version)
    p:channel((base.package and base.package .. ":" or "") .. ("hotfix/%d.%d"):format(version.major, version.minor))
    p:title(("%s %s → %s"):format(base.name, tostring(base.version), tostring(version)))

    p:require("the history is complete",            facts:complete())
    p:require("the work tree is clean",             facts:clean())
    p:require("git knows who commits",              facts:identity())
    p:require("the remote answers",                 facts:reachable())
    if project.has_secrets then p:require("all secrets are at hand", facts:secrets()) end
    p:require("version " .. label .. " is free",    facts:free(version, base.package))
    local packages = project.has_registries and not arg.start_only and facts:packages { releases = { { package = base.package, main = base.main, version = tostring(version) } }, at = base.commit } or {}
    if #packages > 0 then p:require("the registries take " .. version, facts:publishable { packages = packages }) end

    for _, gate in ipairs(facts:gates { version = version, at = base.commit, previous = base.version, hotfix = true, only = { "cadence", "features" } }) do
      p:warn(gate.title, gate) -- an emergency is told what is amiss, and not stopped
    end

    if base.package then p:warn("what needs " .. base.name .. " takes " .. version, facts:dependants { package = base.package, version = version, at = base.commit }) end

    p:phase "repair"
    if not before.exists then p:branch { name = line, at = base.commit } end
    if arg.start_only then
      p:title(("%s %s → %s, the line for a hotfix"):format(base.name, tostring(base.version), tostring(version)))
      p:switch { branch = line, from = project.head.branch or project.head.oid }
      p:note { text = ("commit the repair on %s, then: slipway run hotfix --from %s"):format(line, base.tag) }
      return { line = line }
    end

    p:require("there is something to repair with", { ok = #fix > 0, why = "no commit was named and the line has none", hint = "--fix COMMIT, or commit on " .. line })
    local fixed = before.tip
    if arg.fix then
      p:require("the fix applies to " .. base.tag, facts:applies(fix, before.tip))
      fixed = p:pick { commits = fix, onto = line, at = before.tip }.commit
    end
    local notes = facts:notes { version = version, commits = fix, previous = base.version, package = base.package }
    local commit = fixed
    if #base.manifests > 0 or base.changelog then
      local one = {
        name = base.name, package = base.package, path = base.path, inherits = base.inherits, version = version, old = base.version,
        manifests = base.manifests, options = base.options, changelog = base.changelog, notes = notes,
      }
      commit = p:bump { on = line, at = fixed, message = "Release " .. label, releases = { one }, files = base.files, needed = true }.commit
    end
    if project.checks then p:check { commit = commit, run = project.checks } end

    p:phase "release"
    local made = p:tag { name = tag, at = commit, message = ("Release %s\n\n%s"):format(label, notes.body) }
    local made_files = base.main and p:recipe("artifacts", { commit = commit, version = version }) or { files = {}, built = {} }
    local built = #packages > 0 and p:recipe("packages", { commit = commit, packages = packages, built = made_files.built })

    local ahead = arg.home == "now" and facts:synced() or nil
    local home  = ahead and facts:lacking(fix, ahead.remote ~= "" and ahead.remote or ahead.commit) or {}
    if #home > 0 and ahead.exists then
      p:warn("the fix applies to " .. trunk, facts:applies(home, ahead.commit))
      p:require(trunk .. " goes onto the remote's", ahead.check)
      if project.remote and ahead.remote ~= "" then
        p:phase "sync"
        p:sync { branch = trunk, upstream = trunk, remote = project.remote, from = ahead.from, to = ahead.commit, expect = ahead.remote }
      end
    end
    if project.remote then
      p:phase "push"
      p:push { remote = project.remote, branch = line, commit = commit, expect = facts:remote_tip(line), tag = made.oid, tag_name = tag, starts = project.ci and project.ci.publishes }
      if project.ci then p:recipe("ci", { tag = tag, commit = commit, version = tostring(version) }) end
    end
    p:phase "publish"
    local title, published = base.name .. " " .. version, nil
    if project.has_forge and not base.is_latest then p:warn("the forge keeps its latest mark", facts:backport()) end
    local page = project.has_forge and not (project.ci and project.ci.assets) and p:stage { tag = tag, title = title, notes = notes.body, prerelease = false, assets = made_files.files }
    if built then p:recipe("publish", { packages = packages, files = built, latest = base.is_latest }) end
    if page then
      published = p:publish { page = page.id, tag = tag, title = title, latest = base.is_latest, assets = page.assets }
    end
    p:recipe("announce", { version = tostring(version), tag = tag, url = published and published.url, notes = notes.body })

    if #home > 0 and ahead.exists then
      p:phase "bring home" -- may leave a debt, never stops what has shipped
      local brought = p:pick { commits = home, onto = trunk, at = ahead.commit, conflict = "debt" }
      if project.remote then p:push { remote = project.remote, branch = trunk, commit = brought.commit, expect = ahead.remote } end
    end
    if arg.home == "later" then
      p:phase "bring home"
      p:note { text = ("the fix is not on %s yet: git switch %s && git cherry-pick %s"):format(trunk, trunk, table.concat(fix, " ")) }
    end
    return { version = version, tag = made.oid, commit = commit }
  end,
}
