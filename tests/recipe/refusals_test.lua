-- Bad input and bad weather: each gives a clear error that names the remedy, the exit code of the table, and loses
-- nothing.
local projects = stand "project"
local file = require "door.file"

local project = projects.on_daemon

--- The words fail with that code and that text, and the world is as before.
local function refused(p, words, code, ...)
  local before = p.world()
  local result = p.slipway(words)
  local said = result.out .. result.err
  check.equal(result.code, code, said)
  for _, pattern in ipairs { ... } do check.match(said, pattern) end
  check.equal(p.world(), before)
  return result
end

test("a dirty tree is refused, and the files are named", function()
  local p = project()
  assert(file.write { path = p.dir .. "/src/main.c", text = "changed\n" })
  refused(p, { "run", "release", "--yes" }, 4, "work tree is clean", "src/main%.c", "git stash")
end)

test("every failure of the preflight is reported together", function()
  local p = project()
  assert(file.write { path = p.dir .. "/src/main.c", text = "changed\n" })
  p.git("config", "user.email", "")
  p.git("switch", "-q", "-c", "elsewhere")
  refused(p, { "plan", "release" }, 4, "work tree is clean.-FAIL", "HEAD is on main.-FAIL", "3 requirements are not met")
end)

test("another branch than the trunk is refused", function()
  local p = project()
  p.git("switch", "-q", "-c", "topic")
  refused(p, { "run", "release", "--yes" }, 4, "HEAD is on topic, the trunk is main", "git switch main")
end)

test("a detached HEAD elsewhere is refused", function()
  local p = project()
  p.git("switch", "-q", "--detach", "HEAD~1")
  refused(p, { "run", "release", "--yes" }, 4, "detached")
end)

test("an empty repository is told so", function()
  local dir = scratch()
  local function git(...) return run { "git", "-C", dir, ... } end
  git("init", "-q", "-b", "main", ".")
  local result = run { slipway, "plan", "release", dir = dir, env = { HOME = dir, XDG_CACHE_HOME = dir .. "/c" } }
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.err, "no commit yet")
  check.equal(run({ slipway, dir = dir, env = { HOME = dir, XDG_CACHE_HOME = dir .. "/c" } }).code, 0)
end)

test("outside a repository the error says what to type", function()
  local dir = scratch()
  local result = run { slipway, "plan", "release", dir = dir, env = { HOME = dir, GIT_CEILING_DIRECTORIES = dir } }
  check.equal(result.code, 4, result.err)
  check.match(result.err, "SW%-GIT%-NOT%-FOUND")
end)

test("a shallow clone is refused with the remedy", function()
  local p = project()
  p.git("-C", p.bare, "config", "uploadpack.allowAnySHA1InWant", "true")
  local dir = scratch() .. "/c"
  p.git("clone", "-q", "--depth=1", p.url, dir)
  p.git("-C", dir, "config", "user.name", "Ada")
  p.git("-C", dir, "config", "user.email", "ada@example.test")
  local result = p.slipway({ "plan", "release" }, { dir = dir })
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.out .. result.err, "git fetch %-%-unshallow")
end)

test("a missing name and e-mail is refused with the commands", function()
  local p = project()
  p.git("config", "--unset", "user.name")
  p.git("config", "--unset", "user.email")
  refused(p, { "run", "release", "--yes" }, 4, "git knows who commits", "git config")
end)

test("a version that comes before the last release is refused", function()
  local p = project()
  refused(p, { "run", "release", "--version", "0.5.0", "--yes" }, 4, "versions do not go backwards")
end)

test("what ssh says with carriage returns is told, and does not break the plan", function()
  local p = project()
  p.git("remote", "set-url", "origin", "ssh://git@127.0.0.1:1/nowhere.git")
  local result = p.slipway { "plan", "release" }
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.err, "SW%-PLAN%-REFUSED.*cannot be reached")
  check.falsy((result.out .. result.err):find("\r", 1, true))
end)

test("a tag that exists on the remote only is found", function()
  local p = project()
  local other = scratch() .. "/c"
  p.git("clone", "-q", p.url, other)
  p.git("-C", other, "-c", "user.name=B", "-c", "user.email=b@example.test", "tag", "-a", "v1.2.0", "-m", "x", "HEAD~1")
  p.git("-C", other, "push", "-q", "origin", "v1.2.0")
  refused(p, { "run", "release", "--yes" }, 4, "the tag exists on origin only")
end)

