-- The verb laws, for every registered verb, on real parts: apply then verify says same; applied again it changes
-- nothing; undo then verify says absent and the world is as before; undone again it changes nothing.
local engines = require "run.engine"
local file = require "door.file"
local json = require "door.json"
local packed = stand "packed"
local projects = stand "project"
local servers = stand "servers"
local verbs = require "run.verbs"
local worlds = require "run.world"

local git_server, gitea, count = nil, nil, 0

--- A project, its engine, and the world that verbs get.
local function surroundings(o)
  o = o or {}
  count = count + 1
  local remote, forge
  if o.forge then
    gitea = gitea or servers.gitea()
    local repo = gitea.new_repo("laws" .. count)
    remote, forge = repo.auth_url, repo
  else
    git_server = git_server or servers.git_daemon()
    remote = git_server.new_repo(("laws%d.git"):format(count)).url
  end
  local p = projects.new { dir = scratch(), remote = remote }
  if forge then gitea.settle(forge) end
  local server = o.github or gitea
  local token = p.home .. "/token"
  if server then assert(file.write { path = token, text = server.token, mode = 384 }) end
  if forge or o.github then
    p.path = forge and ("/repos/%s/%s"):format(forge.owner, forge.name)
    assert(file.write { path = p.dir .. "/slipway.lua", text = ("return { forge = { kind = %q, url = %q, repo = %q, token = %q } }\n"):format(
      forge and "gitea" or "github", server.url, forge and forge.owner .. "/" .. forge.name or server.repo, "file:" .. token) })
    assert(file.write { path = p.dir .. "/.git/info/exclude", text = "slipway.lua\n" })
  end
  if o.registries then
    assert(file.write { path = p.dir .. "/slipway.lua", text = packed.config(gitea.url, "file:" .. token) })
    assert(file.write { path = p.dir .. "/.git/info/exclude", text = "slipway.lua\n" })
  end
  local engine = assert(engines.open { root = p.dir, time = 1795262400 })
  local run_dir = scratch()
  local world = worlds.writer(engine.project, { id = "laws" .. count, dir = run_dir, time = 1795262400, note = function() end, answers = { yes = true } }, function() end)
  rawset(world, "cache_dir", scratch())
  return p, world, engine
end

local samples = {}

