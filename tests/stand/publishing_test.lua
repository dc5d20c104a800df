-- Publishing from the command line, to real registries: files that are built already, a kill in the middle, what is there
-- already, yanking and taking it back, tags that move, images of branches, crates that need each other.
local file = require "door.file"
local host = require "door.host"
local json = require "door.json"
local packages = stand "packages"
local packed = stand "packed"

local function ok(result, what)
  if result.code ~= 0 then error(("%s: exit %s\n%s%s"):format(what or "", tostring(result.code), result.out, result.err), 0) end
  return result
end

--- A project for these registries without smoke tests, and a folder with its built files.
local function prepared(only, text)
  if packages.gitea then packages.forget() end
  local p = packages.new { only = only, tables = {
    crates = 'crates = { registry = "house", token = TOKEN, token_prefix = "Bearer ", smoke = false },',
    npm = 'npm = { url = "URL/api/packages/rel/npm", token = TOKEN, smoke = false },',
    pypi = 'pypi = { url = "URL/api/packages/rel/pypi", index = "URL/api/packages/rel/pypi/simple", token = TOKEN, smoke = false },',
    image = 'image = { image = "HOST/rel/pelican", user = "rel", token = TOKEN, smoke = false, run = { { "sh", "image.sh", "1" } }, files = { "image.tar" } },',
  } }
  p.dist = scratch()
  packed.npm(p.dist, "pelican", "1.1.0", text)
  packed.python(p.dist, "pelican", "1.1.0", text)
  packed.crate(p.dist, "pelican", "1.1.0", text)
  function p.names(kind)
    local list = {}
    for _, package in ipairs((packages.gitea.api("GET", "/packages/rel?limit=50"))) do
      if not kind or package.type == kind then list[#list + 1] = ("%s %s %s"):format(package.type, package.name, package.version) end
    end
    table.sort(list)
    return list
  end
  return p
end

test("publish --dir uploads exactly the files that are there, and a second time finds them equal", { timeout = 300 }, function()
  local p = prepared { "crates", "npm", "pypi" }
  local result = ok(p.slipway { "run", "publish", "--dir", p.dist, "--yes" })
  check.match(result.out, "upload pelican 1.1.0 to npm")
  check.equal(p.names(), { "cargo pelican 1.1.0", "npm pelican 1.1.0", "pypi pelican 1.1.0" })
  local got = p.home .. "/got.tgz"
  ok(run { "curl", "-sSf", "--noproxy", "*", "-o", got, p.url_of_registries .. "/api/packages/rel/npm/pelican/-/1.1.0/pelican-1.1.0.tgz" })
  check.equal(file.read(got), file.read(p.dist .. "/pelican-1.1.0.tgz"))
  local again = ok(p.slipway { "run", "publish", "--dir", p.dist, "--yes" })
  check.match(again.out, "already there")
end)

test("publish stops at a version that is there with another content: exit 4 and nothing changed", { timeout = 300 }, function()
  local p = prepared { "npm" }
  ok(p.slipway { "run", "publish", "--dir", p.dist, "--yes" })
  local other = scratch()
  packed.npm(other, "pelican", "1.1.0", "other")
  local result = p.slipway { "run", "publish", "--dir", other, "--yes" }
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.out .. result.err, "never overwritten")
  local missing = p.slipway { "plan", "publish", "--dir", scratch() }
  check.equal(missing.code, 4, missing.out .. missing.err)
  check.match(missing.out .. missing.err, "SW%-REGISTRY%-NO%-FILE")
end)

