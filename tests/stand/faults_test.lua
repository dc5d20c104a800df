-- The matrix of faults: every remote verb against every way in which an exchange can break, at each of its exchanges.
-- The run is performed and resumed by the engine's own loop (run/perform.lua); afterwards the world is what it would have
-- been without the fault, or the run waits for a person and says why. Nothing is there twice, nothing is lost in silence.
local clock = require "door.clock"
local digest = require "door.digest"
local draft = require "pure.draft"
local engines = require "run.engine"
local file = require "door.file"
local host = require "door.host"
local http = require "door.http"
local json = require "door.json"
local perform = require "run.perform"
local plans = require "pure.plan"
local projects = require "run.project"
local sample = stand "project"
local servers = stand "servers"
local store = require "run.store"
local verbs = require "run.verbs"
local worlds = require "run.world"

local kinds = {
  "429_seconds", "429_date", "429_bare", "403_primary", "403_secondary", "408", "401", "404", "500", "502", "503", "503_retry_after", "504", -- nothing was done
  "redirect_elsewhere", "redirect_post", "portal", "no_http", "reset", "reset_after_request", "empty_reply", "refused", "upload_cut",
  "500_done", "502_done", "504_done", "lost", "lost_quietly", "never", "truncated", "too_short", "cut_body", "garbage", "empty_body", "drip", "lag", -- the server has acted
}

local TIME <const> = 1795262400
local RESUMES <const> = 4

--- The world of verbs, in which pauses are short and silence is noticed soon.
local function world_for(engine, run)
  local world = worlds.writer(engine.project, { id = run.id, dir = run.dir, time = run.time, note = function() end, answers = {} }, function() end)
  local function once(o)
    o.idle_timeout, o.timeout = 600, 8000
    return http.request(o)
  end
  rawset(world, "http", { request = require "run.attempts"(once, { now = clock.now, sleep = function() end }), escape = http.escape })
  local times = {}
  for name, value in pairs(world.clock) do times[name] = value end -- order: a copy has none
  function times.sleep() clock.sleep(20) end
  rawset(world, "clock", times)
  return world
end

--- Plans one step, performs it, and resumes as long as it does not end. Returns the last result, and how often it went on.
local function carry_out(engine, verb, args)
  local p, current = draft.new { verbs = verbs.signatures(engine.verbs), where = function() return "faults" end, ask = function() end, include = function() end }
  p[verb](p, args)
  current.title, current.channel = "a step among faults", "faults"
  local plan = assert(plans.build(current, engine.verbs, {
    recipe = { name = "faults", summary = "one step" }, args = {}, facts = {}, project = projects.identity(engine.project), policy = {},
    slipway = host.version, digests = {},
  }))
  local run = assert(store.create(engine.project, plan, TIME))
  local result
  for times = 0, RESUMES do
    result = perform.perform { run = run, verbs = engine.verbs, world = world_for(engine, run), on = function() end }
    result.values = {}
    for id, step in pairs(run.state.steps) do result.values[id] = step.value end -- order: by name
    run.journal:close()
    if result.outcome == "done" or result.outcome == "parked" then return result, times, run end
    if result.outcome == "refused" then return result, times, run end
    clock.sleep(100)
    run = assert(store.open(engine.project, run.id, true))
  end
  return result, RESUMES, run
end

local every = {}
for at = 1, 12 do every[at] = at end

