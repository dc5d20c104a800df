-- CI runs on a real Gitea with Actions and a runner of our own, driven by the binary: the run of this tag, its verdict,
-- the logs of what failed, running it again, dispatches, checks of a commit.
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local gitea, runner, count = nil, nil, 0

local publish = [[
name: publish
on:
  push:
    tags: ["v*"]
jobs:
  lint:
    runs-on: stand
    steps:
      - run: echo lint is fine
  build:
    runs-on: stand
    steps:
      - run: echo building ${{ github.ref_name }}
      - name: publish it
        run: |
          %s
]]

local bundle = [[
name: bundle
on:
  workflow_dispatch:
    inputs:
      version:
        required: true
jobs:
  bundle:
    runs-on: stand
    steps:
      - run: echo bundling ${{ inputs.version }}
]]

--- A project on Gitea with workflows; `step` is what its publish.yml does last.
local function project(o)
  gitea = gitea or servers.gitea()
  if o.runner ~= false then runner = runner or gitea.runner() end
  count = count + 1
  local repo = gitea.new_repo("ci" .. count)
  local p = projects.new { dir = scratch(), remote = repo.auth_url }
  local token = p.home .. "/token"
  assert(file.write { path = token, text = gitea.token, mode = 384 })
  local config = ("return { %s forge = { kind = %q, url = %q, repo = %q, token = %q } }\n"):format(
    o.config or "", o.kind or "gitea", gitea.url, repo.owner .. "/" .. repo.name, "file:" .. token)
  p.commit("chore: configure", {
    ["slipway.lua"] = config, [".gitea/workflows/publish.yml"] = publish:format(o.step or "echo done"), [".gitea/workflows/bundle.yml"] = bundle,
  })
  p.git("push", "-q", "origin", "main")
  gitea.settle(repo)
  p.repo, p.path = repo, ("/repos/%s/%s"):format(repo.owner, repo.name)
  return p
end

local function push_tag(p, name)
  p.git("tag", "-a", name, "-m", name)
  p.git("push", "-q", "origin", name)
end

