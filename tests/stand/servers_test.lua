-- The stand itself: what a test may rely on when it asks for a server. Everything here is done by
-- git and curl, not by the product.
local servers = stand "servers"

local author = { GIT_AUTHOR_NAME = "Ada", GIT_AUTHOR_EMAIL = "ada@example.test", GIT_COMMITTER_NAME = "Ada",
  GIT_COMMITTER_EMAIL = "ada@example.test", GIT_CONFIG_NOSYSTEM = "1", GIT_TERMINAL_PROMPT = "0", GIT_SSH_COMMAND = false }

local function git(dir, env, ...)
  local all = {}
  for name, value in pairs(author) do all[name] = value end -- order: becomes a set of variables
  for name, value in pairs(env or {}) do all[name] = value end -- order: becomes a set of variables
  return run { dir = dir, env = all, "git", ... }
end

local function commit(dir)
  check.equal(git(dir, nil, "init", "-q", "-b", "main").code, 0)
  check.equal(git(dir, nil, "commit", "-q", "--allow-empty", "-m", "feat: one").code, 0)
  return (git(dir, nil, "rev-parse", "HEAD").out:gsub("%s", ""))
end

-- What is pushed to the url can be read from it again.
local function takes_a_push(url, env)
  local dir = scratch()
  local oid = commit(dir)
  local pushed = git(dir, env, "push", "-q", url, "main")
  check.equal(pushed.code, 0, pushed.err)
  check.match(git(dir, env, "ls-remote", url).out, oid .. "\trefs/heads/main")
  return dir, oid
end

local function process_lives(pid) return os.execute("kill -0 " .. pid .. " 2>/dev/null") == true end

test("the git daemon takes a push and stops with its folder", function()
  local server = servers.git_daemon()
  takes_a_push(server.new_repo("a.git").url)
  server.stop()
  check.falsy(io.open(server.dir .. "/pids"))
end)

test("https wants its authority, its user and its password", function()
  local server = servers.https()
  local url = server.new_repo("a.git").url
  local known = url:gsub("^https://", "https://rel:" .. server.password .. "@")
  takes_a_push(known, { GIT_SSL_CAINFO = server.ca })
  check.match(git(".", nil, "ls-remote", known).err, "certificate")
  check.match(git(".", { GIT_SSL_CAINFO = server.ca }, "ls-remote", url).err, "could not read Username")
end)

test("ssh wants its key and its known host", function()
  local server = servers.ssh()
  local url = server.new_repo("a.git").url
  takes_a_push(url, { GIT_SSH_COMMAND = server.command })
  local stranger = "ssh -F none -o BatchMode=yes -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes"
  check.match(git(".", { GIT_SSH_COMMAND = stranger }, "ls-remote", url).err, "Host key verification failed")
end)

test("gitea takes a push over http and ssh, and a release", function()
  local server = servers.gitea()
  local repo = server.new_repo "pelican"
  local _, oid = takes_a_push(repo.auth_url)
  local over_ssh = git(".", { GIT_SSH_COMMAND = server.command }, "ls-remote", repo.ssh_url)
  check.equal(over_ssh.err, "")
  check.match(over_ssh.out, oid .. "\trefs/heads/main")
  server.settle(repo)
  local made, status = server.api("POST", "/repos/rel/pelican/releases", { tag_name = "v1.0.0", target_commitish = oid, draft = true })
  check.equal(status, 201)
  check.equal(made.draft, true)
end)

test("a proxy can lose the answer to a request that arrived", function()
  local proxies, forge = servers.toxiproxy(), servers.gitea()
  local repo = forge.new_repo "lost"
  local proxy = proxies.before(forge.url)
  proxy.poison("limit_data", "downstream", { bytes = 0 })
  local lost = run { "curl", "-sS", "--noproxy", "*", "-H", "Authorization: token " .. forge.token, "-H",
    "Content-Type: application/json", "-d", '{"name":"arrived"}', proxy.url .. "/api/v1/user/repos" }
  check.equal(lost.code, 52)
  local _, status = forge.api("GET", "/repos/rel/arrived")
  check.equal(status, 200)
  proxy.heal()
  local healed = run { "curl", "-sS", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}", proxy.url .. "/api/v1/version" }
  check.equal(healed.out, "200")
  check.equal(repo.name, "lost")
end)

test("a server ends with the process that started it, even when that is killed", function()
  local dir = scratch()
  local file = assert(io.open(dir .. "/left_test.lua", "w"))
  file:write(([[
local servers = loadfile(%q, "t", _ENV)()
test("never ends", function()
  local server = servers.git_daemon()
  os.execute("cp " .. server.dir .. "/pids %s/pids.new && mv %s/pids.new %s/pids")
  os.execute "kill -9 $PPID"
end)]]):format((debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or ".") .. "/servers.lua", dir, dir, dir))
  file:close()
  local result = run { slipway, "test", dir .. "/left_test.lua" }
  check.equal(result.code, 1)
  local pid = assert(io.open(dir .. "/pids")):read "l"
  for _ = 1, 100 do
    if not process_lives(pid) then break end
    os.execute "sleep 0.05"
  end
  check.falsy(process_lives(pid), "the git daemon is still there")
end)

test("the image registry and the Python index answer", function()
  local images = servers.docker_registry()
  check.equal(run({ "curl", "-sSf", "--noproxy", "*", images.url .. "/v2/" }).out, "{}")
  local index = servers.pypiserver()
  local page = run { "curl", "-sSf", "--noproxy", "*", index.url .. "/simple/" }
  check.equal(page.code, 0, page.err)
  check.equal(run({ index.bin .. "/uv", "--version" }).code, 0)
end)
