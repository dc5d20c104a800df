-- door.http against servers of our own on loopback (http_server.py): good, bad and hostile ones.
local clock = require "door.clock"
local digest = require "door.digest"
local file = require "door.file"
local host = require "door.host"
local http = require "door.http"
local json = require "door.json"
local loop = require "door.loop"
local process = require "door.process"
local secret = require "door.secret"

local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"

-- The server lives as long as this process: its input is the pipe `hold` keeps open.
local function start_server(certificate, key)
  local heard = ""
  local job = assert(process.start { argv = { "sh", "-c", 'sleep 600 | exec python3 "$@"', "sh", here .. "/http_server.py", certificate, key },
    on_output = function(_, text) heard = heard .. text end })
  local until_ms = clock.now_ms() + 20000
  while not heard:find "\n" and clock.now_ms() < until_ms and not job:done() do loop.wait({ job }, 50) end
  local port = heard:match "^(%d+)\n"
  if not port then error("the server did not start: " .. heard) end
  return { job = job, port = port, url = ("http://127.0.0.1:%s"):format(port), secure = ("https://127.0.0.1:%s"):format(port) }
end

local servers = {}
local function server(name)
  servers[name] = servers[name] or start_server()
  return servers[name]
end

local function get(path, o)
  o = o or {}
  o.url = o.url or server("a").url .. path
  return http.request(o)
end

local function ok(path, o)
  local answer, err = get(path, o)
  if not answer then error(err.code .. ": " .. tostring(err.message) .. " " .. tostring(err.cause), 2) end
  return answer
end

local function echo(path, o) return json.decode(ok(path, o).body) end

