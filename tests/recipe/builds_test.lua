-- What is found before and after a build, with commands that stand in for compilers: forbidden settings, missing and
-- wrong tools, files that are missing, too many, for another machine or too large; locks, the limit of builds at once.
local file = require "door.file"
local json = require "door.json"
local lock = require "door.lock"
local projects = stand "project"

local function project(config, files)
  local p = projects.on_daemon { kind = "plain" }
  files = files or {}
  files["slipway.lua"] = "return { project = 'pelican', " .. config .. " }\n"
  p.commit("chore: configure", files)
  return p
end

local function shell(text, more) return ("{ run = { { 'sh', '-c', %q } }, %s }"):format(text, more) end

local function refused(p, wanted, words)
  local result = p.slipway { "plan", "build", table.unpack(words or {}) }
  check.equal(result.code, 4, result.out .. result.err)
  for _, text in ipairs(wanted) do check.match(result.out .. result.err, text) end
  check.equal(p.runs(), {})
end

test("everything that would spoil a Rust build is told at once, before anything is built", function()
  local p = project("targets = { wheel = { builder = 'maturin', python = 'cp313', platform = 'linux-amd64', rustls = { 'reqwest', 'tokio-tungstenite' }, demand = { 'opt-level=3', 'strip=symbols' }, pins = { zig = '9.9' }, env = { CFLAGS = '-march=native' } } }, build = { programs = { zig = { 'echo', '0.13.0' } } }", {
    ["Cargo.toml"] = "[package]\nname = 'pelican'\nversion = '1.1.0'\n\n[dependencies]\nreqwest = { version = '0.12', features = ['native-tls'] }\ntokio-tungstenite = { version = '0.23', default-features = false, features = ['rustls-tls-native-roots'] }\n",
    ["Cargo.lock"] = 'version = 3\n\n[[package]]\nname = "openssl-sys"\nversion = "0.9.1"\n',
    [".cargo/config.toml"] = "[build]\nrustflags = ['-C', 'target-cpu=native', '-C', 'opt-level=3', '-C', 'strip=symbols']\n\n[target.x86_64-unknown-linux-gnu]\nrustflags = ['-C', 'opt-level=3']\n",
  })
  refused(p, {
    "%[build%] has target%-cpu=native", "env%.CFLAGS has %-march=native", "reqwest asks for native%-tls", "Cargo%.lock has openssl%-sys",
    "%[target%.x86_64%-unknown%-linux%-gnu%] lacks strip=symbols", "zig is 0%.13%.0, the target pins 9%.9",
  })
end)

