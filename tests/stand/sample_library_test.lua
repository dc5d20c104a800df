-- The first sample project (samples/library): a Python library in Rust, released from one laptop. What mise tasks, shell and
-- semantic-release did is done by stock recipes and one slipway.lua, from the first commit to a patched second release.
local digest = require "door.digest"
local file = require "door.file"
local json = require "door.json"
local samples = stand "samples"
local screens = stand "screen"
local servers = stand "servers"

samples.need("cargo", "rustc", "python3")
local builders = samples.builders()
local gitea, uv = servers.gitea(), servers.pypiserver() -- the index is Gitea's; pypiserver brings uv
local url = gitea.url .. "/api/packages/rel/pypi"
local repo = gitea.new_repo "gannet"
local p = samples.project { remote = repo.auth_url, env = {
  ZIG_GLOBAL_CACHE_DIR = builders .. "/zig-cache", CARGO_HOME = os.getenv "CARGO_HOME" or os.getenv "HOME" .. "/.cargo",
} }
local path = table.concat({ p.home .. "/bin", builders .. "/bin", uv.bin, os.getenv "PATH" }, ":")
local files = samples.files("library", {
  ["https://forge.example"] = gitea.url, ["team/gannet"] = repo.owner .. "/" .. repo.name, ["https://index.example"] = url,
})

-- Wheels are built for what rustc has libraries of: rustup has both, a bare Debian only its own.
local wheels = { ["linux-amd64"] = "x86_64" }
local arm = run({ "rustc", "--print", "target-libdir", "--target", "aarch64-unknown-linux-gnu" }).out:match "[^\n]+"
if arm and file.stat(arm) then wheels["linux-arm64"] = "aarch64" else files["slipway.lua"] = files["slipway.lua"]:gsub(', "linux%-arm64"', "") end

