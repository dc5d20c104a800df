local clock = require "door.clock"
local file = require "door.file"
local lock = require "door.lock"

local function held(path, o)
  local handle, err = lock.acquire { path = path, compat = o and o.compat, stale_after = o and o.stale_after }
  check.fails("lock.held", handle, err)
  return err
end

--- Starts a process that holds the lock until it is killed; returns its pid.
local function holder(path, compat)
  local program = ([[local h = assert(require "door.lock".acquire { path = %q, reason = "run hotfix", compat = %s })
    local f = io.open(%q, "w") f:write(h:holder().pid) f:close()
    require "door.clock".sleep(30000)]]):format(path, tostring(compat or false), path .. ".pid")
  os.remove(path .. ".pid")
  run { "/bin/sh", "-c", '"$0" eval "$1" >/dev/null 2>&1 &', slipway, program }
  for _ = 1, 500 do
    local pid = file.read(path .. ".pid")
    if pid and #pid > 0 then return math.tointeger(tonumber(pid)) end
    clock.sleep(20)
  end
  error "the holder did not start"
end

--- Kills a holder and waits until all of its threads are gone and the kernel has its descriptors back.
local function kill(pid, path)
  os.execute("kill -9 " .. pid)
  for _ = 1, 2000 do
    local shown = lock.show(path)
    if not shown or not shown.alive then return end
    clock.sleep(5)
  end
end

test("one holder at a time, who can be seen", function()
  local path = scratch() .. "/locks/release.lock"
  local first = assert(lock.acquire { path = path, reason = "run release" })
  local err = held(path)
  check.truthy(err.retry)
  check.match(err.message, "held by process %d+ on .*run release")
  check.equal(err.holder, lock.show(path))
  check.equal({ err.holder.reason, err.holder.alive, err.holder.script }, { "run release", true, false })
  check.truthy(math.abs(err.holder.since - clock.now()) < 60)
  check.truthy(first:check())
  check.truthy(first:refresh())
  first:release()
  first:release()
  check.equal(lock.show(path), nil)
  check.truthy(lock.acquire { path = path }):close()
  check.raises(function() first:check() end, "closed")
end)

test("a holder that is killed frees the lock at once", function()
  local path = scratch() .. "/release.lock"
  for _, compat in ipairs { false, true } do
    local pid = holder(path, compat)
    check.equal(lock.show(path).pid, pid)
    check.equal(held(path, { compat = compat }).holder.reason, "run hotfix")
    kill(pid, path)
    local before = clock.now_ms()
    local mine = assert(lock.acquire { path = path, compat = compat })
    check.truthy(clock.now_ms() - before < 1000)
    mine:release()
  end
end)

test("a folder of an old script is respected until it is stale", function()
  local path = scratch() .. "/release-linux.lock"
  file.mkdir { path = path .. ".d" }
  local err = held(path, { compat = true })
  check.truthy(err.holder.script)
  check.match(err.message, "held by a script")
  check.truthy(lock.show(path).alive)
  os.execute("touch -d '11 minutes ago' " .. path .. ".d")
  check.falsy(lock.show(path).alive)
  local mine = assert(lock.acquire { path = path, compat = true })
  check.match(file.read(path .. ".d/owner"), '"pid":%d+')
  check.truthy(mine:check())
  mine:release()
  check.equal(file.list(path:match "^(.*)/"), { "release-linux.lock" })
end)

test("an old script finds the folder taken, and fresh", function()
  local path = scratch() .. "/release-linux.lock"
  local mine = assert(lock.acquire { path = path, compat = true })
  check.truthy(run { "mkdir", path .. ".d" }.code ~= 0)
  os.execute("touch -d '11 minutes ago' " .. path .. ".d")
  check.truthy(mine:refresh())
  check.truthy(clock.now() - file.stat(path .. ".d").mtime < 60)
  mine:release()
  check.equal(run { "mkdir", path .. ".d" }.code, 0)
end)

test("what lies inside a stale folder goes with it", function()
  local path = scratch() .. "/release-linux.lock"
  file.mkdir { path = path .. ".d/inner", parents = true }
  file.write { path = path .. ".d/inner/pid", text = "12" }
  os.execute("touch -d '11 minutes ago' " .. path .. ".d")
  assert(lock.acquire { path = path, compat = true }):release()
  check.equal(file.list(path:match "^(.*)/"), { "release-linux.lock" })
end)

test("a lock removed by hand is noticed by its holder", function()
  for _, compat in ipairs { false, true } do
    local path = scratch() .. "/release.lock"
    local mine = assert(lock.acquire { path = path, compat = compat })
    os.execute("rm -rf " .. path .. "*")
    check.fails("lock.lost", mine:check())
    check.fails("lock.lost", mine:refresh())
    local other = assert(lock.acquire { path = path, compat = compat })
    mine:release()
    check.truthy(other:check(), "the release of a lost lock harms nobody")
    other:release()
  end
end)

test("breaking respects the living and clears after the dead", function()
  local path = scratch() .. "/release-linux.lock"
  check.truthy(lock.break_ { path = path, reason = "nothing there" })
  local pid = holder(path, true)
  local ok, err = lock.break_ { path = path, reason = "in my way" }
  check.fails("lock.held", ok, err)
  check.equal(err.holder.pid, pid)
  kill(pid, path)
  check.falsy(lock.show(path).alive)
  check.truthy(lock.break_ { path = path, reason = "it was killed" })
  check.equal(lock.show(path), nil)
  check.falsy(file.stat(path .. ".d"))
end)