test("killed at every point of an upload, then resumed: each version is there once, whole", { timeout = 900 }, function()
  if not host.crash_points then skip "the crash points are in the dev build only" end
  local p = prepared { "npm", "pypi" }
  local plan = json.decode(ok(p.slipway { "plan", "publish", "--dir", p.dist, "--json" }).out)
  local points = { "upload-in-the-middle" }
  for _, step in ipairs(plan.steps) do
    if step.verb == "upload" then
      for _, at in ipairs { "after-intent", "after-apply", "after-outcome" } do points[#points + 1] = step.id .. ":" .. at end
    end
  end
  for _, point in ipairs(points) do
    packages.forget()
    check.equal(p.slipway({ "run", "publish", "--dir", p.dist, "--yes" }, { env = { SLIPWAY_CRASH = point } }).code, 137, point)
    local resumed = p.slipway { "resume" }
    check.equal(resumed.code, 0, point .. ": " .. resumed.out .. resumed.err)
    check.equal(p.names(), { "npm pelican 1.1.0", "pypi pelican 1.1.0" }, point)
    local page = ok(run { "curl", "-sSf", "--noproxy", "*", p.url_of_registries .. "/api/packages/rel/pypi/simple/pelican/" }).out
    check.equal(select(2, page:gsub("<a ", "")), 2, point)
  end
end)

test("a release whose version is on a registry already is refused in the preflight, and nothing is pushed", { timeout = 300 }, function()
  local p = prepared { "npm" }
  packed.npm(p.dist, "pelican", "1.2.0")
  p.git("tag", "-a", "v1.2.0", "-m", "1.2.0")
  ok(p.slipway { "run", "publish", "--dir", p.dist, "--version", "1.2.0", "--yes" })
  p.git("tag", "-d", "v1.2.0")
  local before = p.world()
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.out .. result.err, "pelican 1.2.0 is on .* already")
  check.equal(p.world(), before)
  os.remove(p.token_file)
  local absent = p.slipway { "plan", "publish", "--dir", p.dist, "--version", "1.1.0" }
  check.truthy(absent.code ~= 0)
end)

test("a crate is yanked and un-yanked, each once, and cargo's index says so", { timeout = 300 }, function()
  local p = prepared { "crates" }
  ok(p.slipway { "run", "publish", "--dir", p.dist, "--yes" })
  local function line() return ok(run { "curl", "-sSf", "--noproxy", "*", p.url_of_registries .. "/api/packages/rel/cargo/pe/li/pelican" }).out end
  check.match(line(), '"yanked":false')
  local planned = ok(p.slipway { "plan", "yank", "--version", "1.1.0" })
  check.match(planned.out, "installed copies stay")
  ok(p.slipway { "run", "yank", "--version", "1.1.0", "--yes" })
  check.match(line(), '"yanked":true')
  check.match(ok(p.slipway { "run", "yank", "--version", "1.1.0", "--yes" }).out, "already there")
  ok(p.slipway { "run", "yank", "--version", "1.1.0", "--back", "--yes" })
  check.match(line(), '"yanked":false')
  ok(p.slipway { "run", "yank", "--version", "1.1.0", "--yes" })
  ok(p.slipway { "undo", "--yes" })
  check.match(line(), '"yanked":false')
end)

test("an older line and a pre-release never become the latest; point moves a dist-tag and undo sets it back", { timeout = 300 }, function()
  local p = prepared { "npm" }
  for _, version in ipairs { "1.2.0", "1.3.0-beta.1" } do packed.npm(p.dist, "pelican", version) end
  p.git("tag", "-a", "v1.2.0", "-m", "1.2.0")
  ok(p.slipway { "run", "publish", "--dir", p.dist, "--yes" })
  ok(p.slipway { "run", "publish", "--dir", p.dist, "--version", "1.1.0", "--yes" })
  p.git("tag", "-a", "v1.3.0-beta.1", "-m", "1.3.0-beta.1")
  ok(p.slipway { "run", "publish", "--dir", p.dist, "--version", "1.3.0-beta.1", "--yes" })
  local function tags()
    return json.decode(ok(run { "curl", "-sSf", "--noproxy", "*", p.url_of_registries .. "/api/packages/rel/npm/pelican" }).out)["dist-tags"]
  end
  check.equal(tags(), { latest = "1.2.0", ["line-1.1"] = "1.1.0", beta = "1.3.0-beta.1" })
  ok(p.slipway { "run", "point", "--version", "1.1.0", "--pointer", "stable", "--yes" })
  check.equal(tags().stable, "1.1.0")
  ok(p.slipway { "undo", "--yes" })
  check.equal(tags().stable, nil)
  local refused = p.slipway { "run", "point", "--version", "1.1.0", "--yes" }
  check.equal(refused.code, 4, refused.out .. refused.err)
  check.match(refused.out .. refused.err, "newer than 1.1.0")
  ok(p.slipway { "run", "point", "--version", "1.1.0", "--back", "--yes" })
  check.equal(tags().latest, "1.1.0")
end)

