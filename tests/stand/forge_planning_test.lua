-- What the forges tell and take beside release pages, asked of each of them: milestones, issues, comments, pull requests,
-- latest marks, CI runs, long lists, and refusals that say what is wrong.
local forges = stand "forges"
local json = require "door.json"
local make = forges.make

--- The same things in each forge: a milestone m1 with an open issue labelled P0 and a closed one, an issue without.
local fill = {}

function fill.gitea(server)
  local api = function(method, path, body) return (server.api(method, server.path .. path, body)) end
  local label = api("POST", "/labels", { name = "P0", color = "#ff0000" })
  local milestone = api("POST", "/milestones", { title = "m1" })
  api("POST", "/issues", { title = "it burns", labels = { label.id }, milestone = milestone.id })
  local closed = api("POST", "/issues", { title = "done", milestone = milestone.id })
  api("PATCH", "/issues/" .. closed.number, { state = "closed" })
  api("POST", "/issues", { title = "a wish" })
  server.project.git("push", "-q", "origin", "main:refs/heads/release/v1.2.0")
  server.project.commit("feat: later", { ["later.txt"] = "x\n" })
  server.project.git("push", "-q", "origin", "HEAD:release/v1.2.0")
end

function fill.github(server)
  local milestone = { number = 1, title = "m1" }
  server.arm {
    milestones = { { id = 9001, number = 1, title = "m1", state = "open", description = json.null, open_issues = 1, closed_issues = 1 } },
    issues = {
      { number = 1, title = "it burns", state = "open", labels = { { name = "P0" } }, milestone = milestone, user = { login = "ada" } },
      { number = 2, title = "done", state = "closed", labels = {}, milestone = milestone },
      { number = 3, title = "a wish", state = "open", labels = {} },
    },
  }
end

function fill.gitlab(server)
  local milestone = { title = "m1" }
  server.arm {
    milestones = { { id = 1, title = "m1", state = "active" } },
    issues = {
      { iid = 1, title = "it burns", state = "opened", labels = { "P0" }, milestone = milestone, author = { username = "ada" } },
      { iid = 2, title = "done", state = "closed", labels = {}, milestone = milestone },
      { iid = 3, title = "a wish", state = "opened", labels = {} },
    },
  }
end

local function titles(list)
  local names = {}
  for i, item in ipairs(list) do names[i] = item.title end
  table.sort(names)
  return names
end

