-- What breaks one exchange of a step and judges how it ends, for the matrices of faults (faults*_test.lua): the step is
-- planned, performed and resumed by the engine's own loop (run/perform.lua).
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

local M = {}

M.kinds = {
  "429_seconds", "429_date", "429_bare", "403_primary", "403_secondary", "408", "401", "404", "500", "502", "503", "503_retry_after", "504", -- nothing was done
  "redirect_elsewhere", "redirect_post", "portal", "no_http", "reset", "reset_after_request", "empty_reply", "refused", "upload_cut",
  "500_done", "502_done", "504_done", "lost", "lost_quietly", "never", "truncated", "too_short", "cut_body", "garbage", "empty_body", "drip", "lag", -- the server has acted
}

M.time = 1795262400
local RESUMES <const> = 4

--- The world of verbs, in which pauses are short and silence is noticed soon, unless it is to be `patient`.
function M.world_for(engine, run, patient)
  local world = worlds.writer(engine.project, { id = run.id, dir = run.dir, time = run.time, note = function() end, answers = {} }, function() end)
  patient = patient or rawget(engine, "patient")
  local function once(o)
    if not patient then o.idle_timeout, o.timeout = 600, 8000 end
    return http.request(o)
  end
  rawset(world, "http", { request = require "run.attempts"(once, { now = clock.now, sleep = function() end }), escape = http.escape })
  local times = {}
  for name, value in pairs(world.clock) do times[name] = value end -- order: a copy has none
  function times.sleep() clock.sleep(20) end
  rawset(world, "clock", times)
  return world
end

--- Plans one step, performs it, and resumes as long as it does not end; `relent` is called before it goes on. Returns
--- the last result, and how often it went on.
function M.carry_out(engine, verb, args, relent, resumes)
  local p, current = draft.new { verbs = verbs.signatures(engine.verbs), where = function() return "faults" end, ask = function() end, include = function() end }
  p[verb](p, args)
  current.title, current.channel = "a step among faults", "faults"
  local plan = assert(plans.build(current, engine.verbs, {
    recipe = { name = "faults", summary = "one step" }, args = {}, facts = {}, project = projects.identity(engine.project), policy = {},
    slipway = host.version, digests = {},
  }))
  local run = assert(store.create(engine.project, plan, M.time))
  local result
  for times = 0, resumes or RESUMES do
    result = perform.perform { run = run, verbs = engine.verbs, world = M.world_for(engine, run), on = function() end }
    result.values = {}
    for id, step in pairs(run.state.steps) do result.values[id] = step.value end -- order: by name
    run.journal:close()
    local waits = result.outcome == "parked" and not (rawget(engine, "patience_asked") and tostring(result.error):find("answered 429", 1, true))
    if result.outcome == "done" or waits then return result, times, run end
    if result.outcome == "refused" then return result, times, run end
    if relent then relent() end
    clock.sleep(100)
    run = assert(store.open(engine.project, run.id, true))
  end
  return result, resumes or RESUMES, run
end

local every = {}
for at = 1, 12 do every[at] = at end

--- One case: its fault armed, performed, judged. Returns why it failed, or nil, and whether the fault happened.
local function try(o, case, kind, at)
  o.proxy.arm(kind, at, o.writes)
  local again = false
  local function perform_it()
    if again and o.proxy.relent then o.proxy.relent() end
    again = true
    return M.carry_out(o.engine, o.verb, case.args, o.proxy.relent, o.resumes)
  end
  local ok, result, times = pcall(perform_it)
  local hit = o.proxy.arm()
  local whole = ok and result.outcome == "done"
  if not ok then return "raised: " .. tostring(result), hit, whole end
  return (o.judge or M.must_be_whole)(result, case, kind, times, perform_it), hit, whole
end

--- Every kind at the first, second, … exchange of a verb, until it has no such exchange. `begin(i)` gives the step's
--- arguments and a function that tells the world's state; `judge(result, case, …)` says what is wrong.
---@param o { engine: table, proxy: table, verb: string, begin: function, judge: function?, kinds: string[]?, exchanges: integer[]?, writes: boolean?, first: integer?, resumes: integer? }
---  exchanges: only these, which must exist · writes: count only requests that change something
function M.matrix(o)
  local failures, cases = {}, 0
  for number, kind in ipairs(o.kinds or M.kinds) do
    for _, at in ipairs(o.exchanges or every) do
      if host.crash_points and (number + at) % 3 ~= 0 then goto next end -- the dev build takes every third case
      cases = cases + 1
      local why, hit, whole = try(o, o.begin((o.first or 0) + cases), kind, at)
      if not hit and whole and not o.exchanges then break end
      if o.exchanges and not hit then failures[#failures + 1] = ("%s at exchange %d: there is no such exchange"):format(kind, at) end
      if why then failures[#failures + 1] = ("%s at exchange %d: %s"):format(kind, at, why) end
      ::next::
    end
  end
  check.equal(failures, {}, ("%s: %d cases"):format(o.verb, cases))
  check.truthy(cases >= #(o.kinds or M.kinds) // 3, "the kinds were tried")
end

--- Done, with the world of a faultless run. What was refused has left nothing, and the next run does it.
function M.must_be_whole(result, case, _, times, again)
  if result.outcome == "refused" then
    if not result.error or result.error.message == "" then return "refused without a word" end
    if case.state() ~= case.nothing then return ("refused (%s), and yet: %s"):format(tostring(result.error), case.state()) end
    result, times = again()
  end
  if result.outcome ~= "done" then
    return ("%s after %d resumes: %s"):format(result.outcome, times, tostring(result.error))
  end
  local state = case.state()
  if state ~= case.wanted then return ("the world differs: %s, not %s"):format(state, case.wanted) end
end

--- A project whose forge is the fake of GitHub behind the proxy; both serve every project of a test file.
function M.forge_project(unknown_wait)
  M.server = M.server or servers.fake_github()
  M.proxy = M.proxy or servers.faults(M.server.url)
  local server, proxy = M.server, M.proxy
  local p = sample.on_daemon()
  assert(file.write { path = p.home .. "/gh", text = server.token, mode = 384 })
  assert(file.write { path = p.dir .. "/slipway.lua", text = ([[return { forge = { kind = "github", url = %q, repo = "me/pelican", token = %q }, policy = { unknown_wait = %q } }]]):format(proxy.url, "file:" .. p.home .. "/gh", unknown_wait or "3s") })
  local engine = assert(engines.open { root = p.dir, time = M.time })
  rawset(engine, "offline", false)
  local assets = {}
  for i, name in ipairs { "one.bin", "two.bin" } do
    local path, text = ("%s/%s"):format(p.home, name), (name .. "\0"):rep(3000 * i)
    assert(file.write { path = path, text = text })
    assets[i] = { name = name, path = path, size = #text, sha256 = digest.sha256(text) }
  end
  local secret = assert(require("door.secret").resolve { ref = "file:" .. p.home .. "/gh" })
  local function ask(path, method, body)
    local answer = assert(http.request { method = method, body = body and json.encode(body), url = server.url .. "/repos/me/pelican" .. path, secret = { header = "Authorization", prefix = "Bearer ", value = secret } })
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
  return { p = p, engine = engine, proxy = proxy, assets = assets, pages_of = pages_of, listed = table.concat(listed, ", "), server = server, ask = ask }
end

return M
