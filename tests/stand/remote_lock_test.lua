-- The lock that other machines see, on a real git server, with two clones as two machines; and --offline.
local clock = require "door.clock"
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"

local function configured()
  local p = projects.on_daemon()
  p.commit("chore: configure", { ["slipway.lua"] = "return { policy = { remote_lock = true } }\n", ["slipway/recipes/hold.lua"] = [[
return { name = "hold", summary = "Waits for a person between a tag and its end.", params = {},
  plan = function(p, facts)
    p:version "9.0.0"
    p:channel "main"
    p:tag { name = "held", at = facts.project.head.oid, message = "held" }
    p:approve { text = "go on" }
    p:run { argv = { "touch", facts.project.name .. ".final" } }
  end }
]] })
  p.git("push", "-q", "origin", "main")
  return p
end

local function another_machine(p)
  local dir = scratch() .. "/clone"
  p.git("clone", "-q", p.url, dir)
  p.git("-C", dir, "config", "user.name", "Bea Example")
  p.git("-C", dir, "config", "user.email", "bea@example.test")
  return dir
end

local function locks(p)
  local names = {}
  for name in pairs(p.remote_refs()) do -- order: sorted below
    if name:find "^refs/slipway/lock/" then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

test("a run takes the channel's lock on the remote and gives it back at its end", function()
  local p = configured()
  check.equal(p.slipway({ "run", "hold", "--yes" }).code, 11)
  check.equal(locks(p), { "refs/slipway/lock/main" })
  local shown = p.slipway { "lock", "--json" }
  check.equal(shown.code, 0, shown.out .. shown.err)
  local record = json.decode(shown.out).remote[1]
  check.equal({ record.channel, record.epoch, record.run }, { "main", 1, p.runs()[1] })
  local resumed = p.slipway { "resume", "--yes" }
  check.equal(resumed.code, 0, resumed.out .. resumed.err)
  check.equal(locks(p), {})
end)

test("another machine is refused with the holder's name, and gets the channel when the run is undone", function()
  local p = configured()
  check.equal(p.slipway({ "run", "hold", "--yes" }).code, 11)
  local elsewhere = another_machine(p)
  local refused = p.slipway({ "run", "hold", "--yes" }, { dir = elsewhere })
  check.equal(refused.code, 6, refused.out .. refused.err)
  check.match(refused.err, "SW%-LOCK%-REMOTE%-HELD")
  check.match(refused.err, (p.runs()[1]:gsub("%-", "%%-")))
  check.match(refused.err, "slipway lock break %-%-channel main")
  check.equal(p.slipway({ "undo" }).code, 0)
  check.equal(locks(p), {})
  check.equal(p.slipway({ "run", "hold", "--yes" }, { dir = elsewhere }).code, 11)
end)

test("a lock that was broken stops the run before its final step, not after", function()
  local p = configured()
  check.equal(p.slipway({ "run", "hold", "--yes" }).code, 11)
  local elsewhere = another_machine(p)
  local broken = p.slipway({ "lock", "break", "--channel", "main", "--reason", "the laptop fell into the sea" }, { dir = elsewhere })
  check.equal(broken.code, 0, broken.out .. broken.err)
  check.equal(p.slipway({ "run", "hold", "--yes" }, { dir = elsewhere }).code, 11, "the other machine has it now")
  local epoch = json.decode(p.slipway({ "lock", "--json" }).out).remote[1].epoch
  check.equal(epoch, 3)
  local resumed = p.slipway { "resume", "--yes" }
  check.equal(resumed.code, 6, resumed.out .. resumed.err)
  check.equal(file.stat(p.dir .. "/pelican.final"), nil)
end)

test("two machines that start at once: one run, one refusal", function()
  local p = configured()
  local elsewhere = another_machine(p)
  local process, loop = require "door.process", require "door.loop"
  local jobs = {}
  for i, dir in ipairs { p.dir, elsewhere } do
    jobs[i] = assert(process.start { argv = { slipway, "run", "hold", "--yes" }, dir = dir, env = {
      HOME = p.home, XDG_CACHE_HOME = p.home .. "/cache" .. i, GIT_CONFIG_NOSYSTEM = "1", SLIPWAY_LUA_DIR = os.getenv "SLIPWAY_LUA_DIR" or "", PATH = os.getenv "PATH",
    } })
  end
  local until_ms = clock.now_ms() + 60000
  while not (jobs[1]:done() and jobs[2]:done()) and clock.now_ms() < until_ms do loop.wait(jobs, 200) end
  local codes = { jobs[1]:result().code, jobs[2]:result().code }
  table.sort(codes)
  check.equal(codes, { 6, 11 }, jobs[1]:result().err .. jobs[2]:result().err)
end)

test("the lock of this clone, broken by force while the run waits for a command, stops it before its final step", function()
  local p = projects.on_daemon()
  p.commit("chore: recipe", { ["slipway/recipes/slow.lua"] = ([[
return { name = "slow", summary = "One command that breaks the lock, then a final one.", params = {},
  plan = function(p, facts)
    p:version "9.0.0"
    p:channel "main"
    p:run { argv = { %q, "lock", "break", "--force", "--reason", "somebody was in a hurry" }, undo = { "true" } }
    p:run { argv = { "touch", "final" } }
  end }
]]):format(slipway) })
  p.git("push", "-q", "origin", "main")
  local result = p.slipway { "run", "slow", "--yes" }
  check.match(result.out .. result.err, "SW%-LOCK%-LOST")
  check.equal(file.stat(p.dir .. "/final"), nil)
end)

test("--offline asks nobody: a plan uses what the last fetch has seen, a run that has to travel is refused before it begins", function()
  local p = projects.on_daemon()
  p.git("remote", "set-url", "origin", "git://127.0.0.1:1/nowhere.git")
  local planned = p.slipway { "plan", "release", "--offline" }
  check.equal(planned.code, 0, planned.out .. planned.err)
  local before = p.git("for-each-ref")
  local refused = p.slipway { "run", "release", "--yes", "--offline" }
  check.equal(refused.code, 4, refused.out .. refused.err)
  check.match(refused.err, "SW%-RUN%-OFFLINE")
  check.match(refused.err, "needs the network")
  check.equal(p.git("for-each-ref"), before)
  check.equal(#p.runs(), 0)
end)

test("--offline: what stays here is done", function()
  local p = projects.on_daemon()
  p.git("remote", "remove", "origin")
  local result = p.slipway { "run", "release", "--yes", "--offline" }
  check.equal(result.code, 0, result.out .. result.err)
  check.match(p.git("tag"), "v1.2.0")
end)
