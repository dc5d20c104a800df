-- door.process and door.loop with real children.
local clock = require "door.clock"
local file = require "door.file"
local host = require "door.host"
local loop = require "door.loop"
local process = require "door.process"
local secret = require "door.secret"

local function sh(script, o)
  o = o or {}
  o.argv = { "sh", "-c", script }
  return process.run(o)
end

local function result_of(script, o)
  local result, err = sh(script, o)
  if not result then error(tostring(err.code) .. ": " .. err.message) end
  return result
end

local function secret_of(text)
  local path = scratch() .. "/token"
  assert(file.write { path = path, text = text, mode = tonumber("600", 8) })
  return assert(secret.resolve { ref = "file:" .. path })
end

local function lines(text)
  local all = {}
  for line in text:gmatch "[^\n]+" do all[#all + 1] = line end
  return all
end

local function alive(pid)
  local stat = file.read("/proc/" .. pid .. "/stat")
  return stat ~= nil and stat:match "^%d+ %b() (%a)" ~= "Z"
end

local function gone(pid, within)
  local until_ms = clock.now_ms() + within
  while alive(pid) and clock.now_ms() < until_ms do clock.sleep(10) end
  return not alive(pid)
end

test("a program's streams and exit code are told apart", function()
  local result = result_of "echo out; echo err >&2; exit 3"
  check.equal(result.code, 3)
  check.equal(result.out, "out\n")
  check.equal(result.err, "err\n")
  check.equal(result.signal, nil)
  check.truthy(result.ms >= 0 and result.ms < 5000)
end)

test("a program that a signal ended says which", function()
  local result = result_of "kill -9 $$"
  check.equal(result.code, 137)
  check.equal(result.signal, 9)
end)

test("words reach the program as they are: there is no shell", function()
  local words = { "$HOME", "a b", "", "*", "'\"", "`id`", "; rm x", "ü\n" }
  local argv = { "printf", "%s\\0" }
  for _, word in ipairs(words) do argv[#argv + 1] = word end
  check.equal(process.run({ argv = argv }).out, table.concat(words, "\0") .. "\0")
end)

test("the environment is built from nothing plus what is named", function()
  local allowed = { PATH = true, HOME = true, LANG = true, LC_ALL = true, TZ = true, TMPDIR = true, TERM = true, USER = true,
    SSH_AUTH_SOCK = true, NAMED = true }
  local result = process.run { argv = { "env", "-0" }, env = { NAMED = "here" } }
  local seen = {}
  for name, value in result.out:gmatch "([^=%z]+)=(%Z*)%z" do
    seen[name] = value
    check.truthy(allowed[name] or name:find "^XDG_", name)
  end
  check.equal(seen.NAMED, "here")
  check.equal(seen.PATH, host.getenv "PATH")
  check.equal(seen.SLIPWAY_LUA_DIR, nil)
end)

test("a clean environment holds only what is named", function()
  check.equal(process.run({ argv = { "env" }, clean = true, env = { A = "1" } }).out, "A=1\n")
  check.equal(process.run({ argv = { "env" }, clean = true }).out, "")
end)

test("a named variable takes the place of an inherited one", function()
  check.equal(process.run({ argv = { "env", "-0" }, env = { HOME = "/nowhere" } }).out:match "HOME=(%Z*)", "/nowhere")
end)

test("a variable given as text and as a secret is refused", function()
  local value, err = process.run { argv = { "true" }, env = { T = "x" }, secrets = { T = secret_of "given-twice" } }
  check.fails("process.bad_variable", value, err)
end)

test("a child inherits no descriptor", function()
  local held = assert(io.open("/dev/null")) -- Lua opens without close-on-exec
  local result = process.run { argv = { "ls", "/proc/self/fd" } }
  held:close()
  check.equal(result.out, "0\n1\n2\n3\n") -- 3 is the folder ls itself reads
end)

test("standard input is empty unless it is given", function()
  check.equal(process.run({ argv = { "cat" } }).out, "")
  check.equal(process.run({ argv = { "cat" }, input = "a\0b" }).out, "a\0b")
  check.equal(process.run({ argv = { "cat" }, input = "" }).out, "")
end)

test("a megabyte goes in and comes out", function()
  local text = ("0123456789abcdef"):rep(1 << 16)
  check.truthy(process.run({ argv = { "cat" }, input = text }).out == text)
end)

test("what a child wrote before its end is read, however late", function()
  local job = assert(process.start { argv = { "sh", "-c", "head -c 60000 /dev/zero; echo e >&2" } })
  loop.wait({ job }, 300) -- notices the end, or not yet
  local other = assert(process.start { argv = { "sh", "-c", "sleep 0.2; head -c 60000 /dev/zero; echo e >&2; exec sleep 0.3" } })
  loop.wait({ other }, 100)
  clock.sleep(1500) -- nobody reads meanwhile
  for _, each in ipairs { job, other } do
    while not each:done() do loop.wait { each } end
    check.equal(#each:result().out, 60000)
    check.equal(each:result().err, "e\n")
  end
end)

test("a child that reads nothing of its input ends nobody else", function()
  local result = process.run { argv = { "true" }, input = ("x"):rep(1 << 20) }
  check.equal(result.code, 0)
end)

test("a child that closes its output early is still waited for", function()
  local result = result_of "exec >&- 2>&-; sleep 0.3; exit 7"
  check.equal(result.code, 7)
  check.truthy(result.ms >= 300)
end)

test("an orphan that keeps the pipe open is not waited for", function()
  local started = clock.now_ms()
  local result = result_of "echo pid $$; sleep 30 & echo $!"
  check.truthy(clock.now_ms() - started < 5000)
  local orphan = lines(result.out)[2]
  check.truthy(alive(orphan))
  process.run { argv = { "kill", orphan } }
end)

test("ten megabytes are streamed while the last of them are kept", function()
  local total, last = 0, nil
  local result = result_of("head -c 10485760 /dev/zero | tr '\\0' x; echo end", {
    on_output = function(stream, text)
      check.equal(stream, "out")
      total, last = total + #text, text
    end,
  })
  check.equal(total, 10485764)
  check.match(last, "end\n$")
  check.equal(#result.out, 1 << 20)
  check.match(result.out, "xend\n$")
  check.equal(result.cut, true)
end)

test("keep decides how much of a stream stays", function()
  local result = result_of("printf 0123456789; printf abc >&2", { keep = 4 })
  check.equal(result.out, "6789")
  check.equal(result.err, "abc")
  check.equal(result.cut, true)
  check.equal(result_of("printf 0123", { keep = 4 }).cut, nil)
  check.equal(result_of("printf 0123", { keep = 0 }).out, "")
end)

test("output is handed over in the order it was read", function()
  local heard = {}
  result_of("echo 1; sleep 0.05; echo 2 >&2; sleep 0.05; echo 3", {
    on_output = function(stream, text) heard[#heard + 1] = stream .. text end,
  })
  check.equal(heard, { "out1\n", "err2\n", "out3\n" })
end)

test("an error in on_output reaches the caller, and the child is ended", function()
  local pid
  check.raises(function()
    sh("echo $$; exec sleep 30", { on_output = function(_, text)
      pid = text:match "%d+"
      error "stop here"
    end })
  end, "stop here")
  check.truthy(gone(pid, 2000))
end)

test("a log file gets both streams, after what it had", function()
  local path = scratch() .. "/log"
  assert(file.write { path = path, text = "before\n" })
  result_of("echo a; sleep 0.05; echo b >&2", { log = path })
  check.equal(file.read(path), "before\na\nb\n")
end)

test("a log that cannot be opened is refused before the start", function()
  local value, err = process.run { argv = { "true" }, log = "/proc/nowhere/log" }
  check.fails("process.log_failed", value, err)
end)

test("a full disk costs the log, not the work", function()
  local result = result_of("echo a; sleep 0.05; echo b", { log = "/dev/full" })
  check.equal(result.out, "a\nb\n")
  check.match(result.log_error, "No space left")
end)

test("a missing program is named, with its package where that is known", function()
  local value, err = process.run { argv = { "no-such-program" } }
  check.fails("process.not_found", value, err)
  check.match(err.message, "no%-such%-program")
  value, err = process.run { argv = { "skopeo" }, clean = true, env = { PATH = scratch() } }
  check.fails("process.not_found", value, err)
  check.equal(err.hint, "apt-get install skopeo")
  value, err = process.run { argv = { "/no/such/program" } }
  check.fails("process.not_found", value, err)
end)

test("a program is never taken from where one happens to stand", function()
  local dir = scratch()
  assert(file.write { path = dir .. "/tool", text = "#!/bin/sh\necho found\n", mode = tonumber("755", 8) })
  for _, path in ipairs { ".", "", ":/nowhere:", "bin/.." } do
    local value, err = process.run { argv = { "tool" }, dir = dir, env = { PATH = path } }
    check.fails("process.not_found", value, err)
  end
  check.equal(process.run({ argv = { "tool" }, env = { PATH = dir } }).out, "found\n")
  check.equal(process.run({ argv = { "./tool" }, dir = dir }).out, "found\n")
end)

test("a file that cannot be run is not a missing one", function()
  local dir = scratch()
  assert(file.write { path = dir .. "/plain", text = "x", mode = tonumber("644", 8) })
  assert(file.write { path = dir .. "/script", text = "#!/no/such/interpreter\n", mode = tonumber("755", 8) })
  local value, err = process.run { argv = { dir .. "/plain" } }
  check.fails("process.not_runnable", value, err)
  value, err = process.run { argv = { dir .. "/script" } }
  check.fails("process.not_runnable", value, err)
  check.match(err.hint, "#!")
end)

test("a folder that is none is refused", function()
  local value, err = process.run { argv = { "pwd" }, dir = "/no/such/folder" }
  check.fails("process.no_folder", value, err)
  value, err = process.run { argv = { "pwd" }, dir = "/etc/passwd" }
  check.fails("process.no_folder", value, err)
  local dir = scratch()
  check.equal(process.run({ argv = { "pwd", "-P" }, dir = dir }).out, assert(file.realpath(dir)) .. "\n")
end)

test("a timeout ends the whole group", function()
  local pids = {}
  local started = clock.now_ms()
  local value, err = sh("echo $$; sleep 60 & echo $!; (sleep 60 & echo $!; wait) ; wait", {
    timeout = 400, on_output = function(_, text) for pid in text:gmatch "%d+" do pids[#pids + 1] = pid end end,
  })
  check.fails("process.timeout", value, err)
  check.truthy(clock.now_ms() - started < 2000)
  check.equal(#pids, 3)
  for _, pid in ipairs(pids) do check.truthy(gone(pid, 1000), "still there: " .. pid) end
end)

test("a child that ignores SIGTERM is killed two seconds later", function()
  local pids = {}
  local started = clock.now_ms()
  local value, err = sh("trap '' TERM; echo $$; while :; do sleep 0.1; done", {
    timeout = 200, on_output = function(_, text) for pid in text:gmatch "%d+" do pids[#pids + 1] = pid end end,
  })
  local took = clock.now_ms() - started
  check.fails("process.timeout", value, err)
  check.truthy(took >= 2200 and took < 4000, "took " .. took)
  check.truthy(gone(pids[1], 500))
end)

test("what a late child said last stands in the error", function()
  local _, err = sh("echo 'waiting for the lock' >&2; exec sleep 30", { timeout = 300 })
  check.match(err.cause, "waiting for the lock")
end)

test("cancelling ends a child, and its job says so", function()
  local job = assert(process.start { argv = { "sleep", "30" } })
  check.falsy(job:done())
  check.raises(function() job:result() end, "not done")
  job:cancel()
  while not job:done() do loop.wait { job } end
  local value, err = job:result()
  check.fails("process.cancelled", value, err)
end)

test("closing a job leaves nothing behind", function()
  local heard = ""
  local job = assert(process.start { argv = { "sh", "-c", "sleep 30 & echo $!; wait" }, on_output = function(_, text)
    heard = heard .. text
  end })
  while not heard:find "\n" do loop.wait({ job }, 20) end
  local pid = heard:match "%d+"
  check.truthy(alive(pid))
  job:close()
  check.truthy(gone(pid, 1000))
  check.raises(function() job:done() end, "closed")
  check.equal(loop.wait({ job }, 0), 1)
end)

test("a hundred children run side by side", function()
  local jobs, started = {}, clock.now_ms()
  for i = 1, 100 do jobs[i] = assert(process.start { argv = { "sh", "-c", "sleep 0.5; echo " .. i } }) end
  for _, job in ipairs(jobs) do
    while not job:done() do loop.wait(jobs) if loop.wait({ job }, 1000) == 1 then break end end
  end
  for i, job in ipairs(jobs) do check.equal(job:result().out, i .. "\n") end
  check.truthy(clock.now_ms() - started < 15000)
end)

test("waiting ends at its time limit and with the first job", function()
  local slow = assert(process.start { argv = { "sleep", "30" } })
  local quick = assert(process.start { argv = { "sleep", "0.1" } })
  local started = clock.now_ms()
  check.equal(loop.wait({ slow }, 50), 0)
  check.truthy(clock.now_ms() - started < 1000)
  check.equal(loop.wait { slow, quick }, 1)
  check.truthy(quick:done() and not slow:done())
  slow:close()
end)

test("a pause is a job like any other", function()
  local started = clock.now_ms()
  local pause = loop.pause(120)
  check.equal(loop.wait { pause }, 1)
  check.equal(pause:result(), true)
  local took = clock.now_ms() - started
  check.truthy(took >= 120 and took < 1000, "took " .. took)
end)

test("a secret reaches its child alone", function()
  local value = "tok-" .. clock.random_hex(8) -- the same test may run beside this one
  local pattern = value:gsub(".$", "[%0]")
  local secrets = { TOKEN = secret_of(value) }
  local one = assert(process.start { argv = { "sh", "-c", "echo ${#TOKEN}; exec sleep 30" }, secrets = secrets })
  local two = assert(process.start { argv = { "sleep", "30" } })
  local checks = process.run { env = { P = pattern }, argv = { "sh", "-c", [[
    for p in $(ps -e -o pid=); do
      if tr '\0' '\n' < /proc/$p/cmdline 2>/dev/null | grep -q "$P"; then echo "argv $p"; fi
      if tr '\0' '\n' < /proc/$p/environ 2>/dev/null | grep -q "$P"; then
        echo "environ $(tr '\0' ' ' < /proc/$p/cmdline)"; fi
    done]] } }
  check.equal(checks.out, "environ sleep 30 \n")
  check.equal(process.run({ argv = { "sh", "-c", "echo \"[$TOKEN]\"" } }).out, "[]\n")
  one:close()
  two:close()
end)

test("a secret is masked in every stream, callback and log", function()
  local log = scratch() .. "/log"
  local heard = {}
  local result = result_of([[
    echo "plain $TOKEN"; echo "err $TOKEN" >&2
    printf %s "$TOKEN" | base64; printf %s "user:$TOKEN" | base64; printf %s "$TOKEN" | od -An -tx1 | tr -d ' \n'; echo
    printf 'split tok-9f8e'; sleep 0.1; printf '7d6c5b4a!\n']],
    { secrets = { TOKEN = secret_of "tok-9f8e7d6c5b4a" }, log = log, on_output = function(_, text) heard[#heard + 1] = text end })
  check.match(result.out, "^plain %*%*%*\n%*%*%*\ndXNlcjp?.?.?%*%*%*.?=*\n%*%*%*\nsplit %*%*%*!\n$")
  check.equal(result.err, "err ***\n")
  for _, text in ipairs { result.out, table.concat(heard), assert(file.read(log)) } do
    for _, form in ipairs { "tok%-9f8e", "dG9rLT", "746f6b2d" } do check.falsy(text:find(form)) end
  end
end)

test("a child has a group of its own, and default signals", function()
  local result = result_of "ps -o pgid= -p $$; echo $$; grep -E 'Sig(Ign|Blk)' /proc/self/status"
  local all = lines(result.out)
  check.equal(tonumber(all[1]), tonumber(all[2]))
  for i = 3, 4 do check.equal(tonumber(all[i]:match "%x+$", 16) & 0x7fffffff, 0, all[i]) end -- the rest is the C library's
end)

-- Signals are sent to a Slipway of our own, because they would end this one's tests.

local function start_own(code, heard)
  local path = scratch() .. "/own_test.lua"
  assert(file.write { path = path, text = code })
  local job = assert(process.start { argv = { slipway, "test", "--worker", path, "--result", "/dev/null" },
    env = { SLIPWAY_LUA_DIR = host.lua_dir }, on_output = function(_, text) heard.text = heard.text .. text end })
  while not heard.text:find "^%d+\n" and not job:done() do loop.wait({ job }, 50) end
  return job, check.match(heard.text, "^%d+\n"):match "%d+"
end

-- Its first line is its own process id.
local waiting = [[
  local loop, process = require "door.loop", require "door.process"
  local job = assert(process.start { argv = { "sh", "-c", "trap 'exit 5' TERM; echo $PPID; while :; do sleep 0.05; done" },
    on_output = function(_, text) io.write(text) io.flush() end })
  while not job:done() do
    loop.wait { job }
    if loop.interrupted() then print("signal " .. loop.interrupted()) io.flush() end
  end
  local value, err = job:result()
  print(value, err and err.code)
]]

local function interrupted(count)
  local heard = { text = "" }
  local job, pid = start_own(waiting, heard)
  for _ = 1, count do
    process.run { argv = { "kill", "-INT", pid } }
    loop.wait({ job }, 300)
  end
  return job, heard, pid
end

test("the first Ctrl-C is told and ends nothing", function()
  local job, heard, pid = interrupted(1)
  check.match(heard.text, "signal 2\n$")
  check.falsy(job:done())
  run { "pkill", "-TERM", "-P", pid } -- a child outlives whoever is killed
  job:close()
end)

test("the second Ctrl-C ends the children", function()
  local job, heard = interrupted(2)
  while not job:done() do loop.wait { job } end
  check.match(heard.text, "nil\tprocess.cancelled\n$")
end)

test("a signal ends a pause, and is forgotten on request", function()
  local heard = { text = "" }
  local job, pid = start_own([[
    local loop, process = require "door.loop", require "door.process"
    io.write(process.run({ argv = { "sh", "-c", "echo $PPID" } }).out) io.flush()
    local pause = loop.pause(60000)
    while not pause:done() do loop.wait { pause } end
    print(loop.interrupted()) loop.forget_interrupt() print(loop.interrupted())
  ]], heard)
  process.run { argv = { "kill", "-TERM", pid } }
  check.equal(loop.wait({ job }, 10000), 1)
  check.match(heard.text, "\n15\nnil\n$")
end)

test("a program that never asks is ended by the third signal", function()
  local heard = { text = "" }
  local job, pid = start_own([[
    local process = require "door.process"
    io.write(process.run({ argv = { "sh", "-c", "echo $PPID" } }).out) io.flush()
    while true do end
  ]], heard)
  for _ = 1, 3 do
    check.falsy(job:done())
    process.run { argv = { "kill", "-INT", pid } }
    loop.wait({ job }, 100)
  end
  check.equal(loop.wait({ job }, 10000), 1)
  check.equal(job:result().signal, 2)
end)

test("how this program was started does not matter to its children", function()
  local dir = scratch()
  assert(file.write { path = dir .. "/own_test.lua", text = ([[
    local result = require "door.process".run { argv = { "sh", "-c", "cat; echo out; echo err >&2; exit 3" }, input = "in " }
    require "door.file".write { path = %q, text = ("%%d|%%s|%%s"):format(result.code, result.out, result.err) }]]):format(dir .. "/said") })
  for _, script in ipairs { "exec \"$@\" <&- >&- 2>&-", "trap '' CHLD PIPE; exec \"$@\"", "exec \"$@\" <&-" } do
    file.remove(dir .. "/said")
    run { "sh", "-c", script, "sh", slipway, "test", "--worker", dir .. "/own_test.lua", "--result", "/dev/null" }
    check.equal(file.read(dir .. "/said"), "3|in out\n|err\n", script)
  end
end)

test("whoever waits for all of them gets on", function()
  local jobs = { loop.pause(1), assert(process.start { argv = { "sleep", "0.1" } }) }
  local until_ms = clock.now_ms() + 10000
  while loop.wait(jobs) < 2 and clock.now_ms() < until_ms do end
  check.truthy(jobs[2]:done())
end)

test("waiting for nothing returns at once", function()
  check.equal(loop.wait {}, 0)
  check.equal(loop.wait({}, 10), 0)
end)

test("wrong arguments raise", function()
  check.raises(function() process.run {} end, "argv")
  check.raises(function() process.run { argv = {} } end, "program is missing")
  check.raises(function() process.run { argv = { 1 } } end, "text expected")
  check.raises(function() process.run { argv = { "a\0b" } } end, "NUL")
  check.raises(function() process.run { argv = { "true" }, shell = true } end, "unknown field 'shell'")
  check.raises(function() process.run { argv = { "true" }, timeout = -1 } end, "negative")
  check.raises(function() process.run { argv = { "true" }, env = { A = 1 } } end, "text expected")
  check.raises(function() process.run { argv = { "true" }, secrets = { A = "text" } } end, "slipway.secret")
  check.raises(function() loop.wait { 1 } end, "slipway.job")
end)

test("a file of any size, or a secret and a newline, is a program's standard input", function()
  local dir = scratch()
  local big = dir .. "/big"
  assert(file.write { path = big, text = ("0123456789abcde\n"):rep(200000) })
  local result = check.truthy(process.run { argv = { "wc", "-c" }, input_file = big })
  check.equal(tonumber(result.out), 3200000)
  assert(file.write { path = dir .. "/key", text = "a key of three words", mode = 384 })
  local key = assert(secret.resolve { ref = "file:" .. dir .. "/key" })
  check.equal(process.run({ argv = { "install", "-m", "600", "/dev/stdin", dir .. "/copy" }, input_secret = { key } }).code, 0)
  check.equal(file.read(dir .. "/copy"), "a key of three words\n")
  check.match(process.run({ argv = { "cat" }, input_secret = { key } }).out, "^%*%*%*")
  local none, err = process.run { argv = { "cat" }, input_file = dir .. "/missing" }
  check.equal({ none, err.code }, { nil, "process.no_input" })
  check.raises(function() process.run { argv = { "cat" }, input_file = big, input = "b" } end, "input_file alone")
end)
