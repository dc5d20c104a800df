-- The crash matrix: kill -9 at every point of every step of release and hotfix, then resume. The world must end as
-- if nothing had happened. Needs the dev build, which has the crash points.
local servers = stand "servers"
local projects = stand "project"
local host = require "door.host"
local json = require "door.json"

local server, count = nil, 0

--- A project in the state before `recipe`, and the words that run it.
local prepare = {}

local function project()
  server = server or servers.git_daemon()
  count = count + 1
  return projects.new { dir = scratch(), remote = server.new_repo(("c%d.git"):format(count)).url }
end

function prepare.release() return project(), { "run", "release", "--yes" } end

function prepare.hotfix()
  local p = project()
  p.git("switch", "-q", "-c", "work")
  local fix = p.commit("fix: the leak", { ["src/leak.c"] = "int leak;\n" })
  p.git("switch", "-q", "main")
  return p, { "run", "hotfix", "--from", "v1.1.0", "--fix", fix, "--yes" }
end

local points = { "before-intent", "after-intent", "after-apply", "after-outcome" }

-- Inside of apply, between two effects of one step.
local inner = { release = { "commit-made", "branch-moved" }, hotfix = { "commit-made", "branch-moved" } }

local function killed(result) return result.code == 137 or result.signal == 9 end

local function steps_that_change(recipe)
  local p, words = prepare[recipe]()
  local asked = { "plan", "--json" }
  table.move(words, 2, #words - 1, 3, asked) -- without "run" and "--yes"
  local plan = assert(json.decode(p.slipway(asked).out))
  local ids = {}
  for _, step in ipairs(plan.steps) do
    if step.class ~= "read" then ids[#ids + 1] = step.id end
  end
  return ids
end

local reference = {}

--- The world after an undisturbed run.
local function undisturbed(recipe)
  if not reference[recipe] then
    local p, words = prepare[recipe]()
    local result = p.slipway(words)
    if result.code ~= 0 then error(result.out .. result.err, 0) end
    reference[recipe] = p.world()
  end
  return reference[recipe]
end

--- Remote addresses differ from project to project; the rest must not.
local function crash_and_resume(recipe, point, second)
  local p, words = prepare[recipe]()
  local result = p.slipway(words, { env = { SLIPWAY_CRASH = point } })
  if not killed(result) then return p, false end
  if second then
    local again = p.slipway({ "resume" }, { env = { SLIPWAY_CRASH = second } })
    if not killed(again) then return p, again.code == 0 end
  end
  local resumed = p.slipway { "resume" }
  check.equal(resumed.code, 0, ("%s, resumed: %s%s"):format(point, resumed.out, resumed.err))
  return p, true
end

for _, recipe in ipairs { "release", "hotfix" } do
  test(("kill -9 at every point of %s, then resume: the same end"):format(recipe), { timeout = 900 }, function()
    if not host.crash_points then skip "the crash points are in the dev build only" end
    local expected, died = undisturbed(recipe), 0
    for _, id in ipairs(steps_that_change(recipe)) do
      for _, point in ipairs(points) do
        local p, hit = crash_and_resume(recipe, id .. ":" .. point)
        if hit then
          died = died + 1
          check.equal(p.world(), expected, id .. ":" .. point)
          check.equal(p.slipway({ "resume" }).code, 2, "nothing is left to resume")
        end
      end
    end
    check.truthy(died >= 12, ("only %d crash points were met"):format(died))
  end)

  test(("kill -9 between two effects of one step of %s, then resume: the same end"):format(recipe), { timeout = 300 }, function()
    if not host.crash_points then skip "the crash points are in the dev build only" end
    local expected = undisturbed(recipe)
    for _, point in ipairs(inner[recipe]) do
      local p, hit = crash_and_resume(recipe, point)
      check.truthy(hit, point .. " was not met")
      check.equal(p.world(), expected, point)
    end
  end)

  test(("killed again while resuming %s: the same end"):format(recipe), { timeout = 900 }, function()
    if not host.crash_points then skip "the crash points are in the dev build only" end
    local expected = undisturbed(recipe)
    local ids = steps_that_change(recipe)
    for i, id in ipairs(ids) do
      local following = ids[i + 1] or id
      for _, second in ipairs { id .. ":after-apply", following .. ":after-intent" } do
        local p, ended = crash_and_resume(recipe, id .. ":after-intent", second)
        if ended then check.equal(p.world(), expected, id .. " then " .. second) end
      end
    end
  end)

  test(("%s killed at every point, then undone: the world as before"):format(recipe), { timeout = 900 }, function()
    if not host.crash_points then skip "the crash points are in the dev build only" end
    for _, id in ipairs(steps_that_change(recipe)) do
      for _, point in ipairs { "after-intent", "after-apply" } do
        local p, words = prepare[recipe]()
        local before = p.world()
        local result = p.slipway(words, { env = { SLIPWAY_CRASH = id .. ":" .. point } })
        if killed(result) then
          local undone = p.slipway { "undo" }
          check.equal(undone.code, 0, ("%s:%s, undone: %s%s"):format(id, point, undone.out, undone.err))
          check.equal(p.world(), before, id .. ":" .. point)
        end
      end
    end
  end)
end

test("an undo that is killed is finished by the next one", { timeout = 300 }, function()
  if not host.crash_points then skip "the crash points are in the dev build only" end
  for _, point in ipairs { "undo-after-intent", "undo-after-apply" } do
    local p, words = prepare.release()
    local before = p.world()
    check.equal(p.slipway(words).code, 0)
    local plan = json.decode(p.slipway({ "show", "--json" }).out)
    for i = #plan.steps, 1, -1 do
      if plan.steps[i].class ~= "read" and plan.steps[i].state == "done" then
        check.truthy(killed(p.slipway({ "undo" }, { env = { SLIPWAY_CRASH = plan.steps[i].id .. ":" .. point } })), point)
        break
      end
    end
    local undone = p.slipway { "undo" }
    check.equal(undone.code, 0, undone.out .. undone.err)
    check.equal(p.world(), before, point)
  end
end)
