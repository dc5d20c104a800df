-- No hotfix forgotten: a fix shipped from a line of its own that has not reached the trunk is found by its patch, also
-- edited or squashed; slipway and slipway graph show it, and the next release of the trunk is refused.
local file = require "door.file"
local json = require "door.json"
local process = require "door.process"
local projects = stand "project"

local source = "int wings = 2;\nint land(int feet) {\n  if (feet > 1) return crash(feet);\n  return slide(feet);\n}\nint tail = 1;\n"
local fixed = source:gsub("feet > 1", "feet >= 1"):gsub("return slide%(feet%)", "return glide(feet, wings)")

-- v1.1.0 with a source file, v1.1.1 released from hotfix/v1.1.1 with a repair, the trunk gone on.
local function shipped()
  local o = { dir = scratch(), remote = scratch() .. "/remote.git", kind = "plain", files = { ["src/feet.c"] = source, ["VERSION"] = "1.1.0\n" } }
  assert(process.run { argv = { "git", "init", "-q", "--bare", "-b", "main", o.remote } })
  local project = projects.new(o)
  project.git("switch", "-q", "-c", "hotfix/v1.1.1", "v1.1.0")
  project.fix = project.commit("fix: land softly", { ["src/feet.c"] = fixed })
  project.commit("Release 1.1.1", { VERSION = "1.1.1\n", ["CHANGELOG.md"] = "# 1.1.1\n" })
  project.git("tag", "-a", "-m", "1.1.1", "v1.1.1")
  project.git("switch", "-q", "main")
  project.git("push", "-q", "origin", "main", "hotfix/v1.1.1", "--tags")
  return project
end

local function state(project)
  local found = json.decode(project.slipway({ "graph", "--json" }).out)
  check.equal(#found.lines, 1)
  check.equal(#found.lines[1].fixes, 1, "the commit that makes the release is no fix")
  check.equal(found.lines[1].branch, "hotfix/v1.1.1")
  check.equal(found.missing, found.lines[1].fixes[1].state == "missing" and 1 or 0)
  return found.lines[1].fixes[1].state
end

local function plan(project)
  project.git("push", "-q", "origin", "main")
  return project.slipway { "plan", "release" }
end

test("a shipped fix that is not on the trunk is shown by slipway and slipway graph, and refuses the next release", function()
  local project = shipped()
  check.equal(state(project), "missing")
  local told = project.slipway { "graph" }
  check.equal(told.code, 0, told.err)
  check.match(told.out, "v1%.1%.0 [^\n]*\n    └ hotfix/v1%.1%.1, released as v1%.1%.1\n        " .. project.fix:sub(1, 10) .. "  fix: land softly   NOT on main")
  check.match(project.slipway({}).out, "owed   " .. project.fix:sub(1, 10) .. " of v1%.1%.1 is not on main: fix: land softly")
  local planned = plan(project)
  check.match(planned.err, "SW%-PLAN%-REFUSED")
  check.equal(planned.code, 4)
  check.match(planned.out, "every hotfix has reached main%s+FAIL")
  check.match(planned.out, "git cherry%-pick %-x " .. project.fix:sub(1, 10))
  check.equal(project.slipway({ "plan", "alpha" }).code, 0, "a pre-release is only warned")
end)

test("the same patch on the trunk is the fix, whatever its message", function()
  local project = shipped()
  project.commit("fix: another name for it", { ["src/feet.c"] = fixed })
  check.equal(state(project), "same")
  check.falsy(project.slipway({}).out:find("owed", 1, true))
  check.equal(plan(project).code, 0)
end)

test("a fix that was edited on its way is known", function()
  local project = shipped()
  project.commit("fix: land softly, here too", { ["src/feet.c"] = (fixed:gsub("glide%(feet, wings%)", "glide(feet, wings, 0)")) })
  check.equal(state(project), "similar")
  check.equal(plan(project).code, 0)
end)

test("a fix that was squashed together with other work is known", function()
  local project = shipped()
  project.commit("feat: much at once", { ["src/feet.c"] = "#include <sky.h>\n" .. fixed .. "int beak = 1;\nint song(void) { return 3; }\n", ["src/new.c"] = "int more;\n" })
  check.equal(state(project), "similar")
end)

test("other work in the same file is not the fix", function()
  local project = shipped()
  project.commit("feat: other lines", { ["src/feet.c"] = source .. "int beak = 1;\nint glide_count = 0;\n" })
  check.equal(state(project), "missing")
  project.commit("refactor: the faulty lines go", { ["src/feet.c"] = "int wings = 2;\nint fly(void) { return wings; }\nint tail = 1;\n" })
  check.equal(state(project), "missing")
  check.equal(plan(project).code, 4)
end)

test("whoever knows better says so in a commit of the trunk", function()
  local project = shipped()
  project.git("commit", "-q", "--allow-empty", "-m", "chore: the hotfix is superseded\n\nBrought-Home: " .. project.fix)
  check.equal(state(project), "said")
  check.equal(plan(project).code, 0)
end)

test("a line that was maintained for long goes its own way and refuses nothing", function()
  local project = shipped()
  project.git("switch", "-q", "-c", "1.1.x", "v1.1.1")
  for i = 1, 52 do project.git("commit", "-q", "--allow-empty", "-m", "fix: number " .. i) end
  project.git("tag", "-a", "-m", "1.1.2", "v1.1.2")
  project.git("branch", "-q", "-D", "hotfix/v1.1.1")
  project.git("push", "-q", "origin", "--delete", "hotfix/v1.1.1")
  project.git("switch", "-q", "main")
  local found = json.decode(project.slipway({ "graph", "--json" }).out)
  check.equal({ #found.lines, found.lines[1].maintained, found.missing }, { 1, true, 0 })
end)

test("a project without a remote has its lines too, and one without any release has none", function()
  local project = shipped()
  project.git("remote", "remove", "origin")
  check.equal(state(project), "missing")
  check.match(project.slipway({}).out, "owed   ")
  for _, tag in ipairs { "v1.1.0", "v1.1.1" } do project.git("tag", "-d", tag) end
  project.git("branch", "-q", "-D", "hotfix/v1.1.1")
  local found = json.decode(project.slipway({ "graph", "--json" }).out)
  check.equal({ #found.lines, #found.releases, found.missing }, { 0, 0, 0 })
  check.equal(project.slipway({}).code, 0)
end)

test("slipway names the configuration of other tools until there is a slipway.lua", function()
  local o = { dir = scratch(), remote = scratch() .. "/remote.git", files = { ["cliff.toml"] = "[git]\n", ["release.toml"] = "" } }
  assert(process.run { argv = { "git", "init", "-q", "--bare", "-b", "main", o.remote } })
  local project = projects.new(o)
  check.match(project.slipway({}).out, "no slipway.lua; found cliff.toml, release.toml")
  assert(file.write { path = project.dir .. "/slipway.lua", text = "return {}\n" })
  check.falsy(project.slipway({}).out:find("setup", 1, true))
end)
