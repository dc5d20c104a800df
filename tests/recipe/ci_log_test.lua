-- Inside a CI job a run folds its phases, points at the line that stopped, and leaves its report on the job's page.
local file = require "door.file"
local projects = stand "project"

local function with_feature(files)
  local p = projects.on_daemon {}
  p.commit("feat: a sea", files or { ["sea.txt"] = "storm\n" })
  p.git("push", "-q", "origin", "main")
  return p
end

test("GitHub Actions: a group for each phase, and the report on the job's page, behind what stands there", function()
  local p = with_feature()
  local page = p.home .. "/summary.md"
  assert(file.write { path = page, text = "# before\n" })
  local result = p.slipway({ "run", "release", "--yes" }, { env = { GITHUB_ACTIONS = "true", GITHUB_STEP_SUMMARY = page } })
  check.equal(result.code, 0, result.out .. result.err)
  local phases = {}
  for name, body in result.out:gmatch "::group::([^\n]+)\n(.-)::endgroup::" do
    phases[#phases + 1] = name
    check.match(body, "%f[%w]" .. name .. "%f[%W]")
  end
  check.equal(table.concat(phases, " "), "sync version push verify")
  check.match(file.read(page), "^# before\n# release .-| done | push |")
end)

test("a run that stops is annotated at the line of the project's recipe, and one that is refused by its error", function()
  local p = with_feature {
    ["slipway/recipes/ship.lua"] = [[
return {
  name = "ship", summary = "Ship: fails, 100%.", params = {},
  plan = function(p)
    p:run { argv = { "sh", "-c", "exit 3" }, undo = { "true" } }
  end,
}
]],
  }
  local actions = { env = { GITHUB_ACTIONS = "true" } }
  local stopped = p.slipway({ "run", "ship", "--yes" }, actions)
  check.truthy(stopped.code ~= 0)
  check.match(stopped.out, "\n::error file=slipway/recipes/ship%.lua,line=4,title=SW%-[%u-]+::[^\n]+\n")
  local none = p.slipway({ "run", "shp" }, actions)
  check.equal(none.code, 2)
  check.match(none.out .. none.err, "::error title=SW%-[%u-]+::[^\n]+%%0A")
  check.falsy((p.slipway({ "run", "shp" }).out):find("::error", 1, true))
end)

test("GitLab CI: a section for each phase, begun and ended by the same name", function()
  local p = with_feature()
  local out = p.slipway({ "run", "release", "--yes" }, { env = { GITLAB_CI = "true" } }).out
  local ended = 0
  for name in out:gmatch "section_start:%d+:([%w_]+)\r" do
    check.match(out, "section_end:%d+:" .. name .. "\r")
    ended = ended + 1
  end
  check.equal(ended, 4)
  check.falsy(out:find("::group::", 1, true))
end)
