-- Behind a company's proxy and with a company's certificate authority: git and HTTP take both from where people set them.
local file = require "door.file"
local projects = stand "project"
local servers = stand "servers"

--- A project whose remote and whose forge are reached by https; `bundle` holds both authorities.
local function project()
  local git, forge = servers.https(), servers.fake_github()
  local front = servers.faults(forge.url, "other") -- its certificate is for elsewhere.example, which only the proxy knows
  local p = projects.on_daemon()
  local repo = git.new_repo "proxy.git"
  p.git("remote", "set-url", "origin", (repo.url:gsub("^https://", ("https://%s:%s@"):format(git.user, git.password))))
  assert(file.write { path = p.home .. "/gh", text = forge.token, mode = 384 })
  p.commit("chore: configure", { ["slipway.lua"] = ('return { forge = { kind = "github", url = %q, repo = "me/pelican", token = "file:%s/gh" } }\n'):format(
    front.url:gsub("localhost", "elsewhere.example"), p.home) })
  local pushed = run { "git", "push", "-q", "origin", "main", "--tags", dir = p.dir, env = { GIT_SSL_CAINFO = git.ca } }
  check.equal(pushed.code, 0, pushed.err)
  p.bundle = p.home .. "/bundle.pem"
  assert(file.write { path = p.bundle, text = file.read(git.ca) .. file.read(front.ca) })
  p.servers = { git, forge, front }
  p.git_host, p.forge_host = git.url:match "//([^/]+)", front.url:match "//([^/]+)":gsub("localhost", "elsewhere.example")
  return p
end

local function surroundings(given)
  local env = { http_proxy = false, https_proxy = false, HTTPS_PROXY = false, all_proxy = false, ALL_PROXY = false, no_proxy = false, NO_PROXY = false,
    SSL_CERT_FILE = false, CURL_CA_BUNDLE = false, GIT_SSL_CAINFO = false } -- whatever this machine has set
  for name, value in pairs(given) do env[name] = value end -- order: a set
  return env
end

test("a release goes through the proxy of https_proxy, git and forge, and no_proxy keeps a host out of it", { timeout = 120 }, function()
  local p, tunnel = project(), servers.tunnel()
  local before = p.world()
  local kept = p.slipway({ "run", "release", "--yes" }, { env = surroundings { SSL_CERT_FILE = p.bundle, https_proxy = tunnel.url, no_proxy = "elsewhere.example" } })
  check.equal(kept.code, 4, kept.out .. kept.err)
  check.match(kept.out .. kept.err, "elsewhere.example") -- which nobody else knows
  check.equal(p.world(), before)
  check.falsy((file.read(tunnel.log) or ""):find("elsewhere", 1, true), "no_proxy: the forge was not asked there")
  local result = p.slipway({ "run", "release", "--yes" }, { env = surroundings { SSL_CERT_FILE = p.bundle, https_proxy = tunnel.url } })
  check.equal(result.code, 0, result.out .. result.err)
  local log = file.read(tunnel.log)
  check.truthy(log:find("CONNECT " .. p.git_host, 1, true), log)
  check.truthy(log:find("CONNECT " .. p.forge_host, 1, true), log)
  check.falsy(log:find(" authorization", 1, true), "the forge's credential is not for the proxy")
  check.falsy((result.out .. result.err):find(tunnel.password, 1, true))
end)

test("the authority of http.sslCAInfo and of CURL_CA_BUNDLE counts for git and forge alike", { timeout = 120 }, function()
  local p, tunnel = project(), servers.tunnel()
  local function plan(given)
    given.https_proxy = tunnel.url
    return p.slipway({ "plan", "release" }, { env = surroundings(given) })
  end
  local refused = plan {}
  check.equal(refused.code, 4, refused.out .. refused.err)
  check.match(refused.out .. refused.err, "certificate")
  local bundled = plan { CURL_CA_BUNDLE = p.bundle }
  check.equal(bundled.code, 0, bundled.out .. bundled.err)
  p.git("config", "http.sslCAInfo", p.bundle)
  local told = plan {}
  check.equal(told.code, 0, told.out .. told.err)
end)

test("a proxy that wants another password is told as the proxy's refusal, and nothing is done", { timeout = 120 }, function()
  local p, tunnel = project(), servers.tunnel()
  local before = p.world()
  local result = p.slipway({ "run", "release", "--yes" }, { env = surroundings { SSL_CERT_FILE = p.bundle, https_proxy = tunnel.url:gsub("pr0xy%-word", "wr0ng-word") } })
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.out .. result.err, "[Pp]roxy")
  check.falsy((result.out .. result.err):find("wr0ng-word", 1, true))
  check.equal(p.world(), before)
end)
