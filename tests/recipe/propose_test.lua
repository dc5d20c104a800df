-- Releases of a trunk that nobody pushes to: by pull request, on a real Gitea with a protected branch. And what a release
-- says to the forge when it is out: milestone and comments.
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local gitea, count = nil, 0

--- A project on Gitea; `protect`: its trunk takes no pushes.
local function project(o)
  gitea = gitea or servers.gitea()
  count = count + 1
  local repo = gitea.new_repo("propose" .. count)
  local p = projects.new { dir = scratch(), remote = repo.auth_url }
  local token = p.home .. "/token"
  assert(file.write { path = token, text = gitea.token, mode = 384 })
  p.commit(o.message or "chore: configure", { ["slipway.lua"] = ("return { %s forge = { kind = 'gitea', url = %q, repo = %q, token = %q, %s } }\n"):format(
    o.config or "", gitea.url, repo.owner .. "/" .. repo.name, "file:" .. token, o.forge or "") })
  p.git("push", "-q", "origin", "main")
  gitea.settle(repo)
  p.path = ("/repos/%s/%s"):format(repo.owner, repo.name)
  if o.protect then
    local _, status = gitea.api("POST", p.path .. "/branch_protections", { rule_name = "main", enable_push = false, block_admin_merge_override = false })
    check.equal(status, 201)
  end
  function p.pulls(state) return (gitea.api("GET", ("%s/pulls?state=%s"):format(p.path, state or "open"))) end
  function p.merge(number, how, delete)
    local status, text
    for _ = 1, 40 do -- Gitea works out in the background whether it can be merged
      status, text = select(2, gitea.api("POST", ("%s/pulls/%d/merge"):format(p.path, number), { Do = how or "merge", delete_branch_after_merge = delete or false }))
      if status == 200 then return end
      os.execute "sleep 0.25"
    end
    error(("not merged: %s %s"):format(status, text))
  end
  return p
end

test("a protected trunk: pushed to it is refused, and the remedy is named", { timeout = 600 }, function()
  local p = project { protect = true }
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out:match "stopped.*", "propose = true")
end)

test("a release by pull request waits for checks, reviews and merge, then tags the merged commit and publishes", { timeout = 600 }, function()
  local p = project { config = "propose = { approvals = 1 },", protect = true }
  local trunk = p.remote_refs()["refs/heads/main"]
  local planned = p.slipway { "plan", "release" }
  check.equal(planned.code, 0, planned.out .. planned.err)
  check.match(planned.out, "propose release/v1.2.0 to main")
  local first = p.slipway { "run", "release", "--yes" }
  check.equal(first.code, 11, first.out .. first.err)
  check.match(first.out, "not merged yet")
  for _ = 1, 2 do
    local open = p.pulls()
    check.equal(#open, 1)
    check.equal(open[1].title, "Release 1.2.0")
    check.match(open[1].body, "fly over water")
    local refs = p.remote_refs()
    check.equal(refs["refs/heads/main"], trunk)
    check.equal(refs["refs/tags/v1.2.0"], nil)
    gitea.api("POST", ("%s/statuses/%s"):format(p.path, open[1].head.sha), { context = "lint", state = "pending" })
    local again = p.slipway { "resume" }
    check.equal(again.code, 11, again.out .. again.err)
    check.match(again.out, "0 of 1 approvals, checks pending %(lint%), not merged yet")
  end
  p.merge(p.pulls()[1].number)
  local resumed = p.slipway { "resume" }
  check.equal(resumed.code, 0, resumed.out .. resumed.err)
  local refs = p.remote_refs()
  check.equal(refs["refs/tags/v1.2.0^{}"], refs["refs/heads/main"], "the merged commit is tagged")
  check.truthy(refs["refs/heads/main"] ~= trunk)
  check.equal(p.git("rev-parse", "main"), refs["refs/heads/main"], "the trunk here follows")
  check.equal(p.git("status", "--porcelain"), "")
  check.equal((gitea.api("GET", p.path .. "/releases/tags/v1.2.0")).draft, false)
end)

test("merged by squash and its branch deleted, the squashed commit is tagged; --propose asks for it without configuration", { timeout = 600 }, function()
  local p = project { protect = true }
  check.equal(p.slipway({ "run", "release", "--propose", "--yes" }).code, 11)
  p.merge(p.pulls()[1].number, "squash", true)
  local resumed = p.slipway { "resume" }
  check.equal(resumed.code, 0, resumed.out .. resumed.err)
  local refs = p.remote_refs()
  check.equal(refs["refs/tags/v1.2.0^{}"], refs["refs/heads/main"])
end)

test("what others have merged meanwhile is in the release, and is told as a debt", { timeout = 600 }, function()
  local p = project { config = "propose = true," }
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 11)
  local other = scratch() .. "/other"
  p.git("clone", "-q", p.url, other)
  p.git("-C", other, "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "--allow-empty", "-m", "feat: elsewhere")
  assert(file.write { path = other .. "/elsewhere.txt", text = "x\n" })
  p.git("-C", other, "add", "-A")
  p.git("-C", other, "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "-m", "feat: a file")
  p.git("-C", other, "push", "-q", "origin", "main")
  p.merge(p.pulls()[1].number)
  local resumed = p.slipway { "resume" }
  check.equal(resumed.code, 0, resumed.out .. resumed.err)
  check.match(resumed.out, "release notes do not name them")
end)

test("while it waits it can be taken back: the pull request is closed, branch and commit are gone", { timeout = 600 }, function()
  local p = project { config = "propose = true,", protect = true }
  local before = p.world()
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 11)
  local undone = p.slipway { "undo", "--yes" }
  check.equal(undone.code, 0, undone.out .. undone.err)
  check.equal(#p.pulls(), 0)
  local world = p.world():gsub("%x+\trefs/pull/%d+/head\n?", "")
  check.equal(world, before, "Gitea keeps a ref of the pull request, nothing else is left")
end)

test("what somebody else pushed to the proposed branch is not released", { timeout = 600 }, function()
  local p = project { config = "propose = true," }
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 11)
  local other = scratch() .. "/other"
  p.git("clone", "-q", "-b", "release/v1.2.0", p.url, other)
  p.git("-C", other, "-c", "user.name=B", "-c", "user.email=b@example.test", "commit", "-q", "--allow-empty", "-m", "sneak in")
  p.git("-C", other, "push", "-q", "origin", "release/v1.2.0")
  local result
  for _ = 1, 20 do -- Gitea notices the push a moment later
    result = p.slipway { "resume" }
    if result.code ~= 11 then break end
  end
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out .. result.err, "somebody pushed to the branch")
end)

