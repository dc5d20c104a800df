-- Builds on other machines over ssh: the checkout goes there by rsync, is built there, in a container if the place says
-- so, and the files come back with their digests. Several hosts are a pool: each builds as many targets at once as it
-- has slots; when one is lost, its targets are built again on another, and only what came back whole counts.
local engine = require "builder.engine"
local errors = require "pure.errors"
local open = require "builder.open"
local script = require "builder.script"
local staging = require "builder.staging"
local workspace = require "builder.workspace"

local M = { kind = "ssh" }

local DEFAULT = { "ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3" }

-- How the pool stands: builds at each host now, and hosts that did not answer.
local busy, lost = {}, {}

--- "user@host:port" → the words after ssh, and the name that rsync takes.
local function target(place, host)
  local user, rest = host:match "^([^@]+)@(.*)$"
  local name, port = (rest or host):match "^(.-):(%d+)$"
  name = name or rest or host
  user = user or place.user
  local full = user and user .. "@" .. name or name
  return full, port
end

local function ssh_words(place, port)
  local words = {}
  for _, word in ipairs(place.ssh or DEFAULT) do words[#words + 1] = word end
  if port then
    words[#words + 1] = "-p"
    words[#words + 1] = port
  end
  return words
end

--- An argument list that runs a line of shell there.
local function remote(place, host, line)
  local full, port = target(place, host)
  local words = ssh_words(place, port)
  words[#words + 1] = full
  words[#words + 1] = line
  return words
end

local function rsync(place, host, from, to)
  local full, port = target(place, host)
  local argv = { "rsync", "-a", "--delete", "-e", script.line(ssh_words(place, port)) }
  argv[#argv + 1] = from.there and ("%s:%s"):format(full, from.there) or from.here
  argv[#argv + 1] = to.there and ("%s:%s"):format(full, to.there) or to.here
  return argv
end

-- Exit codes that speak of the connection, not of the build.
local connection = { [255] = true, [10] = true, [12] = true, [30] = true, [35] = true }

local function vanished(host, result)
  return errors.new {
    code = "build.lost", message = ("the connection to %s was lost"):format(host), cause = (result.err:match "([^\n]+)\n*$"), retry = true,
  }
end

--- Runs something for a build; its output goes to the log.
local function go(world, c, argv, o)
  o = o or {}
  local result, err = world.process.run { argv = argv, dir = "/", log = o.quiet and nil or c.log, timeout = o.timeout }
  if not result then return nil, err end
  if connection[result.code] and (result.code == 255 or argv[1] == "rsync") then return nil, vanished(c.host, result) end
  if result.code ~= 0 then return nil, workspace.failure("build-" .. c.job.target .. " on " .. c.host, o.says or argv, result, c.log) end
  return result
end

local function container_name(world, job, number) return engine.name(("%s-%s-%d"):format(world.run.id, job.target, number)) end

local function base_of(place) return place.dir or ".cache/slipway" end

local function stop_there(world, c, work)
  local line = c.place.container and script.line(engine.kill(c.place.container, c.container)) or ("kill -TERM -- -$(cat %s/pid)"):format(script.quoted(work))
  world.process.run { argv = remote(c.place, c.host, line), dir = "/", timeout = 10000 }
end

local function command(c, work, at)
  if not c.place.container then return ("s=; command -v setsid >/dev/null && s='setsid -w'; exec $s sh %s/build.sh"):format(script.quoted(work)) end
  local argv = engine.run(c.place.container, { name = c.container, mounts = { work, at.cache, at.tools }, argv = { "sh", work .. "/build.sh" } })
  return ("mkdir -p %s %s && exec %s"):format(script.quoted(at.cache), script.quoted(at.tools), script.line(argv))
end

local function build_there(world, c, staged, work)
  local ok, err = go(world, c, rsync(c.place, c.host, { here = staged.folder .. "/" }, { there = work .. "/" }))
  if not ok then return nil, err end
  world.progress("builds on " .. c.host)
  local seconds = c.a.timeout and require("pure.schema").seconds(c.a.timeout)
  ok, err = go(world, c, remote(c.place, c.host, command(c, work, staged.at)), { says = { "the build" }, timeout = seconds and math.floor(seconds * 1000) or nil })
  if not ok then
    if err.code == "process.cancelled" or err.code == "process.timeout" then stop_there(world, c, work) end
    return nil, err
  end
  local back = staged.folder .. "/back"
  ok, err = world.file.mkdir { path = back, parents = true }
  if ok then
    local argv = rsync(c.place, c.host, { there = work .. "/" }, { here = back .. "/" })
    for i, word in ipairs { "--include=/result/***", "--include=/sums", "--include=/listing", "--include=/done", "--exclude=*" } do table.insert(argv, 3 + i, word) end
    ok, err = go(world, c, argv)
  end
  if not ok then return nil, err end
  return back
end

--- The line that prepares the host and says where its folder is. What an earlier attempt of this run has left there is
--- ended first: a Slipway that was killed, or a connection that was lost, stops nothing over there.
local function opening(world, c)
  local base, former, kill = script.quoted(base_of(c.place)), {}, ""
  for number = 1, c.attempts do
    former[number] = staging.work(world, c.job, ".", number)
    if c.place.container then kill = kill .. script.line(engine.kill(c.place.container, container_name(world, c.job, number))) .. " >/dev/null 2>&1; " end
  end
  return ([[mkdir -p %s && cd %s && %sfor w in %s; do p=$(cat "$w/pid" 2>/dev/null); case $(ps -o args= -p "${p:-0}" 2>/dev/null) in *"${w#./}/build.sh"*) kill -KILL -- "-$p" 2>/dev/null || kill -KILL "$p";; esac; rm -rf "$w"; done; pwd]])
    :format(base, base, kill, script.line(former))
end

--- One attempt on one host.
local function attempt(world, c, to, number)
  local made, err = go(world, c, remote(c.place, c.host, opening(world, c)), { quiet = true })
  if not made then return nil, err end
  local base = made.out:match "[^\n]+"
  local work = staging.work(world, c.job, base, number)
  c.container = container_name(world, c.job, number)
  local staged, failed = staging.prepare(world, { place = c.place, a = c.a, job = c.job, base = base, work = work, attempt = number })
  if not staged then return nil, failed end
  local back, broken = build_there(world, c, staged, work)
  local files
  if back then files, broken = staging.receive(world, c.job, staged.steps, back, to) end
  if files or broken.code ~= "build.lost" then
    world.process.run { argv = remote(c.place, c.host, "rm -rf " .. script.quoted(work)), dir = "/", timeout = 60000 }
  end
  staging.clear(world, staged)
  if not files then return nil, broken end
  return files
end

--- The host with the fewest builds that has a free slot; waits for one.
local function take(world, place)
  local told = false
  while not world.interrupted() do
    local best, all_lost = nil, true
    for _, host in ipairs(place.hosts) do
      if not lost[host] then
        all_lost = false
        if (busy[host] or 0) < (place.slots or 1) and (not best or (busy[host] or 0) < (busy[best] or 0)) then best = host end
      end
    end
    if all_lost then lost = {} end -- asked again: a machine may have come back
    if best then
      busy[best] = (busy[best] or 0) + 1
      return best
    end
    if not all_lost then
      if not told then world.progress "waits for a host" end
      told = true
      world.clock.sleep(50)
    end
  end
end

--- Builds there; on a lost host again on another.
function M.build(world, place, a, job, to)
  local log_dir = world.run.dir .. "/logs"
  local ok, err = world.file.mkdir { path = log_dir, parents = true }
  if not ok then return nil, err end
  local attempts, last = place.attempts or #place.hosts + 1, nil
  for number = 1, attempts do
    local host = take(world, place)
    if not host then return nil, errors.new { code = "run.interrupted", message = "interrupted while waiting for a host" } end
    local began = world.clock.now_ms()
    local c = { place = place, a = a, job = job, host = host, attempts = attempts, log = ("%s/build-%s.log"):format(log_dir, job.target) }
    local fine, files, failed = pcall(attempt, world, c, to, number)
    busy[host] = busy[host] - 1
    if not fine then error(files, 0) end
    if files then return files, host, world.clock.now_ms() - began end
    last = failed
    if failed.code ~= "build.lost" or world.interrupted() then return nil, failed end
    lost[host] = true
    world.run.note(("%s: %s; built again%s"):format(job.target, failed.message, number < attempts and "" or " later, by a resume"))
    world.clock.sleep(200)
  end
  return nil, last
end

-- Preflight ------------------------------------------------------------------------------------

local function refused(name, result, err, hint)
  local why = result and (result.err:match "([^\n]+)\n*$" or ("it ended with %d"):format(result.code)) or tostring(errors.adopt(err))
  return { name = name, ok = false, code = "build.place", why = why, hint = hint }
end

local function check_programs(world, place, host, job, checks)
  local own = place.programs or {}
  local builder = open.builder(job.builder)
  for _, program in ipairs(builder.programs(job, function(name) return own[name] or { name } end, false)) do
    local line = script.path_line(place) .. "; " .. script.line(program.argv) .. (program.folder and " | { read -r d && test -d \"$d\"; }" or "")
    local result, err = world.process.ask(remote(place, host, line))
    local name = ("%s on %s"):format(program.name, host)
    local pin = job.pins[program.name]
    if not result or result.code ~= 0 then
      checks[#checks + 1] = refused(name, result, err, "there: " .. program.fix)
      checks[#checks].code = "build.tool_missing"
    elseif pin and not program.folder and not require("builder.toolchain").fits(result.out .. result.err, pin) then
      checks[#checks + 1] = { name = name, ok = false, code = "build.tool_version", why = ("it is not %s: %s"):format(pin, (result.out:match "[^\n]+")), hint = "there: " .. program.fix }
    else
      checks[#checks + 1] = { name = name, ok = true }
    end
  end
end

local function check_host(world, place, host, job)
  local checks = {}
  local result, err = world.process.ask(remote(place, host, "true"))
  local answers = result and result.code == 0
  if not answers then return { refused("ssh to " .. host, result, err, script.line(remote(place, host, "true"))) }, false end
  checks[1] = { name = "ssh to " .. host, ok = true }
  result, err = world.process.ask(remote(place, host, "command -v rsync"))
  if not result or result.code ~= 0 then checks[#checks + 1] = refused("rsync on " .. host, { err = "rsync was not found there", code = 1 }, err, "there: apt-get install rsync") end
  if place.container then
    local argv = engine.ask(place.container)
    result, err = world.process.ask(remote(place, host, script.path_line(place) .. "; " .. script.line(argv)))
    local name = ("%s on %s"):format(argv[1], host)
    checks[#checks + 1] = result and result.code == 0 and { name = name, ok = true } or refused(name, result, err, script.line(remote(place, host, script.line(argv))))
  else
    check_programs(world, place, host, job, checks)
  end
  return checks, true
end

--- Does every host answer, with rsync, and the container engine or the programs? One host of a pool is enough to begin.
function M.check(world, place, job)
  local all, one_answers = {}, false
  if not world.process.which "rsync" then
    all[1] = { name = "program rsync", ok = false, code = "build.tool_missing", why = "rsync was not found", hint = "apt-get install rsync" }
  end
  local silent = {}
  for _, host in ipairs(place.hosts) do
    local checks, answers = check_host(world, place, host, job)
    one_answers = one_answers or answers
    for _, check in ipairs(checks) do
      all[#all + 1] = check
      if not answers then silent[#silent + 1] = check end
    end
  end
  for _, check in ipairs(silent) do check.fallback = one_answers or nil end
  return all
end

return M
