-- SIGKILL in the middle of what a release tells its forge: at each request that changes something, before the server has
-- heard it and after it has acted, and then slipway resume. The end is that of a run nobody killed.
local faults = stand "fault_matrix"
local file = require "door.file"
local json = require "door.json"
local none <const> = json.array {}

local recipe = [[
return { name = "do", summary = "s", params = {}, plan = function(p, facts)
  p:version "1.2.0"
  p:phase "tell"
  p:propose { remote = "origin", branch = "release", base = "main", commit = "COMMIT", title = "Release 1.2.0", within = "10s" }
  p:attach { tag = "v1.1.0", assets = ASSETS }
  p:milestone { title = "v1.2.0", next = "v1.3.0", description = "planning" }
  p:mark { tag = "v1.1.0", reason = "loses data" }
  p:comment { items = { 5, { number = 6, pull = true } }, text = "Released in v1.2.0", key = "released v1.2.0" }
  p:issue { title = "1.1.0 is withdrawn", body = "It loses data." }
  p:dispatch { workflow = "bundle.yml", ref = "main", inputs = { version = "v1.2.0" }, title = "v1.2.0" }
end }
]]

local function project()
  local f = faults.forge_project "3s"
  local p, assets = f.p, {}
  p.git("switch", "-q", "-c", "release")
  local proposed = p.commit("Release 1.2.0", { ["version.txt"] = "1.2.0\n" })
  p.git("switch", "-q", "main")
  p.git("merge", "-q", "--no-ff", "-m", "Merge the release", "release")
  p.git("push", "-q", "origin", "main")
  for i, asset in ipairs(f.assets) do assets[i] = ("{ name = %q, path = %q, size = %d, sha256 = %q }"):format(asset.name, asset.path, asset.size, asset.sha256) end
  local text = recipe:gsub("COMMIT", proposed):gsub("ASSETS", "{ " .. table.concat(assets, ", ") .. " }")
  assert(file.mkdir { path = p.dir .. "/slipway/recipes", parents = true })
  assert(file.write { path = p.dir .. "/slipway/recipes/do.lua", text = text })
  return f, { merges = p.git("rev-parse", "main"), head_sha = proposed }
end

--- Slipway, which leaves its pid in a file first.
local function with_pid(p)
  local pid_file, program = p.home .. "/pid", p.home .. "/slipway-with-pid"
  assert(file.write { path = program, text = ('#!/bin/sh\necho $$ >%q\nexec %q "$@"\n'):format(pid_file, slipway), mode = tonumber("755", 8) })
  return program, pid_file
end

--- The forge as it is before.
local function begin(f, given)
  f.server.arm { issues = none, milestones = none, releases = none, pulls = none, runs = none, comments = {}, merges = given.merges, head_sha = given.head_sha }
  f.ask("/releases", "POST", { tag_name = "v1.1.0", name = "pelican", body = "Notes.", draft = false })
  f.ask("/milestones", "POST", { title = "v1.2.0" })
end

--- Everything a person sees on the forge.
local function world(f)
  local state = f.server.arm()
  local page = f.ask "/releases/tags/v1.1.0"
  local list = { f.pages_of "v1.1.0", page.name, page.body }
  for _, m in ipairs(state.milestones) do list[#list + 1] = ("milestone %s %s"):format(m.title, m.state) end
  for _, pull in ipairs(state.pulls) do list[#list + 1] = ("pull %s %s"):format(pull.head.ref, pull.merged_at and "merged" or pull.state) end
  for _, issue in ipairs(state.issues) do list[#list + 1] = ("issue %s %s"):format(issue.title, issue.state) end
  for _, number in ipairs { "5", "6" } do list[#list + 1] = ("%d comments on #%s"):format(#(state.comments[number] or {}), number) end
  for _, run in ipairs(state.runs) do list[#list + 1] = "run " .. run.display_title end
  return table.concat(list, "\n")
end

test("killed at every request of a pull request, assets, a milestone, a mark, comments, an issue and a dispatch, then resumed: each is there once", { timeout = 600 }, function()
  local f, given = project()
  local p = f.p
  begin(f, given)
  check.equal(p.slipway({ "run", "do", "--yes" }).code, 0)
  local wanted = world(f)
  check.match(wanted, "issue 1.1.0 is withdrawn open\n1 comments on #5\n1 comments on #6\nrun ")
  local kills, program, pid_file = 0, with_pid(p)
  for _, kind in ipairs { "kill", "kill_done" } do
    for at = 1, 20 do
      begin(f, given)
      f.proxy.arm(kind, at, true, pid_file)
      local first = p.slipway({ "run", "do", "--yes" }, { program = program })
      if not f.proxy.arm() then break end
      kills = kills + 1
      local case = ("%s at change %d"):format(kind, at)
      check.truthy(first.code == 137 or first.signal == 9, case .. ": " .. first.out .. first.err)
      local second = p.slipway { "resume" }
      local unsure = kind == "kill" and at == 10 -- whether a run was started cannot be known: a person says so
      if unsure then
        check.equal(second.code, 7, case)
        check.match(second.out .. second.err, "SW%-STEP%-UNKNOWN")
        second = p.slipway { "resume", "--retry", (second.out .. second.err):match "at (do:%d+)" }
      end
      check.equal(second.code, 0, case .. ": " .. second.out .. second.err)
      check.equal(world(f), wanted, case)
    end
  end
  check.equal(kills, 2 * 10, "a pull request, two assets, two of a milestone, a mark, two comments, an issue, a run")
end)
