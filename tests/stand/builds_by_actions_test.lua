-- Builds dispatched to a real Gitea's Actions and collected from there: a matrix, runners that die, Slipway killed in
-- between, artifacts that are not what the plan names. The runner is one of our own (actions_runner.py).
local digest = require "door.digest"
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local gitea, runner, count = nil, nil, 0

local workflow = [[
name: build
run-name: build ${{ inputs.targets }} for ${{ inputs.slipway_run }}
on:
  workflow_dispatch:
    inputs:
      targets: { required: true }
      slipway_run: { required: true }
      version: { required: false }
jobs:
  build:
    if: contains(fromJSON(inputs.targets), matrix.target)
    strategy:
      matrix:
        target: [t-a, t-b]
    runs-on: stand
    steps:
      - run: git clone -q "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" . && git checkout -q "$GITHUB_SHA"
      - run: echo "${{ matrix.target }} ${{ inputs.version }}" >>MARKS/ran && sh make.sh ${{ matrix.target }}
      - uses: actions/upload-artifact@v4
        with:
          name: ${{ matrix.target }}
          path: dist
]]

local make = "mkdir -p dist; echo $1 >dist/${1#t-}.txt\n"

--- A project on Gitea whose targets t-a and t-b are built by build.yml, which runs make.sh.
local function project(o)
  local forge = o.forge or gitea or servers.gitea()
  if not o.forge then
    gitea = forge
    runner = runner or gitea.runner()
  end
  count = count + 1
  local repo = forge.new_repo("build" .. count)
  local p = projects.new { dir = scratch(), remote = repo.auth_url, kind = "plain" }
  local token, marks = p.home .. "/token", scratch()
  assert(file.write { path = token, text = forge.token, mode = 384 })
  local config = ("return { project = 'pelican', targets = { %s }, build = { strategy = %s, places = { ci = { kind = 'actions', workflow = 'build.yml', poll = 0.3 %s } } }, forge = { kind = 'gitea', url = %q, repo = %q, token = %q } %s }\n")
    :format(o.targets or "t = { run = { { 'sh', 'make.sh', 't-{variant}' } }, produce = { 'dist/{variant}.txt' }, variants = { 'a', 'b' } }", o.strategy or "'ci'",
      o.place or "", forge.url, repo.owner .. "/" .. repo.name, "file:" .. token, o.config or "")
  p.commit("chore: configure", {
    ["slipway.lua"] = config, [".gitignore"] = "dist/\n", ["make.sh"] = (o.make or make):gsub("MARKS", marks), [".gitea/workflows/build.yml"] = (o.workflow or workflow):gsub("MARKS", marks),
  })
  p.git("push", "-q", "origin", "main")
  forge.settle(repo)
  p.path, p.marks, p.forge = ("/repos/%s/%s"):format(repo.owner, repo.name), marks, forge
  return p
end

local function runs_of(p) return (p.forge.api("GET", p.path .. "/actions/runs")).workflow_runs end

