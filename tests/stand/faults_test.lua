-- The matrix of faults: every remote verb against every way in which an exchange can break, at each of its exchanges.
-- The run is performed and resumed by the engine's own loop (run/perform.lua); afterwards the world is what it would have
-- been without the fault, or the run waits for a person and says why. Nothing is there twice, nothing is lost in silence.
local engines = require "run.engine"
local file = require "door.file"
local faults = stand "fault_matrix"
local sample = stand "project"
local servers = stand "servers"

-- The forge -------------------------------------------------------------------------------------

--- Fewer pages to list.
local function clear(f)
  for _, page in ipairs(f.ask "/releases?per_page=100") do
    f.ask("/releases/" .. page.id, "DELETE")
  end
end

test("stage: one draft with its assets, whatever breaks on the way", { timeout = 600 }, function()
  local f = faults.forge_project()
  faults.matrix { verb = "stage", engine = f.engine, proxy = f.proxy, judge = faults.must_be_whole, begin = function(i)
    if i % 20 == 0 then clear(f) end
    local tag = "v1.0." .. i
    return { args = { tag = tag, title = "pelican", notes = "Notes.", assets = f.assets }, state = function() return f.pages_of(tag) end, nothing = "", wanted = "draft: " .. f.listed }
  end }
end)

test("publish: one public page, whatever breaks on the way", { timeout = 600 }, function()
  local f = faults.forge_project()
  local setup = faults.world_for(f.engine, { id = "setup", dir = scratch(), time = faults.time })
  faults.matrix { verb = "publish", engine = f.engine, proxy = f.proxy, judge = faults.must_be_whole, begin = function(i)
    if i % 20 == 0 then clear(f) end
    local tag = "v1.0." .. i
    local staged = assert(require("verb.stage").apply(setup, { tag = tag, title = "pelican", notes = "Notes.", assets = f.assets }))
    return { args = { page = staged.id, tag = tag, latest = true, assets = staged.assets }, state = function() return f.pages_of(tag) end, nothing = "draft: " .. f.listed, wanted = "public: " .. f.listed }
  end }
end)

-- The remote ------------------------------------------------------------------------------------

-- A push asks twice what is there (two exchanges each), then has its own two, then looks again.
local PUSH <const> = 6

test("push: branch and tag once, together, whatever breaks on the way", { timeout = 600 }, function()
  local p = sample.on_daemon()
  local proxy = servers.faults((p.bare:match "^(.*)/[^/]+$"))
  p.git("remote", "set-url", "origin", ("%s/%s"):format(proxy.url, p.bare:match "[^/]+$"))
  assert(file.write { path = p.dir .. "/slipway.lua", text = 'return { policy = { push_limit = "5s", unknown_wait = "3s" } }' })
  local engine = assert(engines.open { root = p.dir, time = faults.time })
  local before = p.git("rev-parse", "main")
  local commit = p.commit("fix: more", { ["more.txt"] = "more\n" })
  local function begin(i)
    local branch, tag = "line" .. i, "v9.0." .. i
    p.git("-C", p.bare, "update-ref", "refs/heads/" .. branch, before)
    p.git("tag", "-a", tag, "-m", tag, commit)
    local oid = p.git("rev-parse", "refs/tags/" .. tag)
    local function state()
      return (p.git("-C", p.bare, "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/" .. branch, "refs/tags/" .. tag):gsub("\n", ", "))
    end
    return {
      args = { remote = "origin", branch = "main", to = branch, commit = commit, expect = before, tag = oid, tag_name = tag }, state = state,
      nothing = ("%s refs/heads/%s"):format(before, branch), wanted = ("%s refs/heads/%s, %s refs/tags/%s"):format(commit, branch, oid, tag),
    }
  end
  local o = { verb = "push", engine = engine, proxy = proxy, judge = faults.must_be_whole, begin = begin, exchanges = { PUSH } }
  faults.matrix(o)
  o.exchanges, o.kinds, o.first = { 1, 3, PUSH - 1, PUSH + 1, PUSH + 2 }, { "401", "502", "reset", "lost", "truncated", "lag" }, 1000
  faults.matrix(o)
end)

