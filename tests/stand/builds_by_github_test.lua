-- Builds dispatched to GitHub and collected from there, on a FAKE that was written from GitHub's documentation
-- (fake_github.py); builds_by_actions_test.lua has a real Gitea. Nothing runs here but `slipway` and git.
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local github

local workflow = require("cli.actions_help").workflow("github", {})

--- A project whose targets a and b are built by GitHub and home here; `o.place` is more of the place's settings.
local function project(o)
  o, github = o or {}, github or servers.fake_github()
  local p = projects.on_daemon { kind = "plain" }
  local token = p.home .. "/token"
  assert(file.write { path = token, text = github.token, mode = 384 })
  local config = ([[return {
  project = 'pelican',
  targets = {
    a = { run = { { 'false' } }, produce = { 'dist/a.txt' }, strategy = { 'ci' } }, b = { run = { { 'false' } }, produce = { 'dist/b.txt' }, strategy = { 'ci' } },
    home = { run = { { 'sh', '-c', 'echo home >home.txt' } }, produce = { 'home.txt' } },
  },
  build = { places = { ci = { kind = 'actions', workflow = 'build.yml', poll = 0.2 %s } } },
  forge = { kind = %q, url = %q, repo = %q, token = %q },
}
]]):format(o.place or "", o.kind or "github", github.url, github.repo, "file:" .. token)
  local commit = p.commit("chore: configure", { ["slipway.lua"] = config, [".gitignore"] = "dist/\n", [".github/workflows/build.yml"] = o.workflow or workflow })
  if o.pushed ~= false then p.git("push", "-q", "origin", "main") end
  github.arm { commit = commit, runs = json.array {}, jobs = {}, artifacts = {}, builds = o.builds or { a = { ["a.txt"] = "A" }, b = { ["b.txt"] = "B" } }, expired = false, spoilt = false }
  return p
end

local function build(p, words) return p.slipway({ "run", "build", "--yes", "--to", "dist", table.unpack(words or {}) }, { timeout = 60 }) end

local function resume(p) return p.slipway({ "resume" }, { timeout = 60 }) end

local function targets_of(run) return (run.display_title:match("%[(.-)%]"):gsub('[\\"]', "")) end

