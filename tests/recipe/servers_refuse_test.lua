-- What servers refuse, as a person sees it: a wrong token, one without the right, a repository that is not there, a name
-- that is somebody else's. Told in the preflight where it can be known; nothing is done, and the exit code says whose turn
-- it is.
local file = require "door.file"
local packed = stand "packed"
local projects = stand "project"
local servers = stand "servers"

local function configured(text, token)
  local p = projects.on_daemon { kind = "node" }
  assert(file.write { path = p.home .. "/token", text = token, mode = 384 })
  p.commit("chore: configure", { ["slipway.lua"] = "return { " .. text:gsub("TOKEN", function() return ("%q"):format("file:" .. p.home .. "/token") end) .. " }\n" })
  p.git("push", "-q", "origin", "main")
  return p
end

for _, kind in ipairs { "github", "gitlab" } do
  test(("%s: a wrong token, one that may only read and an unknown repository are told apart, and nothing is done"):format(kind), { timeout = 120 }, function()
    local server = servers["fake_" .. kind]()
    local cases = {
      { token = "0123456789abcdef0123456789abcdef01234567", code = 5, says = "wrong or has expired" },
      { token = server.read_only, code = 5, says = "FAIL%s+why[^\n]+%f[%w]token" },
      { token = server.token, repo = "me/nobody", code = 4, says = "me/nobody" },
    }
    for _, case in ipairs(cases) do
      local p = configured(('forge = { kind = %q, url = %q, repo = %q, token = TOKEN }'):format(kind, server.url, case.repo or server.repo), case.token)
      local before = p.world()
      local result = p.slipway { "run", "release", "--yes" }
      check.equal(result.code, case.code, case.says .. ": " .. result.out .. result.err)
      check.match(result.out .. result.err, case.says)
      check.equal(p.world(), before, case.says)
      check.falsy((result.out .. result.err):find(case.token, 1, true))
    end
  end)
end

test("npm: a name that is somebody else's and a wrong token are told as what they are, and nothing is there (against a fake)", { timeout = 120 }, function()
  local fake = servers.fake_npm()
  for _, case in ipairs { { owned = { "pelican" }, token = fake.token, says = "do not have permission" }, { owned = require("door.json").array {}, token = "npm_wrongwrongwrongwrong", says = "wrong or has expired" } } do
    fake.arm { owned = case.owned }
    local p = configured(('registries = { npm = { url = %q, token = TOKEN, smoke = false } }'):format(fake.url), case.token)
    local dist = scratch()
    packed.npm(dist, "pelican", "1.1.0")
    local result = p.slipway { "run", "publish", "--dir", dist, "--yes" }
    check.equal(result.code, 5, result.out .. result.err)
    check.match(result.out .. result.err, case.says)
    check.match(result.out .. result.err, "nothing was changed")
    check.falsy((result.out .. result.err):find(case.token, 1, true))
  end
end)
