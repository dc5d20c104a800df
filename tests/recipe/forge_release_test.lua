-- A release that ends in a public page on a real Gitea, and what happens when it is killed or refused on the way.
local file = require "door.file"
local host = require "door.host"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local gitea, count = nil, 0

local config = [[
return {
  targets = { linux = { run = { { "sh", "-c", "echo built > pelican" } }, produce = { "pelican" } } },
  artifacts = { { archive = "pelican-{version}-linux.tar.gz", target = "linux" }, { archive = "pelican-{version}-source.zip", source = true } },
  forge = { kind = "gitea", url = %q, repo = %q, token = %q },
}
]]

local function project()
  gitea = gitea or servers.gitea()
  count = count + 1
  local repo = gitea.new_repo("release" .. count)
  local p = projects.new { dir = scratch(), remote = repo.auth_url }
  local token = p.home .. "/token"
  assert(file.write { path = token, text = gitea.token, mode = 384 })
  p.commit("chore: configure", { ["slipway.lua"] = config:format(gitea.url, repo.owner .. "/" .. repo.name, "file:" .. token) })
  p.git("push", "-q", "origin", "main")
  gitea.settle(repo)
  function p.pages() return (gitea.api("GET", ("/repos/%s/%s/releases?draft=true"):format(repo.owner, repo.name))) end
  p.repo, p.token_file = repo, token
  return p
end

local expected = { "SHA256SUMS", "pelican-1.2.0-linux.tar.gz", "pelican-1.2.0-source.zip" }

local function assets_of(page)
  local names = {}
  for i, asset in ipairs(page.assets) do names[i] = asset.name end
  table.sort(names)
  return names
end

local function public_page(p)
  return (gitea.api("GET", ("/repos/%s/%s/releases/tags/v1.2.0"):format(p.repo.owner, p.repo.name)))
end

test("a release ends in a public page with exactly its assets, each equal to what was built", { timeout = 300 }, function()
  local p = project()
  local planned = p.slipway { "plan", "release" }
  check.equal(planned.code, 0, planned.out .. planned.err)
  check.match(planned.out, "no undo")
  check.equal(#p.pages(), 0)
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  local page = public_page(p)
  check.equal(page.draft, false)
  check.equal(assets_of(page), expected)
  check.match(page.body, "fly over water")
  for _, asset in ipairs(page.assets) do
    local fetched = run { "curl", "-sSL", "--noproxy", "*", asset.browser_download_url, "-o", p.home .. "/" .. asset.name }
    check.equal(fetched.code, 0)
  end
  check.equal(run({ "sha256sum", "-c", "SHA256SUMS", dir = p.home }).code, 0)
end)

test("past the page nothing is undone, and the retraction is named", { timeout = 300 }, function()
  local p = project()
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  local before = p.world()
  local result = p.slipway { "undo" }
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out .. result.err, "cannot be undone")
  check.equal(p.world(), before)
end)

