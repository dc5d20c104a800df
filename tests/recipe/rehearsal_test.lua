-- plan(recipe, args, world): tests of recipes without a repository, as projects write them.
local file = require "door.file"
local version = require "pure.version"

local oid = ("a"):rep(40)

-- A world in which the hotfix recipe finds all it asks for.
local function world_of_hotfix()
  local ok = { ok = true }
  return {
    release = function(name)
      check.equal(name, "latest")
      return { version = assert(version.parse "1.1.0"), tag = "v1.1.0", commit = oid, is_latest = true, pattern = "v{version}", name = "sample", main = true, manifests = { "VERSION" }, changelog = "CHANGELOG.md" }
    end,
    line = { exists = false, tip = oid, commits = {} }, commits = function(list) return list end, complete = ok, clean = ok, identity = ok, reachable = ok, free = ok, applies = ok, secrets = ok,
    notes = { section = "## 1.1.1\n", body = "notes" }, synced = { commit = oid, from = oid, remote = "", exists = true, check = ok }, lacking = function(list) return list end,
    remote_tip = "", gates = {}, agrees = ok, debts = ok, backport = ok,
  }
end

local function verbs_of(planned)
  local names = {}
  for i, step in ipairs(planned.steps) do names[i] = step.verb end
  return table.concat(names, " ")
end

test("a stock recipe is planned in a world that is only told", function()
  local planned, err = plan("hotfix", { fix = { ("b"):rep(40) } }, world_of_hotfix())
  check.truthy(planned, tostring(err))
  check.match(verbs_of(planned), "^branch pick .*tag.*push")
  check.equal(planned.version, "1.1.1")
end)

test("a check that the world fails is in the plan; a fact that is not told is named", function()
  local world = world_of_hotfix()
  world.clean = { ok = false, why = "notes.txt is changed" }
  local planned = assert(plan("hotfix", { fix = { oid } }, world))
  local failed = {}
  for _, one in ipairs(planned.checks) do
    if not one.ok then failed[#failed + 1] = one.why end
  end
  check.equal(failed, { "notes.txt is changed" })
  world.release = nil
  local err = check.fails("fact.failed", plan("hotfix", {}, world))
  check.match(err.message, "does not tell 'release'")
  check.raises(function() plan("hotfix", {}, { relase = true }) end, "did you mean release")
  check.fails("recipe.argument", plan("hotfix", { home = "never" }, world_of_hotfix()))
  check.fails("recipe.not_found", plan("hotfx", {}, {}))
end)

test("a project tests its own recipe with its own verb in slipway/tests, where there is no repository", function()
  local dir = scratch()
  local function write(path, text)
    assert(file.mkdir { path = (dir .. "/" .. path):match "^(.*)/", parents = true })
    assert(file.write { path = dir .. "/" .. path, text = text })
  end
  write("slipway/recipes/docs.lua", [[
return { name = "docs", summary = "Docs.", params = { version = { type = "version", help = "v" } }, plan = function(p, facts, arg)
  p:require("the work tree is clean", facts:clean())
  p:tag { name = "docs-" .. arg.version, at = facts.project.head.oid, message = "Docs" }
  p:mark_it { text = facts.project.name }
end }]])
  write("slipway/verbs/mark_it.lua", [[
local verb = require "pure.declare"
return verb { name = "mark_it", class = "local", summary = "Mark.", params = { text = "text" }, returns = {}, undo_says = "remove",
  verify = function() return "absent" end, apply = function() return {} end, undo = function() return true end }]])
  write("slipway/tests/docs_test.lua", [[
test("docs are tagged", function()
  local planned = plan("docs", { version = "1.2.0" }, { clean = { ok = false, why = "dirty" }, project = { name = "heron" } })
  check.equal(planned.steps[1].args.name, "docs-1.2.0")
  check.equal(planned.steps[2].args.text, "heron")
  check.equal(planned.checks[1].why, "dirty")
end)]])
  local result = run { dir = dir, slipway, "test" }
  check.equal(result.code, 0, result.out .. result.err)
  check.match(result.out, "1 passed, 0 failed")
end)

test("help explains a project's own recipe and, once it is trusted, its own verb", function()
  local dir, home = scratch(), scratch()
  local env = { HOME = home, XDG_STATE_HOME = home, XDG_CACHE_HOME = home, GIT_CONFIG_NOSYSTEM = "1", NO_COLOR = "1" }
  check.equal(run({ "git", "init", "-q", dir }).code, 0)
  assert(file.mkdir { path = dir .. "/slipway/verbs", parents = true })
  assert(file.write { path = dir .. "/slipway/verbs/marker.lua", text = [[
local verb = require "pure.declare"
return verb { name = "marker", class = "local", summary = "Leave a mark of ours.", params = { text = "text" }, returns = {}, undo_says = "remove",
  verify = function() return "absent" end, apply = function() return {} end, undo = function() return true end }]] })
  check.equal(run({ dir = dir, env = env, slipway, "help", "marker" }).code, 2)
  check.equal(run({ dir = dir, env = env, slipway, "trust" }).code, 0)
  local told = run { dir = dir, env = env, slipway, "help", "marker" }
  check.match(told.out, "^p:marker { text }.*Leave a mark of ours%.")
end)