--- Every kind at the first, second, … exchange of a verb, until it has no such exchange. `begin(i)` gives the step's
--- arguments and a function that tells the world's state; `accept(result, state, kind)` judges.
local function matrix(o)
  local failures, cases = {}, 0
  for number, kind in ipairs(o.kinds or kinds) do
    for _, at in ipairs(o.exchanges or every) do
      if host.crash_points and (number + at) % 3 ~= 0 then goto next end -- the dev build takes every third case
      cases = cases + 1
      local case = o.begin((o.first or 0) + cases)
      o.proxy.arm(kind, at)
      local ok, result, times = pcall(carry_out, o.engine, o.verb, case.args)
      local hit = o.proxy.arm()
      if not hit and ok and result.outcome == "done" and not o.exchanges then break end
      if o.exchanges and not hit then failures[#failures + 1] = ("%s at exchange %d: there is no such exchange"):format(kind, at) end
      local why = not ok and "raised: " .. tostring(result) or o.judge(result, case, kind, times, function() return carry_out(o.engine, o.verb, case.args) end)
      if why then failures[#failures + 1] = ("%s at exchange %d: %s"):format(kind, at, why) end
      ::next::
    end
  end
  check.equal(failures, {}, ("%d cases"):format(cases))
  check.truthy(cases >= #(o.kinds or kinds) // 3, "the kinds were tried")
end

--- Done, with the world of a faultless run. What was refused has left nothing, and the next run does it.
local function must_be_whole(result, case, _, times, again)
  if result.outcome == "refused" then
    if not result.error or result.error.message == "" then return "refused without a word" end
    if case.state() ~= case.nothing then return "refused, and yet: " .. case.state() end
    result, times = again()
  end
  if result.outcome ~= "done" then
    return ("%s after %d resumes: %s"):format(result.outcome, times, tostring(result.error))
  end
  local state = case.state()
  if state ~= case.wanted then return ("the world differs: %s, not %s"):format(state, case.wanted) end
end

-- The forge -------------------------------------------------------------------------------------

local function forge_project()
  local server = servers.fake_github()
  local proxy = servers.faults(server.url)
  local p = sample.on_daemon()
  assert(file.write { path = p.home .. "/gh", text = server.token, mode = 384 })
  assert(file.write { path = p.dir .. "/slipway.lua", text = ([[return { forge = { kind = "github", url = %q, repo = "me/pelican", token = %q }, policy = { unknown_wait = "3s" } }]]):format(proxy.url, "file:" .. p.home .. "/gh") })
  local engine = assert(engines.open { root = p.dir, time = TIME })
  rawset(engine, "offline", false)
  local assets = {}
  for i, name in ipairs { "one.bin", "two.bin" } do
    local path, text = ("%s/%s"):format(p.home, name), (name .. "\0"):rep(3000 * i)
    assert(file.write { path = path, text = text })
    assets[i] = { name = name, path = path, size = #text, sha256 = digest.sha256(text) }
  end
  local secret = assert(require("door.secret").resolve { ref = "file:" .. p.home .. "/gh" })
  local function ask(path, method)
    local answer = assert(http.request { method = method, url = server.url .. "/repos/me/pelican" .. path, secret = { header = "Authorization", prefix = "Bearer ", value = secret } })
    return answer.body ~= "" and json.decode(answer.body)
  end
  --- Pages of a tag, drafts too: their state and their assets.
  local function pages_of(tag)
    local found = {}
    for _, page in ipairs(ask "/releases?per_page=100") do
      if page.tag_name == tag then
        local names = {}
        for i, asset in ipairs(page.assets) do names[i] = ("%s %s %s"):format(asset.name, asset.state, asset.digest) end
        table.sort(names)
        found[#found + 1] = ("%s: %s"):format(page.draft and "draft" or "public", table.concat(names, ", "))
      end
    end
    table.sort(found)
    return table.concat(found, " | ")
  end
  local listed = {}
  for i, asset in ipairs(assets) do listed[i] = ("%s uploaded sha256:%s"):format(asset.name, asset.sha256) end
  return { engine = engine, proxy = proxy, assets = assets, pages_of = pages_of, listed = table.concat(listed, ", "), server = server, ask = ask }
end

--- Fewer pages to list.

local function clear(f)
  for _, page in ipairs(f.ask "/releases?per_page=100") do
    f.ask("/releases/" .. page.id, "DELETE")
  end
end

test("stage: one draft with its assets, whatever breaks on the way", { timeout = 600 }, function()
  local f = forge_project()
  matrix { verb = "stage", engine = f.engine, proxy = f.proxy, judge = must_be_whole, begin = function(i)
    if i % 20 == 0 then clear(f) end
    local tag = "v1.0." .. i
    return { args = { tag = tag, title = "pelican", notes = "Notes.", assets = f.assets }, state = function() return f.pages_of(tag) end, nothing = "", wanted = "draft: " .. f.listed }
  end }
end)

test("publish: one public page, whatever breaks on the way", { timeout = 600 }, function()
  local f = forge_project()
  local setup = world_for(f.engine, { id = "setup", dir = scratch(), time = TIME })
  matrix { verb = "publish", engine = f.engine, proxy = f.proxy, judge = must_be_whole, begin = function(i)
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
  local engine = assert(engines.open { root = p.dir, time = TIME })
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
  local o = { verb = "push", engine = engine, proxy = proxy, judge = must_be_whole, begin = begin, exchanges = { PUSH } }
  matrix(o)
  o.exchanges, o.kinds, o.first = { 1, 3, PUSH - 1, PUSH + 1, PUSH + 2 }, { "401", "502", "reset", "lost", "truncated", "lag" }, 1000
  matrix(o)
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
    local engine = assert(engines.open { root = p.dir, time = TIME })
    matrix { verb = "announce", engine = engine, proxy = proxy, judge = once_or_asked, begin = function(i)
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
