-- Builds on other machines: real sshd, real Slurm, a real container where the machine allows one; hosts and nodes that
-- die in the middle, and Slipway itself killed. What comes back is whole, and everything is in it once.
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local ssh_server = servers.ssh()

local function words(text)
  local list = {}
  for word in text:gmatch "%S+" do list[#list + 1] = ("%q"):format(word) end
  return table.concat(list, ", ")
end

local function address(server) return "127.0.0.1:" .. server.port end

--- The place `remote` for slipway.lua.
local function ssh_place(server, o)
  local hosts = {}
  for i, one in ipairs(o.servers or { server }) do hosts[i] = ("%q"):format(address(one)) end
  return ("{ kind = 'ssh', hosts = { %s }, ssh = { %s }, dir = %q %s }"):format(table.concat(hosts, ", "), words(server.command), o.dir, o.more or "")
end

--- A project whose targets are made by make.sh.
local function project(o)
  local p = projects.on_daemon { kind = "plain" }
  p.commit("chore: configure", {
    ["make.sh"] = o.make or "mkdir -p out; echo \"$1 cflags=${CFLAGS-none} epoch=$SOURCE_DATE_EPOCH\" >out/$1.txt\n",
    ["slipway.lua"] = ("return { project = 'pelican', targets = { t = { run = { { 'sh', 'make.sh', '{variant}' } }, produce = { 'out/{variant}.txt' }, variants = { %s } } }, build = { %s } }\n")
      :format(o.variants or "'a', 'b'", o.build),
  })
  return p
end

local function lines_of(path)
  local list = {}
  for line in (file.read(path) or ""):gmatch "[^\n]+" do list[#list + 1] = line end
  table.sort(list)
  return list
end

test("a target is built at an ssh host: nothing of our flags goes there, its files and its log come back", function()
  local there = scratch() .. "/remote"
  local p = project { build = ("strategy = 'remote', places = { remote = %s }"):format(ssh_place(ssh_server, { dir = there })) }
  local result = p.slipway({ "run", "build", "--yes", "--to", "dist" }, { env = { CFLAGS = "-march=native", RUSTFLAGS = "-x" } })
  check.equal(result.code, 0, result.out .. result.err)
  check.match(assert(file.read(p.dir .. "/dist/a.txt")), "^a cflags=none epoch=%d+\n$")
  check.match(assert(file.read(p.dir .. "/dist/SHA256SUMS")), "b.txt")
  local shown = p.slipway { "show" }
  check.match(shown.out, "where = 127.0.0.1:" .. ssh_server.port)
  check.equal(p.slipway({ "show", "--log", "t-a" }).code, 0)
  check.equal(#file.list(there), 2, "only the caches stay there")
end)

test("the project's own variable and the flag choose the place for one run", function()
  local p = project { build = ("environment = { strategy = 'LINUX_BUILD_STRATEGY', host = 'LINUX_BUILD_HOST' }, strategy = 'here', places = { remote = %s }")
    :format(ssh_place(ssh_server, { dir = scratch() .. "/remote" })) }
  local function first_place(o)
    local planned = p.slipway({ "plan", "build", "--json", table.unpack(o.words or {}) }, { env = o.env })
    check.equal(planned.code, 0, planned.err)
    local step = assert(json.decode(planned.out)).steps[1]
    local place = (step.args.places or {})[1] or {}
    return place.name, (place.hosts or {})[1]
  end
  check.equal(first_place {}, nil)
  check.equal(first_place { env = { LINUX_BUILD_STRATEGY = "remote" } }, "remote")
  check.equal(first_place { words = { "--strategy", "remote" } }, "remote")
  check.equal(first_place { words = { "--strategy", "zig" }, env = { LINUX_BUILD_STRATEGY = "remote" } }, "zig")
  check.equal(select(2, first_place { env = { LINUX_BUILD_STRATEGY = "remote", LINUX_BUILD_HOST = address(ssh_server) } }), address(ssh_server))
  local refused = p.slipway { "plan", "build", "--strategy", "moon" }
  check.match(refused.err, "no place 'moon'")
end)

test("what fails here is built at the next place only where that is allowed", function()
  local make = "[ -d \"$HOME/../home\" ] && [ \"$HOME\" = \"$(cat home-here)\" ] && exit 7; mkdir -p out; echo $1 >out/$1.txt\n"
  local place = ssh_place(ssh_server, { dir = scratch() .. "/remote" })
  local p = project { make = make, variants = "'a'", build = ("strategy = { 'here', 'remote' }, places = { remote = %s }"):format(place) }
  p.commit("chore: where we are", { ["home-here"] = p.home .. "\n" })
  local only_here = p.slipway { "run", "build", "--yes", "--strategy", "here" }
  check.equal(only_here.code, 4, only_here.out .. only_here.err)
  check.match(only_here.out .. only_here.err, "ended with 7")
  local both = p.slipway { "run", "build", "--yes" }
  check.equal(both.code, 0, both.out .. both.err)
  check.match(p.slipway({ "show" }).out, "could not be built at here: .*next: remote")
end)

test("a host that does not answer, and a container engine that is not there, are told before anything is done", function()
  local dead = servers.ssh()
  local place = ssh_place(dead, { dir = scratch() .. "/remote" })
  dead.stop()
  local p = project { build = ("strategy = 'remote', places = { remote = %s, boxed = %s }"):format(place,
    ssh_place(ssh_server, { dir = scratch() .. "/remote", more = ", container = { image = 'x', engine = 'no-such-engine' }" })) }
  local refused = p.slipway { "run", "build", "--yes" }
  check.equal(refused.code, 4)
  check.match(refused.err .. refused.out, "ssh to 127.0.0.1:" .. dead.port)
  local engineless = p.slipway { "plan", "build", "--strategy", "boxed" }
  check.equal(engineless.code, 4)
  check.match(engineless.err .. engineless.out, "no%-such%-engine on 127.0.0.1")
  check.equal(p.runs(), {})
end)

test("a host of the pool that dies in the middle: its target is built again elsewhere, nothing is there twice", function()
  local doomed = servers.ssh()
  local marks, there = scratch(), scratch()
  -- Whoever is built at the doomed host waits there; the port tells which one that is.
  local make = ("port=${SSH_CONNECTION##* }; echo \"$1 $port\" >>%s/ran; if [ \"$port\" = %s ]; then touch %s/there; sleep 60; fi; mkdir -p out; echo $1 >out/$1.txt\n")
    :format(marks, doomed.port, marks)
  local p = project { make = make, variants = "'a', 'b', 'c'", build = ("strategy = 'remote', places = { remote = %s }")
    :format(ssh_place(ssh_server, { dir = there .. "/remote", servers = { doomed, ssh_server } })) }
  -- The known hosts and keys of both.
  local config = assert(file.read(p.dir .. "/slipway.lua"))
  local both = scratch() .. "/known_hosts"
  assert(file.write { path = both, text = assert(file.read(ssh_server.known_hosts)) .. assert(file.read(doomed.known_hosts)) })
  local authorized = doomed.dir .. "/authorized_keys"
  assert(file.write { path = authorized, text = assert(file.read(authorized)) .. assert(file.read(ssh_server.dir .. "/id.pub")) })
  p.commit("chore: both hosts", { ["slipway.lua"] = (config:gsub(ssh_server.known_hosts:gsub("%p", "%%%0"), both)) })
  local killer = [["$0" run build --yes --to dist & while [ ! -e "$1" ]; do sleep 0.05; done; for pid in $(cat "$2"); do pkill -KILL -P "$pid"; kill -KILL "$pid"; done; wait $!]]
  -- SSH_CONNECTION is the connection's own, so the script reads it outside the cleaned environment: by its parent.
  p.commit("chore: who serves us", { ["make.sh"] = ("SSH_CONNECTION=$(tr '\\0' '\\n' </proc/$PPID/environ | sed -n 's/^SSH_CONNECTION=//p')\n") .. make })
  local result = p.slipway({ "-c", killer, slipway, marks .. "/there", doomed.dir .. "/pids" }, { program = "sh", as_of = false, timeout = 120 })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt", "c.txt" })
  check.match(p.slipway({ "show" }).out, "the connection to 127.0.0.1:" .. doomed.port .. " was lost")
  check.equal(#lines_of(marks .. "/ran"), 4, "three targets, one of them twice")
end)

test("killed while an ssh host builds for it, Slipway stops what goes on there before it builds again in the same place", function()
  local marks, there = scratch(), scratch() .. "/remote"
  local make = ("echo $1 >>%s/ran; sleep 4; echo $1 >>%s/ended; mkdir -p out; echo $1 >out/$1.txt\n"):format(marks, marks)
  local p = project { make = make, variants = "'a'", build = ("strategy = 'remote', places = { remote = %s }"):format(ssh_place(ssh_server, { dir = there })) }
  local killer = [["$0" run build --yes --to dist & while [ ! -s "$1/ran" ]; do sleep 0.05; done; kill -KILL $!; wait $!]]
  local killed = p.slipway({ "-c", killer, slipway, marks }, { program = "sh", as_of = false, timeout = 60 })
  check.equal(killed.code, 137, killed.out .. killed.err)
  local result = p.slipway({ "resume" }, { timeout = 60 })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(lines_of(marks .. "/ran"), { "a", "a" })
  check.equal(lines_of(marks .. "/ended"), { "a" }, "the first was stopped")
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt" })
end)

test("a container at the host builds with the image's tools, as the only thing that runs there", function()
  local function works(...) return run({ ... }).code == 0 end
  if not (works("podman", "--version") and works("runc", "--version")) then skip "podman and runc are missing: apt-get install podman runc busybox-static" end
  local root, engine = scratch(), scratch() .. "/engine"
  assert(file.write { path = engine, mode = 493, text = "#!/bin/sh\nexec podman --runtime runc \"$@\"\n" })
  run { "sh", "-c", [[cd "$0" && mkdir -p bin tmp etc && cp /bin/busybox bin/ && for tool in sh env cp ls mkdir sha256sum cat echo tr sed test; do ln -s busybox bin/$tool; done && echo image >etc/marker && tar -c . | podman import - slipway-stand-builds]], root }
  local try = run { engine, "run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "slipway-stand-builds", "/bin/sh", "-c", "true" }
  if try.code ~= 0 then skip("no container can be run on this machine: " .. try.err:sub(1, 100)) end
  local more = (", container = { image = 'slipway-stand-builds', engine = %q, args = { '--network', 'none', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024' } }"):format(engine)
  local p = project { make = "mkdir -p out; cat /etc/marker >out/$1.txt\n", variants = "'a'",
    build = ("strategy = 'remote', places = { remote = %s, boxed = { kind = 'container', image = 'slipway-stand-builds', engine = %q, args = { '--network', 'none', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024' } } }")
      :format(ssh_place(ssh_server, { dir = scratch() .. "/remote", more = more }), engine) }
  for _, place in ipairs { "remote", "boxed" } do
    local result = p.slipway { "run", "build", "--yes", "--strategy", place, "--to", "dist-" .. place }
    check.equal(result.code, 0, result.out .. result.err)
    check.equal(file.read(p.dir .. "/dist-" .. place .. "/a.txt"), "image\n")
  end
end)

test("Slurm builds the targets as one array; one whose node dies is submitted again, and nothing is there twice", function()
  local cluster = servers.slurm()
  local marks = scratch()
  local make = ("echo $1 >>%s/ran; echo $$ >%s/pid-$1; if [ $1 = c ] && [ ! -e %s/second ]; then touch %s/second; sleep 90; fi; sleep 0.5; mkdir -p out; echo $1 >out/$1.txt\n")
    :format(marks, marks, marks, marks)
  local p = project { make = make, variants = "'a', 'b', 'c'", build = ("strategy = 'farm', places = { farm = { kind = 'slurm', dir = %q, poll = 0.5 } }"):format(cluster.shared) }
  local env = { SLURM_CONF = cluster.conf }
  -- The node that has c is found by its own children and killed, with all that runs there.
  local killer = [["$0" run build --yes --to dist & while [ ! -e "$1/second" ]; do sleep 0.1; done; sleep 2; export SLURM_CONF="$2"
    node=$(squeue -h -r -t running -o %N | head -1); [ "$node" = a ] && pid=$3 || pid=$4
    made=$!; up=$(cat "$1/pid-c"); while [ "$(ps -o comm= -p "$up")" != slurmstepd ]; do up=$(ps -o ppid= -p "$up" | tr -d ' '); done
    kill -KILL "$pid" "$up" $(cat "$1/pid-c"); wait $made]]
  local result = p.slipway({ "-c", killer, slipway, marks, cluster.conf, cluster.node_a_pid, cluster.node_b_pid }, { program = "sh", as_of = false, env = env, timeout = 200 })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt", "c.txt" })
  check.equal(lines_of(marks .. "/ran"), { "a", "b", "c", "c" })
  check.match(p.slipway({ "show" }, { env = env }).out, "t%-c: the task %d+_%d+ was lost: .*submitted again")
end)

test("killed while its tasks are at work, Slipway finds them again and builds nothing a second time", function()
  local cluster = servers.slurm()
  local marks = scratch()
  local make = ("echo $1 >>%s/ran; sleep 4; mkdir -p out; echo $1 >out/$1.txt\n"):format(marks)
  local p = project { make = make, build = ("strategy = 'farm', places = { farm = { kind = 'slurm', dir = %q, poll = 0.5 } }"):format(cluster.shared) }
  local env = { SLURM_CONF = cluster.conf }
  local killer = [["$0" run build --yes --to dist & while [ "$(wc -l <"$1/ran" 2>/dev/null || echo 0)" -lt 2 ]; do sleep 0.1; done; sleep 1; kill -KILL $!; wait $!]]
  local killed = p.slipway({ "-c", killer, slipway, marks }, { program = "sh", as_of = false, env = env, timeout = 120 })
  check.equal(killed.code, 137, killed.out .. killed.err)
  local result = p.slipway({ "resume" }, { env = env, timeout = 120 })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt" })
  check.equal(lines_of(marks .. "/ran"), { "a", "b" })
end)

test("a signal cancels the tasks, and a resume submits them again", function()
  local cluster = servers.slurm()
  local marks = scratch()
  local make = ("echo $1 >>%s/ran; [ $1 = a ] || [ -e %s/second ] || sleep 60; echo $1 >>%s/ended; mkdir -p out; echo $1 >out/$1.txt\n"):format(marks, marks, marks)
  local p = project { make = make, build = ("strategy = 'farm', places = { farm = { kind = 'slurm', dir = %q, poll = 0.5 } }"):format(cluster.shared) }
  local stopper = [["$0" run build --yes --to dist & until grep -q b "$1/ran" 2>/dev/null && ls .git/slipway/runs/*/files/build/t-a/list.json >/dev/null 2>&1; do sleep 0.1; done; sleep 1; kill -TERM $!; wait $!]]
  local stopped = p.slipway({ "-c", stopper, slipway, marks }, { program = "sh", as_of = false, env = { SLURM_CONF = cluster.conf }, timeout = 120 })
  check.equal(stopped.code, 143, stopped.out .. stopped.err)
  assert(file.write { path = marks .. "/second", text = "" })
  local result = p.slipway({ "resume" }, { env = { SLURM_CONF = cluster.conf }, timeout = 120 })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal({ lines_of(marks .. "/ran"), lines_of(marks .. "/ended") }, { { "a", "b", "b" }, { "a", "b" } })
end)

test("killed right behind sbatch, Slipway finds the array by its name and submits nothing a second time", function()
  if not require("door.host").crash_points then skip "the crash points are in the dev build only" end
  local cluster = servers.slurm()
  local marks = scratch()
  local make = ("echo $1 >>%s/ran; mkdir -p out; echo $1 >out/$1.txt\n"):format(marks)
  local p = project { make = make, build = ("strategy = 'farm', places = { farm = { kind = 'slurm', dir = %q, poll = 0.5 } }"):format(cluster.shared) }
  local killed = p.slipway({ "run", "build", "--yes", "--to", "dist" }, { env = { SLURM_CONF = cluster.conf, SLIPWAY_CRASH = "slurm-submitted" }, timeout = 120 })
  check.equal(killed.code, 137, killed.out .. killed.err)
  local result = p.slipway({ "resume" }, { env = { SLURM_CONF = cluster.conf }, timeout = 120 })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt" })
  check.equal(lines_of(marks .. "/ran"), { "a", "b" })
end)

test("a task that fails leaves its log, and the run goes on where it stopped", function()
  local cluster = servers.slurm()
  local marks = scratch()
  local make = ("[ $1 = a ] || [ -e %s/mended ] || { echo 'main.c:7: error: no such wing' >&2; exit 3; }; mkdir -p out; echo $1 >out/$1.txt\n"):format(marks)
  local p = project { make = make, build = ("strategy = 'farm', places = { farm = { kind = 'slurm', dir = %q, poll = 0.5 } }"):format(cluster.shared) }
  local env = { SLURM_CONF = cluster.conf }
  local result = p.slipway({ "run", "build", "--yes", "--to", "dist" }, { env = env, timeout = 120 })
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out .. result.err, "no such wing")
  check.match(p.slipway({ "show", "--log", "t-b" }, { env = env }).out, "main.c:7: error: no such wing")
  assert(file.write { path = marks .. "/mended", text = "" })
  local again = p.slipway({ "resume", "--retry", "02-build" }, { env = env, timeout = 120 })
  check.equal(again.code, 0, again.out .. again.err)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt" })
end)
