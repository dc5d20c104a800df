-- Contributors by the accounts that the forge knows. A server of a few lines stands in for GitHub's comparison, written
-- from its documentation: a real one would need GitHub.
local repositories = stand "repositories"

local server = [[
import http.server, json, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        known = path.startswith("/repos/me/pelican/compare/v1.0.0...")
        body = {"commits": [
            {"commit": {"author": {"email": "Bob@example.test"}}, "author": {"login": "bobby"}},
            {"commit": {"author": {"email": "cyd@example.test"}}, "author": None},
        ] if "&page=1" in self.path or "page=" not in self.path else []}
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body if known else {"message": "Not Found"}).encode())
    def log_message(self, *_): pass
with http.server.HTTPServer(("127.0.0.1", 0), Answer) as place:
    print(place.server_port, flush=True)
    for _ in range(3): place.handle_request()
]]

test("who wrote a release is called by the forge's accounts, and by name where it does not know or answer", function()
  local repo = repositories.new()
  local function by(name, email, message) repo.git("commit", "-q", "--allow-empty", "--author", ("%s <%s>"):format(name, email), "-m", message) end
  by("Ada", "ada@example.test", "feat: one")
  repo.git("tag", "v1.0.0")
  by("Bob", "bob@example.test", "feat: two")
  by("Cyd", "cyd@example.test", "fix: three")
  local dir = scratch()
  local file = assert(io.open(dir .. "/server.py", "w"))
  file:write(server)
  file:close()
  run { "sh", "-c", ("timeout 60 python3 %s/server.py > %s/port 2>/dev/null & echo $! > %s/pid; for i in $(seq 100); do [ -s %s/port ] && break; sleep 0.1; done"):format(dir, dir, dir, dir) }
  after(function() run { "sh", "-c", "kill $(cat " .. dir .. "/pid) 2>/dev/null" } end)
  local port = assert(io.open(dir .. "/port")):read "l"
  repo.write("slipway.lua", ('return { forge = { kind = "github", url = "http://127.0.0.1:%s", repo = "me/pelican" }, changelog = { links = { user = "https://forge.example/{{name}}" } } }'):format(port))
  local want = "### Contributors\n\n%%- Bob%s made their first contribution\n%%- Cyd made their first contribution\n$"
  local result = run { slipway, "changelog", "--unreleased", "--contributors", dir = repo.dir }
  check.equal(result.err, "")
  check.match(result.out, want:format " %(%[@bobby%]%(https://forge%.example/bobby%)%)")
  result = run { slipway, "changelog", "--unreleased", "--contributors", "--offline", dir = repo.dir }
  check.match(result.out, want:format "")
end)