function samples.sync()
  local p, world = surroundings()
  local other = scratch() .. "/c"
  p.git("clone", "-q", p.url, other)
  p.git("-C", other, "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "--allow-empty", "-m", "fix: elsewhere")
  p.git("-C", other, "push", "-q", "origin", "main")
  local there = p.git("-C", other, "rev-parse", "HEAD")
  return p, world, { branch = "main", upstream = "main", remote = "origin", from = p.git("rev-parse", "main"), to = there, expect = there }
end

function samples.branch()
  local p, world = surroundings()
  return p, world, { name = "hotfix/v1.1.1", at = p.git("rev-parse", "v1.1.0^{commit}") }
end

function samples.switch()
  local p, world = surroundings()
  p.git("branch", "line", "v1.1.0")
  return p, world, { branch = "line", from = "main" }
end

function samples.pick()
  local p, world = surroundings()
  p.git("branch", "line", "v1.1.0")
  return p, world, { commits = { p.fix }, onto = "line", at = p.git("rev-parse", "line") }
end

function samples.bump()
  local p, world = surroundings()
  return p, world, {
    version = "1.2.0", old = "1.1.0", on = "main", at = p.git("rev-parse", "main"), manifests = { "Cargo.toml", "Cargo.lock" }, changelog = "CHANGELOG.md",
    notes = "## [1.2.0] - 2026-11-21\n\n### Added\n\n- things\n", message = "Release 1.2.0",
  }
end

function samples.commit()
  local p, world = surroundings()
  return p, world, { files = { { path = "docs/version.txt", content = "1.2.0\n" } }, message = "Move the docs", on = "main", at = p.git("rev-parse", "main") }
end

function samples.tag()
  local p, world = surroundings()
  return p, world, { name = "v1.2.0", at = p.git("rev-parse", "main"), message = "Release 1.2.0" }
end

function samples.retag()
  local p, world = surroundings()
  p.git("tag", "-a", "v1.2.0", "-m", "Release 1.2.0")
  local old = p.git("rev-parse", "v1.2.0")
  return p, world, { name = "v1.2.0", replaces = old, at = p.commit("fix: more", { ["more.txt"] = "more\n" }), message = "Release 1.2.0" }
end

function samples.untag()
  local p, world = surroundings()
  local oid = p.git("rev-parse", "v1.1.0")
  return p, world, { name = "v1.1.0", here = oid, there = oid, remote = "origin" }
end

function samples.mend()
  local p, world = surroundings()
  local at = p.commit("feat: untidy", { ["sea.txt"] = "calm  \n" })
  return p, world, { on = "main", at = at, run = { { "sed", "-i", "s/ *$//", "sea.txt" } }, message = "style: tidy" }
end

function samples.push()
  local p, world = surroundings()
  local expect = p.git("rev-parse", "main")
  local commit = p.commit("fix: more", { ["more.txt"] = "more\n" })
  p.git("tag", "-a", "v1.2.0", "-m", "1.2.0")
  return p, world, { remote = "origin", branch = "main", commit = commit, expect = expect, tag = p.git("rev-parse", "v1.2.0"), tag_name = "v1.2.0" }
end

function samples.check()
  local p, world = surroundings()
  return p, world, { commit = p.git("rev-parse", "main"), run = { { "test", "-f", "Cargo.toml" } } }
end

function samples.build()
  local p, world = surroundings()
  return p, world, { commit = p.git("rev-parse", "main"), target = "linux", run = { { "cp", "src/main.c", "out.bin" } }, produce = { "out.bin" } }
end

function samples.deliver()
  local p, world = surroundings()
  local path = scratch() .. "/a.bin"
  assert(file.write { path = path, text = "a" })
  return p, world, { to = "dist", files = { { name = "a.bin", path = path, size = 1, sha256 = require("door.digest").sha256 "a" } } }
end

function samples.archive()
  local p, world = surroundings()
  return p, world, { name = "pelican-1.2.0.tar.gz", commit = p.git("rev-parse", "main") }
end

function samples.checksum()
  local p, world = surroundings()
  local path = scratch() .. "/a.bin"
  assert(file.write { path = path, text = "a" })
  return p, world, { name = "SHA256SUMS", files = { { name = "a.bin", path = path, size = 1, sha256 = require("door.digest").sha256 "a" } } }
end

--- A minisign key pair without a password, and the arguments that name it.
local function minisign_key()
  local dir = scratch()
  local made = run { "minisign", "-G", "-W", "-f", "-p", dir .. "/key.pub", "-s", dir .. "/key" }
  check.equal(made.code, 0, made.err)
  return { by = "minisign", key = dir .. "/key", public = dir .. "/key.pub" }
end

local function built_file()
  local path = scratch() .. "/a.bin"
  assert(file.write { path = path, text = "a" })
  return { name = "a.bin", path = path, size = 1, sha256 = require("door.digest").sha256 "a" }
end

function samples.sign()
  local p, world = surroundings()
  local args = minisign_key()
  args.name, args.files = "minisign", { built_file() }
  return p, world, args
end

function samples.describe()
  local p, world = surroundings()
  return p, world, { kind = "provenance", name = "pelican-1.2.0.intoto.jsonl", commit = p.git("rev-parse", "main"), version = "1.2.0", files = { built_file() }, signer = minisign_key() }
end

local function assets()
  local list = {}
  for i, name in ipairs { "one.bin", "two.bin", "three.bin" } do
    local path, text = scratch() .. "/" .. name, name:rep(1000 * i)
    assert(file.write { path = path, text = text })
    list[i] = { name = name, path = path, size = #text, sha256 = require("door.digest").sha256(text) }
  end
  return list
end

--- A public page of v1.1.0 on a Gitea, with two of the three assets.
local function published()
  local p, world = surroundings { forge = true }
  local list = assets()
  local args = { tag = "v1.1.0", title = "pelican 1.1.0", notes = "Notes.", assets = { list[1], list[2] } }
  local staged = assert(require("verb.stage").apply(world, args))
  assert(require("verb.publish").apply(world, { page = staged.id, tag = "v1.1.0", latest = true, assets = staged.assets }))
  return p, world, list
end

function samples.attach()
  local p, world, list = published()
  return p, world, { tag = "v1.1.0", assets = { list[3] } }
end

function samples.fetch()
  local p, world, list = published()
  return p, world, { name = "two", tag = "v1.1.0", asset = list[2].name, sha256 = list[2].sha256 }
end

function samples.inspect()
  local p, world = surroundings()
  return p, world, { tag = "v1.1.0" }
end

function samples.signoff()
  local p, world = surroundings()
  return p, world, { version = "1.1.0", tag = "v1.1.0", p0 = 0, p1 = 0, critical = { { "test", "-f", "Cargo.toml" } } }
end

function samples.stage()
  local p, world = surroundings { forge = true }
  return p, world, { tag = "v1.1.0", title = "pelican 1.1.0", notes = "Notes.", assets = assets() }
end

function samples.publish()
  local p, world = surroundings { forge = true }
  local args = { tag = "v1.1.0", title = "pelican 1.1.0", notes = "Notes.", assets = assets() }
  local staged = assert(require("verb.stage").apply(world, args))
  return p, world, { page = staged.id, tag = "v1.1.0", latest = true, assets = staged.assets }
end

function samples.issue()
  local p, world = surroundings { forge = true }
  local git_world = p.world
  function p.world() return git_world() .. #assert(world.forge.issues { state = "open", kind = "issue" }) end
  return p, world, { title = "1.1.0 is withdrawn", body = "It loses data." }
end

function samples.monitor()
  local p, world = surroundings { forge = true }
  local args = { tag = "v1.1.0", title = "pelican 1.1.0", notes = "Notes.", assets = assets() }
  local staged = assert(require("verb.stage").apply(world, args))
  assert(require("verb.publish").apply(world, { page = staged.id, tag = "v1.1.0", latest = true, assets = staged.assets }))
  return p, world, { tag = "v1.1.0", lasts = "1s", every = "1s" }
end

function samples.announce()
  local p, world = surroundings()
  local places = servers.fake_places()
  after(places.stop)
  world.config.announce = { { name = "team", kind = "mattermost", url = places.url .. "/mattermost/T0FAKEFAKE" } }
  local git_world = p.world
  function p.world() return git_world() .. #places.arm().posts end
  return p, world, { to = "team", text = "pelican 1.1.0 is out", tag = "v1.1.0" }
end

function samples.await()
  local p, world = surroundings()
  return p, world, { tag = "v1.1.0", oid = p.git("rev-parse", "v1.1.0"), remote = "origin", within = "5s" }
end

function samples.approve()
  local p, world = surroundings()
  return p, world, { text = "QE has signed off" }
end

function samples.run()
  local p, world = surroundings()
  p.git("config", "core.excludesFile", p.home .. "/ignore")
  assert(file.write { path = p.home .. "/ignore", text = "made\n" })
  return p, world, { argv = { "touch", "made" }, creates = "made", undo = { "rm", "made" } }
end

function samples.file()
  local p, world = surroundings()
  return p, world, { path = "Cargo.toml", content = "changed\n" }
end

function samples.note()
  local p, world = surroundings()
  return p, world, { text = "docs move by hand tomorrow" }
end

-- What a registry shows, in an order of its own: Gitea's is another one from time to time.
local function in_order(text)
  local lines = {}
  for line in text:gmatch "[^\n]+" do
    local value = json.decode(line)
    if type(value) == "table" then value.time = nil end
    lines[#lines + 1] = value and json.encode(value) or line
  end
  return table.concat(lines, "\n")
end

-- A project whose world is also what its registries show of one package.
local function publishing(look)
  gitea = gitea or servers.gitea()
  local p, world = surroundings { registries = true }
  local git_world = p.world
  function p.world() return git_world() .. in_order(run({ "curl", "-s", "--noproxy", "*", "-u", "rel:" .. gitea.token, gitea.url .. "/" .. look }).out) end
  return p, world
end

local function published(world, args)
  local value, err = require("verb.upload").apply(world, args)
  if not value then error(tostring(err), 0) end
end

function samples.upload()
  local name = "law-upload" .. count
  local p, world = publishing("api/packages/rel/npm/" .. name)
  return p, world, packed.upload("npm", "npm", name, "1.2.0", { packed.npm(scratch(), name, "1.2.0") })
end

function samples.point()
  local name = "law-point" .. count
  local p, world = publishing("api/packages/rel/npm/" .. name)
  for _, version in ipairs { "1.1.0", "1.2.0" } do
    published(world, packed.upload("npm", "npm", name, version, { packed.npm(scratch(), name, version) }, { tag = "line-" .. version:sub(1, 3) }))
  end
  return p, world, { registry = "npm", kind = "npm", package = name, pointer = "latest", version = "1.2.0" }
end

function samples.yank()
  local name = "law-yank" .. count
  local p, world = publishing(("api/packages/rel/cargo/%s/%s/%s"):format(name:sub(1, 2), name:sub(3, 4), name))
  published(world, packed.upload("crates", "cargo", name, "1.2.0", { packed.crate(scratch(), name, "1.2.0") }))
  return p, world, { registry = "crates", kind = "cargo", package = name, version = "1.2.0" }
end

function samples.smoke()
  if not require("door.process").which "npm" then skip "npm is missing: sh vendor/install test" end
  local name = "law-smoke" .. count
  local p, world = publishing("api/packages/rel/npm/" .. name)
  published(world, packed.upload("npm", "npm", name, "1.2.0", { packed.npm(scratch(), name, "1.2.0") }))
  return p, world, { registry = "npm", kind = "npm", package = name, version = "1.2.0", within = "5s" }
end

function samples.watch()
  local server = servers.fake_github()
  local p, world = surroundings { github = server }
  server.arm { runs = { { id = 7, path = ".github/workflows/publish.yml", event = "push", head_branch = "v1.1.0", head_sha = p.git("rev-parse", "v1.1.0^{commit}"),
    status = "completed", conclusion = "success", run_attempt = 1, display_title = "1.1.0", html_url = "https://github.example/runs/7" } } }
  return p, world, { tag = "v1.1.0", workflow = "publish.yml", within = "5s" }
end

function samples.dispatch()
  local p, world = surroundings { github = servers.fake_github() }
  return p, world, { workflow = "bundle.yml", ref = "main", inputs = { version = "v1.1.0" } }
end

function samples.milestone()
  local p, world = surroundings { forge = true }
  gitea.api("POST", p.path .. "/milestones", { title = "v1.2.0" })
  return p, world, { title = "v1.2.0", next = "v1.3.0", description = "Next release planning" }
end

function samples.mark()
  local p, world = surroundings { forge = true }
  for _ = 1, 50 do -- while Gitea still looks at the pushed tag, it may take a page made meanwhile for the tag's own entry
    local draft = assert(world.forge.make_draft { tag = "v1.1.0", title = "pelican 1.1.0", body = "Notes.\r\n\r\nMore." }) -- waits for the push
  assert(world.forge.publish(draft, {}))
    local _, status = gitea.api("GET", p.path .. "/releases/tags/v1.1.0")
    if status == 200 then break end
    os.execute "sleep 0.2"
  end
  return p, world, { tag = "v1.1.0", reason = "loses data" }
end

function samples.comment()
  local p, world = surroundings { forge = true }
  local items = {}
  for i = 1, 3 do items[i] = { number = gitea.api("POST", p.path .. "/issues", { title = "issue " .. i }).number } end
  return p, world, { items = items, text = "Released in v1.1.0", key = "released v1.1.0" }
end

function samples.propose()
  local p, world = surroundings { forge = true }
  p.git("switch", "-q", "-c", "release/v1.2.0")
  local commit = p.commit("Release 1.2.0", { ["version.txt"] = "1.2.0\n" })
  p.git("push", "-q", "origin", "release/v1.2.0")
  return p, world, { remote = "origin", branch = "release/v1.2.0", base = "main", commit = commit, title = "Release 1.2.0", body = "Notes.", within = "0s" }
end

-- A step that needs a person: it waits, repeated it opens nothing new, undone it is closed; merged, it is done for good.
local function waiting_laws(name, p, world, args)
  local verb = require("verb." .. name)
  local function open() return (gitea.api("GET", p.path .. "/pulls?state=open")) end
  check.equal((verb.verify(world, args)), "absent")
  for _, time in ipairs { "once", "again" } do
    local value, err = verb.apply(world, args)
    check.fails("gate.waiting", value, err)
    check.match(err.message, "not merged yet")
    check.equal(#open(), 1, time)
    local state, _, part = verb.verify(world, args)
    check.equal(state, "absent")
    check.truthy(part, "undo learns of what is there")
  end
  for _, time in ipairs { "undone", "undone again" } do
    check.truthy(verb.undo(world, args, {}), time)
    check.equal(#open(), 0, time)
    check.equal((verb.verify(world, args)), "absent")
  end
  check.fails("gate.waiting", verb.apply(world, args))
  local number = open()[1].number
  local _, status = gitea.api("POST", ("%s/pulls/%d/merge"):format(p.path, number), { Do = "merge" })
  check.equal(status, 200, "a person merges it")
  local value, err = verb.apply(world, args)
  check.truthy(value, tostring(err))
  check.equal(value.commit, gitea.api("GET", p.path .. "/branches/main").commit.id)
  local state, seen = verb.verify(world, args)
  check.equal(state, "same", tostring(seen))
  check.equal(seen.commit, value.commit)
  check.fails("step.different", verb.undo(world, args, value))
end

local function read_laws(name, p, world, args)
  local before = p.world()
  local value, err = require("verb." .. name).apply(world, args)
  check.truthy(value, tostring(err))
  check.equal(p.world(), before)
end

local function effect_laws(name, p, world, args)
  local verb = require("verb." .. name)
  local before = p.world()
  local first, why = verb.verify(world, args)
  check.equal(first, "absent", tostring(why))
  local value, err = verb.apply(world, args)
  check.truthy(value, tostring(err))
  local state, seen = verb.verify(world, args)
  check.equal(state, "same", seen and require("pure.show").value(seen))
  for field in pairs(verb.returns) do -- order: each is looked at alone
    if value[field] ~= nil then check.equal(seen[field], value[field], "verify gives the same " .. field) end
  end
  local after = p.world()
  check.truthy(verb.apply(world, args), "applied again")
  check.equal((verb.verify(world, args)), "same")
  check.equal(p.world(), after, "applied again, the world is the same")
  if verb.class == "final" then return end
  for _, time in ipairs { "undone", "undone again" } do
    local ok, failed = verb.undo(world, args, value)
    check.truthy(ok, time .. ": " .. tostring(failed))
    check.equal((verb.verify(world, args)), "absent", time)
    check.equal(p.world(), before, time)
  end
end

for _, name in ipairs(verbs.names()) do
  test(("the laws hold for %s"):format(name), function()
    check.truthy(samples[name], ("the verb %s has no sample in this file"):format(name))
    local p, world, args = samples[name]()
    local laws = name == "propose" and waiting_laws or require("verb." .. name).class == "read" and read_laws or effect_laws
    laws(name, p, world, args)
  end)
end

-- The same verbs for several packages at once.
local several = {}

function several.bump()
  local p, world = surroundings()
  local function crate(name, version, rest) return ('[package]\nname = "%s"\nversion = "%s"\n%s'):format(name, version, rest or "") end
  local at = p.commit("feat: two", {
    ["a/Cargo.toml"] = crate("a", "0.3.0"), ["b/Cargo.toml"] = crate("b", "2.0.0", '[dependencies]\na = { path = "../a", version = "0.3" }\n'),
  })
  return p, world, {
    on = "main", at = at, message = "Release a 0.4.0, b 2.0.1", files = { "a/Cargo.toml", "b/Cargo.toml", "not/there.toml" },
    releases = {
      { name = "a", package = "a", path = "a", version = "0.4.0", old = "0.3.0", manifests = { "a/Cargo.toml" }, changelog = "a/CHANGELOG.md", notes = { section = "## [0.4.0]\n\n- things\n" } },
      { name = "b", package = "b", path = "b", version = "2.0.1", old = "2.0.0", manifests = { "b/Cargo.toml" }, notes = { section = "" } },
    },
  }
end

function several.push()
  local p, world = surroundings()
  local expect = p.git("rev-parse", "main")
  local commit = p.commit("fix: more", { ["more.txt"] = "more\n" })
  local tags = {}
  for i, name in ipairs { "a-v0.4.0", "b-v2.0.1" } do
    p.git("tag", "-a", name, "-m", name)
    tags[i] = { name = name, oid = p.git("rev-parse", name) }
  end
  return p, world, { remote = "origin", branch = "main", commit = commit, expect = expect, tags = tags }
end

function several.await()
  local p, world = surroundings()
  return p, world, { remote = "origin", tags = { { name = "v1.1.0", oid = p.git("rev-parse", "v1.1.0") } }, within = "5s" }
end

for _, name in ipairs { "bump", "push", "await" } do
  test(("the laws of %s hold for several packages at once"):format(name), function()
    local p, world, args = several[name]()
    local laws = require("verb." .. name).class == "read" and read_laws or effect_laws
    laws(name, p, world, args)
  end)
end
