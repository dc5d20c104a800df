-- run.etag: what is kept, for whom, and what is asked again. The server is a table of this test.
local etag = require "run.etag"
local file = require "door.file"
local secret = require "door.secret"

local function token(text)
  local path = scratch() .. "/token"
  assert(file.write { path = path, text = text, mode = 384 })
  return assert(secret.resolve { ref = "file:" .. path })
end

-- A server that has one text for everybody and one for each bearer; it counts the bodies it sends.
local function server(texts)
  local s = { sent = 0, asked = {} }
  function s.request(o)
    s.asked[#s.asked + 1] = o
    local text = texts[o.url] or "nothing"
    local tag = '"' .. #text .. text:sub(1, 3) .. '"'
    if o.headers and o.headers["If-None-Match"] == tag then return { status = 304, headers = { etag = tag, ["x-seen"] = "again" } } end
    s.sent = s.sent + 1
    return { status = 200, headers = { etag = tag, link = "<next>" }, body = text, size = #text, url = o.url }
  end
  return s
end

test("an answer is kept, and asked for by its tag the next time, in another process too", function()
  local texts = { ["https://x/a"] = "one" }
  local s, dir = server(texts), scratch() .. "/http"
  for _ = 1, 2 do
    local request = etag.wrap(s.request, dir)
    for _ = 1, 2 do
      local answer = request { url = "https://x/a", headers = { Accept = "j" } }
      check.equal({ answer.status, answer.body, answer.headers.link, answer.url }, { 200, "one", "<next>", "https://x/a" })
    end
  end
  check.equal({ s.sent, #s.asked }, { 1, 4 })
  texts["https://x/a"] = "two"
  check.equal(etag.wrap(s.request, dir)({ url = "https://x/a", headers = { Accept = "j" } }).body, "two")
  check.equal(s.sent, 2)
end)

test("what a credential saw is not shown to another one, nor to nobody", function()
  local s, dir = server { ["https://x/a"] = "private" }, scratch() .. "/http"
  local request = etag.wrap(s.request, dir)
  local ada, bea = token "ada-token-0123", token "bea-token-0123"
  for _, value in ipairs { ada, bea, ada, bea } do request { url = "https://x/a", secret = { header = "Authorization", prefix = "Bearer ", value = value } } end
  request { url = "https://x/a" }
  check.equal(s.sent, 3)
  check.falsy(s.asked[2].headers and s.asked[2].headers["If-None-Match"])
  for _, name in ipairs(file.list(dir)) do
    check.equal(file.stat(dir .. "/" .. name).mode, 384, name)
    check.falsy(file.read(dir .. "/" .. name):find("ada%-token"))
  end
end)

test("only plain questions are kept, and nothing that may not be stored", function()
  local s, dir = server { ["https://x/a"] = "one" }, scratch() .. "/http"
  local request = etag.wrap(s.request, dir)
  for _ = 1, 2 do
    request { url = "https://x/a", method = "POST", body = "b" }
    request { url = "https://x/a", to_file = "/nowhere" }
    request { url = "https://x/a", secret = { place = "body", value = token "abcdefgh01" }, method = "POST" }
  end
  check.equal(s.sent, 6)
  check.equal(#(file.list(dir) or {}), 0)
  local strict = etag.wrap(function() return { status = 200, headers = { etag = '"1"', ["cache-control"] = "private, no-store" }, body = "b" } end, dir)
  strict { url = "https://x/b" }
  check.equal(#file.list(dir), 1, "the salt alone")
end)

test("a damaged entry is asked for anew", function()
  local s, dir = server { ["https://x/a"] = "one" }, scratch() .. "/http"
  local request = etag.wrap(s.request, dir)
  request { url = "https://x/a" }
  for _, name in ipairs(file.list(dir)) do
    if name:find "json$" then assert(file.write { path = dir .. "/" .. name, text = '{"etag":' }) end
  end
  check.equal(request({ url = "https://x/a" }).body, "one")
  check.equal(s.sent, 2)
end)
