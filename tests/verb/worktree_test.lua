-- A branch that is checked out in another worktree is not moved under its feet.
local engines = require "run.engine"
local projects = stand "project"
local servers = stand "servers"
local worlds = require "run.world"

test("a branch that another worktree has checked out is not moved, and the folder is named", function()
  local p = projects.new { dir = scratch(), remote = servers.git_daemon().new_repo("w.git").url }
  local linked = p.home .. "/linked"
  p.git("worktree", "add", "-q", "-b", "line", linked, "v1.1.0")
  local engine = assert(engines.open { root = linked })
  local world = worlds.writer(engine.project, { id = "w", dir = scratch(), time = 1795262400, note = function() end, answers = {} }, function() end)
  local args = { files = { { path = "x.txt", content = "x\n" } }, message = "Add x", on = "main", at = p.git("rev-parse", "main") }
  local state, why = require("verb.commit").verify(world, args)
  check.equal(state, "different")
  check.match(tostring(why), p.dir:gsub("%p", "%%%0"))
  args.on, args.at = "line", p.git("rev-parse", "line")
  check.equal((require("verb.commit").verify(world, args)), "absent", "its own branch moves")
  p.git("switch", "-q", "--detach")
  args.on, args.at = "main", p.git("rev-parse", "main")
  check.equal((require("verb.commit").verify(world, args)), "absent", "free again")
end)