test("a remote that moved between plan and run makes the plan stale", function()
  local p = project()
  local planned = p.slipway { "plan", "release", "-o", p.home .. "/plan.json" }
  check.equal(planned.code, 0, planned.out .. planned.err)
  local other = scratch() .. "/c"
  p.git("clone", "-q", p.url, other)
  p.git("-C", other, "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "--allow-empty", "-m", "fix: elsewhere")
  p.git("-C", other, "push", "-q", "origin", "main")
  refused(p, { "run", "release", "--plan", p.home .. "/plan.json", "--yes" }, 9, "SW%-PLAN%-STALE", "synced", "slipway plan release")
end)

test("a plan that was edited is not run", function()
  local p = project()
  p.slipway { "plan", "release", "-o", p.home .. "/plan.json" }
  local text = file.read(p.home .. "/plan.json")
  assert(file.write { path = p.home .. "/plan.json", text = (text:gsub("v1%.2%.0", "v9.9.9")) })
  refused(p, { "run", "--plan", p.home .. "/plan.json", "--yes" }, 2, "SW%-PLAN%-ALTERED")
end)

test("a trunk that conflicts with the remote's is refused", function()
  local p = project()
  local other = scratch() .. "/c"
  p.git("clone", "-q", p.url, other)
  assert(file.write { path = other .. "/notes.txt", text = "theirs\n" })
  p.git("-C", other, "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "-am", "fix: theirs")
  p.git("-C", other, "push", "-q", "origin", "main")
  p.commit("fix: ours", { ["notes.txt"] = "ours\n" })
  refused(p, { "run", "release", "--yes" }, 4, "notes%.txt")
end)

test("a version edited by hand since the last tag is found", function()
  local p = project()
  p.commit("chore: by hand", { ["Cargo.toml"] = '[package]\nname = "pelican"\nversion = "1.5.0"\n' })
  p.git("push", "-q", "origin", "main")
  refused(p, { "run", "release", "--yes" }, 4, "manifests agree", "1%.5%.0")
end)

test("a malformed manifest is named with its line", function()
  local p = project()
  p.commit("chore: broken", { ["Cargo.toml"] = '[package\nname = "pelican"\nversion = "1.1.0"\n' })
  p.git("push", "-q", "origin", "main")
  refused(p, { "run", "release", "--yes" }, 4, "Cargo%.toml")
end)

test("without a network the remote is named, and what needs none still works", function()
  local p = project()
  p.git("remote", "set-url", "origin", "git://127.0.0.1:1/none.git")
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.out, "the remote answers.-FAIL")
  check.equal(p.slipway({ "next" }).out, "1.2.0\n")
  check.equal(p.slipway({ "changelog", "--unreleased" }).code, 0)
end)

test("nothing to release is exit 3 and says so", function()
  local p = project()
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  refused(p, { "run", "release", "--yes" }, 3, "nothing to release")
  check.equal(p.slipway({ "next" }).code, 3)
  check.equal(p.slipway({ "next", "--zero-ok" }).code, 0)
end)

test("an unknown option is an error and nothing runs", function()
  local p = project()
  refused(p, { "run", "release", "--dri-run", "--yes" }, 2, "dry%-run")
  refused(p, { "run", "relase", "--yes" }, 2, "release")
  refused(p, { "plan", "release", "--level", "enormous" }, 2, "major, minor, patch")
  check.equal(p.runs(), {})
end)

test("without a terminal and without an answer nothing is done", function()
  local p = project()
  refused(p, { "run", "release" }, 10, "%-%-yes", "%-%-confirm 1%.2%.0")
  refused(p, { "run", "release", "--confirm", "1.3.0" }, 10, "1%.3%.0")
  check.equal(p.runs(), {})
  check.equal(p.slipway({ "run", "release", "--confirm", "1.2.0" }).code, 0)
end)

test("a recipe with a syntax error is refused with its line", function()
  local p = project()
  assert(file.mkdir { path = p.dir .. "/slipway/recipes", parents = true })
  assert(file.write { path = p.dir .. "/slipway/recipes/odd.lua", text = "return {\n  name = 'odd',,\n}\n" })
  refused(p, { "plan", "odd" }, 2, "odd:2")
end)

test("a recipe that loops for ever is ended", { timeout = 200 }, function()
  local p = project()
  assert(file.mkdir { path = p.dir .. "/slipway/recipes", parents = true })
  assert(file.write { path = p.dir .. "/slipway/recipes/loop.lua", text = "return { name = 'loop', summary = 'x', params = {}, plan = function() while true do end end }" })
  refused(p, { "plan", "loop" }, 2, "SW%-RECIPE%-ENDLESS")
end)

test("a recipe reaches neither files nor programs nor the clock", function()
  local p = project()
  assert(file.mkdir { path = p.dir .. "/slipway/recipes", parents = true })
  for i, code in ipairs { "io.open('/etc/passwd')", "os.execute('true')", "require 'door.file'", "debug.getinfo(1)", "os.time()", "load('x')", "getmetatable('').__index" } do
    assert(file.write { path = p.dir .. "/slipway/recipes/bad.lua", text = ("return { name = 'bad', summary = 'x', params = {}, plan = function(p) local x = %s end }"):format(code) })
    check.equal(p.slipway({ "plan", "bad" }).code, 2, i .. code)
  end
end)

test("two runs at once: the second is refused with the first's name", function()
  local p = project()
  p.commit("chore: slow", { ["slipway.lua"] = 'return { checks = { { "sleep", "4" } } }\n' })
  p.git("push", "-q", "origin", "main")
  local slow = require("door.process").start { argv = { slipway, "run", "release", "--yes" }, dir = p.dir, env = { HOME = p.home, XDG_CACHE_HOME = p.home .. "/cache", GIT_CONFIG_NOSYSTEM = "1" } }
  local found
  for _ = 1, 100 do
    require("door.loop").wait({ slow }, 50)
    if #p.runs() > 0 then found = true break end
  end
  check.truthy(found)
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 6, result.out .. result.err)
  check.match(result.err, "SW%-LOCK%-HELD")
  require("door.loop").wait { slow }
  check.equal(slow:result().code, 0)
end)

