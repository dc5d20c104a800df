-- What a plan leans on, and what a killed run keeps of what it was asked to do.
local servers = stand "servers"
local projects = stand "project"
local file = require "door.file"
local host = require "door.host"

local server, count = nil, 0

local function remote()
  server = server or servers.git_daemon()
  count = count + 1
  return server.new_repo(("s%d.git"):format(count)).url
end

local function project() return projects.new { dir = scratch(), remote = remote() } end

local function stored(p, ...)
  local path = p.home .. "/plan.json"
  local result = p.slipway { "plan", ..., "-o", path }
  check.equal(result.code, 0, result.out .. result.err)
  return path
end

test("a plan is not pushed to another remote than it was made for", function()
  local p = project()
  local path, elsewhere = stored(p, "release"), remote()
  p.git("push", "-q", elsewhere, "main", "v1.1.0")
  p.git("remote", "set-url", "origin", elsewhere)
  local result = p.slipway { "run", "--plan", path, "--yes" }
  check.equal(result.code, 9, result.out .. result.err)
  check.match(result.err, "address was")
end)

test("a password in the remote's address is in no plan", function()
  local p = project()
  p.git("remote", "set-url", "origin", "http://me:s3cr3t@127.0.0.1:9/x.git")
  local result = p.slipway { "plan", "release", "--json" }
  check.falsy((result.out .. result.err):find("s3cr3t", 1, true), result.out .. result.err)
end)

test("a run of a part that was killed does not go beyond the part when it is resumed", function()
  if not host.crash_points then skip "the crash points are in the dev build only" end
  local p = project()
  local before = p.remote_refs()
  p.slipway({ "run", "release", "--until", "version", "--yes" }, { env = { SLIPWAY_CRASH = "02-bump:after-intent" } })
  local resumed = p.slipway { "resume" }
  check.equal(resumed.code, 0, resumed.out .. resumed.err)
  check.equal(p.remote_refs(), before)
  check.equal(p.slipway({ "resume" }).code, 0)
  check.truthy(p.remote_refs()["refs/tags/v1.2.0"])
end)

local own_verb = [[
return require "pure.declare" {
  name = "greet", class = "read", summary = "Says hello.", params = { who = "text" }, returns = {},
  verify = function() return "absent" end, apply = function() return {} end,
}
]]

local own_recipe = [[
return { name = "hello", summary = "Greets.", params = {}, plan = function(p) p:greet { who = "you" } end }
]]

test("a verb of the project that was changed after planning makes the plan stale", function()
  local p = project()
  p.commit("chore: own", { ["slipway/verbs/greet.lua"] = own_verb, ["slipway/recipes/hello.lua"] = own_recipe })
  check.equal(p.slipway({ "trust" }).code, 0)
  local path = stored(p, "hello")
  file.write { path = p.dir .. "/slipway/verbs/greet.lua", text = own_verb .. "-- and more\n" }
  check.equal(p.slipway({ "trust" }).code, 0)
  local result = p.slipway { "run", "--plan", path, "--yes" }
  check.equal(result.code, 9, result.out .. result.err)
  check.match(result.err, "greet")
end)

test("a fact that is asked with nonsense is the recipe's error, not Slipway's", function()
  local p = project()
  p.commit("chore: own", { ["slipway/recipes/odd.lua"] = 'return { name = "odd", summary = "Odd.", params = {}, plan = function(_, facts) facts:line(7) end }' })
  local result = p.slipway { "plan", "odd" }
  check.equal(result.code, 2, result.out .. result.err)
  check.match(result.err, "FACT%-FAILED")
end)

test("the name of a recipe cannot be a path", function()
  local p = project()
  p.commit("chore: own", { ["slipway/recipes/odd.lua"] = 'return { name = "../../odd", summary = "Odd.", params = {}, plan = function(p) p:note { text = "x" } end }' })
  local result = p.slipway { "run", "odd", "--yes" }
  check.equal(result.code, 2, result.out .. result.err)
end)

test("a plan of yesterday is not stale today: its notes keep the day they were planned on", function()
  local p = project()
  local path = stored(p, "release")
  local result = p.slipway({ "run", "--plan", path, "--yes", "--as-of", "2026-11-23T00:00:10Z" }, { as_of = false })
  check.equal(result.code, 0, result.out .. result.err)
  check.match(file.read(p.dir .. "/CHANGELOG.md"), "1%.2%.0[^\n]* 2026%-11%-21")
end)

test("a remote that does not answer is told once", function()
  local p = project()
  p.git("remote", "set-url", "origin", "http://127.0.0.1:9/x.git")
  local result = p.slipway { "plan", "release" }
  check.equal(result.code, 4, result.out .. result.err)
  local _, count_of = result.out:gsub("why  ", "")
  local _, fails = result.out:gsub("FAIL", "")
  check.equal({ count_of, fails }, { 1, 1 }, result.out)
end)