for _, kind in ipairs(forges.kinds) do
  local function on(title, body)
    test(("%s: %s"):format(kind, title), { timeout = 600 }, function()
      local forge, _, server = make[kind]()
      body(forge, server)
    end)
  end

  on("a milestone is closed, opened, made and removed; what is open in it is told", function(forge, server)
    fill[kind](server)
    local found = assert(forge.milestones { state = "open" })[1]
    check.equal({ found.title, found.state, found.open, found.closed }, { "m1", "open", 1, 1 })
    check.equal(assert(forge.set_milestone(found, "closed")).state, "closed")
    check.equal(#assert(forge.milestones { state = "open" }), 0)
    check.equal(assert(forge.set_milestone(found, "open")).state, "open")
    local made = assert(forge.make_milestone { title = "m2", description = "next" })
    check.equal({ made.title, made.state, made.open, made.description }, { "m2", "open", 0, "next" })
    check.truthy(forge.remove_milestone(made))
    check.equal(titles(assert(forge.milestones { state = "all" })), { "m1" })
  end)

  on("issues are found by label, by one of several, by milestone and state; comments come and go", function(forge, server)
    fill[kind](server)
    check.equal(titles(assert(forge.issues { labels = { "P0" }, kind = "issue" })), { "it burns" })
    check.equal(titles(assert(forge.issues { any = { "P1", "P0", "nobody has it" }, kind = "issue" })), { "it burns" })
    check.equal(titles(assert(forge.issues { labels = { "nobody has it" } })), {})
    check.equal(titles(assert(forge.issues { milestone = "m1", state = "open" })), { "it burns" })
    check.equal(titles(assert(forge.issues { milestone = "m1", state = "closed" })), { "done" })
    check.equal(titles(assert(forge.issues { milestone = "none such", state = "open" })), {})
    check.equal(#assert(forge.issues { state = "all", kind = "issue" }), 3)
    local item = assert(forge.issues { labels = { "P0" } })[1]
    local made = assert(forge.comment(item, "Released in v1.2.0"))
    check.equal(assert(forge.comments(item))[1].body, "Released in v1.2.0")
    check.truthy(forge.remove_comment(item, made.id))
    check.equal(#assert(forge.comments(item)), 0)
  end)

  on("a pull request is opened once, found by its branch, edited, closed", function(forge, server)
    fill[kind](server)
    check.equal(forge.find_pull { head = "release/v1.2.0", base = "main" }, nil)
    local made = assert(forge.make_pull { head = "release/v1.2.0", base = "main", title = "Release 1.2.0", body = "Notes." })
    local found = assert(forge.find_pull { head = "release/v1.2.0", base = "main" })
    check.equal({ found.number, found.title, found.state, found.head, found.base }, { made.number, "Release 1.2.0", "open", "release/v1.2.0", "main" })
    check.fails("forge.conflict", forge.make_pull { head = "release/v1.2.0", base = "main", title = "again", body = "" })
    check.equal(assert(forge.edit_pull(found, { title = "Release 1.2.0, again", body = "More." })).title, "Release 1.2.0, again")
    check.equal(assert(forge.reviews(found)).approved, 0)
    check.equal(assert(forge.edit_pull(found, { state = "closed" })).state, "closed")
    check.equal(forge.find_pull { head = "release/v1.2.0", base = "main" }, nil, "closed without a merge is none")
  end)

  on("title and text are edited, also of a public page", function(forge)
    local draft = assert(forge.make_draft { tag = "v1.1.0", title = "one", body = "a" })
    check.equal(assert(forge.edit(draft, { title = "two" })).title, "two")
    check.equal(assert(forge.release "v1.1.0").body, "a")
    local public = assert(forge.publish(assert(forge.release "v1.1.0"), { latest = true }))
    check.equal(public.title, "two")
    assert(forge.edit(public, { title = "[YANKED] two", body = "b" }))
    local now = assert(forge.release "v1.1.0")
    check.equal({ now.title, now.body, now.draft }, { "[YANKED] two", "b", false })
    check.equal(#assert(forge.releases()), 1)
    check.equal(forge.latest(), "v1.1.0")
  end)

  on("an unknown repository and a wrong token are told apart", function(_, server)
    local unknown = assert(forges.open({ kind = kind, url = server.url, repo = "no/such" }, scratch(), server.token))
    check.fails("forge.not_found", unknown.check())
    local wrong = assert(forges.open({ kind = kind, url = server.url, repo = server.repo }, scratch(), "0123456789abcdef0123456789abcdef01234567"))
    check.fails("forge.auth", wrong.check())
    check.fails("forge.auth", wrong.make_draft { tag = "v9", title = "t", body = "" })
  end)
end

test("gitea: a token without the scope is refused with the scope it lacks", { timeout = 600 }, function()
  local _, _, server = make.gitea()
  local made = run { "curl", "-sS", "--noproxy", "*", "-u", server.user .. ":" .. server.password, "-H", "Content-Type: application/json",
    "-d", '{"name":"narrow' .. os.time() .. '","scopes":["read:repository"]}', server.url .. "/api/v1/users/" .. server.user .. "/tokens" }
  local token = json.decode(made.out).sha1
  local narrow = assert(forges.open({ kind = "forgejo", url = server.url, repo = server.repo }, scratch(), token))
  local page, err = narrow.make_draft { tag = "v1.1.0", title = "t", body = "" }
  check.fails("forge.forbidden", page, err)
  check.match(err.hint, "write:repository")
end)

test("gitlab: a token of a guest, and one that may only read, are refused before anything is done", function()
  local _, _, server = make.gitlab()
  for token, says in pairs { [server.guest] = "Developer", [server.read_only] = "api" } do -- order: independent
    local forge = assert(forges.open({ kind = "gitlab", url = server.url, repo = server.repo }, scratch(), token))
    local ok, err = forge.check()
    check.fails("forge.forbidden", ok, err)
    check.match(err.hint, says)
  end
end)

test("gitlab: a draft is not public, a backport and a pre-release do not become the latest", function()
  local forge, _, server = make.gitlab()
  local function publish(tag, how)
    assert(forge.make_draft { tag = tag, title = tag, body = "b", prerelease = how.prerelease })
    check.equal(#server.arm({}).releases, how.before, "the draft is no release")
    return assert(forge.publish(assert(forge.release(tag)), how))
  end
  publish("v1.1.0", { latest = true, before = 0 })
  publish("v1.0.1", { latest = false, before = 1 })
  check.equal(forge.latest(), "v1.1.0")
  publish("v1.2.0-rc.1", { latest = true, prerelease = true, before = 2 })
  check.equal(forge.latest(), "v1.1.0")
  publish("v1.2.0", { latest = true, before = 3 })
  check.equal(forge.latest(), "v1.2.0")
  check.truthy(forge.point_latest(assert(forge.release "v1.1.0")))
  check.equal(forge.latest(), "v1.1.0")
end)

test("gitlab: a name that the package registry would refuse comes back as it went; a second file of a name is seen", function()
  local forge, _, server = make.gitlab()
  assert(forge.make_draft { tag = "pkg/v1.1.0", title = "t", body = "b" })
  local page = assert(forge.release "pkg/v1.1.0")
  local odd = forges.asset("one two (3).bin", "12345")
  assert(forge.upload(page, odd))
  server.arm { lose = "upload" }
  check.fails("forge.broken", forge.upload(page, forges.asset("twice.txt", "a")))
  assert(forge.upload(page, forges.asset("twice.txt", "a")))
  page = assert(forge.release "pkg/v1.1.0")
  local names = {}
  for i, each in ipairs(page.assets) do names[i] = each.name end
  table.sort(names)
  check.equal(names, { "one two (3).bin", "twice.txt", "twice.txt" })
  local public = assert(forge.publish(page, { latest = true }))
  check.equal(public.assets[1].sha256 ~= nil, true)
end)

test("github: on an immutable release assets stay, its title can be marked", function()
  local forge, _, server = make.github()
  server.arm { immutable = true }
  local page = assert(forge.make_draft { tag = "v1.1.0", title = "t", body = "b" })
  assert(forge.upload(page, forges.asset("one.bin", "1")))
  local public = assert(forge.publish(assert(forge.release "v1.1.0"), { latest = true }))
  check.fails("forge.immutable", forge.upload(public, forges.asset("two.bin", "2")))
  check.fails("forge.immutable", forge.remove_asset(public, public.assets[1]))
  check.fails("forge.immutable", forge.withdraw(public))
  check.equal(assert(forge.edit(public, { title = "[YANKED] t" })).title, "[YANKED] t")
end)

test("github: uploads carry their content type, and downloads are counted", function()
  local forge, _, server = make.github()
  local page = assert(forge.make_draft { tag = "v1.1.0", title = "t", body = "b" })
  local packed = forges.asset("a.tar.gz", "x")
  packed.type = require("pure.content_type").of(packed.name)
  assert(forge.upload(page, packed))
  page = assert(forge.release "v1.1.0")
  check.equal(page.assets[1].downloads, 0)
  page.assets[1].sha256 = nil
  assert(forge.digest(page, page.assets[1], scratch() .. "/back"))
  check.equal(assert(forge.release "v1.1.0").assets[1].downloads, 1)
  local shown = run { "curl", "-sS", "--noproxy", "*", "-H", "Authorization: Bearer " .. server.token, server.url .. "/repos/me/pelican/releases?per_page=1" }
  check.match(shown.out, '"application/gzip"')
end)

test("ten thousand releases and tags are read to the last, and a draft behind them is found", { timeout = 600 }, function()
  for _, kind in ipairs { "github", "gitlab" } do
    local forge, _, server = make[kind]()
    local draft = assert(forge.make_draft { tag = "v1.1.0", title = "t", body = "b" })
    server.arm { many_releases = 10050, tags = 10050 }
    check.equal(#assert(forge.releases()), 10050, kind)
    check.equal(#assert(forge.tags()), 10050, kind)
    check.equal(assert(forge.release "v1.1.0").id, draft.id, kind)
  end
end)

-- CI runs ---------------------------------------------------------------------------------------

local function hub_run(id, fields)
  local run = {
    id = id, path = ".github/workflows/publish.yml", event = "push", head_branch = "v1.1.0", head_sha = ("a"):rep(40), status = "completed",
    conclusion = "success", run_attempt = 1, display_title = "1.1.0", html_url = "https://github.example/runs/" .. id,
  }
  for key, value in pairs(fields or {}) do run[key] = value end -- order: a set
  return run
end

test("github: the run of a tag is found among newer ones, of other workflows, commits and events", function()
  local forge, commit, server = make.github()
  server.arm { runs = {
    hub_run(1), hub_run(2, { head_branch = "v1.2.0" }), hub_run(3, { path = ".github/workflows/lint.yml" }), hub_run(4, { event = "workflow_dispatch" }),
    hub_run(5, { head_sha = ("b"):rep(40) }),
  } }
  local found = assert(forge.runs { commit = commit, ref = "v1.1.0", event = "push", workflow = "publish.yml" })
  check.equal(#found, 1)
  check.equal(found[1].id, 1)
  check.equal(#assert(forge.runs { after = 3 }), 2)
end)

test("github: job states with the step they are at, the log from another host, a rerun keeps the id and counts", function()
  local forge, _, server = make.github()
  server.arm {
    runs = { hub_run(7, { conclusion = "failure" }), hub_run(8, { status = "in_progress", conclusion = json.null }) },
    jobs = { ["7"] = {
      { id = 70, name = "lint", status = "completed", conclusion = "success" },
      { id = 71, name = "build", status = "completed", conclusion = "failure", steps = {
        { name = "checkout", status = "completed", conclusion = "success" }, { name = "cargo clippy", status = "completed", conclusion = "failure" } } },
    } },
    logs = { ["71"] = "2026-11-21T10:00:00Z error: this `if` has identical blocks\n`-D warnings` implied\n" },
  }
  local run = assert(forge.run(7))
  check.equal({ run.state, run.verdict, run.attempt }, { "done", "failure", 1 })
  local jobs = assert(forge.jobs(run))
  check.equal({ jobs[2].name, jobs[2].verdict, jobs[2].step }, { "build", "failure", "cargo clippy" })
  check.match(forge.log(run, jobs[2]), "identical blocks")
  check.truthy(forge.rerun_failed(run))
  local again = assert(forge.run(7))
  check.equal({ again.id, again.attempt, again.verdict }, { 7, 2, "success" })
  check.truthy(forge.cancel(assert(forge.run(8))))
  check.equal(assert(forge.run(8)).verdict, "cancelled")
  check.truthy(forge.cancel(again), "what has ended needs no cancel")
end)

test("github: a dispatch names its run; an older server that refuses to be asked is asked without; who may not is told where to click", function()
  local forge, _, server = make.github()
  check.truthy(assert(forge.dispatch { workflow = "bundle.yml", ref = "main", inputs = { version = "v1.1.0" } }).id)
  server.arm { dispatch = "old" }
  check.equal(assert(forge.dispatch { workflow = "bundle.yml", ref = "main" }).id, nil)
  check.equal(#server.arm({}).runs, 2)
  for _, reason in ipairs { "forbidden", "unknown" } do
    server.arm { dispatch = reason }
    local made, err = forge.dispatch { workflow = "bundle.yml", ref = "main" }
    check.fails("forge.cannot_dispatch", made, err)
    check.match(err.hint, "/me/pelican/actions/workflows/bundle.yml$")
  end
end)

test("gitlab: pipelines are runs: found by commit and ref, their jobs, traces, retry, cancel and start", function()
  local forge, commit, server = make.gitlab()
  server.arm {
    pipelines = {
      { id = 5, sha = commit, ref = "v1.1.0", status = "failed", source = "push", web_url = "x" },
      { id = 6, sha = ("b"):rep(40), ref = "v1.2.0", status = "running", source = "push", web_url = "x" },
    },
    jobs = { ["5"] = { { id = 50, name = "build", status = "failed", stage = "build" }, { id = 51, name = "flaky", status = "failed", allow_failure = true } } },
    logs = { ["50"] = "error: linker `cc` not found\n" },
  }
  local found = assert(forge.runs { commit = commit, ref = "v1.1.0", event = "push" })
  check.equal({ #found, found[1].id, found[1].verdict }, { 1, 5, "failure" })
  local jobs = assert(forge.jobs(found[1]))
  check.equal({ jobs[1].verdict, jobs[2].verdict }, { "failure", "success" }, "a job that may fail has not failed")
  check.match(forge.log(found[1], jobs[1]), "linker")
  check.truthy(forge.rerun_failed(found[1]))
  check.equal(assert(forge.run(5)).verdict, "success")
  check.truthy(forge.cancel(assert(forge.run(6))))
  check.equal(assert(forge.run(6)).verdict, "cancelled")
  local made = assert(forge.dispatch { ref = "main", workflow = ".gitlab-ci.yml", inputs = { VERSION = "v1.1.0" } })
  check.equal(assert(forge.run(made.id)).event, "workflow_dispatch")
  server.arm { dispatch = "no" }
  check.fails("forge.cannot_dispatch", forge.dispatch { ref = "main", workflow = ".gitlab-ci.yml" })
end)

test("the checks of a commit on gitlab: red when one failed that may not, pending while one waits", function()
  local forge, commit, server = make.gitlab()
  check.equal(assert(forge.checks(commit)).state, "none")
  server.arm { statuses = { { name = "build", status = "success" }, { name = "flaky", status = "failed", allow_failure = true } } }
  check.equal(assert(forge.checks(commit)).state, "green")
  server.arm { statuses = { { name = "build", status = "running" } } }
  check.equal(assert(forge.checks(commit)).pending, { "build" })
  server.arm { statuses = { { name = "build", status = "failed" }, { name = "lint", status = "pending" } } }
  check.equal(assert(forge.checks(commit)).state, "red")
end)