test("a parked run holds its channel", function()
  local p = project()
  p.commit("chore: gate", { ["slipway.lua"] = 'return { checks = { { "false" } } }\n' })
  p.git("push", "-q", "origin", "main")
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 7)
  p.git("reset", "-q", "--hard", "origin/main")
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 6, result.out .. result.err)
  check.match(result.err, "slipway resume")
end)

test("a git directory that cannot be written stops before any effect", function()
  if run({ "id", "-u" }).out == "0\n" then skip "root writes everywhere" end
  local p = project()
  run { "chmod", "a-w", p.dir .. "/.git" }
  local result = p.slipway { "run", "release", "--yes" }
  run { "chmod", "u+w", p.dir .. "/.git" }
  check.equal(result.code, 4, result.out .. result.err)
end)

test("a full disk stops before any effect, and says so", function()
  local p = project()
  local small = scratch() .. "/small"
  run { "mkdir", "-p", small }
  local mounted = run { "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small }
  if mounted.code ~= 0 then skip "a small file system cannot be mounted here" end
  run { "ln", "-s", small, p.dir .. "/.git/slipway" }
  run { "sh", "-c", ("dd if=/dev/zero of=%s/fill bs=1k count=60 2>/dev/null"):format(small) }
  local before = p.world()
  local result = p.slipway { "run", "release", "--yes" }
  local after = p.world()
  run { "umount", small }
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.err, "disk")
  check.equal(after, before)
end)

test("a server hook that refuses the tag leaves both refs alone and tells its words", function()
  local p = project()
  assert(file.write { path = p.bare .. "/hooks/update", text = '#!/bin/sh\ncase $1 in refs/tags/*) echo "tags are frozen until Monday" >&2; exit 1;; esac\n', mode = 493 })
  local before = p.remote_refs()
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out, "tags are frozen until Monday")
  check.equal(p.remote_refs(), before)
  check.equal(p.slipway({ "undo" }).code, 0)
end)

test("a manifest that is no manifest refuses the release by file, line and reason", function()
  local p = projects.on_daemon { kind = "plain", files = { ["package.json"] = '{ "name": "a", "version": "1.1.0" }\n' } }
  local function bad(name, text, why)
    p.commit("fix: " .. why:gsub("%%", ""), { [name] = text })
    refused(p, { "run", "release", "--yes" }, 4, "manifests agree with the last tag", why)
    p.git("reset", "-q", "--hard", "HEAD~1")
  end
  bad("package.json", '{ "name": "a", "version": "1.1.0", "version": "1.1.0" }\n', "package%.json:1:36: the key 'version' is written twice")
  bad("package.json", '{\n<<<<<<< HEAD\n"version": "1.1.0"\n=======\n"version": "1.2.0"\n>>>>>>> topic\n}\n', "package%.json:2:1: a conflict marker")
  bad("package.json", '{ "name": "a", "version": 5 }\n', "package%.json:1:27: the version must be a string")
end)

test("a byte order mark, CRLF and a missing final newline are kept as they are", function()
  local text = '\239\187\191{\r\n  "name": "a",\r\n  "version": "1.1.0"\r\n}'
  local p = projects.on_daemon { kind = "plain", files = { ["package.json"] = text } }
  p.commit("feat: more", { ["src/main.c"] = "int main;\n" })
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  check.equal(run({ "git", "-C", p.dir, "show", "HEAD:package.json" }).out, (text:gsub("1%.1%.0", "1.2.0")))
end)
