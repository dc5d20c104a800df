-- Toxiproxy between Slipway and a real Gitea: what it does to the bytes of every connection (slow, cut, reset, silent) until
-- the run is resumed. One row for each verb that talks to a forge, a registry or the remote.
local digest = require "door.digest"
local engines = require "run.engine"
local faults = stand "fault_matrix"
local file = require "door.file"
local packed = stand "packed"
local sample = stand "project"
local servers = stand "servers"

local toxics = {
  latency = { "latency", "downstream", { latency = 150 } }, slow_close = { "slow_close", "downstream", { delay = 150 } },
  answer_lost = { "limit_data", "downstream", { bytes = 0 } }, answer_cut = { "limit_data", "downstream", { bytes = 300 } }, request_cut = { "limit_data", "upstream", { bytes = 250 } },
  reset = { "reset_peer", "downstream", { timeout = 0 } }, silence = { "timeout", "downstream", { timeout = 150 } },
}
local kinds <const> = { "latency", "slow_close", "answer_lost", "answer_cut", "request_cut", "reset", "silence" }

local gitea, toxiproxy = servers.gitea(), servers.toxiproxy()
local TAGS <const> = #kinds + 1

--- A project on the Gitea, all of it behind one proxy; the arming poisons every connection until the run goes on.
local function surroundings()
  local before = toxiproxy.before(gitea.url)
  local f = { made = (gitea.made or 0) + 1, assets = {} }
  gitea.made = f.made
  local repo = gitea.new_repo("bytes" .. f.made)
  local p = sample.new { dir = scratch(), remote = repo.auth_url }
  for i = 1, TAGS do p.git("tag", "-a", "v1.0." .. i, "-m", "1.0." .. i, "v1.1.0^{commit}") end
  p.git("push", "-q", "origin", "--tags")
  p.git("remote", "set-url", "origin", (repo.auth_url:gsub(gitea.port, before.port)))
  gitea.settle(repo, TAGS + 1) -- and v1.1.0
  f.p, f.path = p, ("/repos/%s/%s"):format(repo.owner, repo.name)
  assert(file.write { path = p.home .. "/token", text = gitea.token, mode = 384 })
  for i, name in ipairs { "one.bin", "two.bin" } do
    local path, text = ("%s/%s"):format(p.home, name), (name .. "\0"):rep(3000 * i)
    assert(file.write { path = path, text = text })
    f.assets[i] = { name = name, path = path, size = #text, sha256 = digest.sha256(text) }
  end
  local function open(url)
    local text = packed.config(url, "file:" .. p.home .. "/token"):gsub("return {", ('return { policy = { unknown_wait = "3s", push_limit = "5s" }, forge = { kind = "gitea", url = %q, repo = %q, token = %q },'):format(
      url, repo.owner .. "/" .. repo.name, "file:" .. p.home .. "/token"), 1)
    assert(file.write { path = p.dir .. "/slipway.lua", text = text })
    local engine = assert(engines.open { root = p.dir, time = faults.time })
    rawset(engine, "offline", false)
    rawset(engine, "patient", true) -- what is slow here is meant to be
    return engine
  end
  f.direct = faults.world_for(open(gitea.url), { id = "direct", dir = scratch(), time = faults.time }, true)
  f.engine = open(before.url)
  f.proxy = { relent = before.heal }
  function f.proxy.arm(kind)
    before.heal()
    if kind then before.poison(table.unpack(toxics[kind])) end
    return true
  end
  return f
end

local function must(value, err)
  if value == nil then error(tostring(err), 0) end
  return value
end

--- A row: `begin(f, i)` gives arguments; by default the end is what the verb itself sees past the proxy, and `count` what
--- there must be one of.
local function row(verb, begin)
  test(verb .. ": whole and once over a connection that is slow, cut, reset or silent", { timeout = 600 }, function()
    local f = surroundings()
    faults.matrix { verb = verb, engine = f.engine, proxy = f.proxy, kinds = kinds, exchanges = { 1 }, begin = function(i)
      local args, count = begin(f, i)
      local function state()
        local seen, why = require("verb." .. verb).verify(f.direct, args)
        return ("%s %s"):format(seen == "unknown" and tostring(why) or seen, count and count() or "")
      end
      return { args = args, state = state, nothing = "absent " .. (count and count() or ""), wanted = "same " .. (count and 1 or "") }
    end }
  end)
end

local function public_page(f, tag) return must(f.direct.forge.publish(must(f.direct.forge.make_draft { tag = tag, title = "pelican", body = "Notes." }), {})) end

row("stage", function(f, i)
  local tag = "v1.0." .. i
  return { tag = tag, title = "pelican", notes = "Notes.", assets = f.assets }, function()
    local count = 0
    for _, page in ipairs((gitea.api("GET", f.path .. "/releases?draft=true&limit=50"))) do count = count + (page.tag_name == tag and #page.assets > 0 and 1 or 0) end
    return count
  end
end)

row("publish", function(f, i)
  local tag = "v1.0." .. i
  local staged = must(require("verb.stage").apply(f.direct, { tag = tag, title = "pelican", notes = "Notes.", assets = f.assets }))
  return { page = staged.id, tag = tag, latest = true, assets = staged.assets }
end)

row("attach", function(f, i)
  local tag = "v1.0." .. i
  public_page(f, tag)
  return { tag = tag, assets = { f.assets[1] } }, function() return #must(f.direct.forge.release(tag)).assets end
end)

row("mark", function(f, i)
  public_page(f, "v1.0." .. i)
  return { tag = "v1.0." .. i, reason = "loses data" }
end)

row("milestone", function(f, i)
  gitea.api("POST", f.path .. "/milestones", { title = "m" .. i })
  return { title = "m" .. i, next = "n" .. i }, function()
    local count = 0
    for _, m in ipairs(must(f.direct.forge.milestones { state = "all" })) do count = count + (m.title == "n" .. i and 1 or 0) end
    return count
  end
end)

row("comment", function(f, i)
  local number = gitea.api("POST", f.path .. "/issues", { title = "issue " .. i }).number
  return { items = { number }, text = "Released.", key = "released " .. i }, function() return #must(f.direct.forge.comments { number = number }) end
end)

row("issue", function(f, i)
  local title = ("1.0.%d is withdrawn"):format(i)
  return { title = title, body = "It loses data." }, function()
    local count = 0
    for _, item in ipairs(must(f.direct.forge.issues { state = "all", kind = "issue" })) do count = count + (item.title == title and 1 or 0) end
    return count
  end
end)

row("push", function(f, i)
  local commit = f.p.commit("fix: " .. i, { ["more.txt"] = "more " .. i .. "\n" })
  local branch = "line" .. i
  run { "git", "push", "-q", gitea.url:gsub("^http://", "http://rel:" .. gitea.token .. "@") .. f.path:gsub("^/repos", "") .. ".git", "v1.1.0^{commit}:refs/heads/" .. branch, dir = f.p.dir }
  return { remote = "origin", branch = "main", to = branch, commit = commit, expect = f.p.git("rev-parse", "v1.1.0^{commit}") }
end)

row("upload", function(f, i)
  local name = ("bytes%d-%d"):format(f.made, i)
  return packed.upload("npm", "npm", name, "1.2.0", { packed.npm(scratch(), name, "1.2.0") }, { within = "5s" })
end)

row("point", function(f, i)
  local name = ("bytes%d-%d"):format(f.made, i)
  must(require("verb.upload").apply(f.direct, packed.upload("npm", "npm", name, "1.2.0", { packed.npm(scratch(), name, "1.2.0") }, { tag = "next" })))
  return { registry = "npm", kind = "npm", package = name, pointer = "stable", version = "1.2.0" }
end)

row("yank", function(f, i)
  local name = ("bytes%d-%d"):format(f.made, i)
  must(require("verb.upload").apply(f.direct, packed.upload("crates", "cargo", name, "1.2.0", { packed.crate(scratch(), name, "1.2.0") })))
  return { registry = "crates", kind = "cargo", package = name, version = "1.2.0" }
end)