-- Announcements ---------------------------------------------------------------------------------

--- Posted once and known, or posted at most once and a person is asked, or certainly not posted and owed.
local function once_or_asked(result, case)
  local count = case.count()
  if result.outcome == "done" then
    local value = select(2, next(result.values or {}))
    local owed = value and value.debt
    if count == (owed and 0 or 1) then return nil end
    return ("done%s, and posted %d times"):format(owed and " with a debt" or "", count)
  end
  if result.outcome == "parked" and result.error and result.error.code == "gate.waiting" and count <= 1 then return nil end
  if result.outcome == "refused" and count == 0 then return nil end
  return ("%s: %s, posted %d times"):format(result.outcome, tostring(result.error), count)
end

for _, kind in ipairs { "slack", "mastodon", "matrix" } do
  test(("announce on %s: at most once, and never lost without a word, whatever breaks on the way"):format(kind), { timeout = 600 }, function()
    local places = servers.fake_places()
    local proxy = servers.faults(places.url)
    local p = sample.on_daemon()
    for name, text in pairs { mastodon = "masto_fakefakefake", matrix = "syt_fakefakefake" } do -- order: two files
      assert(file.write { path = p.home .. "/" .. name, text = text, mode = 384 })
    end
    local entries = {
      slack = ('url = %q'):format(proxy.url .. "/slack/T0FAKEFAKE"), mastodon = ('url = %q, token = "file:%s/mastodon"'):format(proxy.url, p.home),
      matrix = ('url = %q, token = "file:%s/matrix", room = "!r:social.example"'):format(proxy.url, p.home),
    }
    assert(file.write { path = p.dir .. "/slipway.lua", text = ('return { announce = { { name = "place", kind = %q, %s } } }'):format(kind, entries[kind]) })
    local engine = assert(engines.open { root = p.dir, time = faults.time })
    faults.matrix { verb = "announce", engine = engine, proxy = proxy, judge = once_or_asked, begin = function(i)
      local text = ("pelican 1.0.%d is out"):format(i)
      local function count()
        local posted = 0
        for _, post in ipairs(places.arm().posts) do posted = posted + (post.text == text and 1 or 0) end
        return posted
      end
      return { args = { to = "place", text = text, failure = "debt" }, count = count }
    end }
  end)
end

-- Trust and names -------------------------------------------------------------------------------

test("a certificate that has run out, one for another host, and a name nobody knows are told, and nothing is done", { timeout = 300 }, function()
  local server = servers.fake_github()
  local cases = { { url = "https://no-such-host.invalid", why = "cannot be reached" } }
  for _, tls in ipairs { "expired", "other", "good" } do
    local proxy = servers.faults(server.url, tls)
    cases[#cases + 1] = { url = proxy.url, ca = proxy.ca, why = tls ~= "good" and "no trusted connection" or nil, proxy = proxy }
  end
  for _, case in ipairs(cases) do
    local p = sample.on_daemon()
    assert(file.write { path = p.home .. "/gh", text = server.token, mode = 384 })
    p.commit("chore: configure", { ["slipway.lua"] = ([[return { forge = { kind = "github", url = %q, repo = "me/pelican", token = %q, ca_file = %s } }]]):format(
      case.url, "file:" .. p.home .. "/gh", case.ca and ("%q"):format(case.ca) or "nil") })
    p.git("push", "-q", "origin", "main")
    local before = p.world()
    local result = p.slipway { "run", "release", "--yes" }
    if case.why then
      check.equal(result.code, 4, case.url .. result.out .. result.err)
      check.match(result.out .. result.err, case.why)
      check.equal(p.world(), before)
    else
      check.equal(result.code, 0, result.out .. result.err)
    end
  end
end)