--- The files that the document's dist/ holds for a version: a wheel for each platform and one source archive.
local function dist(version)
  local names = { ("gannet-%s.tar.gz"):format(version) }
  for _, arch in pairs(wheels) do names[#names + 1] = ("gannet-%s-cp39-abi3-manylinux_2_17_%s.manylinux2014_%s.whl"):format(version, arch, arch) end
  table.sort(names)
  return names
end

local function slipway_here(words, o)
  o = o or {}
  return p.slipway(words, { env = { PATH = o.path or path }, timeout = 850 })
end

local function ok(words, o)
  local result = slipway_here(words, o)
  if result.code ~= 0 then error(("slipway %s: exit %s\n%s%s"):format(table.concat(words, " "), tostring(result.code), result.out, result.err), 2) end
  return result
end

local function refused(code, words, pattern, o)
  local result = slipway_here(words, o)
  check.equal(result.code, code, result.out .. result.err)
  check.match(result.out .. result.err, pattern)
  return result
end

local function in_home(name, text, mode)
  assert(file.mkdir { path = (p.home .. "/" .. name):match "^(.*)/", parents = true })
  assert(file.write { path = p.home .. "/" .. name, text = text, mode = mode or 384 })
end

local function commit(message, changed)
  local oid = p.commit(message, changed)
  p.git("push", "-q", "origin", "main")
  return oid
end

--- A token of Gitea's that may only publish packages, and its name.
local function new_token(name)
  local made = run { "curl", "-sS", "--noproxy", "*", "-u", gitea.user .. ":" .. gitea.password, "-H", "Content-Type: application/json", "-d",
    json.encode { name = name, scopes = { "write:package" } }, ("%s/api/v1/users/%s/tokens"):format(gitea.url, gitea.user) }
  return assert(json.decode(made.out)).sha1
end

local function revoke(name)
  run { "curl", "-sS", "--noproxy", "*", "-u", gitea.user .. ":" .. gitea.password, "-X", "DELETE", ("%s/api/v1/users/%s/tokens/%s"):format(gitea.url, gitea.user, name) }
end

local item <const> = "vault/djevteztvbcqgcm3yl4njkawjq/credential"

--- What the index has of a version, sorted.
local function on_index(version)
  local page = run({ "curl", "-sS", "--noproxy", "*", url .. "/simple/gannet/" }).out
  local names = {}
  for name in page:gmatch ">%s*(gannet%-[^<%s]+)" do
    if name:find(version, 1, true) then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end


test("init takes the mise tasks and semantic-release over: the same version and tag, a wheel as it was built, nothing lost", function()
  local sample = {}
  for name, text in pairs(files) do sample[name] = name ~= "slipway.lua" and text or nil end
  for path_, text in pairs(sample) do -- order: a set of files
    assert(file.mkdir { path = (p.dir .. "/" .. path_):match "^(.*)/", parents = true })
    assert(file.write { path = p.dir .. "/" .. path_, text = text })
  end
  check.equal(run({ "cargo", "generate-lockfile", dir = p.dir }).code, 0)
  p.commit("feat: dives", {})
  p.git("push", "-q", "-u", "origin", "main")
  gitea.settle(repo)
  check.match(ok({}).out, "gannet %(not released%).*no slipway.lua; found .mise.toml, .releaserc.json")
  check.match(ok({ "init" }).out, "25 settings: 16 taken, 8 changed, 1 without equivalent")
  local text = assert(file.read(p.dir .. "/slipway.lua"))
  for _, taken in ipairs {
    'tag = "v{version}"', 'file = "CHANGELOG.md"', 'builder = "maturin"', 'manylinux = "2_17"', 'python = "cp313"', 'rustc = "1.95", zig = "0.17"',
    'strategy = "LINUX_BUILD_STRATEGY"', 'host = "bigblack", kind = "ssh", user = "tca"', 'GH_TOKEN = "file:~/.secrets/forge-token"', 'dir = "~/.cache/gannet-locks"',
  } do check.truthy(text:find(taken, 1, true), taken .. " is missing in\n" .. text) end
  check.equal(ok({ "next" }).out, "0.1.0\n")
  assert(os.remove(p.dir .. "/slipway.lua"))
  commit("build: released by slipway", { ["slipway.lua"] = files["slipway.lua"] })
end)

test("doctor on a new machine names every tool, pin and token that is missing, then all is well and no token is shown", function()
  local bare = refused(4, { "doctor" }, "secret forge.token", { path = uv.bin .. ":" .. os.getenv "PATH" }).out
  for _, missing in ipairs { "FAIL  program maturin", "FAIL  secret registries.pypi.token", "next: uv tool install maturin" } do check.truthy(bare:find(missing, 1, true), missing .. bare) end
  -- 1Password's own service cannot be had here: a stand-in for its op, which notes what it was asked.
  in_home("bin/op", ('#!/bin/sh\necho "$@" >>%s/asked\nexec cat "%s/vault/${2##*Engineering/}"\n'):format(p.home, p.home), 493)
  in_home(item, new_token "first")
  in_home(".secrets/forge-token", gitea.token)
  local well = ok({ "doctor" }).out
  for _, line in ipairs { "ok    program zig 0.17", "ok    program maturin 1.16", "ok    forge ", "ok    registry pypi", "Cargo.toml; pyproject.toml takes it from there", "all well" } do
    check.truthy(well:find(line, 1, true), line .. well)
  end
  check.falsy(well:find(file.read(p.home .. "/" .. item):sub(1, 10), 1, true))
  check.match(file.read(p.home .. "/asked"), "read op://Engineering/djevteztvbcqgcm3yl4njkawjq/credential")
end)

test("the troubles of the document's table are told before anything is done, each with its way out", function()
  local before = p.world()
  -- "Another Linux build is running": a script that takes the same lock
  local lock = p.home .. "/.cache/gannet-locks/release-wheel-linux-amd64.lock"
  assert(file.mkdir { path = lock .. ".d", parents = true })
  refused(4, { "plan", "release" }, "slipway lock break wheel%-linux%-amd64")
  ok { "lock", "break", "wheel-linux-amd64", "--reason", "it is dead", "--force" }
  -- "target-cpu=native": in the home of whoever builds
  local native = scratch()
  assert(file.write { path = native .. "/config.toml", text = '[build]\nrustflags = ["-C", "target-cpu=native"]\n' })
  local result = p.slipway({ "plan", "release" }, { env = { PATH = path, CARGO_HOME = native } })
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.err, "target%-cpu=native")
  check.equal(p.world(), before)
end)

test("phases alone and together: sync alone, all up to the build without anything leaving, then the rest", { timeout = 900 }, function()
  local before = p.remote_refs()
  check.match(ok({ "run", "release", "--only", "sync", "--yes" }).out, "sync")
  local built = ok({ "run", "release", "--until", "build", "--yes" }).out
  check.equal(p.remote_refs(), before, "nothing has left")
  check.match(built, "wheel%-linux%-amd64 +%d[^\n]* of 55")
  local first = ok({ "resume" })
  check.match(first.out, "verify v0.1.0 on origin")
  check.equal(on_index "0.1.0", dist "0.1.0")
  check.truthy(p.remote_refs()["refs/tags/v0.1.0"])
end)