--- The result of a recipe: exit code, the last JSON line, both outputs as text.
local function perform(p, words, o)
  table.insert(words, 1, "run")
  for _, word in ipairs { "--yes", "--json" } do words[#words + 1] = word end
  local result = p.slipway(words, o)
  local line = result.out:match "([^\n]+)\n*$"
  return result.code, line and json.decode(line) or {}, result.out .. result.err
end

local function value_of(result, verb)
  for _, step in ipairs(result.steps or {}) do
    if step.id:find(verb, 1, true) then return step.value end
  end
end

local function runs_of(p) return (gitea.api("GET", p.path .. "/actions/runs")).workflow_runs end

test("the run of this tag is watched to its end, not a newer one", { timeout = 400 }, function()
  local p = project {}
  push_tag(p, "v1.1.1")
  push_tag(p, "v1.1.2")
  local code, result, said = perform(p, { "watch", "--tag", "v1.1.1", "--workflow", "publish.yml", "--within", "240s" })
  check.equal(code, 0, said)
  local seen = value_of(result, "watch")
  for _, run in ipairs(runs_of(p)) do
    check.equal(run.id == seen.run, run.path == "publish.yml@refs/tags/v1.1.1", run.path)
  end
end)

test("a failed job is told with its step, the last lines of its own log, cause and remedy; --retry runs only it again", { timeout = 500 }, function()
  local green = scratch() .. "/green"
  local p = project { step = ("test -e %s || { echo 'error: no token found, please run `cargo login`'; exit 1; }"):format(green) }
  push_tag(p, "v1.1.1")
  local code, result, said = perform(p, { "watch", "--tag", "v1.1.1", "--workflow", "publish.yml", "--within", "240s" })
  check.equal(code, 4, said)
  check.equal(result.error.code, "ci.failed")
  check.match(result.error.message, "failed: build$")
  check.equal(result.error.diagnosis[1].name, "registry token")
  check.falsy(said:find("lint is fine", 1, true), "no log of a job that went well")
  local again = p.slipway { "run", "watch", "--tag", "v1.1.1", "--within", "240s", "--yes" }
  check.match(again.out, "remedy")
  check.match(again.out, "ci%-%d+%-build%.log")
  assert(file.write { path = green, text = "" })
  local before = #runs_of(p)
  local rerun, _, told = perform(p, { "watch", "--tag", "v1.1.1", "--within", "240s", "--rerun", "1" })
  check.equal(rerun, 0, told)
  check.equal(#runs_of(p), before, "the same run, no new one")
end)

test("undecided is not failed: at the limit the run parks, and goes on later", { timeout = 500 }, function()
  local p = project { step = "sleep 6; echo done" }
  push_tag(p, "v1.1.1")
  local code, result, said = perform(p, { "watch", "--tag", "v1.1.1", "--workflow", "publish.yml", "--within", "2s" })
  check.equal(code, 11, said)
  check.equal(result.outcome, "parked")
  check.match(result.error.message, "undecided after 2s: ")
end)

test("a tag without a run is undecided, and the limit says what is missing", { timeout = 600 }, function()
  local p = project {}
  local code, result = perform(p, { "watch", "--tag", "v1.1.0", "--workflow", "publish.yml", "--within", "1s" })
  check.equal(code, 11)
  check.match(result.error.message, "no run of publish.yml for v1.1.0")
end)

test("a dispatch with inputs starts one run, and that very run is watched", { timeout = 400 }, function()
  local p = project {}
  local code, result, said = perform(p, { "dispatch", "--workflow", "bundle.yml", "--inputs", "version=v1.1.0", "--within", "240s" })
  check.equal(code, 0, said)
  local runs = runs_of(p)
  check.equal(#runs, 1)
  check.equal(runs[1].id, value_of(result, "dispatch").run)
  check.equal(runs[1].event, "workflow_dispatch")
  local jobs = gitea.api("GET", ("%s/actions/runs/%d/jobs"):format(p.path, runs[1].id)).jobs
  local log = run { "curl", "-sS", "--noproxy", "*", "-H", "Authorization: token " .. gitea.token, ("%s/api/v1%s/actions/jobs/%d/logs"):format(gitea.url, p.path, jobs[1].id) }
  check.match(log.out, "bundling v1.1.0")
end)

test("a workflow that cannot be started from here is started by hand, and its run is found", { timeout = 400 }, function()
  local p = project {}
  local code, result, said = perform(p, { "dispatch", "--workflow", "later.yml", "--inputs", "version=v1.1.0", "--within", "240s" })
  check.equal(code, 11, said)
  check.match(result.error.message, "later.yml on main with version=v1.1.0 has to be started by hand: http")
  check.equal(#runs_of(p), 0)
  p.commit("ci: the workflow comes later", { [".gitea/workflows/later.yml"] = bundle })
  p.git("push", "-q", "origin", "main")
  local _, status = gitea.api("POST", p.path .. "/actions/workflows/later.yml/dispatches", { ref = "main", inputs = { version = "v1.1.0" } })
  check.truthy(status < 300, "started by hand: " .. tostring(status))
  local resumed = p.slipway { "resume" }
  check.equal(resumed.code, 0, resumed.out .. resumed.err)
  check.equal(#runs_of(p), 1)
end)

test("killed between the mark and the answer, a dispatch is not made twice", { timeout = 600 }, function()
  if not require("door.host").crash_points then skip "the crash points are in the dev build only" end
  for _, point in ipairs { "01-dispatch:after-apply", "01-dispatch:after-outcome", "01-dispatch:after-intent" } do
    local p = project {}
    local code, _, said = perform(p, { "dispatch", "--workflow", "bundle.yml", "--inputs", "version=v1.1.0", "--within", "240s" }, { env = { SLIPWAY_CRASH = point } })
    check.equal(code, 137, point .. said)
    local resumed = p.slipway { "resume" }
    check.equal(resumed.code, 0, point .. resumed.out .. resumed.err)
    check.equal(#runs_of(p), 1, point)
  end
end)

test("the checks of the exact commit decide, others do not", { timeout = 500 }, function()
  local p = project { runner = false }
  local commit = p.git("rev-parse", "main")
  local function status(oid, context, state)
    check.equal(select(2, gitea.api("POST", ("%s/statuses/%s"):format(p.path, oid), { context = context, state = state })), 201)
  end
  local function await(oid)
    local result = p.slipway { "eval", "--yes", ('p:await { commit = %q, checks = "green", within = "1s" }'):format(oid) }
    return result.code, result.out .. result.err
  end
  status(p.git("rev-parse", "main~1"), "build", "failure")
  check.equal((await(commit)), 11, "no checks yet")
  status(commit, "build", "pending")
  local code, said = await(commit)
  check.equal(code, 11)
  check.match(said, "waiting for build")
  status(commit, "build", "success")
  check.equal((await(commit)), 0)
  status(commit, "lint", "failure")
  code, said = await(commit)
  check.equal(code, 4)
  check.match(said, "lint")
end)

test("a tag push that starts the publishing run is final, and its run is watched before the page is made", { timeout = 600 }, function()
  local p = project { config = 'ci = { publishes = "publish.yml", within = "240s" },' }
  local planned = json.decode(p.slipway({ "plan", "release", "--json" }).out)
  local classes = {}
  for _, step in ipairs(planned.steps) do classes[step.verb] = step.class end
  check.equal({ classes.push, classes.watch, classes.stage }, { "final", "read", "remote" })
  check.match(planned.pivot, "push")
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(#runs_of(p), 1)
  check.equal((gitea.api("GET", p.path .. "/releases/tags/v1.2.0")).draft, false)
  local undone = p.slipway { "undo", "--yes" }
  check.equal(undone.code, 7, "what was published stays")
end)

test("a publishing run that fails stops the release behind its pivot; the failed jobs run again by resume --retry", { timeout = 600 }, function()
  local flag = scratch() .. "/green"
  local p = project { config = 'ci = { publishes = "publish.yml", within = "240s" },', step = ("test -e %s || { echo no space left on device; exit 1; }"):format(flag) }
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out, "A disk is full")
  assert(file.write { path = flag, text = "" })
  local plan = json.decode(p.slipway({ "show", p.runs()[1], "--json" }).out)
  local step
  for _, each in ipairs(plan.steps) do step = each.id:find "watch" and each.id or step end
  local resumed = p.slipway { "resume", "--retry", step }
  check.equal(resumed.code, 0, resumed.out .. resumed.err)
  check.equal(#runs_of(p), 1, "the same run")
end)

test("where CI makes the page, it must have exactly the named assets", { timeout = 600 }, function()
  local p = project { config = 'ci = { publishes = "publish.yml", assets = { "SHA256SUMS", "pelican-{version}.bin" }, within = "3s" },' }
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 11, result.out .. result.err)
  local page, status
  for _ = 1, 40 do -- Gitea looks at a pushed tag a while after it has taken it
    page, status = gitea.api("POST", p.path .. "/releases", { tag_name = "v1.2.0", name = "pelican 1.2.0" })
    if status == 201 then break end
    os.execute "sleep 0.25"
  end
  check.equal(status, 201)
  local function attach(name)
    local out = run { "curl", "-sS", "--noproxy", "*", "-H", "Authorization: token " .. gitea.token, "-F", "attachment=@" .. p.dir .. "/Cargo.toml;filename=" .. name,
      ("%s/api/v1%s/releases/%d/assets"):format(gitea.url, p.path, page.id) }
    check.equal(out.code, 0)
  end
  attach "SHA256SUMS"
  local lacking = p.slipway { "resume" }
  check.equal(lacking.code, 11, lacking.out .. lacking.err)
  check.match(lacking.out, "still lacks: pelican%-1%.2%.0%.bin")
  attach "pelican-1.2.0.bin"
  local whole = p.slipway { "resume" }
  check.equal(whole.code, 0, whole.out .. whole.err)
end)
