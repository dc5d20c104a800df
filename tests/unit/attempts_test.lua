-- run.attempts: the loop around pure.retry. The server, the clock and the pauses are tables of this test.
local attempts = require "run.attempts"

-- A server that gives these answers in turn, and what it was asked, how long was waited, what was told.
local function exchange(answers, o)
  local world = { asked = {}, waited = {}, told = {} }
  local function send(request)
    world.asked[#world.asked + 1] = request
    local answer = answers[#world.asked]
    if answer.status then return { status = answer.status, headers = answer.headers or {} } end
    return nil, answer
  end
  local request = attempts(send, {
    now = function() return 1000.5 end,
    sleep = function(ms) world.waited[#world.waited + 1] = ms end,
  }, function(text) world.told[#world.told + 1] = text end)
  world.answer, world.err = request(o)
  return world
end

test("the first good answer is taken", function()
  local world = exchange({ { status = 200 } }, { url = "https://x" })
  check.equal(world.answer.status, 200)
  check.equal(#world.asked, 1)
  check.equal(world.waited, {})
  check.equal(world.told, {})
end)

test("a busy server is asked again, and the reason is told", function()
  local world = exchange({ { status = 502 }, { code = "http.unreachable", message = "GET x: away", retry = true, sent = false }, { status = 200 } }, { url = "https://x" })
  check.equal(world.answer.status, 200)
  check.equal(#world.asked, 3)
  check.match(world.told[1], "^the server answered 502; trying again in %d+%.%d s$")
  check.match(world.told[2], "^GET x: away; trying again in ")
end)

test("the server's own wait is kept", function()
  local world = exchange({ { status = 429, headers = { ["retry-after"] = "7" } }, { status = 201 } }, { url = "https://x", method = "POST", body = "b" })
  check.equal(world.answer.status, 201)
  check.truthy(world.waited[1] >= 7000 and world.waited[1] < 8000)
end)

test("what may have happened is not asked again", function()
  local lost = { code = "http.interrupted", message = "broke", retry = true, sent = true }
  local world = exchange({ lost }, { url = "https://x", method = "POST", body = "b" })
  check.equal(world.err, lost)
  check.equal(#world.asked, 1)
  check.equal(#exchange({ lost, { status = 200 } }, { url = "https://x", method = "POST", idempotent = true }).asked, 2)
  check.equal(#exchange({ lost }, { url = "https://x", form = { { name = "a", value = "b" } } }).asked, 1)
  check.equal(#exchange({ lost, { status = 200 } }, { url = "https://x" }).asked, 2)
end)

test("the last answer is handed over when attempts end", function()
  local world = exchange({ { status = 503 }, { status = 503 }, { status = 504 } }, { url = "https://x", attempts = 3 })
  check.equal(world.answer.status, 504)
  check.equal(#world.waited, 2)
end)

test("the door sees only fields it knows, and the caller's table stays as it was", function()
  local o = { url = "https://x", method = "PUT", idempotent = false, attempts = 2 }
  local world = exchange({ { status = 200 } }, o)
  check.equal(world.asked[1], { url = "https://x", method = "PUT" })
  check.equal(o, { url = "https://x", method = "PUT", idempotent = false, attempts = 2 })
end)