test("killed around the pull request, there is one of it", { timeout = 600 }, function()
  if not require("door.host").crash_points then skip "the crash points are in the dev build only" end
  local plan = json.decode(project { config = "propose = true," }.slipway({ "plan", "release", "--json" }).out)
  local id
  for _, step in ipairs(plan.steps) do id = step.verb == "propose" and step.id or id end
  for _, point in ipairs { "pull-open", id .. ":after-apply" } do
    local p = project { config = "propose = true," }
    local result = p.slipway({ "run", "release", "--yes" }, { env = { SLIPWAY_CRASH = point } })
    check.equal(result.code, 137, point .. result.out .. result.err)
    check.equal(p.slipway({ "resume" }).code, 11, point)
    check.equal(#p.pulls("all"), 1, point)
  end
end)

test("a release closes its milestone, makes the next one, and tells in the issues it names; once", { timeout = 600 }, function()
  local p = project { config = 'milestone = { title = "v{version}", next = "v{version}", description = "Next release planning" },', forge = 'comment = "Released in {tag}",' }
  local milestone = gitea.api("POST", p.path .. "/milestones", { title = "v1.2.0" })
  local issue = gitea.api("POST", p.path .. "/issues", { title = "cannot land", milestone = milestone.id })
  gitea.api("PATCH", ("%s/issues/%d"):format(p.path, issue.number), { state = "closed" })
  p.commit(("fix: land\n\nFixes #%d"):format(issue.number), { ["land.txt"] = "x\n" })
  p.git("push", "-q", "origin", "main")
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  local titles = {}
  for _, each in ipairs((gitea.api("GET", p.path .. "/milestones?state=all"))) do titles[each.title] = each.state end
  check.equal(titles, { ["v1.2.0"] = "closed", ["v1.3.0"] = "open" })
  local comments = gitea.api("GET", ("%s/issues/%d/comments"):format(p.path, issue.number))
  check.equal(#comments, 1)
  check.match(comments[1].body, "Released in v1.2.0")
  local again = p.slipway { "run", "conclude", "--yes" } -- on its own, for a release that was made some other way
  check.equal(again.code, 0, again.out .. again.err)
  check.match(again.out, "already there")
  gitea.api("DELETE", ("%s/issues/comments/%d"):format(p.path, comments[1].id))
  local third = p.slipway { "run", "conclude", "--version", "1.2.0", "--yes" }
  check.equal(third.code, 0, third.out .. third.err)
  comments = gitea.api("GET", ("%s/issues/%d/comments"):format(p.path, issue.number))
  check.equal(#comments, 1)
end)

test("facts tell of issues by label, of a milestone, and of what commits name", { timeout = 600 }, function()
  local p = project {}
  local label = gitea.api("POST", p.path .. "/labels", { name = "P0", color = "#ff0000" })
  gitea.api("POST", p.path .. "/issues", { title = "it burns", labels = { label.id } })
  gitea.api("POST", p.path .. "/issues", { title = "a wish" })
  local function eval(code)
    local result = p.slipway { "eval", code }
    check.equal(result.code, 0, result.out .. result.err)
    return result.out
  end
  check.match(eval 'local list = facts:issues{ any = { "P0", "P1" } } return #list .. list[1].title', "1it burns")
  check.match(eval 'return #facts:issues{ labels = { "P1" } }', "0")
  check.match(eval 'return facts:milestone("v9").why', "no milestone")
  p.commit("feat: more (#12)\n\nCloses #7, fixes: #9", { ["x"] = "x" })
  check.match(eval 'local s = "" for _, item in ipairs(facts:released{ since = "v1.1.0" }) do s = s .. item.number .. tostring(item.pull) end return s', "7false9false12true")
end)
