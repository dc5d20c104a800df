-- A whole release to GitLab and to GitHub by the binary, on fakes written from their documentation: draft, assets, page;
-- answers that get lost, retries, and no second page.
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local config = [[
return {
  targets = { linux = { run = { { "sh", "-c", "echo built > pelican" } }, produce = { "pelican" } } },
  artifacts = { { archive = "pelican-{version}-linux.tar.gz", target = "linux" } },
  forge = { kind = %q, url = %q, repo = %q, token = %q },
}
]]

local function project(kind)
  local server = servers["fake_" .. kind]()
  local p = projects.on_daemon()
  local token = p.home .. "/token"
  assert(file.write { path = token, text = server.token, mode = 384 })
  p.commit("chore: configure", { ["slipway.lua"] = config:format(kind, server.url, server.repo, "file:" .. token) })
  p.git("push", "-q", "origin", "main")
  return p, server
end

local function names(list)
  local found = {}
  for i, each in ipairs(list) do found[i] = each.name end
  table.sort(found)
  return found
end

local expected = { "SHA256SUMS", "pelican-1.2.0-linux.tar.gz" }

--- The one public page of the release, as the forge has it.
local pages = {}

function pages.gitlab(server)
  local releases = server.arm({}).releases
  check.equal(#releases, 1)
  return { tag = releases[1].tag_name, title = releases[1].name, assets = names(releases[1].assets.links) }
end

function pages.github(server)
  local out = run { "curl", "-sS", "--noproxy", "*", "-H", "Authorization: Bearer " .. server.token, server.url .. "/repos/me/pelican/releases" }.out
  local releases = json.decode(out)
  check.equal(#releases, 1)
  check.equal(releases[1].draft, false)
  return { tag = releases[1].tag_name, title = releases[1].name, assets = names(releases[1].assets) }
end

for _, kind in ipairs { "gitlab", "github" } do
  test(("a release to %s ends in one page with exactly its assets, and is marked as yanked later"):format(kind), { timeout = 600 }, function()
    local p, server = project(kind)
    local result = p.slipway { "run", "release", "--yes" }
    check.equal(result.code, 0, result.out .. result.err)
    check.equal(pages[kind](server), { tag = "v1.2.0", title = "pelican 1.2.0", assets = expected })
    local marked = p.slipway { "eval", "--yes", 'p:mark { tag = "v1.2.0", reason = "loses data" }' }
    check.equal(marked.code, 0, marked.out .. marked.err)
    check.equal(pages[kind](server).title, "[YANKED] pelican 1.2.0")
    local told = p.slipway { "eval", 'local page = facts:page "v1.2.0" return #page.assets, page.latest' }
    check.match(told.out, "2")
  end)

  test(("an answer of %s that gets lost after it acted makes no second page"):format(kind), { timeout = 600 }, function()
    for _, lost in ipairs(kind == "gitlab" and { "release", "upload" } or { "draft" }) do
      local p, server = project(kind)
      server.arm { lose = lost }
      local result = p.slipway { "run", "release", "--yes" }
      for _ = 1, 2 do
        if result.code ~= 0 then result = p.slipway { "resume" } end
      end
      check.equal(result.code, 0, lost .. ": " .. result.out .. result.err)
      check.equal(pages[kind](server), { tag = "v1.2.0", title = "pelican 1.2.0", assets = expected }, lost)
    end
  end)
end

test("an upload to GitHub that was cut off leaves a stub, which is removed and sent again", { timeout = 600 }, function()
  local p, server = project "github"
  server.arm { cut = true }
  local result = p.slipway { "run", "release", "--yes" }
  if result.code ~= 0 then result = p.slipway { "resume" } end
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(pages.github(server).assets, expected)
end)

test("a limit that GitHub names is waited out, and the release goes on", { timeout = 600 }, function()
  local p, server = project "github"
  server.arm { limit = 3 }
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(pages.github(server).assets, expected)
end)

test("the latest mark goes to another release, not backwards unasked, and comes back", { timeout = 600 }, function()
  local p, server = project "github"
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  check.equal(server.arm({}).latest, "v1.2.0")
  local made = run { "curl", "-sS", "--noproxy", "*", "-H", "Authorization: Bearer " .. server.token, "-d", '{"tag_name":"v1.1.0","name":"pelican 1.1.0"}', server.url .. "/repos/me/pelican/releases" }
  check.equal(made.code, 0)
  local refused = p.slipway { "run", "point", "--version", "1.1.0", "--yes" }
  check.truthy(refused.code ~= 0, refused.out)
  check.match(refused.out .. refused.err, "1%.2%.0 is there, which is newer")
  local moved = p.slipway { "run", "point", "--version", "1.1.0", "--back", "--yes" }
  check.equal(moved.code, 0, moved.out .. moved.err)
  check.equal(server.arm({}).latest, "v1.1.0")
  local undone = p.slipway { "undo", "--yes" }
  check.equal(undone.code, 0, undone.out .. undone.err)
  check.equal(server.arm({}).latest, "v1.2.0")
end)
