-- A release that stopped before it was public is mended and tagged again; what is left after one is kept.
local json = require "door.json"
local projects = stand "project"

local SETTINGS <const> = [[return { checks = { { "grep", "-q", "calm", "sea.txt" } } }]]

-- v1.2.0 is tagged and pushed, and its check fails.
local function broken()
  local p = projects.on_daemon {}
  p.commit("feat: a sea", { ["sea.txt"] = "storm\n" })
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  p.commit("chore: configure", { ["slipway.lua"] = SETTINGS })
  p.commit("fix: calm the sea", { ["sea.txt"] = "calm\n" })
  return p
end

local function remote_tag(p) return p.git("ls-remote", "origin", "refs/tags/v1.2.0^{}"):match "^%x+" end

test("a tag is moved here and on the remote in one run, and undo puts the old one back", function()
  local p = broken()
  local before, old = p.world(), p.git("rev-parse", "v1.2.0")
  local result = p.slipway { "run", "retag", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.git("rev-parse", "v1.2.0^{commit}"), p.git("rev-parse", "main"))
  check.equal(remote_tag(p), p.git("rev-parse", "main"))
  result = p.slipway { "undo" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.git("rev-parse", "v1.2.0"), old)
  check.equal(p.world(), before)
end)

test("a failing check is named before any tag is moved", function()
  local p = broken()
  p.commit("fix: a new storm", { ["sea.txt"] = "storm\n" })
  local there = remote_tag(p)
  local result = p.slipway { "run", "retag", "--yes" }
  check.truthy(result.code ~= 0)
  check.match(result.out .. result.err, "grep %-q calm sea%.txt' ended with 1")
  check.equal(remote_tag(p), there)
end)

test("with --fix the usual tools mend the commit, and what they changed is committed and tagged", function()
  local p = projects.on_daemon {}
  p.commit("feat: a sea", { ["sea.txt"] = "calm  \n", ["pyproject.toml"] = '[project]\nname = "pelican"\nversion = "1.1.0"\n[tool.ruff]\n' })
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  -- A stand-in for ruff on PATH: the tool itself is not what is tried here.
  local bin = p.home .. "/bin"
  run { "mkdir", "-p", bin }
  assert(require("door.file").write { path = bin .. "/ruff", text = '#!/bin/sh\n[ "$*" != "format" ] || sed -i "s/ *$//" sea.txt\n', mode = 493 })
  assert(require("door.file").write { path = bin .. "/cargo", text = "#!/bin/sh\n", mode = 493 })
  local result = p.slipway({ "run", "retag", "--fix", "--yes" }, { env = { PATH = bin .. ":" .. os.getenv "PATH" } })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(p.git("show", "v1.2.0:sea.txt"), "calm")
  check.equal(p.git("log", "-1", "--format=%s", "origin/main"), "style: mend what the checks found")
  check.equal(remote_tag(p), p.git("rev-parse", "main"))
end)

test("nothing new to tag is refused", function()
  local p = projects.on_daemon {}
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  local result = p.slipway { "run", "retag", "--yes" }
  check.equal(result.code, 4)
  check.match(result.err, "is at this commit already")
end)

test("what is left after a release is kept until each is done, and holds no release back", function()
  local p = projects.on_daemon {}
  p.commit("chore: configure", { ["slipway.lua"] = 'return { followup = { "the website", "a post" } }' })
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  local result = p.slipway { "run", "followup", "--yes", "--no-input" }
  check.equal(result.code, 11, result.out .. result.err)
  check.match(result.out .. result.err, "the website: waiting for a person")
  check.match(p.slipway({}).out, "run %S+%-followup%-%S+ is not finished")
  result = p.slipway { "resume", "--yes" }
  check.equal(result.code, 11, result.out .. result.err)
  check.match(result.out .. result.err, "a post: waiting for a person")
  check.equal(p.slipway({ "resume", "--yes" }).code, 0)
  p.commit("fix: calm", { ["sea.txt"] = "calm\n" })
  local planned = p.slipway { "plan", "followup", "--json" }
  check.equal(#json.decode(planned.out).steps, 2)
end)

test("a withdrawn version's tag is deleted here and on the remote when that is asked for, and undo puts it back", function()
  local p = projects.on_daemon {}
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  local words = { "--reason", "It loses data.", "--users", "all", "--workaround", "none", "--time-to-fix", "a day", "--delete-tag" }
  local before, tag = p.world(), p.git("rev-parse", "v1.2.0")
  local result = p.slipway { "run", "rollback", "--yes", table.unpack(words) }
  check.equal(result.code, 11, result.out .. result.err)
  check.equal(p.git("ls-remote", "origin", "refs/tags/v1.2.0"), "")
  check.equal(p.git("tag", "-l", "v1.2.0"), "")
  result = p.slipway { "undo" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal({ p.git("rev-parse", "v1.2.0"), p.world() }, { tag, before })
end)