test("killed at every point around the forge, then resumed: one page, whole, no second draft", { timeout = 900 }, function()
  if not host.crash_points then skip "the crash points are in the dev build only" end
  local plan = json.decode(project().slipway({ "plan", "release", "--json" }).out)
  for _, step in ipairs(plan.steps) do
    if step.verb == "stage" or step.verb == "publish" or step.verb == "build" then
      local points = { step.id .. ":after-intent", step.id .. ":after-apply", step.id .. ":after-outcome" }
      if step.verb == "stage" then points[#points + 1] = "draft-made" end
      for _, point in ipairs(points) do
        local p = project()
        local result = p.slipway({ "run", "release", "--yes" }, { env = { SLIPWAY_CRASH = point } })
        check.equal(result.code, 137, point .. result.out .. result.err)
        local resumed = p.slipway { "resume" }
        check.equal(resumed.code, 0, point .. ": " .. resumed.out .. resumed.err)
        check.equal(assets_of(public_page(p)), expected, point)
        check.equal(#p.pages(), 0, point .. ": no draft is left")
      end
    end
  end
end)

test("stopped before the page is public, undo deletes the draft, tag and commit", { timeout = 300 }, function()
  if not host.crash_points then skip "the crash points are in the dev build only" end
  local p = project()
  local before = p.world()
  local plan = json.decode(p.slipway({ "plan", "release", "--json" }).out)
  local result = p.slipway({ "run", "release", "--yes" }, { env = { SLIPWAY_CRASH = plan.pivot .. ":before-intent" } })
  check.equal(result.code, 137)
  check.equal(#p.pages(), 1)
  local undone = p.slipway { "undo" }
  check.equal(undone.code, 0, undone.out .. undone.err)
  check.equal(#p.pages(), 0)
  check.equal(p.world(), before)
end)

test("a wrong token is found in the preflight: exit 5 and nothing done", { timeout = 300 }, function()
  local p = project()
  assert(file.write { path = p.token_file, text = "0123456789abcdef0123456789abcdef01234567", mode = 384 })
  local before = p.world()
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 5, result.out .. result.err)
  check.match(result.out .. result.err, "slipway doctor")
  check.equal(p.world(), before)
  check.equal(p.slipway({ "doctor" }).code, 5)
end)

test("the token appears in no output, plan or journal", { timeout = 300 }, function()
  local p = project()
  local result = p.slipway { "run", "release", "--yes", "-v" }
  check.equal(result.code, 0, result.out .. result.err)
  local shown = p.slipway { "show", "--json" }
  local journal = file.read(("%s/.git/slipway/runs/%s/journal"):format(p.dir, p.runs()[1]))
  for _, text in ipairs { result.out, result.err, shown.out, journal } do
    check.falsy(text:find(gitea.token, 1, true))
  end
end)

test("every package has a page of its own; artifacts and the mark latest are the one's that the project is named after", { timeout = 300 }, function()
  gitea = gitea or servers.gitea()
  count = count + 1
  local repo = gitea.new_repo("release" .. count)
  local token = scratch() .. "/token"
  assert(file.write { path = token, text = gitea.token, mode = 384 })
  local function crate(name, version, rest) return ('[package]\nname = "%s"\nversion = "%s"\n%s'):format(name, version, rest or "") end
  local p = projects.new { dir = scratch(), remote = repo.auth_url, kind = "plain", tag = false, files = {
    ["Cargo.toml"] = '[workspace]\nmembers = ["core", "cli"]\n', ["core/Cargo.toml"] = crate("core", "0.3.0"), ["core/src/lib.rs"] = "// 1\n",
    ["cli/Cargo.toml"] = crate("cli", "2.0.0", '[dependencies]\ncore = { path = "../core", version = "0.3" }\n'), ["cli/src/main.rs"] = "// 1\n",
    ["slipway.lua"] = ([[return {
      project = "cli", artifacts = { { archive = "cli-{version}-source.zip", source = true } },
      forge = { kind = "gitea", url = %q, repo = %q, token = %q },
    }]]):format(gitea.url, repo.owner .. "/" .. repo.name, "file:" .. token),
  } }
  p.git("rm", "-q", "VERSION")
  p.commit("chore: no version of the whole", {})
  p.git("tag", "core-v0.3.0")
  p.git("tag", "cli-v2.0.0")
  p.git("push", "-q", "origin", "main", "--tags")
  gitea.settle(repo)
  p.commit("feat: count", { ["core/src/lib.rs"] = "// 2\n" })
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  local function page(tag) return (gitea.api("GET", ("/repos/%s/%s/releases/tags/%s"):format(repo.owner, repo.name, tag))) end
  check.equal(page("core-v0.4.0").draft, false)
  check.match(page("core-v0.4.0").body, "count")
  check.equal(assets_of(page "core-v0.4.0"), {})
  check.equal(assets_of(page "cli-v2.0.1"), { "SHA256SUMS", "cli-2.0.1-source.zip" })
  check.match(page("cli-v2.0.1").body, "core 0%.4%.0")
  check.equal(p.slipway({ "verify", "cli-v2.0.1" }).code, 0)
end)
