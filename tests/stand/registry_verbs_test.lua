-- Uploading to real registries: what is there and equal is adopted, what is different stops, what was lost on the way is
-- looked for, what is half there is completed. And the tags that move, and yanking.
local digest = require "door.digest"
local engines = require "run.engine"
local file = require "door.file"
local packed = stand "packed"
local projects = stand "project"
local servers = stand "servers"
local worlds = require "run.world"

local upload, point, yank, await = require "verb.upload", require "verb.point", require "verb.yank", require "verb.await"

local gitea, count = nil, 0

--- A world whose registries are those of slipway.lua, by default the Gitea's; `at` is a proxy before it.
local function surroundings(o)
  o = o or {}
  gitea = gitea or servers.gitea()
  count = count + 1
  local p = projects.on_daemon()
  local token = p.home .. "/token"
  assert(file.write { path = token, text = gitea.token, mode = 384 })
  local text = o.config or packed.config(o.at or gitea.url, "file:" .. token)
  assert(file.write { path = p.dir .. "/slipway.lua", text = text })
  local engine = assert(engines.open { root = p.dir, time = 1795262400 })
  local world = worlds.writer(engine.project, { id = "reg" .. count, dir = scratch(), time = 1795262400, note = function() end, answers = {} }, function() end)
  rawset(world, "cache_dir", scratch())
  return world, p
end

local function name_of(word) return ("pe%s%d"):format(word, count + 1) end

--- One version of a package of each kind, and the same version with another content.
local kinds = {}
function kinds.cargo(name, text) return packed.upload("crates", "cargo", name, "1.2.0", { packed.crate(scratch(), name, "1.2.0", text) }) end
function kinds.npm(name, text) return packed.upload("npm", "npm", name, "1.2.0", { packed.npm(scratch(), name, "1.2.0", text) }) end
function kinds.pypi(name, text) return packed.upload("pypi", "pypi", name, "1.2.0", packed.python(scratch(), name, "1.2.0", text)) end
function kinds.oci(name, text) return packed.upload("image", "oci", "pelican", "1.2." .. digest.sha256(name):gsub("%a", ""):sub(1, 4):gsub("^0*(%d)", "%1"), { packed.image(scratch(), text) }) end

local function must(value, err)
  if not value then error(tostring(err), 0) end
  return value
end

for _, kind in ipairs { "cargo", "npm", "pypi", "oci" } do
  test(("%s: what is there and equal is adopted, what is there and different is never overwritten"):format(kind), { timeout = 300 }, function()
    local name = name_of "same"
    local world = surroundings()
    local ours, other = kinds[kind](name, "ours"), kinds[kind](name, "other")
    check.equal((upload.verify(world, ours)), "absent")
    must(upload.apply(world, ours))
    check.equal((upload.verify(world, ours)), "same")
    local state, why = upload.verify(world, other)
    check.equal(state, "different")
    check.match(tostring(why), "never overwritten")
    upload.apply(world, other) -- a run would not even try
    check.equal((upload.verify(world, ours)), "same", "ours is still there")
    check.truthy(await.apply(world, { registry = ours.registry, package = ours.package, version = ours.version, within = "5s" }))
  end)

  test(("%s: an answer that got lost after the registry acted is found by looking, and nothing is there twice"):format(kind), { timeout = 300 }, function()
    gitea = gitea or servers.gitea()
    local proxy = servers.toxiproxy().before(gitea.url)
    local name = name_of "lost"
    local world = surroundings { at = proxy.url }
    local args = kinds[kind](name, "ours")
    local request, cut = world.http.request, 0
    world.http.request = function(o)
      o.url = o.url:gsub(gitea.url, proxy.url, 1) -- a cargo index names its interface by the server's own address
      local sends = o.method == "PUT" or o.method == "POST"
      if sends then
        cut = cut + 1
        proxy.poison("timeout", "downstream", { timeout = 2000 }) -- the request arrives, its answer never does
      end
      local answer, err = request(o)
      if sends then proxy.heal() end
      return answer, err
    end
    local done, err = upload.apply(world, args)
    check.truthy(cut > 0)
    world.http.request = request
    -- an image is many requests of which none may be missing: it may take another attempt, as resume makes
    if not done and kind == "oci" then done, err = upload.apply(world, args) end
    check.truthy(done, tostring(err) .. "; then: " .. tostring((upload.verify(world, args))))
    check.equal((upload.verify(world, args)), "same")
  end)
end

test("a Python version of which one file is there gets the other one only", { timeout = 180 }, function()
  local name = name_of "half"
  local world = surroundings()
  local args = kinds.pypi(name)
  local wheel = packed.upload("pypi", "pypi", name, "1.2.0", { args.files[1] })
  must(upload.apply(world, wheel))
  local state, _, part = upload.verify(world, args)
  check.equal(state, "absent")
  check.equal(part, { there = 1 })
  local sent, request = 0, world.http.request
  world.http.request = function(o)
    if o.method == "POST" then sent = sent + 1 end
    return request(o)
  end
  must(upload.apply(world, args))
  check.equal(sent, 1)
  check.equal((upload.verify(world, args)), "same")
end)

