-- Killed from outside: strace ends the program at its n-th fsync or fdatasync, for every n, until a run gets through.
-- Works on any build; the program does not help.
local servers = stand "servers"
local projects = stand "project"
local process = require "door.process"

local server, count = nil, 0

local function project()
  server = server or servers.git_daemon()
  count = count + 1
  return projects.new { dir = scratch(), remote = server.new_repo(("s%d.git"):format(count)).url }
end

local function strace(n)
  return { "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", ("inject=fsync,fdatasync:signal=KILL:when=%d"):format(n), slipway }
end

--- Under ASan, the leak checker and strace get into each other's way.
local quiet = { ASAN_OPTIONS = "detect_leaks=0" }

test("killed at every n-th fsync, then resumed: the same end", { timeout = 900 }, function()
  if not process.which "strace" then skip "strace is not installed" end
  local whole = project()
  check.equal(whole.slipway({ "run", "release", "--yes" }).code, 0)
  local expected, n, died = whole.world(), 0, 0
  while true do
    n = n + 1
    local p = project()
    local words = strace(n)
    table.move({ "run", "release", "--yes" }, 1, 3, #words + 1, words)
    local result = p.slipway(words, { program = "strace", env = quiet })
    if result.code == 0 then break end
    died = died + 1
    local resumed = p.slipway { "resume" }
    -- Killed before the run was on disk: nothing has happened, so it is simply run.
    if resumed.code == 2 then resumed = p.slipway { "run", "release", "--yes" } end
    check.equal(resumed.code, 0, ("at fsync %d: %s%s"):format(n, resumed.out, resumed.err))
    check.equal(p.world(), expected, ("at fsync %d"):format(n))
    if n > 200 then error "the program does not get through" end
  end
  check.truthy(died >= 8, ("only %d syncs were met"):format(died))
end)
