-- The matrix of faults for package registries: uploading, yanking and moving a tag on a real Gitea behind the proxy, and
-- deprecation on a fake of npm. What is there in the end is what was built, once.
local engines = require "run.engine"
local faults = stand "fault_matrix"
local file = require "door.file"
local packed = stand "packed"
local sample = stand "project"
local servers = stand "servers"

local reading <const> = { "429_seconds", "502", "redirect_elsewhere", "reset", "truncated", "garbage" }
local sending <const> = { "401", "503", "reset_after_request", "upload_cut", "502_done", "lost", "never", "too_short" }

local gitea = servers.gitea()
local proxy = servers.faults(gitea.url)

--- The engine of a project whose registries are behind `before`, and a world that asks `behind` itself.
local function opened(before, behind, token, config)
  local p = sample.on_daemon()
  assert(file.write { path = p.home .. "/token", text = token, mode = 384 })
  local function open(url)
    local text = config(url, "file:" .. p.home .. "/token"):gsub("return {", 'return { policy = { unknown_wait = "3s" },', 1)
    assert(file.write { path = p.dir .. "/slipway.lua", text = text })
    local engine = assert(engines.open { root = p.dir, time = faults.time })
    rawset(engine, "offline", false)
    rawset(engine, "patience_asked", true) -- a run that parks because the registry is busy is gone on with
    return engine
  end
  local direct = faults.world_for(open(behind), { id = "direct", dir = scratch(), time = faults.time }, true)
  return open(before), direct
end

--- The row of a verb: `o.case(i, direct)` gives a step; what the registry itself shows of it is compared.
local function row(title, verb, o)
  test(title, { timeout = 600 }, function()
    local before, behind, token, config = proxy, gitea.url, gitea.token, packed.config
    if o.server then before, behind, token, config = o.server() end
    local engine, direct = opened(before.url, behind, token, config)
    local given = { verb = verb, engine = engine, proxy = before, begin = function(i)
      local args = o.case(i, direct)
      return { args = args, nothing = "absent", wanted = "same", state = function() return (require("verb." .. verb).verify(direct, args)) end }
    end }
    local function at(exchange, writes, kinds, first)
      given.exchanges, given.writes, given.kinds, given.first = { exchange }, writes, kinds, first
      faults.matrix(given)
    end
    at(o.last or 1, true, nil, 100)
    for exchange = 1, (o.last or 1) - 1 do at(exchange, true, sending, 200 + 100 * exchange) end
    for exchange = 1, o.reads or 1 do at(exchange, false, reading, 600 + 100 * exchange) end
  end)
end

local function must(value, err)
  if not value then error(tostring(err), 0) end
  return value
end

row("upload of a crate: there once, and the one that was built, whatever breaks on the way", "upload", { case = function(i)
  return packed.upload("crates", "cargo", "fault" .. i, "1.2.0", { packed.crate(scratch(), "fault" .. i, "1.2.0") }, { within = "5s" })
end })

row("upload of a Python package: both files once, whatever breaks on the way", "upload", { last = 2, case = function(i)
  return packed.upload("pypi", "pypi", "fault" .. i, "1.2.0", packed.python(scratch(), "fault" .. i, "1.2.0"), { within = "5s" })
end })

row("upload of an npm package: there once, whatever breaks on the way", "upload", { case = function(i)
  return packed.upload("npm", "npm", "fault" .. i, "1.2.0", { packed.npm(scratch(), "fault" .. i, "1.2.0") }, { within = "5s" })
end })

row("upload of an image: its tag is set last and to what was built, whatever breaks on the way", "upload", { last = 6, reads = 2, case = function(i)
  return packed.upload("image", "oci", "pelican", "1.2." .. i, { packed.image(scratch(), "image " .. i) }, { within = "5s" })
end })

row("yank of a crate: yanked, and known to be, whatever breaks on the way", "yank", { case = function(i, direct)
  must(require("verb.upload").apply(direct, packed.upload("crates", "cargo", "yanked" .. i, "1.2.0", { packed.crate(scratch(), "yanked" .. i, "1.2.0") })))
  return { registry = "crates", kind = "cargo", package = "yanked" .. i, version = "1.2.0" }
end })

row("yank on npm: deprecated with its reason, whatever breaks on the way (against a fake)", "yank", { server = function()
  local fake = servers.fake_npm()
  local function config(url, token) return ('return { registries = { npm = { url = "%s", token = "%s" } } }'):format(url, token) end
  return servers.faults(fake.url), fake.url, fake.token, config
end, case = function(i, direct)
  must(require("verb.upload").apply(direct, packed.upload("npm", "npm", "yanked" .. i, "1.2.0", { packed.npm(scratch(), "yanked" .. i, "1.2.0") })))
  return { registry = "npm", kind = "npm", package = "yanked" .. i, version = "1.2.0", reason = "it bites" }
end })

row("point of a dist-tag: moved, and known to be, whatever breaks on the way", "point", { case = function(i, direct)
  must(require("verb.upload").apply(direct, packed.upload("npm", "npm", "pointed" .. i, "1.2.0", { packed.npm(scratch(), "pointed" .. i, "1.2.0") }, { tag = "next" })))
  return { registry = "npm", kind = "npm", package = "pointed" .. i, pointer = "stable", version = "1.2.0" }
end })