test("a file that changed since it was built is not uploaded", { timeout = 180 }, function()
  local name = name_of "changed"
  local world = surroundings()
  local args = kinds.npm(name)
  assert(file.write { path = args.files[1].path, text = "something else" })
  local state, why = upload.verify(world, args)
  check.equal(state, "different")
  check.match(tostring(why), "is not the file that was built")
end)

test("a token that is wrong is told as such, and nothing is uploaded", { timeout = 180 }, function()
  local name = name_of "token"
  local world, p = surroundings()
  assert(file.write { path = p.home .. "/token", text = "0123456789abcdef0123456789abcdef01234567", mode = 384 })
  for _, kind in ipairs { "cargo", "npm", "pypi", "oci" } do
    local done, err = upload.apply(world, kinds[kind](name))
    check.falsy(done, kind)
    check.truthy(err.code == "registry.auth" or err.code == "registry.forbidden", kind .. ": " .. tostring(err))
  end
end)

test("behind an index that lags an upload waits until the index shows it", { timeout = 180 }, function()
  gitea = gitea or servers.gitea()
  local slow = servers.slow_index(gitea.url, 3)
  for _, kind in ipairs { "cargo", "npm", "pypi" } do
    local name = name_of "slow"
    local world = surroundings { at = slow.url }
    local args = kinds[kind](name)
    local request = world.http.request
    world.http.request = function(o)
      o.url = o.url:gsub(gitea.url, slow.url, 1)
      return request(o)
    end
    local before = world.clock.now()
    must(upload.apply(world, args))
    check.truthy(world.clock.now() - before >= 2.5, kind)
    check.equal((upload.verify(world, args)), "same", kind)
  end
end)

test("what was accepted and is not shown within the limit is unknown, never sent again", { timeout = 180 }, function()
  gitea = gitea or servers.gitea()
  local slow = servers.slow_index(gitea.url, 6)
  local name = name_of "slow"
  local world = surroundings { at = slow.url }
  local args = kinds.npm(name)
  args.within = "1s"
  local done, err = upload.apply(world, args)
  check.falsy(done)
  check.equal(err.code, "registry.not_visible")
  check.equal((upload.verify(world, args)), "unknown")
  os.execute "sleep 6"
  check.equal((upload.verify(world, args)), "same")
end)

test("latest of an npm package is never moved to a pre-release or an older version, and undo sets it back", { timeout = 180 }, function()
  local name = name_of "tags"
  local world = surroundings()
  local function publish(version, tag)
    return upload.apply(world, packed.upload("npm", "npm", name, version, { packed.npm(scratch(), name, version) }, { tag = tag }))
  end
  must(publish("1.1.0", "latest"))
  must(publish("1.2.0", "next"))
  must(publish("1.3.0-rc.1", "rc"))
  local function to(version, back) return { registry = "npm", kind = "npm", package = name, pointer = "latest", version = version, back = back } end
  local state, why = point.verify(world, to "1.3.0-rc.1")
  check.equal(state, "different")
  check.match(tostring(why), "pre%-release")
  must(point.apply(world, to "1.2.0"))
  check.equal((point.verify(world, to "1.2.0")), "same")
  state, why = point.verify(world, to "1.1.0")
  check.equal(state, "different")
  check.match(tostring(why), "newer than 1.1.0")
  check.equal((point.verify(world, to("1.1.0", true))), "absent")
  must(point.undo(world, to "1.2.0"))
  check.equal((point.verify(world, to("1.1.0", true))), "same")
  local refused, told = upload.verify(world, packed.upload("npm", "npm", name, "1.0.9", { packed.npm(scratch(), name, "1.0.9") }, { tag = "latest" }))
  check.equal(refused, "different")
  check.match(tostring(told), "latest is not moved")
end)

test("images: latest follows a version by digest, a branch's tag may be overwritten, a version's never", { timeout = 180 }, function()
  local registry = servers.docker_registry()
  local config = ('return { registries = { image = { image = "%s/rel/pelican", run = { { "true" } }, files = { "image.tar" } } } }'):format(registry.host)
  local world = surroundings { config = config }
  local function image(version, text, more) return packed.upload("image", "oci", "pelican", version, { packed.image(scratch(), text) }, more) end
  must(upload.apply(world, image("1.1.0", "one")))
  must(upload.apply(world, image("1.2.0", "two")))
  local latest = { registry = "image", kind = "oci", package = "pelican", pointer = "latest", version = "1.2.0" }
  must(point.apply(world, latest))
  check.equal((point.verify(world, latest)), "same")
  latest.version = "1.1.0"
  check.equal((point.verify(world, latest)), "different")
  must(upload.apply(world, image("feature-x", "three", { mutable = true })))
  must(upload.apply(world, image("feature-x", "four", { mutable = true })))
  check.equal((upload.verify(world, image("feature-x", "four", { mutable = true }))), "same")
  local state, why = upload.verify(world, image("1.2.0", "four"))
  check.equal(state, "different")
  check.match(why.hint, "1.2.1")
  local told = run { slipway, "doctor", dir = world.project.root }.out -- v1.1.0 is tagged, v1.2.0 is not
  check.match(told, "note  images made by hand +image has 1%.2%.0, which no release tag stands behind")
  if not require("door.process").which "skopeo" then skip "skopeo is missing: sh vendor/install test" end
  local seen = run { "skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", ("docker://%s/rel/pelican:latest"):format(registry.host) }
  check.equal(seen.code, 0, seen.err)
  check.equal(seen.out:gsub("%s", ""), upload.apply(world, image("1.2.0", "two")).files[1].digest)
  local copied = run { "skopeo", "copy", "--quiet", "--src-tls-verify=false", ("docker://%s/rel/pelican:1.2.0"):format(registry.host), "dir:" .. scratch() .. "/image" }
  check.equal(copied.code, 0, copied.err)
end)

