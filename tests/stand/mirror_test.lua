-- The journal on the remote: a run is begun on one machine and goes on, or is taken back, on another. Two clones of one
-- repository on a real git server are the machines.
local file = require "door.file"
local projects = stand "project"

local recipe = [[
return { name = "hold", summary = "A release that waits for a person before it is pushed.", params = {},
  plan = function(p, facts)
    local project = facts.project
    p:version "1.2.0"
    p:channel "main"
    local bump = p:bump { version = "1.2.0", old = "1.1.0", on = "main", at = project.head.oid, manifests = project.manifests, message = "Release 1.2.0" }
    local built = p:build { commit = bump.commit, target = "linux", run = { { "sh", "-c", "echo built > pelican" } }, produce = { "pelican" } }
    local made = p:tag { name = "v1.2.0", at = bump.commit, message = "Release 1.2.0" }
    p:checksum { files = { built.files }, name = "SHA256SUMS" }
    p:approve { text = "go on" }
    p:push { remote = "origin", branch = "main", commit = bump.commit, expect = project.head.oid, tag = made.oid, tag_name = "v1.2.0" }
  end }
]]

local function begun()
  local p = projects.on_daemon()
  p.commit("chore: configure", { ["slipway.lua"] = "return { policy = { mirror = true } }\n", ["slipway/recipes/hold.lua"] = recipe })
  p.git("push", "-q", "origin", "main")
  local result = p.slipway { "run", "hold", "--yes" }
  check.equal(result.code, 11, result.out .. result.err)
  return p
end

local function another_machine(p)
  local dir = scratch() .. "/clone"
  p.git("clone", "-q", p.url, dir)
  p.git("-C", dir, "config", "user.name", "Bea Example")
  p.git("-C", dir, "config", "user.email", "bea@example.test")
  return dir, { XDG_CACHE_HOME = dir .. "-cache" }
end

local function ours(p)
  local names = {}
  for name in pairs(p.remote_refs()) do -- order: a set
    if name:find "^refs/slipway/" then names[#names + 1] = name end
  end
  return names
end

test("another machine resumes the run: the same commit and tag are pushed, and the mirror is gone", function()
  local p = begun()
  check.truthy(#ours(p) >= 2, "journal and tag are there")
  local commit, tag = p.git("rev-parse", "main"), p.git("rev-parse", "refs/tags/v1.2.0")
  local dir, env = another_machine(p)
  local result = p.slipway({ "resume", p.runs()[1], "--yes" }, { dir = dir, env = env })
  check.equal(result.code, 0, result.out .. result.err)
  local refs = p.remote_refs()
  check.equal({ refs["refs/heads/main"], refs["refs/tags/v1.2.0"] }, { commit, tag })
  check.equal(ours(p), {})
  check.match(file.read(dir .. "/Cargo.toml"), 'version = "1.2.0"')
end)

test("another machine takes the run back", function()
  local p = begun()
  local before = p.git("rev-parse", "origin/main")
  local dir, env = another_machine(p)
  local result = p.slipway({ "undo", p.runs()[1] }, { dir = dir, env = env })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.remote_refs()["refs/heads/main"], before)
  check.equal(ours(p), {})
end)

test("the machine that lost the run is told so, and does nothing more", function()
  local p = begun()
  local dir, env = another_machine(p)
  local parked = p.slipway({ "resume", p.runs()[1] }, { dir = dir, env = env })
  check.equal(parked.code, 11, parked.out .. parked.err)
  local result = p.slipway { "resume", "--yes" }
  check.equal(result.code, 6, result.out .. result.err)
  check.match(result.out .. result.err, "went on elsewhere")
  check.equal(p.remote_refs()["refs/tags/v1.2.0"], nil)
end)
