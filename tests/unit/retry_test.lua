local retry = require "pure.retry"

local NOW = 784111777 -- Sun, 06 Nov 1994 08:49:37 GMT

local function wait(o)
  o.method, o.attempt, o.now, o.random = o.method or "GET", o.attempt or 1, NOW, o.random or 0.5
  if o.status then o.response = { status = o.status, headers = o.headers or {} } end
  return retry.wait { method = o.method, attempt = o.attempt, now = o.now, random = o.random, response = o.response,
    error = o.error, idempotent = o.idempotent, attempts = o.attempts, longest = o.longest }
end

test("the three forms of an HTTP date are the same second", function()
  check.equal(retry.date "Sun, 06 Nov 1994 08:49:37 GMT", NOW)
  check.equal(retry.date "Sunday, 06-Nov-94 08:49:37 GMT", NOW)
  check.equal(retry.date "Sun Nov  6 08:49:37 1994", NOW)
  check.equal(retry.date "Thu, 01 Jan 1970 00:00:00 GMT", 0)
  check.equal(retry.date "Thu, 29 Feb 2024 12:00:00 GMT", 1709208000)
  check.equal(retry.date "Sat, 21 Nov 2026 13:50:00 GMT", 1795269000)
end)

test("what is no date is none", function()
  for _, text in ipairs { "", "soon", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "2026-11-21T13:50:00Z" } do
    check.equal(retry.date(text), nil)
  end
end)

test("Retry-After is read as seconds and as a date", function()
  check.equal(retry.after({ ["retry-after"] = "7" }, NOW), 7000)
  check.equal(retry.after({ ["retry-after"] = " 0 " }, NOW), 0)
  check.equal(retry.after({ ["retry-after"] = "Sun, 06 Nov 1994 08:50:07 GMT" }, NOW), 30000)
  check.equal(retry.after({ ["retry-after"] = "Sun, 06 Nov 1994 08:00:00 GMT" }, NOW), 0)
  check.equal(retry.after({ ["retry-after"] = "later" }, NOW), nil)
  check.equal(retry.after({ ["retry-after"] = "-5" }, NOW), nil)
  check.equal(retry.after({ ["retry-after"] = ("9"):rep(40) }, NOW), nil)
  check.equal(retry.after({}, NOW), nil)
end)

test("the end of a rate limit counts only when it is used up", function()
  local reset = tostring(NOW + 60)
  check.equal(retry.after({ ["x-ratelimit-remaining"] = "0", ["x-ratelimit-reset"] = reset }, NOW), 60000)
  check.equal(retry.after({ ["x-ratelimit-remaining"] = "12", ["x-ratelimit-reset"] = reset }, NOW), nil)
  check.equal(retry.after({ ["x-ratelimit-reset"] = reset }, NOW), nil)
end)

test("what is answered is not asked again", function()
  for _, status in ipairs { 200, 201, 204, 304, 400, 401, 403, 404, 409, 422, 500, 501 } do
    check.equal(wait { status = status }, nil)
  end
end)

test("a busy server is asked again when asking is harmless", function()
  for _, status in ipairs { 429, 502, 503, 504 } do
    for _, method in ipairs { "GET", "HEAD", "PUT", "DELETE", "OPTIONS" } do
      check.equal(wait { method = method, status = status }, 500)
    end
    check.equal(wait { method = "POST", status = status }, nil)
    check.equal(wait { method = "PATCH", status = status }, nil)
  end
end)

test("a POST is repeated when the server says that it was not processed", function()
  local told = { ["retry-after"] = "3" }
  check.equal(wait { method = "POST", status = 429, headers = told, random = 0 }, 3000)
  check.equal(wait { method = "POST", status = 503, headers = told, random = 0 }, 3000)
  check.equal(wait { method = "POST", status = 403, headers = told, random = 0 }, 3000)
  check.equal(wait { method = "POST", status = 502, headers = told }, nil)
  check.equal(wait { method = "POST", status = 504, headers = told }, nil)
  check.equal(wait { method = "POST", status = 503, headers = { ["retry-after"] = "perhaps" } }, nil)
end)

test("a POST is repeated when nothing was sent", function()
  check.equal(wait { method = "POST", error = { retry = true, sent = false } }, 500)
  check.equal(wait { method = "POST", error = { retry = true, sent = true } }, nil)
  check.equal(wait { method = "POST", error = { retry = true } }, nil)
  check.equal(wait { method = "GET", error = { retry = true, sent = true } }, 500)
  check.equal(wait { method = "GET", error = { sent = false } }, nil)
end)

test("the caller knows better than the method", function()
  check.equal(wait { method = "POST", status = 502, idempotent = true }, 500)
  check.equal(wait { method = "PUT", status = 502, idempotent = false }, nil)
  check.equal(wait { method = "GET", error = { retry = true, sent = true }, idempotent = false }, nil)
end)

test("the ceiling of the back-off doubles up to half a minute, and the wait is anywhere below it", function()
  for attempt, ceiling in ipairs { 1000, 2000, 4000, 8000, 16000, 30000, 30000 } do
    check.equal(wait { status = 502, attempt = attempt, attempts = 9, random = 0 }, 0)
    check.equal(wait { status = 502, attempt = attempt, attempts = 9, random = 0.999 }, math.floor(ceiling * 0.999))
  end
end)

test("attempts end", function()
  check.truthy(wait { status = 502, attempt = 4 })
  check.equal(wait { status = 502, attempt = 5 }, nil)
  check.equal(wait { status = 502, attempt = 1, attempts = 1 }, nil)
end)

test("the server is never asked earlier than it said, and less than a second later", function()
  for _, random in ipairs { 0, 0.3, 0.999 } do
    local ms = wait { status = 429, headers = { ["retry-after"] = "10" }, random = random }
    check.truthy(ms >= 10000 and ms < 11000)
  end
end)

test("a server that asks for too much patience is reported instead", function()
  check.equal(wait { status = 429, headers = { ["retry-after"] = "3600" } }, nil)
  check.equal(wait { status = 429, headers = { ["retry-after"] = "3600" }, longest = 2 * 3600 * 1000, random = 0 }, 3600000)
end)

test("no header a server could send breaks the decision", function()
  local pieces = { "Sun", ", ", "06", " ", "Nov", "1994", ":", "08", "GMT", "-", "0", "9", "99999999999999999999", "\0", "%d", "+1", "1e9", "0x10", ".", "\255" }
  math.randomseed(20261121)
  for _ = 1, 20000 do
    local parts = {}
    for i = 1, math.random(0, 12) do parts[i] = pieces[math.random(#pieces)] end
    local text = table.concat(parts)
    local headers = { ["retry-after"] = text, ["x-ratelimit-remaining"] = "0", ["x-ratelimit-reset"] = text }
    for _, value in ipairs { retry.after(headers, NOW) or 0, retry.date(text) or 0, wait { status = 429, headers = headers } or 0 } do
      if math.type(value) ~= "integer" then check.equal(value, "an integer", text) end
    end
  end
  check.truthy(true)
end)
