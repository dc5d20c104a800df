-- A release that harms its users is withdrawn on a real Gitea, and can be brought back.
local file = require "door.file"
local projects = stand "project"
local servers = stand "servers"

local function released()
  local gitea = servers.gitea()
  local repo = gitea.new_repo "rollback"
  local p = projects.new { dir = scratch(), remote = repo.auth_url }
  local token = p.home .. "/token"
  assert(file.write { path = token, text = gitea.token, mode = 384 })
  p.commit("chore: configure", { ["slipway.lua"] = ("return { forge = { kind = 'gitea', url = %q, repo = %q, token = %q } }\n"):format(gitea.url, repo.owner .. "/" .. repo.name, "file:" .. token) })
  p.git("push", "-q", "origin", "main")
  gitea.settle(repo)
  local path = ("/repos/%s/%s"):format(repo.owner, repo.name)
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  function p.page() return (gitea.api("GET", path .. "/releases/tags/v1.2.0")) end
  function p.issues() return (gitea.api("GET", path .. "/issues?state=open&type=issues")) end
  local label = gitea.api("POST", path .. "/labels", { name = "P0", color = "#ff0000" })
  function p.p0() gitea.api("POST", path .. "/issues", { title = "data is lost", labels = { label.id } }) end
  return p
end

local WORDS <const> = { "--reason", "It loses data.", "--users", "all on Windows", "--workaround", "none", "--time-to-fix", "a day" }

local function rollback(p, command, ...)
  return p.slipway { command, "rollback", ..., table.unpack(WORDS) }
end

test("a version is withdrawn only for a P0 and with the conditions written down; then everybody is told, the hotfix is handed over to, and undo takes it back", { timeout = 300 }, function()
  local p = released()
  local bare = p.slipway { "plan", "rollback" }
  check.equal(bare.code, 4)
  check.match(bare.out, "a P0 is open, which no quick fix solves")
  check.match(bare.out, "%-%-workaround is missing")
  local again = p.slipway { "plan", "retag" } -- the same page: what is public is not tagged again
  check.equal(again.code, 4)
  check.match(again.out, "its page is public")
  p.p0()
  local result = rollback(p, "run", "--yes")
  check.equal(result.code, 11, result.out .. result.err)
  check.match(p.page().name, "^%[YANKED%]")
  check.match(p.page().body, "It loses data%.")
  local issues = p.issues()
  check.equal({ #issues, issues[1].title }, { 2, "1.2.0 is withdrawn: It loses data." })
  check.match(issues[1].body, "Who is affected: all on Windows\nWorkaround: none")
  check.match(p.git("show", "origin/main:known-issues.md"), "## 1%.2%.0\n\n%- withdrawn: It loses data%. Workaround: none")
  check.truthy(p.git("ls-remote", "origin", "refs/tags/v1.2.0") ~= "")

  result = p.slipway { "resume", "--answer", "hotfix" }
  check.equal(result.code, 0, result.out .. result.err)
  check.match(result.out, "then +slipway run hotfix %-%-from v1%.2%.0")

  result = p.slipway { "undo" }
  check.equal(result.code, 0, result.out .. result.err)
  check.falsy(p.page().name:find "YANKED")
  check.equal(#p.issues(), 1)
end)