test("some targets here, others by GitHub, in one plan; the token does not follow to the host that has the artifacts", function()
  local p = project { pushed = false }
  local planned = assert(json.decode(p.slipway({ "plan", "build", "--json" }).out))
  local classes = {}
  for _, step in ipairs(planned.steps) do classes[step.args.target or step.verb] = step.class end
  check.equal({ classes.a, classes.b, classes.home }, { "remote", "remote", "local" })
  local result = build(p)
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt", "home.txt" })
  check.equal(file.read(p.dir .. "/dist/b.txt"), "B")
  local runs = github.arm {}.runs
  check.equal(#runs, 1)
  check.equal(targets_of(runs[1]), "a,b")
  check.match(runs[1].head_branch, "^slipway/", "a commit that is nowhere yet goes there as a branch of ours")
  for name in pairs(p.remote_refs()) do check.falsy(name:find("slipway", 1, true), name) end
end)

test("an answer that is lost makes no second run: the first is found by its key", function()
  local p = project()
  github.arm { lose = "dispatch", dispatch = "old" }
  local result = build(p)
  github.arm { dispatch = "details" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(#github.arm {}.runs, 1)
end)

test("a job that was lost with its runner is dispatched again, alone; one that failed waits for a resume and keeps its log", function()
  local p = project { builds = { a = { ["a.txt"] = "A" }, b = "lost", ["b again"] = "fails" } }
  local result = build(p)
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out .. result.err, "the job build %(b%) of run #%d+ failed at 'compile'")
  check.match(result.out .. result.err, "error: no such wing")
  check.match(p.slipway({ "show", "--log", "b" }).out, "error: no such wing")
  local runs = github.arm({ builds = { b = { ["b.txt"] = "B" } } }).runs
  check.equal({ #runs, targets_of(runs[1]), targets_of(runs[2]) }, { 2, "a,b", "b" })
  local mended = resume(p)
  check.equal(mended.code, 0, mended.out .. mended.err)
  runs = github.arm({}).runs
  check.equal({ #runs, targets_of(runs[3]) }, { 3, "b" })
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt", "home.txt" })
end)

test("an artifact that has expired, or is not what the run kept, is a clear error; the first is built again by a resume", function()
  local p = project()
  github.arm { expired = true }
  local result = build(p)
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out .. result.err, "SW%-BUILD%-EXPIRED")
  github.arm { expired = false, spoilt = true }
  local spoilt = resume(p)
  check.equal(spoilt.code, 7, spoilt.out .. spoilt.err)
  check.match(spoilt.out .. spoilt.err, "SW%-BUILD%-ALTERED")
  github.arm { spoilt = false }
  local mended = resume(p)
  check.equal(mended.code, 0, mended.out .. mended.err)
  check.equal(#github.arm {}.runs, 2, "what was spoilt on the way is fetched again, not built again")
end)

test("what an artifact holds is compared with the plan: missing, too much, other digests than it says, no safe name, none", function()
  local p = project()
  local function told(files, words)
    github.arm { builds = { a = files, b = { ["b.txt"] = "B" } } }
    local result = #p.runs() == 0 and build(p) or resume(p)
    check.equal(result.code, 7, result.out .. result.err)
    check.match(result.out .. result.err, words)
  end
  told({ ["a.txt"] = "A", ["c.txt"] = "C" }, "made more than it should: c.txt")
  told({ ["c.txt"] = "C" }, "did not produce a.txt; it made c.txt")
  told({ ["x/a.txt"] = "A", ["y/a.txt"] = "A" }, "made a.txt twice for a")
  told({ ["a.txt"] = "A", SHA256SUMS = ("0"):rep(64) .. "  a.txt\n" }, "SW%-BUILD%-ALTERED")
  told({ ["../a.txt"] = "A" }, "SW%-ARCHIVE")
  told("none", "has no artifact 'a'; it has none")
  github.arm { builds = { a = { ["dist/a.txt"] = "A", SHA256SUMS = "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd  a.txt\n" } } }
  local mended = resume(p)
  check.equal(mended.code, 0, mended.out .. mended.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt", "home.txt" })
end)

test("undecided within the limit parks, and undo cancels the run and takes its branch away", function()
  local p = project { pushed = false, place = ", within = '1s'", builds = { a = "queued", b = "queued" } }
  local result = build(p)
  check.equal(result.code, 11, result.out .. result.err)
  check.match(result.out .. result.err, "undecided after 1s: run #%d+: build %(a%) queued")
  check.equal(resume(p).code, 11)
  check.equal(#github.arm {}.runs, 1, "a resume waits for the same run")
  check.equal(p.slipway({ "resume", "--retry", "01-build" }).code, 11)
  local runs = github.arm({}).runs
  check.equal({ #runs, targets_of(runs[2]) }, { 2, "a" }, "unless a person wants a target to be dispatched again")
  local undone = p.slipway { "undo", "--yes" }
  check.equal(undone.code, 0, undone.out .. undone.err)
  for _, run in ipairs(github.arm({}).runs) do check.equal(run.conclusion, "cancelled") end
  for name in pairs(p.remote_refs()) do check.falsy(name:find("slipway", 1, true), name) end
end)

test("what GitHub could not build is built at the next place, and no branch of ours is left", function()
  local p = project { pushed = false, builds = { a = { ["a.txt"] = "A" }, b = "fails" } }
  p.commit("chore: at home otherwise", { ["slipway.lua"] = (assert(file.read(p.dir .. "/slipway.lua")):gsub("{ 'false' } }, produce = { 'dist/b.txt' }, strategy = { 'ci' }", "{ 'sh', '-c', 'mkdir dist; echo b >dist/b.txt' } }, produce = { 'dist/b.txt' }, strategy = { 'ci', 'here' }")) })
  github.arm { commit = p.git("rev-parse", "HEAD") }
  local result = build(p)
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.read(p.dir .. "/dist/b.txt"), "b\n")
  for name in pairs(p.remote_refs()) do check.falsy(name:find("slipway", 1, true), name) end
end)

test("a signal ends the waiting and leaves the run at work there; undo cancels it", function()
  local p = project { builds = { a = "queued", b = "queued" } }
  local stopper = [["$0" run build --yes --to dist & until ls .git/slipway/runs/*/actions-b.json >/dev/null 2>&1; do sleep 0.1; done; sleep 1; kill -TERM $!; wait $!]]
  local result = p.slipway({ "-c", stopper, slipway }, { program = "sh", as_of = false, timeout = 60 })
  check.equal(result.code, 143, result.out .. result.err)
  local run = github.arm({}).runs[1]
  check.equal(run.status, "queued")
  local undone = p.slipway { "undo", "--yes" }
  check.equal(undone.code, 0, undone.out .. undone.err)
  check.equal(github.arm({}).runs[1].conclusion, "cancelled")
end)

test("a run that somebody cancelled says so, and is not started again by itself", function()
  local p = project { place = ", within = '20s'", builds = { a = "queued", b = "queued" } }
  local runs
  local waiter = ([["$0" run build --yes --to dist & made=$!; n=0; until curl -s --noproxy '*' -H 'Authorization: Bearer %s' %s/repos/me/pelican/actions/runs | grep -q '"queued"'; do sleep 0.1; done
    sleep 1; id=$(curl -s --noproxy '*' -H 'Authorization: Bearer %s' %s/repos/me/pelican/actions/runs | grep -o '"id": *[0-9]*' | head -1 | grep -o '[0-9]*$')
    curl -s --noproxy '*' -X POST -H 'Authorization: Bearer %s' %s/repos/me/pelican/actions/runs/$id/cancel >/dev/null; wait $made]])
    :format(github.token, github.url, github.token, github.url, github.token, github.url)
  local result = p.slipway({ "-c", waiter, slipway }, { program = "sh", as_of = false, timeout = 60 })
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out .. result.err, "was cancelled before [ab] was built")
  runs = github.arm({}).runs
  check.equal(#runs, 1)
end)

test("what cannot build is told before anything is done: another workflow, none, a forge without Actions", function()
  local function refused(o, words)
    local p = project(o)
    local result = p.slipway { "plan", "build" }
    check.equal(result.code, 4, result.out .. result.err)
    check.match(result.out .. result.err, words)
  end
  refused({ workflow = "on: push\njobs: {}\n" }, "not started by workflow_dispatch")
  refused({ workflow = (workflow:gsub("slipway_run:", "key:")) }, "no input 'slipway_run'")
  refused({ place = ", inputs = { profile = 'x' }" }, "no input 'profile'")
  refused({ kind = "gitlab" }, "gitlab has no Actions")
end)
