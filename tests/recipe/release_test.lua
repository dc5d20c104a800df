-- The stock recipes on a real repository with a real git server as remote.
local servers = stand "servers"
local projects = stand "project"
local file = require "door.file"
local json = require "door.json"

local count = 0
local server

local function project(o)
  server = server or servers.git_daemon()
  count = count + 1
  local repo = server.new_repo(("p%d.git"):format(count))
  o = o or {}
  o.dir, o.remote = scratch(), repo.url
  local made = projects.new(o)
  made.bare = repo.dir
  return made
end

local function last_object(out)
  local line = out:match "([^\n]+)\n*$"
  return json.decode(line)
end

test("a plan changes nothing: work tree, index, refs and remote stay as they were", function()
  local p = project()
  local before = p.state()
  local result = p.slipway { "plan", "release" }
  check.equal(result.code, 0)
  check.match(result.out, "1%.1%.0 → 1%.2%.0")
  check.equal(p.state(), before)
  check.equal(p.runs(), {})
end)

test("two plans of the same world have the same digest", function()
  local p = project()
  local first = json.decode(p.slipway({ "plan", "release", "--json" }).out)
  local second = json.decode(p.slipway({ "plan", "release", "--json" }).out)
  check.equal(first.digest, second.digest)
  check.equal(#first.digest, 64)
end)

test("a release bumps manifests and changelog, tags, and pushes both atomically", function()
  local p = project()
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.git("status", "--porcelain"), "")
  check.match(file.read(p.dir .. "/Cargo.toml"), 'version = "1%.2%.0"  # the one source')
  check.match(file.read(p.dir .. "/Cargo.lock"), 'version = "1%.2%.0"')
  check.match(file.read(p.dir .. "/CHANGELOG.md"), "## %[?1%.2%.0%]?")
  check.match(file.read(p.dir .. "/CHANGELOG.md"), "fly over water")
  local refs = p.remote_refs()
  check.equal(refs["refs/heads/main"], p.git("rev-parse", "main"))
  check.equal(refs["refs/tags/v1.2.0^{}"], p.git("rev-parse", "main"))
  check.equal(p.git("cat-file", "-t", "v1.2.0"), "tag")
end)