test("force takes it from the living, who then knows", function()
  for _, compat in ipairs { false, true } do
    local path = scratch() .. "/release.lock"
    local mine = assert(lock.acquire { path = path, compat = compat })
    check.truthy(lock.break_ { path = path, reason = "it hangs", force = true })
    check.fails("lock.lost", mine:check())
    local other = assert(lock.acquire { path = path, compat = compat })
    mine:release()
    check.truthy(other:check())
    other:release()
  end
end)

test("a fresh folder of a script is broken by force only", function()
  local path = scratch() .. "/release-linux.lock"
  file.mkdir { path = path .. ".d" }
  check.fails("lock.held", lock.break_ { path = path, reason = "x" })
  check.truthy(lock.break_ { path = path, reason = "x", force = true })
  check.falsy(file.stat(path .. ".d"))
end)

test("nonsense in the lock file harms nobody", function()
  local path = scratch() .. "/release.lock"
  for _, text in ipairs { "12345", "{", '{"pid":[1,{"a":2}],"start":"x"}', ("["):rep(3000), '{"pid":1e300}', "\0\0" } do
    file.write { path = path, text = text }
    check.equal(lock.show(path), nil)
    assert(lock.acquire { path = path }):release()
    file.mkdir { path = path .. ".d" }
    file.write { path = path .. ".d/owner", text = text }
    check.truthy(lock.show(path).script)
    file.remove_tree { path = path .. ".d", below = path:match "^(.*)/" }
  end
end)

test("a record of another machine counts by its age, one of another boot is dead", function()
  local path = scratch() .. "/release-linux.lock"
  local record = '{"pid":1,"start":1,"since":1,"boot":"%s","host":"%s","nonce":"n","reason":"r"}'
  local own = assert(lock.acquire { path = path })
  local me = own:holder()
  own:release()
  file.mkdir { path = path .. ".d" }
  file.write { path = path .. ".d/owner", text = record:format("other", "elsewhere") }
  check.truthy(lock.show(path).alive)
  os.execute("touch -d '11 minutes ago' " .. path .. ".d")
  check.falsy(lock.show(path).alive)
  file.write { path = path .. ".d/owner", text = record:format("other", me.host) }
  check.falsy(lock.show(path).alive)
  file.write { path = path .. ".d/owner", text = record:format(me.boot, me.host) }
  check.falsy(lock.show(path).alive, "the pid lives, but began at another time")
  assert(lock.acquire { path = path, compat = true }):release()
end)

test("a child of the holder neither keeps nor frees the lock", function()
  local path = scratch() .. "/release.lock"
  local mine = assert(lock.acquire { path = path })
  run { "/bin/sh", "-c", "sleep 3 >/dev/null 2>&1 &" }
  check.truthy(mine:check())
  mine:release()
  assert(lock.acquire { path = path }):release()
end)

test("misspelt fields raise", function()
  check.raises(function() lock.acquire { path = "x", wait = 1 } end, "wait")
  check.raises(function() lock.break_ { path = "x" } end, "reason")
end)

--- Runs a program under strace with faults injected; its output, or skips the test.
local function with_faults(dir, program, ...)
  if run { "/bin/sh", "-c", "command -v strace" }.code ~= 0 then skip "no strace here" end
  local words = { "strace", "-f", "-o", dir .. "/trace", env = { ASAN_OPTIONS = "detect_leaks=0" } }
  for _, fault in ipairs { ... } do table.move({ "-e", "inject=" .. fault }, 1, 2, #words + 1, words) end
  table.move({ slipway, "eval", program }, 1, 3, #words + 1, words)
  local result = run(words)
  if result.code ~= 0 then skip "strace may not trace here" end
  return result.out
end

test("a file system without exchange, or without renameat2, is locked all the same", function()
  local path = scratch() .. "/locks/release-linux.lock"
  local program = ([[local lock = require "door.lock"
    local h = assert(lock.acquire { path = %q, compat = true })
    print(h:check())
    local f = io.open(%q) print(f ~= nil) if f then f:close() end
    h:release()]]):format(path, path .. ".d/owner")
  for _, fault in ipairs { "renameat2:error=EINVAL", "renameat2:error=EINVAL:when=1", "renameat2:error=ENOSYS" } do
    for _, stale in ipairs { false, true } do
      file.mkdir { path = path:match "^(.*)/", parents = true }
      if stale then
        file.mkdir { path = path .. ".d" }
        os.execute("touch -d '11 minutes ago' " .. path .. ".d")
      end
      check.equal(with_faults(path:match "^(.*)/locks", program, fault), "true\ntrue\n")
      check.equal(file.list(path:match "^(.*)/"), { "release-linux.lock" })
    end
  end
end)

test("a lock that cannot be written down is not held", function()
  local path = scratch() .. "/release.lock"
  local program = ([[local h, err = require "door.lock".acquire { path = %q, compat = true }
    print(h, err.code)]]):format(path)
  local dir = path:match "^(.*)/"
  check.equal(with_faults(dir, program, "pwrite64:error=ENOSPC"), "nil\tfile.no_space\n")
  check.equal(with_faults(dir, program, "flock:error=ENOLCK"), "nil\tfile.failed\n")
  check.equal(with_faults(dir, program, "mkdir:error=EACCES"), "nil\tfile.denied\n")
  check.equal(lock.show(path), nil)
end)