test("a branch gives an image under its own name, which the next push overwrites", { timeout = 300 }, function()
  if not require("door.process").which "skopeo" then skip "skopeo is missing: sh vendor/install test" end
  local p = prepared { "image" }
  p.git("switch", "-q", "-c", "feature/Login_Form")
  local function digest()
    local reference = ("docker://%s/rel/pelican:feature-login_form"):format((p.url_of_registries:gsub("^http://", "")))
    return ok(p.client(scratch(), { "skopeo", "inspect", "--tls-verify=false", "--creds", "rel:" .. packages.gitea.password, "--format", "{{.Digest}}", reference })).out
  end
  check.match(ok(p.slipway { "run", "image", "--yes" }).out, "deploy .*feature%-login_form")
  local first = digest()
  p.commit("feat: more", { ["image.sh"] = packages.image_script:gsub("version\ntar", "version\necho more >root/more\ntar"):gsub("%-C root %-cf layer.tar version", "-C root -cf layer.tar .") })
  ok(p.slipway { "run", "image", "--yes" })
  check.truthy(digest() ~= first)
  p.git("switch", "-q", "-c", "v1.2")
  local refused = p.slipway { "plan", "image" }
  check.equal(refused.code, 4, refused.out .. refused.err)
end)

test("doctor asks every registry, and names what builds for it", { timeout = 300 }, function()
  local p = prepared { "npm", "pypi" }
  local told = p.slipway { "doctor", "--json" }
  local by_name = {}
  for _, one in ipairs(json.decode(told.out).checks or json.decode(told.out).data.checks) do by_name[one.name] = one end
  for _, name in ipairs { "registry npm", "registry pypi", "program npm", "program uv" } do check.truthy(by_name[name] and by_name[name].ok, name .. ": " .. told.out) end
  check.falsy((by_name["registry npm"].text or ""):find(packages.gitea.token, 1, true))
end)

test("images of releases: a pre-release and the repair of an older line are there and never become latest", { timeout = 600 }, function()
  if not require("door.process").which "skopeo" then skip "skopeo is missing: sh vendor/install test" end
  local p = prepared { "image" }
  p.commit("chore: the image knows its commit", { ["image.sh"] = packages.image_script:gsub('printf \'%%s\\n\' "%$1" >root/version', "cat Cargo.toml >root/version") })
  p.git("push", "-q", "origin", "main")
  local function digest(tag)
    local reference = ("docker://%s/rel/pelican:%s"):format(p.url_of_registries:gsub("^http://", ""), tag)
    return ok(p.client(scratch(), { "skopeo", "inspect", "--tls-verify=false", "--creds", "rel:" .. packages.gitea.password, "--format", "{{.Digest}}", reference }), tag).out
  end
  ok(p.slipway { "run", "release", "--yes" })
  local released = digest "1.2.0"
  check.equal(digest "latest", released)
  local fix = p.commit("fix: the other foot", { ["src/foot.c"] = "int foot;\n" })
  p.commit("feat: dive", { ["src/dive.c"] = "int dive;\n" })
  p.git("push", "-q", "origin", "main")
  ok(p.slipway { "run", "alpha", "--yes" })
  check.truthy(digest "1.3.0-alpha.1" ~= released)
  ok(p.slipway { "run", "hotfix", "--from", "v1.1.0", "--fix", fix, "--yes" })
  check.truthy(digest "1.1.1" ~= released)
  check.equal(digest "latest", released)
end)