test("what ran equals the plan, step for step", function()
  local p = project()
  local plan = json.decode(p.slipway({ "plan", "release", "--json" }).out)
  local ran = last_object(p.slipway({ "run", "release", "--plan", plan.digest, "--yes", "--json" }).out)
  check.equal(ran.outcome, "done")
  check.equal(ran.plan, plan.digest)
  check.equal(#ran.steps, #plan.steps)
  for i, step in ipairs(plan.steps) do
    check.equal(ran.steps[i].id, step.id)
    check.truthy(ran.steps[i].state == "done" or ran.steps[i].state == "adopted", step.id)
  end
  check.equal(p.git("-C", p.bare, "reflog", "show", "refs/heads/main", "--format=%H"):match "^%x+", p.git("rev-parse", "main"))
end)

for _, kind in ipairs { "python", "node", "cmake", "plain" } do
  test(("a project of the kind %s is released without configuration"):format(kind), function()
    local p = project { kind = kind }
    local result = p.slipway { "run", "release", "--yes" }
    check.equal(result.code, 0, result.out .. result.err)
    check.truthy(p.remote_refs()["refs/tags/v1.2.0"])
    check.match(p.git("show", "v1.2.0"), "1%.2%.0")
  end)
end

test("undo takes the release back, here and on the remote", function()
  local p = project()
  local before = p.world()
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  local preview = p.slipway { "undo", "--preview" }
  check.equal(preview.code, 0)
  check.match(preview.out, "take back")
  local result = p.slipway { "undo" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.world(), before)
  check.equal(#p.runs(), 1)
end)

test("a bare undo means the run begun last, also of two in one second, and never an older one", function()
  local p = project()
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  p.commit("fix: more", { ["more.txt"] = "more\n" })
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  p.commit("fix: even more", { ["more.txt"] = "even more\n" })
  local before = p.world()
  check.equal(p.slipway({ "run", "alpha", "--yes" }).code, 0)
  check.equal(p.slipway({ "undo" }).code, 0)
  check.equal(p.world(), before)
  local again = p.slipway { "undo" }
  check.equal(again.code, 2, again.out)
  check.match(again.err, "taken back already")
  check.equal(p.world(), before)
end)

test("with commits of one's own on top, pushed or not, undo reverts the release here and there", function()
  for _, pushed in ipairs { true, false } do
    local p = project()
    local tree = p.git("rev-parse", "main^{tree}")
    check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
    p.git("commit", "-q", "--allow-empty", "-m", "chore: later")
    if pushed then p.git("push", "-q", "origin", "main") end
    local result = p.slipway { "undo" }
    check.equal(result.code, 0, result.out .. result.err)
    check.equal(p.git("rev-parse", "main^{tree}"), tree)
    check.equal(p.git("rev-parse", "origin/main^{tree}"), tree)
    check.equal(p.git("status", "--porcelain"), "")
    check.match(p.git("log", "--format=%s", "main"), "chore: later")
    check.falsy(p.remote_refs()["refs/tags/v1.2.0"])
    if pushed then check.equal(p.git("rev-parse", "main"), p.git("rev-parse", "origin/main")) end
  end
end)

test("when the trunk has moved on, undo reverts and the tree is equal", function()
  local p = project()
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  local other = scratch()
  p.git("clone", "-q", p.url, other .. "/c")
  p.git("-C", other .. "/c", "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "--allow-empty", "-m", "chore: later")
  p.git("-C", other .. "/c", "push", "-q", "origin", "main")
  local result = p.slipway { "undo" }
  check.equal(result.code, 0, result.out .. result.err)
  p.git("fetch", "-q", "origin")
  check.equal(p.git("rev-parse", "origin/main^{tree}"), p.git("rev-parse", "main^{tree}"))
  check.falsy(p.remote_refs()["refs/tags/v1.2.0"])
  check.match(p.git("log", "--format=%s", "origin/main"), "chore: later")
end)

test("a trunk that is behind and ahead is rebased exactly as the plan looked ahead", function()
  local p = project()
  local other = scratch()
  p.git("clone", "-q", p.url, other .. "/c")
  p.git("-C", other .. "/c", "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "--allow-empty", "-m", "fix: from elsewhere")
  p.git("-C", other .. "/c", "push", "-q", "origin", "main")
  p.commit("fix: only here", { ["here.txt"] = "here\n" })
  local before = p.state()
  local planned = p.slipway { "plan", "release" }
  check.equal(planned.code, 0, planned.out .. planned.err)
  check.equal(p.state(), before)
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  local log = p.git("log", "--format=%s", "main")
  check.match(log, "only here")
  check.match(log, "from elsewhere")
  check.equal(p.remote_refs()["refs/heads/main"], p.git("rev-parse", "main"))
end)

test("alpha, alpha again, then promote: 1.2.0-alpha.1, 1.2.0-alpha.2, 1.2.0", function()
  local p = project()
  local function version() return file.read(p.dir .. "/Cargo.toml"):match 'version = "(.-)"' end
  check.equal(p.slipway({ "run", "alpha", "--yes" }).code, 0)
  check.equal(version(), "1.2.0-alpha.1")
  check.equal(p.slipway({ "run", "alpha", "--yes" }).code, 3)
  p.commit("fix: again", { ["x.txt"] = "x\n" })
  check.equal(p.slipway({ "run", "alpha", "--yes" }).code, 0)
  check.equal(version(), "1.2.0-alpha.2")
  local result = p.slipway { "run", "promote", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(version(), "1.2.0")
  local refs = p.remote_refs()
  for _, tag in ipairs { "v1.2.0-alpha.1", "v1.2.0-alpha.2", "v1.2.0" } do check.truthy(refs["refs/tags/" .. tag], tag) end
end)

test("where the manifest knows numbers only, pre-releases follow each other all the same", function()
  local p = project { kind = "cmake" }
  check.equal(p.slipway({ "run", "alpha", "--yes" }).code, 0)
  p.commit("fix: again", { ["x.txt"] = "x\n" })
  local second = p.slipway { "run", "alpha", "--yes" }
  check.equal(second.code, 0, second.out .. second.err)
  local last = p.slipway { "run", "promote", "--yes" }
  check.equal(last.code, 0, last.out .. last.err)
  check.match(p.git("show", "v1.2.0:CMakeLists.txt"), "VERSION 1%.2%.0 ")
end)

test("one commit goes from alpha to rc to the release, whose changelog tells no release commits", function()
  local p = project()
  for _, words in ipairs { { "alpha" }, { "alpha", "--id", "rc" }, { "promote" } } do
    local result = p.slipway { "run", words[1], "--yes", table.unpack(words, 2) }
    check.equal(result.code, 0, result.out .. result.err)
  end
  check.truthy(p.remote_refs()["refs/tags/v1.2.0-rc.1"])
  local section = file.read(p.dir .. "/CHANGELOG.md"):match "(## %[1%.2%.0%].-)\n## "
  check.match(section, "fly over water")
  check.falsy(section:find("Release 1.2.0-", 1, true), section)
end)

test("after a beta no alpha follows", function()
  local p = project()
  check.equal(p.slipway({ "run", "alpha", "--id", "beta", "--yes" }).code, 0)
  p.commit("fix: again", { ["x.txt"] = "x\n" })
  local result = p.slipway { "run", "alpha", "--yes" }
  check.truthy(result.code ~= 0)
  check.match(result.err, "beta")
end)

test("a hotfix goes out from its own line and the fix comes home", function()
  local p = project()
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  p.commit("feat: not for the hotfix", { ["new.c"] = "int new;\n" })
  local fix = p.commit("fix: the leak", { ["src/leak.c"] = "int leak;\n" })
  p.git("push", "-q", "origin", "main")
  local before = p.git("rev-parse", "main")
  local result = p.slipway { "run", "hotfix", "--from", "v1.2.0", "--fix", fix, "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  local refs = p.remote_refs()
  check.equal(refs["refs/heads/hotfix/v1.2.1"], p.git("rev-parse", "v1.2.1^{commit}"))
  check.equal(p.git("rev-parse", "v1.2.1~2"), p.git("rev-parse", "v1.2.0^{commit}"))
  check.falsy(p.git("ls-tree", "-r", "--name-only", "v1.2.1"):find("new.c", 1, true))
  check.match(p.git("ls-tree", "-r", "--name-only", "v1.2.1"), "src/leak%.c")
  check.equal(p.git("rev-parse", "main"), before)
  check.equal(p.git("branch", "--show-current"), "main")
  check.match(p.slipway({ "next", "--zero-ok" }).out, "^1%.3%.0")
end)

test("a fix made on the line is brought home to the trunk", function()
  local p = project()
  local started = p.slipway { "run", "hotfix", "--from", "v1.1.0", "--start-only", "--yes" }
  check.equal(started.code, 0, started.out .. started.err)
  check.equal(p.git("branch", "--show-current"), "hotfix/v1.1.1")
  p.commit("fix: on the line", { ["src/line.c"] = "int line;\n" })
  p.git("switch", "-q", "main")
  local result = p.slipway { "run", "hotfix", "--from", "v1.1.0", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.match(p.git("log", "-1", "--format=%s", "origin/main"), "on the line")
  check.equal(p.remote_refs()["refs/heads/main"], p.git("rev-parse", "main"))
  check.match(p.git("ls-tree", "-r", "--name-only", "main"), "src/line%.c")
  check.match(p.git("show", "v1.1.1:Cargo.toml"), 'version = "1%.1%.1"')
end)

test("no tag yet is a first release of the manifest's version", function()
  local p = project { tag = false }
  local planned = p.slipway { "plan", "release" }
  check.equal(planned.code, 0, planned.out .. planned.err)
  check.match(planned.out, "first release")
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  check.truthy(p.remote_refs()["refs/tags/v1.1.0"])
end)

test("a detached HEAD that equals the remote's trunk, as CI checks out, is released", function()
  local p = project()
  p.git("switch", "-q", "--detach")
  p.git("branch", "-D", "main")
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.truthy(p.remote_refs()["refs/tags/v1.2.0"])
end)

test("checks run in a clean checkout of the released commit, and a failing one stops before anything leaves", function()
  local p = project()
  p.commit("chore: configure", { ["slipway.lua"] = 'return { checks = { { "sh", "-c", "test ! -e untracked && grep -q 1.2.0 Cargo.toml && exit 3" } } }\n' })
  p.git("push", "-q", "origin", "main")
  local before = p.remote_refs()
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out, "ended with 3")
  check.equal(p.remote_refs(), before)
  check.equal(p.slipway({ "undo" }).code, 0)
  check.equal(p.git("status", "--porcelain"), "")
end)

test("builds and artifacts are made, named and checksummed", function()
  local p = project()
  p.commit("chore: configure", { ["slipway.lua"] = [[
return {
  targets = { a = { run = { { "sh", "-c", "echo built a > a.bin" } }, produce = { "a.bin" } }, b = { run = { { "sh", "-c", "echo built b > b.bin" } }, produce = { "b.bin" } } },
  artifacts = { { archive = "pelican-{version}-a.tar.gz", target = "a", include = { "notes.txt" } }, { archive = "pelican-{version}.zip", source = true } },
}
]] })
  p.git("push", "-q", "origin", "main")
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  local sums = file.read(("%s/.git/slipway/runs/%s/files/checksum/SHA256SUMS/SHA256SUMS"):format(p.dir, p.runs()[1]))
  check.match(sums, "%x+  pelican%-1%.2%.0%-a%.tar%.gz\n%x+  pelican%-1%.2%.0%.zip\n")
end)

test("a decision leads to the recipe that the fork names, and is recorded", function()
  local p = project()
  assert(file.mkdir { path = p.dir .. "/slipway/recipes", parents = true })
  assert(file.write { path = p.dir .. "/slipway/recipes/signoff.lua", text = [[
return { name = "signoff", summary = "Sign off.", params = {}, plan = function(p)
  local said = p:approve { text = "QE", choices = { "ship", "abort" } }
  p:after { step = said, ship = { "ship", { by = said.by, word = "now" } }, abort = { "abort" } }
end }
]] })
  local parked = p.slipway { "run", "signoff" }
  check.equal(parked.code, 11, parked.out .. parked.err)
  check.match(parked.out, "resume %-%-answer ship|abort")
  check.equal(p.slipway({ "resume", "--answer", "perhaps" }).code, 11)
  local result = p.slipway { "resume", "--answer", "ship" }
  check.equal(result.code, 0, result.out .. result.err)
  check.match(result.out, "slipway run ship %-%-by %S+ %-%-word now")
  check.match(file.read(("%s/.git/slipway/runs/%s/journal"):format(p.dir, p.runs()[1])), '"kind":"NEXT"')
end)

test("parts of a plan: up to a phase, then the rest, as one run", function()
  local p = project()
  local before = p.remote_refs()
  local first = p.slipway { "run", "release", "--until", "version", "--yes" }
  check.equal(first.code, 0, first.out .. first.err)
  check.match(first.out, "slipway resume")
  check.equal(p.remote_refs(), before)
  check.equal(p.git("cat-file", "-t", "v1.2.0"), "tag")
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 6, "the run holds its channel")
  local rest = p.slipway { "resume", "--only", "push" }
  check.equal(rest.code, 0, rest.out .. rest.err)
  check.truthy(p.remote_refs()["refs/tags/v1.2.0"])
  check.equal(p.slipway({ "resume" }).code, 0)
  check.equal(json.decode(p.slipway({ "show", "--json" }).out).outcome, "done")
end)

test("a part of a plan that has nothing to change ends, and the channel is free", function()
  local p = project()
  local result = p.slipway { "run", "release", "--only", "sync", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.match(result.out, "nothing of this part had to be changed")
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
end)

test("a part that leans on what has not happened is refused, and nothing is done", function()
  local p = project()
  local before = p.world()
  local result = p.slipway { "run", "release", "--start", "push", "--yes" }
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.out, "it has not happened yet")
  check.equal(p.world(), before)
  check.equal(p.slipway({ "run", "release", "--only", "nonsense", "--yes" }).code, 2)
end)

test("commits made on top of a release stay when it is undone, and its change is reverted", function()
  local p = project()
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  p.commit("fix: after the release", { ["after.txt"] = "after\n" })
  local result = p.slipway { "undo" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.git("status", "--porcelain"), "")
  check.match(file.read(p.dir .. "/Cargo.toml"), 'version = "1%.1%.0"')
  check.equal(file.read(p.dir .. "/after.txt"), "after\n")
  check.equal(p.git("tag", "--list", "v1.2.0"), "")
  check.falsy(p.remote_refs()["refs/tags/v1.2.0"])
  check.equal(p.git("rev-list", "--count", "v1.1.0..main"), "6")
end)

test("an approval that the policy demands cannot be skipped", function()
  local p = project()
  p.commit("chore: policy", { ["slipway.lua"] = 'return { policy = { approval = "step" } }\n' })
  assert(file.mkdir { path = p.dir .. "/slipway/recipes", parents = true })
  assert(file.write { path = p.dir .. "/slipway/recipes/gate.lua", text = [[
return { name = "gate", summary = "Gate.", params = {}, plan = function(p)
  p:approve { text = "QE" }
  p:run { argv = { "touch", "published" } }
end }
]] })
  check.equal(p.slipway({ "run", "gate", "--yes" }).code, 11)
  local skipped = p.slipway { "resume", "--skip", "approve", "--reason", "in a hurry" }
  check.truthy(skipped.code ~= 0)
  check.match(skipped.out .. skipped.err, "cannot be skipped")
  check.falsy(file.stat(p.dir .. "/published"))
  check.equal(p.slipway({ "resume", "--yes" }).code, 0)
  check.truthy(file.stat(p.dir .. "/published"))
end)