test("what is only good to have of a build is a note of doctor's, on a line of its own where the screen is narrow", function()
  local p = project("targets = { wheel = { builder = 'maturin', python = 'cp39', abi = 'abi3', platform = 'linux-amd64' } }", {
    ["Cargo.toml"] = "[package]\nname = 'pelican'\nversion = '1.1.0'\n", ["pyproject.toml"] = "[build-system]\nbuild-backend = 'maturin'\n",
  })
  local told = p.slipway({ "doctor" }, { env = { COLUMNS = "60" } }).out
  check.match(told, "\n  note  the wheel is the same when it is built again\n +maturin's own SBOM")
  for line in told:gmatch "[^\n]+" do check.truthy(#line <= 60 or not line:find "SBOM", line) end
end)

test("a missing program and a missing Rust target are named with the fix, and doctor tells the same", function()
  local p = project("targets = { one = { builder = 'cargo', platform = 'linux-arm64' } }, build = { programs = { cargo = { 'no-such-cargo' }, rustc = { 'echo', '/nowhere' } } }",
    { ["Cargo.toml"] = "[package]\nname = 'pelican'\nversion = '1.1.0'\n" })
  local wanted = { "no%-such%-cargo was not found", "Rust target aarch64%-unknown%-linux%-gnu is not installed", "rustup target add aarch64%-unknown%-linux%-gnu" }
  refused(p, wanted)
  local doctor = p.slipway { "doctor" }
  check.equal(doctor.code, 4)
  for _, text in ipairs(wanted) do check.match(doctor.out, text) end
end)

for title, case in pairs {
  ["a missing file"] = { shell("true", "produce = { 'pelican.bin' }"), "SW%-BUILD%-NO%-PRODUCT.*did not produce pelican%.bin" },
  ["a file too many"] = { shell("mkdir dist; echo >dist/a; echo >dist/b", "produce = { 'dist/a' }, dist = 'dist'"), "SW%-BUILD%-EXTRA%-PRODUCT.*made more than it should: b" },
  ["a file for another machine"] = { shell("cp /bin/sh pelican", "produce = { 'pelican' }, platform = 'linux-arm64'"), "SW%-BUILD%-WRONG%-MACHINE.*pelican is an ELF file for amd64, not an ELF file for arm64" },
  ["a file for another system"] = { shell("cp /bin/sh pelican.exe", "produce = { 'pelican.exe' }, platform = 'windows-amd64'"), "not a PE file for amd64" },
  ["a file that is too large"] = { shell("cp /bin/sh pelican", "produce = { 'pelican' }, max_size = '1K'"), "SW%-BUILD%-TOO%-LARGE" },
  ["a library that is not allowed"] = { shell("cp /bin/sh pelican", "produce = { 'pelican' }, libraries = { 'libm.so.6' }"), "SW%-BUILD%-LINKED.*libc%.so%.6" },
  ["a C library that is too new"] = { shell("cp /bin/sh pelican", "produce = { 'pelican' }, max_glibc = '2.1'"), "needs the GNU C library 2%.%d+, max_glibc allows 2%.1" },
  ["a full disk"] = { shell("echo 'cc1: fatal error: write: No space left on device' >&2; exit 1", "produce = { 'x' }"), "SW%-BUILD%-NO%-SPACE" },
} do
  test(title .. " ends the run with a clear error, a log is kept, nothing counts as built", function()
    local p = project("targets = { one = " .. case[1] .. " }")
    local result = p.slipway { "run", "build", "--yes" }
    check.equal(result.code, 4, result.out .. result.err)
    check.match(result.out .. result.err, case[2])
    local run_id = p.runs()[1]
    check.truthy(file.stat(p.dir .. "/.git/slipway/runs/" .. run_id .. "/logs/build-one.log"))
    check.falsy(file.stat(p.dir .. "/.git/slipway/runs/" .. run_id .. "/files/build/one/list.json"))
  end)
end

test("flags and wrappers of whoever runs us do not reach a build; nor does anything else that is not named", function()
  local p = project("targets = { one = " .. shell("env | cut -d= -f1 | sort | tr '\\n' ' ' >env.txt", "produce = { 'env.txt' }, env = { OWN = '1' }") .. " }")
  local result = p.slipway({ "run", "build", "--yes", "--to", "dist" }, { env = { CFLAGS = "-march=native", RUSTFLAGS = "-Ctarget-cpu=native", RUSTC_WRAPPER = "sccache", GITHUB_TOKEN = "x" } })
  check.equal(result.code, 0, result.out .. result.err)
  local names = assert(file.read(p.dir .. "/dist/env.txt"))
  check.match(names, "OWN .*SOURCE_DATE_EPOCH")
  for _, name in ipairs { "CFLAGS", "RUSTFLAGS", "RUSTC_WRAPPER", "GITHUB_TOKEN" } do check.falsy(names:find(name, 1, true), name) end
end)

test("no more builds at once than build.jobs says", function()
  local marks = scratch()
  local text = ("mkdir %s/busy-$0 && ls %s | grep -c busy >>%s/counts; sleep 0.3; rmdir %s/busy-$0; echo >$0.txt"):format(marks, marks, marks, marks)
  local p = project(("targets = { t = { run = { { 'sh', '-c', %q, '{variant}' } }, produce = { '{variant}.txt' }, variants = { 'a', 'b', 'c', 'd' } } }, build = { jobs = 2 }"):format(text))
  local result = p.slipway { "run", "build", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  local most, count = 0, 0
  for number in assert(file.read(marks .. "/counts")):gmatch "%d+" do most, count = math.max(most, tonumber(number)), count + 1 end
  check.equal(count, 4)
  check.truthy(most <= 2, "at once: " .. most)
end)

test("a build's lock is the one that scripts take: release-linux.lock and its folder, both ways", function()
  local dir = scratch()
  local watch = ("ls -d %s/release-linux.lock.d && test -e %s/release-linux.lock && echo >a.txt"):format(dir, dir)
  local p = project(("targets = { linux = %s }, lock = { dir = %q }"):format(shell(watch, "produce = { 'a.txt' }"), dir))
  check.equal(p.slipway({ "run", "build", "--yes" }).code, 0, "while it builds, a script finds both")
  check.falsy(file.stat(dir .. "/release-linux.lock.d"), "and afterwards the folder is gone")

  run { "mkdir", dir .. "/release-linux.lock.d" } -- a script has begun
  local held = p.slipway { "run", "build", "--yes" }
  check.truthy(held.code == 6 or held.code == 4, held.out .. held.err)
  check.match(held.out .. held.err, "no other build of linux is at work")
  check.match(p.slipway({ "lock", "show", "linux" }).out, "held by a script")
  check.equal(p.slipway({ "lock", "break", "linux" }).code, 2, "not without a reason")
  check.equal(p.slipway({ "lock", "break", "linux", "--reason", "the script was killed" }).code, 6, "it may be alive")
  run { "touch", "-d", "11 minutes ago", dir .. "/release-linux.lock.d" }
  check.equal(p.slipway({ "run", "build", "--yes" }).code, 0, "after ten minutes without a sign of life it is left behind")

  local ours = assert(lock.acquire { path = dir .. "/release-linux.lock", reason = "a colleague builds", compat = true })
  local busy = p.slipway { "plan", "build" }
  check.match(busy.out .. busy.err, "held by process %d+ on .*: a colleague builds")
  check.equal(p.slipway({ "lock", "break", "linux", "--reason", "mine now", "--force" }).code, 0)
  check.equal(p.slipway({ "run", "build", "--yes" }).code, 0)
  ours:close()
end)

test("one failed target is tried again alone; the others are not built again", function()
  local marks = scratch()
  local text = ("echo $0 >>%s/ran; [ $0 = a ] || [ -e %s/mended ] || exit 3; echo >$0.txt"):format(marks, marks)
  local p = project(("targets = { t = { run = { { 'sh', '-c', %q, '{variant}' } }, produce = { '{variant}.txt' }, variants = { 'a', 'b' } } }"):format(text))
  check.equal(p.slipway({ "run", "build", "--yes", "--to", "dist" }).code, 7)
  assert(file.write { path = marks .. "/mended", text = "" })
  local result = p.slipway { "resume", "--retry", "02-build" }
  check.equal(result.code, 0, result.out .. result.err)
  local ran = assert(file.read(marks .. "/ran"))
  check.equal(select(2, ran:gsub("a\n", "")), 1)
  check.equal(select(2, ran:gsub("b\n", "")), 2)
  check.equal(file.list(p.dir .. "/dist"), { "SHA256SUMS", "a.txt", "b.txt" })
end)

test("what a killed Slipway has left building goes on in a folder of its own, and not into the files of the resume", function()
  local marks = scratch()
  local text = ("echo $$ >>%s/ran; to=$PWD/a.txt; sleep 1; echo $$ >>\"$to\"; sleep 1"):format(marks)
  local p = project(("targets = { a = { run = { { 'sh', '-c', %q } }, produce = { 'a.txt' } } }"):format(text))
  local killer = [["$0" run build --yes --to dist & while [ ! -s "$1/ran" ]; do sleep 0.02; done; kill -KILL $!; wait $!]]
  check.equal(p.slipway({ "-c", killer, slipway, marks }, { program = "sh", as_of = false }).code, 137)
  local result = p.slipway { "resume" }
  check.equal(result.code, 0, result.out .. result.err)
  local second = assert(file.read(marks .. "/ran")):match "\n(%d+)\n$"
  check.equal(file.read(p.dir .. "/dist/a.txt"), second .. "\n", "nothing of the first")
end)

test("a folder that holds other files is not delivered to", function()
  local p = project("targets = { one = " .. shell("echo >a.txt", "produce = { 'a.txt' }") .. " }")
  assert(file.mkdir { path = p.dir .. "/dist" })
  assert(file.write { path = p.dir .. "/dist/old.whl", text = "old" })
  local result = p.slipway { "run", "build", "--yes", "--to", "dist" }
  check.match(result.out .. result.err, "old%.whl is in the folder, too")
end)

test("a release packs one archive for each platform where the name tells them apart", function()
  local p = project("targets = { pelican = { run = { { 'sh', '-c', 'echo $0 >pelican', '{platform}' } }, produce = { 'pelican' }, platforms = { 'linux-amd64', 'macos-arm64' } } }, artifacts = { { archive = 'pelican-{version}-{platform}.tar.gz', target = 'pelican' } }")
  local plan = p.slipway { "plan", "release", "--json" }
  check.equal(plan.code, 0, plan.err)
  local names = {}
  for _, step in ipairs(assert(json.decode(plan.out)).steps) do
    if step.verb == "archive" then names[#names + 1] = step.args.name end
  end
  check.equal(names, { "pelican-1.2.0-linux-amd64.tar.gz", "pelican-1.2.0-macos-arm64.tar.gz" })
end)