test("crates that need each other are packed together and published in the order of their needs", { timeout = 600 }, function()
  if packages.gitea then packages.forget() end
  local member = '[package]\nname = "%s"\nversion.workspace = true\nedition = "2021"\nlicense = "MIT"\ndescription = "a bird"\n\n[dependencies]\n%s'
  local p = packages.new { only = { "crates" }, extra = {
    ["Cargo.toml"] = '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n\n[workspace.package]\nversion = "1.1.0"\n\n[workspace.dependencies]\nzz-core = { path = "crates/zz-core", version = "1.1.0", registry = "house" }\n',
    ["Cargo.lock"] = '# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\nversion = 4\n\n[[package]]\nname = "aa-cli"\nversion = "1.1.0"\ndependencies = [\n "zz-core",\n]\n\n[[package]]\nname = "zz-core"\nversion = "1.1.0"\n',
    ["crates/zz-core/Cargo.toml"] = member:format("zz-core", ""), ["crates/zz-core/src/lib.rs"] = "pub fn wings() -> u32 { 2 }\n",
    ["crates/aa-cli/Cargo.toml"] = member:format("aa-cli", "zz-core.workspace = true\n"), ["crates/aa-cli/src/lib.rs"] = "pub fn fly() -> u32 { zz_core::wings() }\n",
  }, tables = { crates = 'crates = { registry = "house", token = TOKEN, token_prefix = "Bearer " },' } }
  local plan = json.decode(ok(p.slipway { "plan", "release", "--json" }).out)
  local order = {}
  for _, step in ipairs(plan.steps) do
    if step.verb == "upload" then order[#order + 1] = step.args.package end
  end
  check.equal(order, { "zz-core", "aa-cli" })
  ok(p.slipway { "run", "release", "--yes" }) -- its smoke test builds something that needs each of them from the registry
end)

test("of several packages one is published, pointed to and withdrawn by --package; without it the question is which", { timeout = 300 }, function()
  local projects, servers = stand "project", stand "servers"
  packages.gitea = packages.gitea or servers.gitea()
  packages.forget()
  local gitea, npm = packages.gitea, '{ "name": "%s", "version": "%s" }\n'
  local p = projects.on_daemon { kind = "plain", tag = false, files = {
    ["package.json"] = '{ "name": "birds", "private": true, "workspaces": ["packages/*"] }\n',
    ["packages/owl/package.json"] = npm:format("owl", "0.3.0"), ["packages/tern/package.json"] = npm:format("tern", "2.0.0"),
  } }
  for _, tag in ipairs { "owl-v0.3.0", "tern-v2.0.0" } do p.git("tag", "-a", tag, "-m", tag) end
  assert(file.write { path = p.home .. "/token", text = gitea.token, mode = 384 })
  p.commit("chore: configure", { ["slipway.lua"] = ('return { registries = { npm = { url = "%s/api/packages/rel/npm", token = "file:%s/token", smoke = false } } }\n'):format(gitea.url, p.home) })
  p.git("push", "-q", "origin", "main", "--tags")
  local dist = scratch()
  packed.npm(dist, "owl", "0.3.0")
  local which = p.slipway { "run", "publish", "--version", "0.3.0", "--dir", dist, "--yes" }
  check.truthy(which.code ~= 0)
  check.match(which.out .. which.err, "%-%-package")
  local result = ok(p.slipway { "run", "publish", "--package", "owl", "--dir", dist, "--yes" })
  check.match(result.out, "upload owl 0.3.0 to npm")
  check.falsy(result.out:find("tern", 1, true))
  local function document() return json.decode(ok(run { "curl", "-sSf", "--noproxy", "*", gitea.url .. "/api/packages/rel/npm/owl" }).out) end
  check.truthy(document().versions["0.3.0"])
  ok(p.slipway { "run", "point", "--package", "owl", "--version", "0.3.0", "--pointer", "stable", "--yes" })
  check.equal(document()["dist-tags"].stable, "0.3.0")
  local planned = ok(p.slipway { "plan", "yank", "--package", "owl", "--version", "0.3.0" })
  check.match(planned.out, "deprecate owl 0.3.0 on npm")
  check.falsy(planned.out:find("tern", 1, true))
end)

test("an index that wants hours of patience parks the run, says until when, and is gone on with (against a fake)", { timeout = 120 }, function()
  local projects, fake = stand "project", (stand "servers").fake_npm()
  local p = projects.on_daemon { kind = "node" }
  assert(file.write { path = p.home .. "/token", text = fake.token, mode = 384 })
  p.commit("chore: configure", { ["slipway.lua"] = ('return { registries = { npm = { url = %q, token = "file:%s/token", smoke = false } } }\n'):format(fake.url, p.home) })
  p.git("push", "-q", "origin", "main")
  local dist = scratch()
  packed.npm(dist, "pelican", "1.1.0")
  fake.arm { limited = 99, after = "7500" }
  local waiting = p.slipway { "run", "publish", "--dir", dist, "--yes" }
  check.equal(waiting.code, 11, waiting.out .. waiting.err)
  check.match(waiting.out .. waiting.err, "slipway resume +in 2 h 5 min")
  check.equal(p.slipway({ "resume" }).code, 11)
  fake.arm { limited = 0 }
  ok(p.slipway { "resume" })
  check.match(ok(p.slipway { "run", "publish", "--dir", dist, "--yes" }).out, "already there")
end)