local function ran(p)
  local list = {}
  for line in (file.read(p.marks .. "/ran") or ""):gmatch "[^\n]+" do list[#list + 1] = line:match "^%S+" end
  table.sort(list)
  return list
end

local function build(p, words, o)
  return p.slipway({ "run", "build", "--yes", "--to", "dist", table.unpack(words or {}) }, o or { timeout = 120 })
end

local function branches(p)
  local list = {}
  for name in pairs(p.remote_refs()) do list[#list + 1] = name:match "^refs/heads/(.+)$" end -- order: sorted below
  table.sort(list)
  return list
end

--- The workflow that `slipway help actions` shows, as far as this machine is the runner: Slipway builds there, too.
local function shown(p)
  local lines = {}
  for line in p.slipway({ "help", "actions" }).out:match("\n(name: build\n.*)$"):gmatch "[^\n]+" do
    line = line:gsub("ubuntu%-latest", "stand"):gsub("run: slipway", function() return "run: echo \"$TARGET\" >>" .. p.marks .. "/ran; " .. slipway end)
    if line:find("actions/checkout", 1, true) then line = '      - run: git clone -q "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" . && git checkout -q "$GITHUB_SHA"' end
    lines[#lines + 1] = line
  end
  return table.concat(lines, "\n") .. "\n"
end

test("two targets are built by one dispatch of the workflow that help shows, and collected; release pages get what was built there", { timeout = 300 }, function()
  local p = project { config = ", artifacts = { { archive = 'pelican-{version}-{variant}.tar.gz', target = 't' } }" }
  p.commit("ci: build", { [".gitea/workflows/build.yml"] = shown(p) })
  p.git("push", "-q", "origin", "main")
  local result = build(p)
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt" })
  check.equal(file.read(p.dir .. "/dist/a.txt"), "t-a\n")
  local runs = runs_of(p)
  check.equal(#runs, 1)
  check.equal({ runs[1].head_sha, runs[1].head_branch }, { p.git("rev-parse", "main"), "main" })
  check.equal(ran(p), { "t-a", "t-b" })
  local kept = assert(json.decode(p.slipway({ "show", "--json" }).out)).steps[1].value
  check.equal(kept.where, "run #" .. runs[1].id)
  check.equal(kept.files[1].sha256, digest.sha256 { file = p.dir .. "/dist/a.txt" })
  check.match(p.slipway({ "show", "--log", "t-b" }).out, "uploaded t%-b: %d+ bytes")
  local released = p.slipway({ "run", "release", "--yes" }, { timeout = 200 })
  check.equal(released.code, 0, released.out .. released.err)
  local page = p.forge.api("GET", p.path .. "/releases/tags/v1.2.0")
  local names = {}
  for i, asset in ipairs(page.assets) do names[i] = asset.name end
  table.sort(names)
  check.equal(names, { "SHA256SUMS", "pelican-1.2.0-a.tar.gz", "pelican-1.2.0-b.tar.gz" })
  check.equal(runs_of(p)[1].head_sha, p.git("rev-parse", "v1.2.0^{commit}"), "the released commit itself is built, before it is pushed to the trunk")
  check.equal(branches(p), { "main" }, "the branch of ours is gone")
end)

test("a killed Slipway finds its run again: one dispatch, nothing is built twice", { timeout = 300 }, function()
  local p = project { make = "sleep 2\n" .. make }
  -- Killed once the run is there and at work, before anything can be collected.
  local killer = [["$0" run build --yes --to dist >/dev/null 2>&1 & while [ ! -e "$1/ran" ]; do sleep 0.05; done; kill -KILL $!; wait $! 2>/dev/null; exit 0]]
  local killed = p.slipway({ "-c", killer, slipway, p.marks }, { program = "sh", as_of = false, timeout = 120 })
  check.equal(killed.code, 0, killed.out .. killed.err)
  check.falsy(file.stat(p.dir .. "/dist"))
  local result = p.slipway({ "resume" }, { timeout = 120 })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt" })
  check.equal(#runs_of(p), 1)
  check.equal(ran(p), { "t-a", "t-b" })
end)

test("an answer that is lost, or a kill right behind it, makes no second run", { timeout = 300 }, function()
  if not require("door.host").crash_points then skip "the crash points are in the dev build only" end
  local p = project {}
  local code = build(p, {}, { env = { SLIPWAY_CRASH = "actions-sent" }, timeout = 120 }).code
  check.equal(code, 137)
  check.equal(#runs_of(p), 1)
  local result = p.slipway({ "resume" }, { timeout = 120 })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(#runs_of(p), 1)
  check.equal(ran(p), { "t-a", "t-b" })
end)

test("a runner that dies in the middle: only what it was building is dispatched again, nothing is there twice", { timeout = 400 }, function()
  local impatient = servers.gitea { impatient = "10s" }
  local runners = { impatient.runner(), impatient.runner() }
  -- Whoever builds t-b for the first time names its runner, the parent of the step's shell, and waits to be killed with it.
  local p = project { forge = impatient, make = "if [ $1 = t-b ] && mkdir MARKS/first 2>/dev/null; then echo $(ps -o ppid= -p $PPID) $$ >MARKS/doomed; sleep 60; fi\n" .. make }
  local killer = [["$0" run build --yes --to dist & while [ ! -s "$1/doomed" ]; do sleep 0.05; done; kill -KILL $(cat "$1/doomed"); wait $!]]
  local result = p.slipway({ "-c", killer, slipway, p.marks }, { program = "sh", as_of = false, timeout = 200 })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt" })
  check.equal(ran(p), { "t-a", "t-b", "t-b" })
  check.equal(#runs_of(p), 2)
  check.match(p.slipway({ "show" }).out, "t%-b: the job build %(t%-b%) of run #%d+ was lost; dispatched again")
  for _, one in ipairs(runners) do one.stop() end
  impatient.stop()
end)

-- A file that is no program for the machine it is meant for: the header of a 32-bit ARM program.
local foreign = [[printf '\177ELF\001\001\001\000\000\000\000\000\000\000\000\000\002\000\050\000\001\000\000\000']]

test("what comes back is checked: a file in place of another, one for another machine; mended, it is built again", { timeout = 400 }, function()
  local p = project {
    targets = "['t-a'] = { run = { { 'sh', 'make.sh', 't-a' } }, produce = { 'dist/a.txt' }, platform = 'linux-amd64' }",
    make = "mkdir -p dist; case $(cat MARKS/mode) in missing) echo x >dist/c.txt;; foreign) "
      .. foreign .. " >dist/a.txt; head -c 100 /dev/zero >>dist/a.txt;; *) echo a >dist/a.txt;; esac\n",
  }
  local function told(mode, words)
    assert(file.write { path = p.marks .. "/mode", text = mode })
    local result = #p.runs() == 0 and build(p) or p.slipway({ "resume" }, { timeout = 120 })
    check.equal(result.code, 7, mode .. result.out .. result.err)
    check.match(result.out .. result.err, words)
  end
  told("missing", "did not produce a.txt; it made c.txt")
  told("foreign", "a.txt is an ELF file for arm, not an ELF file for amd64")
  assert(file.write { path = p.marks .. "/mode", text = "right" })
  local mended = p.slipway({ "resume" }, { timeout = 120 })
  check.equal(mended.code, 0, mended.out .. mended.err)
  check.equal(file.read(p.dir .. "/dist/a.txt"), "a\n")
end)

test("a failed job keeps its log and is dispatched again alone; undecided within the limit parks and goes on later", { timeout = 400 }, function()
  local p = project { place = ", within = '4s'", make = "[ $1 = t-a ] || [ -e MARKS/mended ] || { echo 'main.c:7: error: no such wing' >&2; exit 3; }\n[ ! -e MARKS/slow ] || sleep 6\n" .. make }
  local result
  for _ = 1, 6 do -- a busy machine may need longer than the limit
    result = result and p.slipway({ "resume" }, { timeout = 120 }) or build(p)
    if result.code ~= 11 then break end
  end
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out .. result.err, "no such wing")
  check.match(p.slipway({ "show", "--log", "t-b" }).out, "main.c:7: error: no such wing")
  for _, mark in ipairs { "mended", "slow" } do assert(file.write { path = p.marks .. "/" .. mark, text = "" }) end
  local parked = p.slipway({ "resume" }, { timeout = 120 })
  check.equal(parked.code, 11, parked.out .. parked.err)
  check.match(parked.out .. parked.err, "undecided after 4s: run #%d+: build %(t%-b%)")
  for _ = 1, 6 do
    result = p.slipway({ "resume" }, { timeout = 120 })
    if result.code ~= 11 then break end
  end
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(#runs_of(p), 2)
  check.equal(ran(p), { "t-a", "t-b", "t-b" })
end)
