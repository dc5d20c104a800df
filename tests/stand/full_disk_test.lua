-- A disk that is really full: a small tmpfs of the test's own (a mount namespace; nothing of it outlives the command) holds
-- the project and its caches. What is cut short says so, keeps its log, leaves nothing half-written, and goes on with room.
local file = require "door.file"
local projects = stand "project"

local function in_namespace(argv)
  local words = { "unshare", "--mount" }
  if run({ "id", "-u" }).out ~= "0\n" then words = { "unshare", "--user", "--map-root-user", "--mount" } end
  return table.move(argv, 1, #argv, #words + 1, words)
end

local function can_mount()
  local tried = run(in_namespace { "sh", "-c", "mount -t tmpfs -o size=1m none \"$0\"", scratch() })
  if tried.code ~= 0 then skip("no file system of its own can be mounted here: " .. tried.err) end
end

-- disk, project, home, slipway, KiB that stay free, a folder that is not there on the machine's own disk; then `before` runs, the disk fills, `full` runs, there is room, `after` runs
local frame = [[
set -eu
disk=$1 slipway=$4
mount -t tmpfs -o size=28m none "$disk"
cp -a "$2" "$disk/work"; cp -a "$3" "$disk/home"
export HOME="$disk/home" XDG_CACHE_HOME="$disk/home/cache" XDG_STATE_HOME="$disk/home/state" TMPDIR="$disk"
cd "$disk/work"
try() { code=0; "$slipway" "$@" >"/tmp/said.$$" 2>&1 || code=$?; printf 'exit %%s\n' "$code"; cat "/tmp/said.$$"; rm "/tmp/said.$$"; }
%s
free=$(df -k --output=avail "$disk" | tail -1)
head -c $(((free - $5) * 1024)) /dev/zero >"$disk/filler"
%s
rm "$disk/filler"
echo "--- room"
%s
]]

--- What was said on the full disk, and with room again.
local function on_small_disk(p, o)
  local script = frame:format(o.before or ":", o.full, o.after)
  local disk = scratch() .. "/disk"
  assert(file.mkdir { path = disk })
  local argv = in_namespace { "sh", "-c", script, "sh", disk, p.dir, p.home, slipway, tostring(o.keep), disk .. ".beside" }
  argv.env = { PATH = os.getenv "PATH", GIT_CONFIG_NOSYSTEM = "1", NO_COLOR = "1", LC_ALL = "C.UTF-8", SLIPWAY_LUA_DIR = os.getenv "SLIPWAY_LUA_DIR" }
  argv.timeout = 200
  local result = run(argv)
  check.equal(result.code, 0, result.out .. result.err)
  return result.out:match "^(.*)%-%-%- room\n(.*)$"
end

local function project(config, files)
  can_mount()
  local p = projects.on_daemon { kind = "plain" }
  files = files or {}
  files["slipway.lua"] = "return { project = 'pelican', " .. config .. " }\n"
  p.commit("chore: configure", files)
  p.git("push", "-q", "origin", "main")
  return p
end

local as_of = "--as-of=1795262400"

test("a build that fills the disk: a clear error, the log kept, and resume finishes", { timeout = 240 }, function()
  local p = project "targets = { linux = { run = { { 'sh', '-c', 'echo it begins; head -c 6000000 /dev/zero >pelican' } }, produce = { 'pelican' } } }, artifacts = { { archive = 'pelican-{version}.tar.zst', target = 'linux' } }"
  -- the caches lie on the full disk, the clone with its runs does not
  local full, later = on_small_disk(p, {
    before = "mkdir \"$6\"; mv \"$disk/work\" \"$6\"; cd \"$6/work\"", keep = 3000, full = "try run release --yes " .. as_of .. "\necho log; try show --log linux", after = "try resume --yes " .. as_of,
  })
  check.match(full, "^exit 7\n.*SW%-BUILD%-NO%-SPACE.*there was no space left for 'sh'.*Make room")
  check.match(full, "log\nexit 0\n.*it begins.*No space left on device")
  check.match(later, "^exit 0\n")
  check.truthy(p.remote_refs()["refs/tags/v1.2.0"])
end)

test("packing on a full disk leaves no half archive, and resume packs it", { timeout = 240 }, function()
  local data = run({ "head", "-c", "6000000", "/dev/urandom" }).out
  local p = project("artifacts = { { archive = 'pelican-{version}.tar.zst', source = true } }", { ["data.bin"] = data })
  -- the source is laid out, 6 MB; the archive of it finds 3 MB
  local full, later = on_small_disk(p, {
    keep = 9500, full = "try run release --yes " .. as_of .. "\nfind .git/slipway -path '*archive/*' -type f", after = "try resume --yes " .. as_of .. "\nzstd -qt .git/slipway/runs/*/files/archive/*/*.zst && echo whole",
  })
  check.match(full, "^exit 7\n")
  check.match(full, "No space left on device")
  check.falsy(full:find "files/archive/[^\n]*%.zst")
  check.match(later, "^exit 0\n")
  check.match(later, "whole\n$")
end)

test("a download that does not fit is taken away again, and comes whole later", { timeout = 240 }, function()
  local folder = scratch()
  assert(file.mkdir { path = folder .. "/files" })
  check.equal(run({ "sh", "-c", "head -c 9000000 /dev/urandom >\"$0/files/model.bin\"", folder }).code, 0)
  local digest = require("door.digest").sha256 { file = folder .. "/files/model.bin" }
  local recipe = [[return { name = "models", summary = "Fetch the model.", params = { from = { type = "text", help = "its address" } },
    plan = function(p, facts, arg) p:fetch { name = "model.bin", from = arg.from, sha256 = %q } end }]]
  local p = project("targets = {}", { ["slipway/recipes/models.lua"] = recipe:format(digest) })
  local serve = [[
python3 -c 'import http.server, os, sys
os.chdir(sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
open(sys.argv[2], "w").write(str(server.server_port))
server.serve_forever()' ']] .. folder .. [[/files' "$disk/port" 2>/dev/null &
server=$!; trap 'kill $server' EXIT
while [ ! -s "$disk/port" ]; do sleep 0.1; done
from=http://127.0.0.1:$(cat "$disk/port")/model.bin
"$slipway" trust --yes >/dev/null 2>&1 || :
]]
  local full, later = on_small_disk(p, {
    keep = 4000, before = serve, full = "try run models --from \"$from\" --yes " .. as_of .. "\nfind \"$disk\" -size +1000k ! -name filler -type f",
    after = "try run models --from \"$from\" --yes " .. as_of .. "\nsha256sum \"$HOME\"/cache/slipway/payloads/*",
  })
  check.match(full, "^exit 4\n") -- the only step: nothing was changed, there is nothing to resume
  check.match(full, "No space left on device")
  check.falsy(full:find "\n/[^\n]*payloads", full)
  check.match(later, "^exit 0\n")
  check.match(later, digest)
end)

test("no room for the journal: nothing is begun; none in the middle: the run stops, and is whole with room again", { timeout = 240 }, function()
  -- the program is there when the disk fills; then it is to be kept
  local p = project [[targets = { linux = { produce = { 'pelican' }, run = { { 'sh', '-c', 'head -c 300000 /dev/urandom >pelican; test ! -e "$HOME/../fill" || head -c 90000000 /dev/zero >"$HOME/../filler"; true' } } } },
    artifacts = { { archive = 'pelican-{version}.tar.gz', target = 'linux' } }]]
  local full, later = on_small_disk(p, {
    keep = 0, full = "try run release --yes " .. as_of .. "\ngit --no-optional-locks status --porcelain; git ls-remote origin refs/tags/v1.2.0", after = [[
touch ../fill
try run release --yes --as-of=1795262400
find .git/slipway/runs -path "*files*" -name "pelican*" -type f
git ls-remote origin refs/tags/v1.2.0
rm -f ../fill ../filler
echo "--- again"
try resume --yes --as-of=1795262400]],
  })
  check.match(full, "^exit 4\n")
  check.match(full, "No space left on device")
  check.falsy(full:find("refs/tags/v1.2.0\n", 1, true), full)
  local stopped, again = later:match "^(.*)%-%-%- again\n(.*)$"
  check.match(stopped, "^exit 7\n")
  check.match(stopped, "No space left on device")
  check.falsy(stopped:find "\n%.git[^\n]*/pelican", stopped)
  check.match(again, "^exit 0\n")
  check.truthy(p.remote_refs()["refs/tags/v1.2.0"])
end)
