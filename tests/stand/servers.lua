-- Real servers for a test file: `local servers = stand "servers"`. Each call starts one on a free
-- loopback port in a temporary folder of its own (serve.sh). It ends with `stop()`, at the latest
-- with the process that started it, however that ends. A server whose program is not on this
-- machine skips the test (or, asked outside a test, the whole file) with what is missing.
local json = require "door.json"

local M = {}

---@class stand.Server
---@field url string         where repositories, or the interface, are found
---@field port string
---@field dir string         the server's folder, removed when it ends
---@field stop fun()

local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or "."

local function quoted(text) return "'" .. text:gsub("'", [['\'']]) .. "'" end

---@param argv string[]
---@param input string?
---@return string out, integer code
local function command(argv, input)
  local words = {}
  for i, word in ipairs(argv) do words[i] = quoted(word) end
  local line = table.concat(words, " ")
  if input then line = ("printf %%s %s | %s"):format(quoted(input), line) end
  local pipe = assert(io.popen(line, "r"))
  local out = pipe:read "a"
  local ok, _, code = pipe:close()
  return out, ok and 0 or code
end

local function must(argv)
  local out, code = command(argv)
  if code ~= 0 then error(("%s: exit %d"):format(table.concat(argv, " "), code), 0) end
  return out
end

-- Kept until the process ends: a pipe that is collected waits for its program, so the program is
-- told to end first.
local running = {}