test("the first release is on the page and on the index, two wheels and a source archive, and uv installs it from there", { timeout = 900 }, function()
  local page = gitea.api("GET", ("/repos/%s/%s/releases/tags/v0.1.0"):format(repo.owner, repo.name))
  check.equal(page.draft, false, json.encode(page))
  local names = {}
  for i, asset in ipairs(page.assets) do names[i] = asset.name end
  table.sort(names)
  local wanted = dist "0.1.0"
  table.insert(wanted, 1, "SHA256SUMS")
  check.equal(names, wanted)
  local venv = scratch() .. "/venv"
  check.equal(run({ uv.bin .. "/uv", "venv", "-q", venv, env = { HOME = p.home, PATH = path } }).code, 0)
  local got = run { uv.bin .. "/uv", "pip", "install", "-q", "--python", venv .. "/bin/python", "--default-index", url .. "/simple", "gannet==0.1.0", env = { HOME = p.home, PATH = path } }
  check.equal(got.code, 0, got.err)
  check.equal(run({ venv .. "/bin/python", "-c", "import gannet; print(gannet.depth(40), gannet.feet(30.48))" }).out, "20 100.0\n")
  check.match(ok({ "verify", "v0.1.0" }).out, "everything agrees")
  check.match(ok({ "report" }).out, "build") -- its times stand beside the budgets
  refused(3, { "run", "release", "--yes" }, "SW%-VERSION%-NOTHING")
end)

test("publishing alone: files built already, a token that was revoked is a refused credential, a rotated one finishes", { timeout = 900 }, function()
  ok { "run", "build", "--commit", "v0.1.0", "--version", "0.1.0", "--to", "dist", "--yes" }
  local released = ok({ "verify", "v0.1.0", "--json" }).out
  for _, name in ipairs(dist "0.1.0") do -- built again, elsewhere in time: the same bytes as on the index
    check.truthy(released:find(digest.sha256({ file = p.dir .. "/dist/" .. name }):sub(1, 16), 1, true), name)
  end
  gitea.api("DELETE", "/packages/rel/pypi/gannet/0.1.0")
  revoke "first"
  local result = refused(5, { "run", "publish", "--dir", "dist", "--yes" }, "doctor %-%-rotate registries.pypi.token")
  check.equal(on_index "0.1.0", {}, result.out)

  local screen = screens.open { argv = { slipway, "doctor", "--rotate", "registries.pypi.token" }, dir = p.dir, columns = 80, env = {
    HOME = p.home, PATH = path, GIT_CONFIG_NOSYSTEM = "1", SLIPWAY_LUA_DIR = require("door.host").lua_dir or "",
  } }
  check.match(screen.wait "Press Enter", "op item edit djevteztvbcqgcm3yl4njkawjq %-%-vault Engineering")
  in_home(item, new_token "second")
  screen.press "Enter"
  check.match(screen.wait "%[ended", "it is another one; whether its service takes it.*%[ended 0%]")
  ok { "run", "publish", "--dir", "dist", "--yes" }
  check.equal(on_index "0.1.0", dist "0.1.0")
  check.match(ok({ "run", "publish", "--dir", "dist", "--yes" }).out, "already there")
end)

test("a build that fails is told with cause and way out; mended, the second release goes out", { timeout = 900 }, function()
  local sound = assert(file.read(p.dir .. "/src/lib.rs"))
  local broken = commit("feat: greet", { ["src/lib.rs"] = sound .. '\n#[link(name = "ssl")]\nextern "C" {\n    fn OpenSSL_version_num() -> u64;\n}\n\n#[no_mangle]\npub unsafe extern "C" fn greet() -> u64 {\n    OpenSSL_version_num()\n}\n' })
  check.truthy(broken)
  local stopped = refused(7, { "run", "release", "--yes" }, "SW%-BUILD%-FAILED")
  check.match(stopped.out, "rustls")
  ok { "undo", "--yes" }
  commit("fix: greet without OpenSSL", { ["src/lib.rs"] = sound .. '\n#[no_mangle]\npub extern "C" fn greet() -> u64 {\n    1\n}\n' })
  ok { "run", "release", "--yes" }
  check.equal(on_index "0.2.0", dist "0.2.0")
end)

test("the second release is patched from its own line, and the repair comes home", { timeout = 900 }, function()
  local fix = commit("fix: the depth of a dive from nowhere", { ["python/gannet/units.py"] = "def feet(metres: float) -> float:\n    return round(float(metres) / 0.3048, 2)\n" })
  commit("feat: not for this patch", { ["python/gannet/later.py"] = "later = 1\n" })
  ok { "run", "hotfix", "--fix", fix, "--yes" }
  check.equal(on_index "0.2.1", dist "0.2.1")
  check.match(p.git("show", "v0.2.1:Cargo.toml"), 'version = "0.2.1" # the one source')
  check.equal(p.git("ls-tree", "--name-only", "v0.2.1", "python/gannet/later.py"), "")
  check.match(p.git("show", "v0.2.1:CHANGELOG.md"), "0.2.1.-the depth of a dive from nowhere")
  check.match(ok({}).out, "next +0.3.0")
  check.falsy(ok({ "graph" }).out:find("not on main", 1, true))
end)
