-- Signals and people who change their mind: the exit code says so, and the run can go on.
local file = require "door.file"
local projects = stand "project"
local screens = stand "screen"
local servers = stand "servers"

local count, server = 0, nil

local function project()
  server = server or servers.git_daemon()
  count = count + 1
  local p = projects.new { dir = scratch(), remote = server.new_repo(("signals%d.git"):format(count)).url }
  p.working = p.home .. "/working" -- there once the check has begun
  p.commit("chore: configure", { ["slipway.lua"] = ("return { checks = { { 'sh', '-c', 'touch %s; sleep 30' } } }\n"):format(p.working) })
  p.git("push", "-q", "origin", "main")
  return p
end

local function screen_of(p)
  return screens.open {
    argv = { slipway, "run", "release" }, dir = p.dir, columns = 88,
    env = { HOME = p.home, XDG_CACHE_HOME = p.home .. "/cache", XDG_STATE_HOME = p.home .. "/state", GIT_CONFIG_NOSYSTEM = "1" },
  }
end

test("Ctrl-C at the question ends with 130 and changes nothing", function()
  local p = project()
  local before = p.world()
  local screen = screen_of(p)
  screen.wait "Go on%? %[y/N%]"
  screen.press "C-c"
  check.match(screen.wait "%[ended 130%]", "nothing was changed")
  check.equal(p.world(), before)
  check.equal(p.runs(), {})
end)

test("Ctrl-C twice ends a long check at once, with 130, and undo takes back what was done", function()
  local p = project()
  local before = p.world()
  local screen = screen_of(p)
  screen.wait "Go on%? %[y/N%]"
  screen.type "y"
  screen.press "Enter"
  for _ = 1, 300 do
    if file.stat(p.working) then break end
    os.execute "sleep 0.1"
  end
  screen.press "C-c"
  screen.wait "interrupted: "
  screen.press "C-c"
  check.match(screen.wait "%[ended 130%]", "SW%-RUN%-INTERRUPTED")
  check.equal(p.slipway({ "resume", "--retry", "nix" }).code, 2)
  check.equal(p.slipway({ "undo" }).code, 0)
  check.equal(p.world(), before)
end)

test("SIGTERM is 143", function()
  local p = project()
  local result = p.slipway({ "-c", [["$0" run release --yes & while [ ! -e "$1" ]; do sleep 0.1; done; kill -TERM $!; sleep 1; kill -TERM $!; wait $!]], slipway, p.working }, { program = "sh", as_of = false })
  check.equal(result.code, 143, result.out .. result.err)
  check.match(result.out, "resume")
end)

test("a run goes on when the reader of its output goes away", function()
  local p = project()
  p.commit("chore: quick checks", { ["slipway.lua"] = "return { checks = { { 'sleep', '1' } } }\n" })
  p.git("push", "-q", "origin", "main")
  local script = [["$0" run release --yes 2>"$1" | head -1; sleep 0.2; while [ -n "$("$0" lock show | grep held)" ]; do sleep 0.2; done; "$0" runs]]
  local result = p.slipway({ "-c", script, slipway, p.home .. "/err" }, { program = "sh", as_of = false, timeout = 60 })
  check.match(result.out, "done", result.out .. result.err)
  check.truthy(p.remote_refs()["refs/tags/v1.2.0"])
  check.equal(file.read(p.home .. "/err"), "")
end)