---@param kind string
---@param given table<string, string>?  variables for kind_*.sh
---@return stand.Server
local function start(kind, given)
  local words = {}
  for name, value in pairs(given or {}) do words[#words + 1] = name .. "=" .. quoted(value) end -- order: a set
  local pipe = assert(io.popen(("echo $$; exec env %s sh %s %s"):format(table.concat(words, " "), quoted(here .. "/serve.sh"), kind), "r"))
  local pid = pipe:read "l"
  local server = {}
  for line in pipe:lines() do
    if line == "ready" then break end
    local name, value = line:match "^([%w_]+)=(.*)$"
    if name then server[name] = value end
  end
  if not server.dir then
    pipe:close()
    if server.absent then skip(server.absent) end
    error(("the server %s did not start"):format(kind), 0)
  end
  local ended = false
  function server.stop()
    if ended then return end
    ended = true
    os.execute("kill " .. pid .. " 2>/dev/null")
    pipe:close()
  end
  running[#running + 1] = setmetatable({}, { __gc = server.stop })
  return server
end

-- new_repo for the servers whose repositories are plain folders.
---@param server stand.Server
local function serves_folders(server)
  ---@param name string  e.g. "demo.git"
  ---@return { url: string, dir: string }
  function server.new_repo(name)
    local dir = server.repos .. "/" .. name
    must { "git", "init", "-q", "--bare", "--initial-branch=main", dir }
    for _, setting in ipairs { "http.receivepack", "daemon.receivepack", "receive.advertisePushOptions", "core.logAllRefUpdates",
      "uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant" } do
      must { "git", "-C", dir, "config", setting, "true" }
    end
    return { url = server.url .. "/" .. name, dir = dir }
  end
  return server
end

--- git:// without authentication.
function M.git_daemon() return serves_folders(start "git_daemon") end

--- https with an own authority (`ca`), `user` and `password`.
function M.https() return serves_folders(start "https") end

--- OpenSSH: `key`, `known_hosts`, and `command`, a value for GIT_SSH_COMMAND.
function M.ssh() return serves_folders(start "ssh") end

--- Slurm with two nodes on this machine: `conf` (for SLURM_CONF), `shared` (a folder that both see), `node_a_pid`,
--- `node_b_pid` to kill one.
function M.slurm() return start "slurm" end

-- One request by curl, not by the product's own http: a test must not check a door with itself.
---@return any decoded, integer status, string body
local function request(method, url, headers, body)
  local argv = { "curl", "-sS", "--noproxy", "*", "--max-time", "60", "-X", method, "-w", "\n%{http_code}", url }
  for _, header in ipairs(headers) do table.move({ "-H", header }, 1, 2, #argv + 1, argv) end
  if body then
    table.move({ "-H", "Content-Type: application/json", "--data-binary", "@-" }, 1, 4, #argv + 1, argv)
  end
  local out, code = command(argv, body)
  if code ~= 0 then error(("curl %s %s: exit %d"):format(method, url, code), 0) end
  local text, status = out:match "^(.*)\n(%d+)$"
  return text ~= "" and json.decode(text) or nil, math.tointeger(status), text
end

--- Gitea: `user`, `password`, `token`, `key`, `known_hosts`, `command` (for GIT_SSH_COMMAND). `impatient`: it gives up a
--- job whose runner says nothing for so long ("6s"), instead of ten minutes.
---@param o { impatient: string? }?
function M.gitea(o)
  local patience = o and o.impatient
  local server = start("gitea", patience and { SLIPWAY_STAND_ZOMBIE = patience, SLIPWAY_STAND_CRON = "true" } or nil)

  --- Asks the interface as `user`; path below /api/v1, body a table.
  ---@return any decoded, integer status, string text
  function server.api(method, path, body)
    return request(method, server.url .. "/api/v1" .. path, { "Authorization: token " .. server.token },
      body and json.encode(body))
  end

  --- An empty repository of `user`. auth_url carries the token. After the first push to it: settle.
  ---@return { http_url: string, auth_url: string, ssh_url: string, owner: string, name: string }
  function server.new_repo(name)
    local made, status, text = server.api("POST", "/user/repos", { name = name, default_branch = "main" })
    if status ~= 201 then error(("gitea made no repository: %d %s"):format(status, text), 0) end
    local path = ("/%s/%s.git"):format(server.user, made.name)
    return { owner = server.user, name = made.name, http_url = server.url .. path, ssh_url = server.ssh_url .. path,
      auth_url = server.url:gsub("^http://", "http://" .. server.user .. ":" .. server.token .. "@") .. path }
  end

  --- Gitea looks at a push after it has answered it: until then a new repository counts as empty and takes no release,
  --- and a draft of a tag that it looks at becomes public. Waits for the first, and for so many tags.
  function server.settle(repo, tags)
    local path = ("/repos/%s/%s"):format(repo.owner, repo.name)
    for _ = 1, 400 do
      local seen, count = server.api("GET", path), 0
      for _, entry in ipairs(tags and (server.api("GET", path .. "/activities/feeds?limit=50")) or {}) do
        if entry.op_type == "push_tag" then count = count + 1 end
      end
      if seen and seen.empty == false and count >= (tags or 0) then
        if tags then os.execute "sleep 0.5" end -- it writes just after the feed
        return
      end
      os.execute "sleep 0.05"
    end
    error(("gitea has not looked at the push to %s in twenty seconds"):format(repo.name), 0)
  end

  --- A runner for the server's Actions (actions_runner.py): label "stand".
  function server.runner()
    local token = server.api("POST", "/admin/actions/runners/registration-token")
    return start("actions_runner", { SLIPWAY_STAND_URL = server.url, SLIPWAY_STAND_TOKEN = token.token, SLIPWAY_STAND_LABEL = "stand" })
  end

  return server
end

--- Toxiproxy, for answers that get lost on the way.
function M.toxiproxy()
  local server = start "toxiproxy"
  local function ask(method, path, body)
    local made, status, text = request(method, server.url .. path, { "User-Agent: slipway-stand" }, body and json.encode(body))
    if status >= 300 then error(("toxiproxy %s %s: %d %s"):format(method, path, status, text), 0) end
    return made
  end
  local count = 0

  --- A proxy before an http server or a port: { url, port, poison, heal, enable }.
  ---@param upstream string  "http://127.0.0.1:3000" or "127.0.0.1:3000"
  function server.before(upstream)
    count = count + 1
    local name = "p" .. count
    local scheme, address = upstream:match "^(%a+://)(.*)$"
    local made = ask("POST", "/proxies", { name = name, listen = "127.0.0.1:0", upstream = address or upstream, enabled = true })
    local proxy = { listen = made.listen, port = made.listen:match ":(%d+)$", url = (scheme or "") .. made.listen }

    --- poison("limit_data", "downstream", { bytes = 0 }): the request arrives, its answer does not.
    ---@param kind string    latency, down, bandwidth, slow_close, timeout, slicer, limit_data, reset_peer
    ---@param stream string  "downstream" (answers) or "upstream" (requests)
    ---@param attributes table?
    function proxy.poison(kind, stream, attributes)
      ask("POST", ("/proxies/%s/toxics"):format(name), { name = kind .. "_" .. stream, type = kind, stream = stream,
        toxicity = 1, attributes = attributes })
    end

    --- Takes every toxic away.
    function proxy.heal()
      for _, toxic in ipairs(ask("GET", ("/proxies/%s/toxics"):format(name))) do
        ask("DELETE", ("/proxies/%s/toxics/%s"):format(name, toxic.name))
      end
    end

    --- Off: connections are refused.
    function proxy.enable(on) ask("POST", "/proxies/" .. name, { enabled = on }) end
    return proxy
  end

  return server
end

--- Images: `url`, `host`.
function M.docker_registry() return start "docker_registry" end

--- A FAKE of an npm registry (fake_npm.py): `token`, arm{ limited = } answers so many uploads with 429.
function M.fake_npm()
  local server = start "fake_npm"
  server.token = "npm_fakefakefakefakefake"
  function server.arm(what) return (request("POST", server.url .. "/_fake", {}, json.encode(what))) end
  return server
end

--- A FAKE: a proxy that hides packages from a registry's index for some seconds after they were sent.
---@param of string  address of the registry
---@param seconds number
function M.slow_index(of, seconds) return start("slow_index", { SLOW_INDEX_OF = of, SLOW_INDEX_BY = tostring(seconds) }) end

--- A Python index: `url` takes uploads, `url`/simple shows them; `user`, `password`.
function M.pypiserver() return start "pypiserver" end

--- A proxy for https (tunnel.py): `url` with user and password for https_proxy, `log` names what went through it.
function M.tunnel() return start "tunnel" end

-- arm(state) sets fields of a fake's state and returns the rest of it; its file lists them.
local function armed(server)
  function server.arm(what) return (request("POST", server.url .. "/_fake", {}, what and next(what) and json.encode(what) or "{}")) end
  return server
end

--- A FAKE of GitHub written from its documentation (fake_github.py): `token`, `read_only`, arm{ limit =, cut =, … }.
function M.fake_github()
  local server = start "fake_github"
  server.token, server.read_only, server.repo = "ghp_fakefakefakefakefakefakefakefakefake", "ghp_readreadreadreadreadreadreadreadread", "me/pelican"
  return armed(server)
end

--- A FAKE of GitLab written from its documentation (fake_gitlab.py): `token`, `read_only` (its scope), `guest`, arm.
function M.fake_gitlab()
  local server = start "fake_gitlab"
  server.token, server.read_only, server.guest = "glpat-fakefakefakefakefake", "glpat-readreadreadread", "glpat-guestguestguestguest"
  server.repo = "group/sub/pelican"
  return armed(server)
end

--- A FAKE of chats, a social network and a mail server: `url`, `smtp`, arm{ status =, swallow = } → { posts, mails, seen }.
function M.fake_places()
  local server = start "fake_places"
  function server.arm(what) return (request("POST", server.url .. "/_fake", {}, what and json.encode(what) or "{}")) end
  return server
end

--- A FAKE of the public cargo registry's count of downloads, as files: `url`, `index`, counted(crate, version, count).
function M.fake_crates()
  local server = start "fake_crates"
  server.index = "sparse+" .. server.url .. "/index/"
  function server.counted(crate, version, count)
    os.execute("mkdir -p " .. quoted(server.folder .. "/api/v1/crates"))
    local file <close> = assert(io.open(server.folder .. "/api/v1/crates/" .. crate, "w"))
    file:write(json.encode { crate = { downloads = count }, versions = json.array { { num = version, downloads = count } } })
  end
  return server
end

--- A FAKE of a CI that vouches for its job and of registries that believe it: `bearer`, arm{ refuse =, steps = } → what was done.
function M.fake_identity()
  local server = start "fake_identity"
  server.bearer = "ci-request-token-0123456789"
  function server.arm(what) return (request("POST", server.url .. "/_fake", {}, what and json.encode(what) or "{}")) end
  return server
end

--- Breaks one exchange of HTTP on request (fault_proxy.py): arm(kind, at, writes) → whether the arming before was hit.
---@param upstream string  "http://127.0.0.1:3000", or a folder of repositories, which git's own http-backend then serves
---@param tls "good"|"expired"|"other"|nil
function M.faults(upstream, tls)
  local server = start(("fault_proxy %s %s"):format(upstream:match "^https?:.*:(%d+)/*$" or quoted(upstream), tls or ""))
  local asked = 0
  -- By the product's own door: it is asked hundreds of times, and nothing is judged by it but whether it was asked.
  function server.arm(kind, at, writes, pid_file)
    local http = require "door.http"
    local err
    asked = asked + 1
    for _ = 1, 50 do
      local answer
      answer, err = http.request { method = "POST", url = server.url .. "/_faults", body = json.encode { kind = kind, at = at, writes = writes, pid_file = pid_file, id = asked }, ca_file = server.ca }
      if answer then return json.decode(answer.body).hit end
      os.execute "sleep 0.1" -- it refuses connections for a moment: a fault of its own
    end
    error(err)
  end
  return server
end

return M
