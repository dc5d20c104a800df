-- The first 48 hours after a release, under a clock that runs as fast as it is asked, against a real Gitea.
local engines = require "run.engine"
local file = require "door.file"
local monitor = require "verb.monitor"
local projects = stand "project"
local servers = stand "servers"
local worlds = require "run.world"

local gitea
local HOUR <const> = 3600

-- A project with a public release page of one asset.
local function released()
  gitea = gitea or servers.gitea()
  local repo = gitea.new_repo("monitor" .. math.random(1 << 30))
  local p = projects.new { dir = scratch(), remote = repo.auth_url }
  gitea.settle(repo)
  local token = p.home .. "/token"
  assert(file.write { path = token, text = gitea.token, mode = 384 })
  p.commit("chore: configure", { ["slipway.lua"] = ("return { forge = { kind = 'gitea', url = %q, repo = %q, token = %q } }\n"):format(gitea.url, repo.owner .. "/" .. repo.name, "file:" .. token) })
  p.git("push", "-q", "origin", "main")
  local path = ("/repos/%s/%s"):format(repo.owner, repo.name)
  local page = gitea.api("POST", path .. "/releases", { tag_name = "v1.1.0", name = "pelican 1.1.0" })
  p.commit("chore: nothing", { ["x"] = "x" })
  local asset = p.home .. "/pelican.bin"
  assert(file.write { path = asset, text = "built" })
  check.equal(run({ "curl", "-sSf", "--noproxy", "*", "-H", "Authorization: token " .. gitea.token, "-F", "attachment=@" .. asset, ("%s/api/v1%s/releases/%d/assets"):format(gitea.url, path, page.id) }).code, 0)
  local label = gitea.api("POST", path .. "/labels", { name = "bug", color = "#ff0000" })
  function p.report(title) return gitea.api("POST", path .. "/issues", { title = title, labels = { label.id } }) end
  function p.download() return run { "curl", "-sSf", "--noproxy", "*", "-o", "/dev/null", ("%s/%s/%s/releases/download/v1.1.0/pelican.bin"):format(gitea.url, repo.owner, repo.name) } end
  return p
end

-- A world whose clock only moves when somebody sleeps; `at[n]` is called in the n-th sleep.
local function fast_world(p, dir, clock, at)
  local engine = assert(engines.open { root = p.dir, time = clock.now })
  local notes = {}
  local world = worlds.writer(engine.project, { id = "watch", dir = dir, time = clock.now, note = function(text) notes[#notes + 1] = text end, answers = {} }, function() end)
  local real = world.clock
  local stopped = false
  rawset(world, "clock", {
    now = function() return clock.now end, iso = real.iso, date = real.date,
    -- Gitea stamps with the true clock: what it has made since counts as made now.
    parse = function(text) return math.max(real.parse(text), clock.now) end,
    sleep = function(ms)
      clock.now, clock.sleeps = clock.now + ms // 1000, clock.sleeps + 1
      if at[clock.sleeps] then stopped = at[clock.sleeps]() == "stop" end
    end,
  })
  rawset(world, "interrupted", function() return stopped end)
  return world, notes
end

local function new_clock() return { now = os.time(), sleeps = 0 } end

test("48 hours are watched in a moment: every report and every download is counted once", { timeout = 300 }, function()
  local p, clock = released(), new_clock()
  local world, notes = fast_world(p, scratch(), clock, {
    [3] = function() p.report "crash on start" end,
    [5] = function() p.download() end,
    [9] = function() p.report "cannot install on Alpine: glibc not found" end,
  })
  local began = clock.now
  local seen = assert(monitor.apply(world, { tag = "v1.1.0", lasts = "48h", every = "1h" }))
  check.equal(clock.now - began, 48 * HOUR)
  check.equal(seen.looks, 49)
  check.equal({ #seen.issues, seen.issues[1].title, seen.issues[1].installation, seen.issues[2].installation }, { 2, "crash on start", false, true })
  check.equal(seen.downloads, { ["pelican.bin"] = 1 })
  check.match(table.concat(notes, "\n"), "new report #2: cannot install on Alpine: glibc not found   %(installation%)")
  check.equal((monitor.verify(world, { tag = "v1.1.0", lasts = "48h", every = "1h" })), "same")
end)

test("downloads from a registry that counts are tracked beside those of the page", { timeout = 300 }, function()
  local p, clock, crates = released(), new_clock(), servers.fake_crates()
  after(crates.stop)
  crates.counted("pelican", "1.1.0", 7)
  local world = fast_world(p, scratch(), clock, { [1] = function() crates.counted("pelican", "1.1.0", 12) end })
  world.config.registries = { crates = { index = crates.index } }
  local seen = assert(monitor.apply(world, { tag = "v1.1.0", lasts = "2h", every = "1h", packages = { { registry = "crates", package = "pelican", version = "1.1.0" } } }))
  check.equal(seen.downloads, { ["pelican on crates"] = 12, ["pelican.bin"] = 0 })
end)

test("a watch that is left goes on where it was, with its counts", { timeout = 300 }, function()
  local p, clock, dir = released(), new_clock(), scratch()
  local began, args = clock.now, { tag = "v1.1.0", lasts = "48h", every = "1h" }
  local world = fast_world(p, dir, clock, { [2] = function() p.report "crash" p.download() end, [10] = function() return "stop" end })
  local left, err = monitor.apply(world, args)
  check.fails("run.interrupted", left, err)
  check.match(err.message, "1 report, 1 download")
  clock.now = clock.now + 5 * HOUR -- nobody watched
  world = fast_world(p, dir, clock, {})
  local seen = assert(monitor.apply(world, args))
  check.equal(clock.now - began, 48 * HOUR)
  check.equal({ #seen.issues, seen.downloads["pelican.bin"], seen.began }, { 1, 1, began })
end)

test("slipway run monitor --park looks once, and each resume looks again", { timeout = 300 }, function()
  local p = released()
  p.git("fetch", "-q", "--tags", "origin")
  local result = p.slipway { "run", "monitor", "--lasts", "2s", "--every", "1s", "--park", "--yes" }
  check.equal(result.code, 11, result.out .. result.err)
  check.match(result.out .. result.err, "watching v1%.1%.0: 0 reports, 0 downloads")
  run { "sleep", "3" }
  result = p.slipway { "resume" }
  check.equal(result.code, 0, result.out .. result.err)
end)