local function seen(name, path)
  local found = {}
  for _, entry in ipairs(json.decode(assert(http.request { url = server(name).url .. "/seen" }).body)) do
    if entry.path == path then found[#found + 1] = entry end
  end
  return found
end

local function token(text)
  local path = scratch() .. "/token"
  assert(file.write { path = path, text = text, mode = tonumber("600", 8) })
  return assert(secret.resolve { ref = "file:" .. path })
end

local function bearer(text) return { header = "Authorization", prefix = "Bearer ", value = token(text) } end

test("an answer has status, headers in lower case, body, size and address", function()
  local answer = ok "/echo"
  check.equal(answer.status, 200)
  check.equal(answer.headers["x-twice"], "one, two")
  check.equal(answer.headers["x-empty"], "")
  check.equal(answer.size, #answer.body)
  check.equal(answer.url, server("a").url .. "/echo")
  local entry = json.decode(answer.body)
  check.equal(entry.method, "GET")
  check.match(entry.headers["user-agent"], "^slipway/%d")
end)

test("any status is an answer", function()
  for _, code in ipairs { 204, 304, 400, 401, 404, 409, 422, 429, 500, 503 } do
    check.equal(ok("/status?body=why&code=" .. code).status, code)
  end
  check.equal(ok("/status?body=why&code=404").body, "why")
end)

test("methods, headers and bodies arrive as they were given", function()
  for _, method in ipairs { "POST", "PUT", "PATCH", "DELETE" } do
    local entry = echo("/echo", { method = method, body = "a\0b", headers = { ["X-Mine"] = "yes", ["Content-Type"] = "text/x" } })
    check.equal(entry.method, method)
    check.equal(entry.start, "a\0b")
    check.equal(entry.headers["x-mine"], "yes")
    check.equal(entry.headers["content-type"], "text/x")
    check.equal(entry.headers["content-length"], "3")
  end
  check.equal(echo("/echo", { method = "POST" }).headers["content-length"], "0")
  check.equal(echo("/echo", { method = "DELETE" }).size, 0)
  local head = ok("/echo", { method = "HEAD" })
  check.equal(head.status, 200)
  check.equal(head.body, "")
end)

test("a form is sent in parts, files streamed from disk", function()
  local path = scratch() .. "/wheel"
  assert(file.write { path = path, text = ("w"):rep(100000) })
  local entry = echo("/echo", { form = {
    { name = "version", value = "1.0.0" },
    { name = "content", file = path, filename = "a-1.whl", type = "application/zip" },
  } })
  check.equal(entry.method, "POST")
  check.match(entry.headers["content-type"], "^multipart/form%-data; boundary=")
  check.match(entry.start, 'name="version"\r\n\r\n1.0.0\r\n')
  check.match(entry.start, 'name="content"; filename="a%-1.whl"\r\nContent%-Type: application/zip\r\n\r\nwww')
  check.truthy(entry.size > 100000)
end)

test("an answer goes to a file beside it first, and its digest is told", function()
  local dir = scratch()
  local told = {}
  local answer = ok("/big?size=3000001", { to_file = dir .. "/big", on_progress = function(_, received) told[#told + 1] = received end })
  check.equal(answer.body, nil)
  check.equal(answer.size, 3000001)
  check.equal(answer.sha256, digest.sha256 { file = dir .. "/big" })
  check.equal(told[#told], 3000001)
  check.equal(#file.list(dir), 1)
  check.equal(ok("/status?code=200", { to_file = dir .. "/empty" }).sha256, digest.sha256 "")
end)

test("an answer that is no success leaves the file alone", function()
  local path = scratch() .. "/kept"
  assert(file.write { path = path, text = "old" })
  local answer = ok("/status?code=404&body=nothing", { to_file = path })
  check.equal(answer.body, "nothing")
  check.equal(answer.sha256, nil)
  check.equal(file.read(path), "old")
  local value, err = get("/cut", { to_file = path })
  check.fails("http.interrupted", value, err)
  check.equal(file.read(path), "old")
  check.equal(#file.list(path:match "^(.*)/"), 1)
end)

test("a file that cannot be written or read is told", function()
  local value, err = get("/big?size=10", { to_file = "/no/such/folder/x" })
  check.fails("http.file_failed", value, err)
  value, err = get("/big?size=10", { to_file = "/dev/full/x" })
  check.fails("http.file_failed", value, err)
  value, err = get("/echo", { method = "PUT", body_file = "/no/such/file" })
  check.fails("http.file_failed", value, err)
  check.equal(err.sent, false)
  value, err = get("/echo", { form = { { name = "x", file = "/no/such/file" } } })
  check.fails("http.file_failed", value, err)
end)

-- Memory this process has had at most, in KiB.
local function peak() return tonumber(file.read("/proc/self/status"):match "VmHWM:%s+(%d+)") end

test("sixty-four megabytes go up and come down with flat memory", function()
  local path = scratch() .. "/big"
  run { "truncate", "-s", "64M", path }
  ok "/echo"
  local before = peak()
  local last = 0
  local entry = echo("/echo", { method = "PUT", body_file = path, on_progress = function(sent) last = sent end })
  check.equal(entry.size, 64 << 20)
  check.equal(entry.sha256, digest.sha256 { file = path })
  check.equal(last, 64 << 20)
  check.equal(ok("/big?size=67108864", { to_file = path }).size, 64 << 20)
  check.truthy(peak() - before < 16 * 1024, ("grew by %d KiB"):format(peak() - before))
end)

test("an answer larger than allowed is refused", function()
  local value, err = get("/big?size=100001", { max_size = 100000 })
  check.fails("http.too_large", value, err)
  value, err = get("/big?size=100001&unknown=1", { max_size = 100000 })
  check.fails("http.too_large", value, err)
  check.equal(ok("/big?size=100000", { max_size = 100000 }).size, 100000)
  value, err = get("/bomb", { max_size = 1 << 20 })
  check.fails("http.too_large", value, err)
  value, err = get "/endless-headers"
  check.falsy(value)
  check.truthy(err.code == "http.too_large" or err.code == "http.interrupted", err.code)
end)

test("compressed answers are unpacked", function()
  check.equal(ok("/bomb", { max_size = 200 << 20 }).size, 100 << 20)
end)

test("a credential is sent to its host", function()
  check.equal(echo("/echo?credential", { secret = bearer "tok-0123456789" }).headers.authorization, "Bearer tok-0123456789")
  local entry = echo("/echo", { secret = { header = "PRIVATE-TOKEN", value = token "tok-0123456789" } })
  check.equal(entry.headers["private-token"], "tok-0123456789")
end)

test("with a user's name the credential is basic authentication, and masked in that form too", function()
  for user, encoded in pairs { rel = "cmVsOnRvay0wMTIzNDU2Nzg5", __token__ = "X190b2tlbl9fOnRvay0wMTIzNDU2Nzg5", ["a@b.c"] = "YUBiLmM6dG9rLTAxMjM0NTY3ODk=" } do
    local value = token "tok-0123456789"
    local answer = echo("/echo?basic", { secret = { header = "Authorization", user = user, value = value } })
    check.equal(answer.headers.authorization, "Basic " .. encoded)
    check.falsy(secret.mask("Basic " .. encoded):find(encoded, 1, true))
  end
  local refused, err = get("/echo", { secret = { header = "A", user = "a:b", value = token "tok-0123456789" } })
  check.fails("http.bad_header", refused, err)
end)

test("a redirect on the same host keeps the credential", function()
  local answer = ok("/redirect?to=/echo?kept", { secret = bearer "tok-0123456789", headers = { ["X-Api"] = "1" } })
  check.equal(answer.url, server("a").url .. "/echo?kept")
  local entry = json.decode(answer.body)
  check.equal(entry.headers.authorization, "Bearer tok-0123456789")
  check.equal(entry.headers["x-api"], "1")
end)

test("a redirect to another host drops the credential, for good", function()
  local back = server("a").url .. "/echo?back"
  local over = server("b").url .. "/redirect?to=" .. http.escape(back)
  local answer = ok("/redirect?to=" .. http.escape(over),
    { secret = bearer "tok-0123456789", headers = { Cookie = "c=1", ["X-Token"] = "t", Accept = "text/x" } })
  check.equal(answer.url, back)
  for _, entry in ipairs { seen("b", over:match "//[^/]+(.*)")[1], json.decode(answer.body) } do
    check.equal(entry.headers.authorization, nil)
    check.equal(entry.headers.cookie, nil)
    check.equal(entry.headers["x-token"], nil)
    check.equal(entry.headers.accept, "text/x")
  end
end)

test("the same host by another name or port is another host", function()
  local other = ("http://localhost:%s/echo?renamed"):format(server("a").port)
  check.equal(echo("/redirect?to=" .. http.escape(other), { secret = bearer "tok-0123456789" }).headers.authorization, nil)
end)

test("a redirect never leads out of what is allowed", function()
  for to, code in pairs {
    ["http://example.com/"] = "http.insecure", ["//example.com/"] = "http.insecure", ["file:///etc/passwd"] = "http.bad_url",
    ["ftp://127.0.0.1/"] = "http.bad_url", ["http://a:b@127.0.0.1/"] = "http.bad_url", ["http://["] = "http.bad_url",
  } do
    local value, err = get("/redirect?to=" .. http.escape(to), { secret = bearer "tok-0123456789" })
    check.fails(code, value, err)
  end
end)

test("only GET and HEAD follow", function()
  for _, method in ipairs { "POST", "PUT", "PATCH", "DELETE" } do
    check.equal(ok("/redirect?to=/echo", { method = method, body = "x" }).status, 302)
  end
  check.equal(ok("/redirect?to=/echo", { method = "HEAD" }).status, 200)
  for _, status in ipairs { 301, 302, 303, 307, 308 } do
    check.equal(ok("/redirect?to=/echo&status=" .. status).status, 200)
  end
end)

test("redirects end", function()
  local path = "/redirect?to=/redirect"
  for _ = 1, 2 do path = "/redirect?to=" .. http.escape(path) end
  local value, err = get("/redirect?to=" .. http.escape(path), { redirects = 2 })
  check.fails("http.too_many_redirects", value, err)
  check.equal(ok("/redirect?to=/echo", { redirects = 0 }).status, 302)
end)

test("outside this machine only https is spoken", function()
  for _, url in ipairs {
    "http://example.com/", "http://10.0.0.1/", "http://127.0.0.1.example.com/", "http://localhost.example.com/", "http://128.0.0.1/",
    "http://[::2]/", "HTTP://EXAMPLE.COM",
  } do
    local value, err = http.request { url = url }
    check.fails("http.insecure", value, err)
    check.equal(err.sent, false)
  end
  for _, url in ipairs { "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1", "127.0.0.1", "", "https://u:p@127.0.0.1/" } do
    local value, err = http.request { url = url }
    check.fails("http.bad_url", value, err)
  end
  check.equal(ok("", { url = ("http://localhost:%s/echo"):format(server("a").port) }).status, 200)
  check.equal(ok("", { url = ("http://127.1:%s/echo"):format(server("a").port) }).status, 200)
end)

test("nobody there is unreachable, and worth another try", function()
  local value, err = http.request { url = "http://127.0.0.1:1/" }
  check.fails("http.unreachable", value, err)
  check.equal(err.retry, true)
  check.equal(err.sent, false)
  value, err = http.request { url = "https://no-such-host.invalid/" }
  check.fails("http.unreachable", value, err)
  check.equal(err.retry, true)
end)

test("a broken exchange is told with whether anything was sent", function()
  for _, path in ipairs { "/reset", "/cut" } do
    local value, err = get(path, { method = "POST", body = "x" })
    check.fails("http.interrupted", value, err)
    check.equal(err.sent, true)
    check.equal(err.retry, true)
  end
  local path = scratch() .. "/big"
  run { "truncate", "-s", "20M", path }
  local value, err = get("/refuse-upload", { method = "PUT", body_file = path })
  check.fails("http.interrupted", value, err)
  check.equal(err.sent, true)
end)

test("one attempt is one attempt: a POST on a dead connection is not sent twice", function()
  for round = 1, 3 do
    ok "/close-quietly"
    clock.sleep(50)
    local path = "/echo?once=" .. round
    local answer = get(path, { method = "POST", body = "x" })
    check.equal(answer.status, 200)
    check.equal(#seen("a", path), 1)
  end
end)

local function took(path, o)
  local started = clock.now_ms()
  local value, err = get(path, o)
  return clock.now_ms() - started, value, err
end

test("silence ends at idle_timeout", function()
  for _, path in ipairs { "/silent", "/stall" } do
    local ms, value, err = took(path, { idle_timeout = 300 })
    check.fails("http.timeout", value, err)
    check.truthy(ms >= 300 and ms < 2000, path .. " took " .. ms)
    check.equal(err.sent, true)
  end
end)

test("a slow drip ends as well", function()
  local ms, value, err = took("/drip", { idle_timeout = 1000 })
  check.fails("http.timeout", value, err)
  check.truthy(ms >= 1000 and ms < 15000, "took " .. ms)
end)

test("the whole takes no longer than timeout", function()
  local ms, value, err = took("/drip", { timeout = 400 })
  check.fails("http.timeout", value, err)
  check.truthy(ms >= 400 and ms < 2000, "took " .. ms)
end)

test("a transfer can be cancelled", function()
  local job = assert(http.start { url = server("a").url .. "/stall" })
  check.equal(loop.wait({ job }, 200), 0)
  job:cancel()
  check.truthy(job:done())
  local value, err = job:result()
  check.fails("http.cancelled", value, err)
  job:close()
end)

test("twenty requests run side by side, and then share their connections", function()
  local function batch(count, after)
    local jobs, ports = {}, {}
    for i = 1, count do jobs[i] = assert(http.start { url = ("%s/echo?after=%s&i=%d"):format(server("a").url, after, i) }) end
    for _, job in ipairs(jobs) do
      while not job:done() do loop.wait { job } end
      local entry = json.decode(job:result().body)
      ports[entry.peer] = true
      job:close()
    end
    return ports
  end
  local started = clock.now_ms()
  local first = batch(20, 0.5)
  check.truthy(clock.now_ms() - started < 5000)
  local fresh = 0
  for port in pairs(batch(20, 0.2)) do if not first[port] then fresh = fresh + 1 end end
  check.truthy(fresh <= 2, fresh .. " new connections")
end)

test("transfers and children wait in one loop", function()
  local transfer = assert(http.start { url = server("a").url .. "/echo?after=0.4" })
  local child = assert(process.start { argv = { "sleep", "0.2" } })
  local pause = loop.pause(50)
  check.equal(loop.wait { transfer, child, pause }, 1)
  check.truthy(pause:done())
  pause:close()
  check.equal(loop.wait { transfer, child }, 1)
  check.truthy(child:done() and not transfer:done())
  check.equal(loop.wait { transfer }, 1)
  check.equal(transfer:result().status, 200)
end)

-- TLS ----------------------------------------------------------------------------------------------

local authority
local function secure_server()
  if authority then return authority end
  local dir = scratch()
  local function openssl(...) check.equal(run({ dir = dir, "openssl", ... }).code, 0) end
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
    "-days", "2", "-subj", "/CN=Slipway Test Authority")
  openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "server.key", "-out", "server.csr",
    "-subj", "/CN=server")
  assert(file.write { path = dir .. "/names", text = "subjectAltName=IP:127.0.0.1\n" })
  openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-out", "server.pem", "-days", "2", "-extfile", "names")
  authority = start_server(dir .. "/server.pem", dir .. "/server.key")
  -- The folder goes with this test, the authority's certificate is needed by the next ones.
  authority.certificate = assert(file.read(dir .. "/ca.pem"))
  return authority
end

local function certificate()
  local path = scratch() .. "/ca.pem"
  assert(file.write { path = path, text = secure_server().certificate })
  return path
end

test("a certificate nobody vouches for is refused", function()
  local value, err = http.request { url = secure_server().secure .. "/echo" }
  check.fails("http.tls", value, err)
  check.equal(err.sent, false)
  check.equal(err.retry, nil)
  check.truthy(err.hint)
end)

test("an authority of one's own can be named", function()
  check.equal(http.request({ url = secure_server().secure .. "/echo", ca_file = certificate() }).status, 200)
end)

test("a certificate for another name is refused", function()
  local value, err = http.request { url = ("https://localhost:%s/echo"):format(secure_server().port), ca_file = certificate() }
  check.fails("http.tls", value, err)
end)

test("an authority file that is none is refused", function()
  local value, err = http.request { url = secure_server().secure .. "/echo", ca_file = "/no/such/file" }
  check.fails("http.tls", value, err)
end)

test("a redirect from https down to http drops the credential, and reaches loopback only", function()
  local to = server("b").url .. "/echo?down"
  local answer = assert(http.request { url = secure_server().secure .. "/redirect?to=" .. http.escape(to), ca_file = certificate(),
    secret = bearer "tok-0123456789" })
  check.equal(json.decode(answer.body).headers.authorization, nil)
end)

test("a server that speaks no TLS is no trusted connection", function()
  local value, err = http.request { url = server("a").secure .. "/echo" }
  check.fails("http.tls", value, err)
end)

-- What the environment says, in a process of its own.
local function in_environment(env, code)
  local path = scratch() .. "/own_test.lua"
  assert(file.write { path = path, text = "local http = require 'door.http'\n" .. code })
  env.SLIPWAY_LUA_DIR = host.lua_dir
  for _, name in ipairs { "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "no_proxy", "NO_PROXY" } do env[name] = env[name] or false end
  return run { slipway, "test", "--worker", path, "--result", "/dev/null", env = env }.out
end

test("SSL_CERT_FILE and CURL_CA_BUNDLE name authorities", function()
  local code = ("local a, e = http.request { url = '%s/echo' } print(a and a.status or e.code)"):format(secure_server().secure)
  check.equal(in_environment({ SSL_CERT_FILE = certificate() }, code), "200\n")
  check.equal(in_environment({ CURL_CA_BUNDLE = certificate() }, code), "200\n")
  check.equal(in_environment({}, code), "http.tls\n")
end)

test("the authority that git was told about counts where no variable names one", function()
  local code = ([[
    local project = { root = "/", config = {}, repo = { config = function(_, key) return key == "http.sslCAInfo" and %q or nil end } }
    local answer, err = require("run.world").reader(project).http.request { url = %q, attempts = 1 }
    print(answer and answer.status or err.code)]]):format(certificate(), secure_server().secure .. "/echo")
  check.equal(in_environment({}, code), "200\n")
  check.equal(in_environment({ SSL_CERT_FILE = "/etc/ssl/certs/ca-certificates.crt" }, code), "http.tls\n")
end)

test("proxies of the environment are used, but not for this machine's plain http", function()
  local code = ("local a, e = http.request { url = '%s/echo' } print(a and a.status or e.code)")
  check.equal(in_environment({ http_proxy = "http://127.0.0.1:1", all_proxy = "http://127.0.0.1:1" }, code:format(server("a").url)), "200\n")
  check.equal(in_environment({ https_proxy = "http://127.0.0.1:1" }, code:format(secure_server().secure)), "http.unreachable\n")
  check.equal(in_environment({ https_proxy = "http://127.0.0.1:1", no_proxy = "127.0.0.1" }, code:format(secure_server().secure)), "http.tls\n")
end)

test("a netrc file is not read", function()
  local home = scratch()
  assert(file.write { path = home .. "/.netrc", text = "machine 127.0.0.1 login somebody password hunter2\n", mode = tonumber("600", 8) })
  local out = in_environment({ HOME = home }, ("print(http.request({ url = '%s/echo' }).body)"):format(server("a").url))
  check.match(out, '"method": "GET"')
  check.falsy(out:lower():find "authorization")
end)

test("headers cannot smuggle", function()
  for name, value in pairs {
    ["X-A"] = "a\r\nX-B: b", ["X-C"] = "a\nb", ["X D"] = "x", ["X:E"] = "x", [""] = "x", ["X-F\r\nX-G"] = "x", ["Content-Length"] = "5",
    ["transfer-encoding"] = "chunked", Host = "other",
  } do
    local answer, err = get("/echo", { headers = { [name] = value } })
    check.fails("http.bad_header", answer, err)
  end
  local answer, err = get("/echo", { headers = { authorization = "x" }, secret = bearer "tok-0123456789" })
  check.fails("http.bad_header", answer, err)
  answer, err = get("/echo", { secret = bearer "tok-0123456789\nX-B: b" })
  check.fails("http.bad_header", answer, err)
  answer, err = get("/echo", { method = "GET\r\nX: y" })
  check.fails("http.bad_method", answer, err)
end)

test("an error never shows the credential or the query", function()
  local _, err = get("/cut?token=tok-0123456789", { secret = bearer "tok-0123456789" })
  for _, text in ipairs { err.message, err.cause or "", err.hint or "" } do check.falsy(text:find("tok-", 1, true)) end
end)

test("text is escaped as RFC 3986 says", function()
  check.equal(http.escape "a-b_c.d~e/f g+h%ü\0", "a-b_c.d~e%2Ff%20g%2Bh%25%C3%BC%00")
  check.equal(http.escape "", "")
end)

test("wrong requests raise", function()
  check.raises(function() http.request {} end, "url")
  check.raises(function() http.request { url = "https://x", body = "a", body_file = "b" } end, "only one of")
  check.raises(function() http.request { url = "https://x", secret = { header = "A", value = "text" } } end, "slipway.secret")
  check.raises(function() http.request { url = "https://x", secret = { value = token "0123456789" } } end, "the header is missing")
  check.raises(function() http.request { url = "https://x", secret = { header = "A", prefix = "B ", user = "u", value = token "0123456789" } } end, "not both")
  check.raises(function() http.request { url = "https://x", headers = { A = 1 } } end, "text expected")
  check.raises(function() http.request { url = "https://x", form = { { name = "a" } } } end, "value or a file")
  check.raises(function() http.request { url = "https://x", retries = 3 } end, "unknown field 'retries'")
  check.raises(function() http.request { url = "https://x", idle_timeout = -1 } end, "negative")
end)

test("a secret is the address, or the body, and Lua sees neither", function()
  local dir = scratch()
  local function kept(text)
    local path = dir .. "/" .. #text
    assert(file.write { path = path, text = text, mode = 384 })
    return assert(secret.resolve { ref = "file:" .. path })
  end
  local hook = kept(server("a").url .. "/echo?hook=T0123456789")
  local answer = assert(http.request { method = "POST", body = "{}", secret = { place = "address", value = hook } })
  check.equal(answer.url, nil)
  check.match(json.decode(answer.body).path, "^/echo%?hook=T0123456789$")
  local token = kept "jwt.0123456789.xyz"
  local entry = echo("/echo", { method = "POST", secret = { place = "body", prefix = '{"token":"', value = token, suffix = '"}' } })
  check.equal(entry.start, '{"token":"jwt.0123456789.xyz"}')
  check.raises(function() http.request { url = "https://x.example", secret = { place = "address", value = hook } } end, "the address is the secret")
  check.raises(function() http.request { secret = { header = "A", value = hook } } end, "'url' is missing")
  local nothing, err = http.request { secret = { place = "address", value = kept "no address at all" } }
  check.fails("http.bad_url", nothing, err)
  check.falsy(tostring(err.message):find "no address at all", "what is told shows nothing of it")
end)

test("a secret that an answer holds comes as a secret", function()
  local function ask(body) return get("/status?code=200&body=" .. http.escape(body), { secret_field = { name = "token", label = "oidc:test" } }) end
  local answer = assert(ask '{"expires":900,"token":"pypi-AgEIcHlwaS5vcmc"}')
  check.equal(answer.body, nil)
  check.match(tostring(answer.secret), "^secret oidc:test #")
  check.equal(process.run({ argv = { "sh", "-c", "printf %s \"$T\" | rev" }, secrets = { T = answer.secret } }).out, ("pypi-AgEIcHlwaS5vcmc"):reverse())
  for _, body in ipairs { "", "[]", "no json", '{"token":1}', '{"other":"0123456789"}' } do
    local none, err = ask(body)
    check.fails("http.no_secret", none, err)
  end
  local refused = assert(get("/status?code=422&body=no", { secret_field = { name = "token", label = "oidc:test" } }))
  check.equal(refused.body, "no")
end)

test("200 questions go over one connection", function()
  local url, peers = server("reads").url, {}
  local request = require "run.attempts"(http.request, { now = clock.now, sleep = function() end })
  for i = 1, 200 do
    local answer = assert(request { url = ("%s/echo?n=%d"):format(url, i) })
    peers[json.decode(answer.body).peer] = true
  end
  local count = 0
  for _ in pairs(peers) do count = count + 1 end -- order: a count
  check.equal(count, 1)
end)
