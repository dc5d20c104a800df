-- One authority for everything that goes out: what SSL_CERT_FILE names is trusted by git as it is by HTTP.
local projects = stand "project"
local servers = stand "servers"

test("a certificate authority named by SSL_CERT_FILE or CURL_CA_BUNDLE is trusted by git as well; without it nothing is", function()
  local server = servers.https()
  local p = projects.on_daemon()
  local repo = server.new_repo "authority.git"
  local url = repo.url:gsub("^https://", ("https://%s:%s@"):format(server.user, server.password))
  p.git("remote", "set-url", "origin", url)
  local pushed = run { "git", "push", "-q", "origin", "main", "--tags", dir = p.dir, env = { GIT_SSL_CAINFO = server.ca } }
  check.equal(pushed.code, 0, pushed.err)
  local function plan(variables)
    local env = { GIT_SSL_CAINFO = false, SSL_CERT_FILE = false, CURL_CA_BUNDLE = false } -- whatever this machine has set
    for name, value in pairs(variables) do env[name] = value end -- order: a set
    return p.slipway({ "plan", "release" }, { env = env })
  end
  for _, name in ipairs { "SSL_CERT_FILE", "CURL_CA_BUNDLE" } do
    local result = plan { [name] = server.ca }
    check.equal(result.code, 0, result.out .. result.err)
  end
  local refused = plan {}
  check.truthy(refused.code ~= 0, refused.out .. refused.err)
  check.match(refused.out .. refused.err, "certificate")
end)
