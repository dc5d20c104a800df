-- The gates that ask the forge, on a real Gitea.
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local SETTINGS <const> = [[
return {
  forge = { kind = "gitea", url = %q, repo = %q, token = %q },
  gates = { milestone = "v{version}", checks = true, blockers = { "P0", "P1" }, cadence = true },
}
]]

test("open work of the milestone, a red check and a P0 stop the release, each with its name", { timeout = 300 }, function()
  local gitea = servers.gitea()
  local repo = gitea.new_repo "gates"
  local p = projects.new { dir = scratch(), remote = repo.auth_url }
  local token = p.home .. "/token"
  assert(require("door.file").write { path = token, text = gitea.token, mode = 384 })
  local path = ("/repos/%s/%s"):format(repo.owner, repo.name)
  p.commit("chore: configure", { ["slipway.lua"] = SETTINGS:format(gitea.url, repo.owner .. "/" .. repo.name, "file:" .. token) })
  p.git("push", "-q", "origin", "main")

  local function gates()
    local result = p.slipway { "plan", "release", "--json" }
    local found = {}
    for _, entry in ipairs(json.decode(result.out).checks) do found[entry.say] = entry end
    return result.code, found["the milestone v1.2.0 is done"], found["every check of the commit is green"], found["no issue labelled P0 or P1 is open"]
  end

  local code, milestone, checks, blockers = gates()
  check.equal(code, 4)
  check.match(milestone.why, "there is no milestone 'v1%.2%.0'")
  check.match(checks.why, "no check has reported")
  check.equal(blockers.ok, true)

  local made = gitea.api("POST", path .. "/milestones", { title = "v1.2.0" })
  local label = gitea.api("POST", path .. "/labels", { name = "P0", color = "#ff0000" })
  local issue = gitea.api("POST", path .. "/issues", { title = "wings fall off", milestone = made.id, labels = { label.id } })
  local commit = p.git("rev-parse", "HEAD")
  gitea.api("POST", ("%s/statuses/%s"):format(path, commit), { state = "failure", context = "ci/test" })
  code, milestone, checks, blockers = gates()
  check.equal(code, 4)
  check.equal(milestone.why, ("1 open: #%d wings fall off"):format(issue.number))
  check.match(checks.why, "red: ci/test")
  check.equal(blockers.why, ("#%d wings fall off"):format(issue.number))

  gitea.api("PATCH", ("%s/issues/%d"):format(path, issue.number), { state = "closed" })
  gitea.api("POST", ("%s/statuses/%s"):format(path, commit), { state = "success", context = "ci/test" })
  code, milestone, checks, blockers = gates()
  check.equal({ code, milestone.ok, checks.ok, blockers.ok }, { 0, true, true, true })

  -- A hotfix is for security or a P0 only; an emergency is told so, and not stopped.
  local function hotfix()
    local result = p.slipway { "plan", "hotfix", "--from", "v1.1.0", "--fix", "main", "--json" }
    for _, entry in ipairs(json.decode(result.out).checks) do
      if entry.say == "a release such as 1.1.1 is due" then return result.code, entry end
    end
  end
  local planned, due = hotfix()
  check.equal({ planned, due.ok, due.must, due.why }, { 0, false, false, "no open issue is labelled security or P0" })
  gitea.api("PATCH", ("%s/issues/%d"):format(path, issue.number), { state = "open" })
  planned, due = hotfix()
  check.equal({ planned, due.ok }, { 0, true })
end)