test("another kind of Python index: pypiserver takes the files, with user and password", { timeout = 180 }, function()
  local index = servers.pypiserver()
  gitea = gitea or servers.gitea()
  local password = scratch() .. "/password"
  assert(file.write { path = password, text = index.password, mode = 384 })
  local world = surroundings { config = ('return { registries = { pypi = { url = "%s/", index = "%s/simple", user = "rel", token = "file:%s" } } }'):format(index.url, index.url, password) }
  local args = kinds.pypi "pelican"
  check.equal((upload.verify(world, args)), "absent")
  must(upload.apply(world, args))
  check.equal((upload.verify(world, args)), "same")
  check.equal((upload.verify(world, kinds.pypi("pelican", "other"))), "different")
  check.truthy(await.apply(world, { registry = "pypi", package = "pelican", version = "1.2.0", within = "5s" }))
  local dir = scratch()
  local got = run { index.bin .. "/pip", "download", "--quiet", "--disable-pip-version-check", "--isolated", "--no-cache-dir", "--no-deps", "--only-binary", ":all:", "--index-url", index.url .. "/simple", "--dest", dir, "pelican==1.2.0" }
  check.equal(got.code, 0, got.err)
  check.equal(digest.sha256 { file = dir .. "/pelican-1.2.0-py3-none-any.whl" }, args.files[1].sha256)
end)

test("a Python version is yanked by a person: the step waits and sees what the index says", { timeout = 180 }, function()
  local name = name_of "hand"
  local world = surroundings()
  must(upload.apply(world, kinds.pypi(name)))
  local args = { registry = "pypi", kind = "pypi", package = name, version = "1.2.0" }
  check.equal((yank.verify(world, args)), "absent")
  local done, err = yank.apply(world, args)
  check.falsy(done)
  check.equal(err.code, "gate.waiting")
end)

--- A world whose npm registry is the fake.
local function with_fake_npm()
  local fake = servers.fake_npm()
  local token = scratch() .. "/token"
  assert(file.write { path = token, text = fake.token, mode = 384 })
  return surroundings { config = ('return { registries = { npm = { url = "%s", token = "file:%s" } } }'):format(fake.url, token) }, fake
end

test("an npm version is deprecated with a reason, and that is taken back (against a fake)", { timeout = 180 }, function()
  local world = with_fake_npm()
  must(upload.apply(world, packed.upload("npm", "npm", "@zoo/bird", "1.2.0", { packed.npm(scratch(), "@zoo/bird", "1.2.0") })))
  must(upload.apply(world, packed.upload("npm", "npm", "@zoo/bird", "1.3.0", { packed.npm(scratch(), "@zoo/bird", "1.3.0") })))
  local args = { registry = "npm", kind = "npm", package = "@zoo/bird", version = "1.3.0", reason = "it bites" }
  check.equal((yank.verify(world, args)), "absent")
  must(yank.apply(world, args))
  check.equal((yank.verify(world, args)), "same")
  local other = { registry = "npm", kind = "npm", package = "@zoo/bird", version = "1.2.0" }
  check.equal((yank.verify(world, other)), "absent", "the other version is not touched")
  -- what was deprecated holds latest no longer
  check.equal((point.verify(world, { registry = "npm", kind = "npm", package = "@zoo/bird", pointer = "latest", version = "1.2.0" })), "absent")
  must(yank.undo(world, args, {}))
  check.equal((yank.verify(world, args)), "absent")
end)

test("a registry that asks for patience gets it, and the upload goes on by itself (against a fake)", { timeout = 180 }, function()
  local world, fake = with_fake_npm()
  fake.arm { limited = 2 }
  local before = world.clock.now()
  local args = packed.upload("npm", "npm", "bird", "1.2.0", { packed.npm(scratch(), "bird", "1.2.0") })
  must(upload.apply(world, args))
  check.truthy(world.clock.now() - before >= 2)
  check.equal((upload.verify(world, args)), "same")
  local refused = world.http.request { method = "PUT", url = fake.url .. "/bird", body = "{}", headers = { ["Content-Type"] = "application/json" } }
  check.equal(refused.status, 401)
end)
