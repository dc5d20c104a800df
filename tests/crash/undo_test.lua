-- kill -9 between two effects, then undo instead of resume: as before the run. And commands that are not done twice.
local servers = stand "servers"
local projects = stand "project"
local file = require "door.file"
local host = require "door.host"

local server, count = nil, 0

local function project()
  server = server or servers.git_daemon()
  count = count + 1
  local repo = server.new_repo(("u%d.git"):format(count))
  local p = projects.new { dir = scratch(), remote = repo.url }
  p.bare = repo.dir
  return p
end

local function needs_points()
  if not host.crash_points then skip "the crash points are in the dev build only" end
end

for _, point in ipairs { "branch-moved", "commit-made", "02-bump:after-intent", "03-tag:after-apply", "04-push:after-apply", "04-push:after-outcome" } do
  test(("killed at %s, then undone: work tree, index, refs and remote as before"):format(point), function()
    needs_points()
    local p = project()
    local before = p.world()
    local died = p.slipway({ "run", "release", "--yes" }, { env = { SLIPWAY_CRASH = point } })
    check.truthy(died.code == 137 or died.signal == 9, died.out .. died.err)
    local undone = p.slipway { "undo" }
    check.equal(undone.code, 0, undone.out .. undone.err)
    check.equal(p.world(), before)
    check.equal(p.git("status", "--porcelain"), "")
  end)
end

local recipe = [[
return { name = "commands", summary = "Runs.", params = {}, plan = function(p)
  p:run { argv = { "sh", "-c", "echo x >> ../counted" }, undo = { "sh", "-c", "echo undone >> ../counted" } }
  p:run { argv = { "sh", "-c", "echo x >> ../counted" }, undo = { "sh", "-c", "echo undone >> ../counted" } }
end }
]]

local function counted(p) return file.read(p.dir .. "/../counted") end

test("two steps of one command are two commands", function()
  local p = project()
  p.commit("chore: own", { ["slipway/recipes/commands.lua"] = recipe })
  local result = p.slipway { "run", "commands", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(counted(p), "x\nx\n")
end)

test("a command that may have happened is not done again unasked", function()
  needs_points()
  local p = project()
  p.commit("chore: own", { ["slipway/recipes/commands.lua"] = recipe })
  p.slipway({ "run", "commands", "--yes" }, { env = { SLIPWAY_CRASH = "run-command-done" } })
  check.equal(counted(p), "x\n")
  local resumed = p.slipway { "resume" }
  check.equal(resumed.code, 7, resumed.out .. resumed.err)
  check.match(resumed.out .. resumed.err, "STEP%-UNKNOWN")
  check.equal(counted(p), "x\n")
  local again = p.slipway { "resume", "--retry", "01-run" }
  check.equal(again.code, 0, again.out .. again.err)
  check.equal(counted(p), "x\nx\nx\n")
end)

test("what was left out by --skip after it had begun is taken back by undo", function()
  needs_points()
  local p = project()
  p.commit("chore: own", { ["slipway/recipes/commands.lua"] = recipe })
  p.slipway({ "run", "commands", "--yes" }, { env = { SLIPWAY_CRASH = "run-command-done" } })
  check.equal(p.slipway({ "resume", "--skip", "01-run", "--reason", "it has happened" }).code, 0)
  check.equal(counted(p), "x\nx\n")
  local undone = p.slipway { "undo" }
  check.equal(undone.code, 0, undone.out .. undone.err)
  check.equal(counted(p), "x\nx\nundone\nundone\n")
end)

test("a push of which the branch never arrived: undo takes the tag back and leaves the branch of others alone", function()
  local engines, worlds, push = require "run.engine", require "run.world", require "verb.push"
  local p = project()
  local engine = assert(engines.open { root = p.dir })
  local world = worlds.writer(engine.project, { id = "x", dir = scratch(), time = 1795262400, note = function() end, answers = {} }, function() end)
  local expect = p.git("rev-parse", "main")
  local ours = p.commit("fix: ours", { ["ours.txt"] = "ours\n" })
  p.git("tag", "-a", "v1.2.0", "-m", "1.2.0")
  p.git("push", "-q", "origin", "v1.2.0")
  local other = scratch() .. "/c"
  p.git("clone", "-q", p.url, other)
  p.git("-C", other, "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "--allow-empty", "-m", "fix: elsewhere")
  p.git("-C", other, "push", "-q", "origin", "main")
  local args = { remote = "origin", branch = "main", commit = ours, expect = expect, tag = p.git("rev-parse", "v1.2.0"), tag_name = "v1.2.0" }
  local state, _, part = push.verify(world, args)
  check.equal(state, "different")
  check.truthy(part, "the tag is there")
  check.truthy(push.undo(world, args, part))
  local refs = p.remote_refs()
  check.falsy(refs["refs/tags/v1.2.0"])
  check.equal(refs["refs/heads/main"], p.git("-C", other, "rev-parse", "HEAD"))
end)

test("a revert by undo is not repeated when others have pushed on top of it", function()
  local engines, worlds, push = require "run.engine", require "run.world", require "verb.push"
  local p = project()
  local engine = assert(engines.open { root = p.dir })
  local world = worlds.writer(engine.project, { id = "x", dir = scratch(), time = 1795262400, note = function() end, answers = {} }, function() end)
  local expect = p.git("rev-parse", "main")
  local ours = p.commit("fix: ours", { ["ours.txt"] = "ours\n" })
  local args = { remote = "origin", branch = "main", commit = ours, expect = expect }
  assert(push.apply(world, args))
  local function elsewhere(name)
    local other = scratch() .. "/c"
    p.git("clone", "-q", p.url, other)
    p.git("-C", other, "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "--allow-empty", "-m", name)
    p.git("-C", other, "push", "-q", "origin", "main")
  end
  elsewhere "fix: theirs"
  assert(push.undo(world, args))
  elsewhere "fix: theirs again"
  local before = p.remote_refs()
  check.truthy(push.undo(world, args))
  check.equal(p.remote_refs(), before)
end)
