-- Secrets through the command line: their state in `slipway doctor`, the preflight, the one child that gets one, the way
-- to a new one, and trusted publishing (the CI and the registries are a fake written from documentation).
local digest = require "door.digest"
local file = require "door.file"
local host = require "door.host"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local function write(path, text, mode) assert(file.write { path = path, text = text, mode = mode or tonumber("600", 8) }) end

local function configured(text, recipe)
  local p = projects.on_daemon()
  p.commit("chore: configure", { ["slipway.lua"] = "return {\n" .. text:gsub("HOME", p.home) .. "\n}\n", ["slipway/recipes/do.lua"] = recipe and recipe or nil })
  p.git("push", "-q", "origin", "main")
  return p
end

local function do_recipe(steps)
  return ('return { name = "do", summary = "s", params = {}, plan = function(p, facts) p:version "9.0.0" %s end }\n'):format(steps)
end

test("only the child that is named for it gets a secret; GH_TOKEN comes under both usual names", function()
  local p = configured([[ secrets = { GH_TOKEN = "file:HOME/gh", OTHER = "env:OTHER_TOKEN" } ]], do_recipe [[
    p:run { argv = { "sh", "-c", "env >with" }, undo = { "true" }, secrets = { "GH_TOKEN" } }
    p:run { argv = { "sh", "-c", "env >without; echo $GH_TOKEN" }, undo = { "true" } }
  ]])
  write(p.home .. "/gh", "ghp_fromafile0123456789\n")
  local planned = p.slipway({ "plan", "do" }, { env = { OTHER_TOKEN = "other-token-0123" } })
  check.match(planned.out, "given GH_TOKEN")
  local result = p.slipway({ "run", "do", "--yes" }, { env = { OTHER_TOKEN = "other-token-0123" } })
  check.equal(result.code, 0, result.out .. result.err)
  local with, without = file.read(p.dir .. "/with"), file.read(p.dir .. "/without")
  check.match(with, "GH_TOKEN=ghp_fromafile0123456789\n")
  check.match(with, "GITHUB_TOKEN=ghp_fromafile0123456789\n")
  check.falsy(with:find("other-token", 1, true))
  check.falsy(without:find("TOKEN", 1, true))
end)

test("1Password's op (a stand-in) is asked by item id and field, at the moment of use and not before", function()
  local p = configured([[ secrets = { PYPI_TOKEN = "op://Engineering/djevteztvbcqgcm3yl4njkawjq/credential" } ]], do_recipe [[
    p:run { argv = { "sh", "-c", "test ! -e asked" }, undo = { "true" } }
    p:run { argv = { "sh", "-c", "printf %s \"$PYPI_TOKEN\" | rev >got" }, undo = { "true" }, secrets = { "PYPI_TOKEN" } }
  ]])
  write(p.home .. "/op", ([[#!/bin/sh
echo "$@" >>%s/asked
[ "$*" = "read op://Engineering/djevteztvbcqgcm3yl4njkawjq/credential" ] && echo pypi-from-the-vault
]]):format(p.dir), tonumber("755", 8))
  local result = p.slipway({ "run", "do", "--yes" }, { env = { PATH = p.home .. ":" .. os.getenv "PATH" } })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.read(p.dir .. "/got"):gsub("\n", ""):reverse(), "pypi-from-the-vault")
  check.equal(file.read(p.dir .. "/asked"), "read op://Engineering/djevteztvbcqgcm3yl4njkawjq/credential\n", "once")
end)

test("a command that asks for a secret nobody named is refused, and nothing runs", function()
  local p = configured("", do_recipe [[ p:run { argv = { "touch", "ran" }, secrets = { "NO_SUCH" } } ]])
  local result = p.slipway { "run", "do", "--yes" }
  check.equal(result.code, 2, result.out .. result.err)
  check.match(result.out .. result.err, "SW%-SECRET%-NOT%-NAMED")
  check.equal(file.stat(p.dir .. "/ran"), nil)
end)

test("a missing secret is found before anything is done, in the exit code of credentials", function()
  local p = configured [[ secrets = { deploy = "file:HOME/nothing" } ]]
  local before = p.world()
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 5, result.out .. result.err)
  check.match(result.out .. result.err, "secrets.deploy")
  check.equal(p.world(), before)
end)

test("doctor shows the state of each secret and no secret: there, accepted, scopes, time left, expired, missing", function()
  local server = servers.fake_github()
  local p = configured(([[ forge = { kind = "github", url = %q, repo = "me/pelican", token = "file:HOME/gh" }, secrets = { push = "env:NOT_THERE" },
    announce = { { name = "team", kind = "slack", url = "file:HOME/hook" } } ]]):format(server.url))
  write(p.home .. "/gh", server.token)
  write(p.home .. "/hook", "https://hooks.example/T0/B0/secretpath")
  server.arm { expires = "2026-12-24 12:00:00 UTC" }
  local function states()
    local result = p.slipway { "doctor", "--json" }
    local found = {}
    for _, entry in ipairs(json.decode(result.out).checks) do found[entry.name] = entry end
    check.falsy((result.out .. result.err):find(server.token, 1, true))
    check.falsy((result.out .. result.err):find("secretpath", 1, true))
    return found, result.code
  end
  local found, code = states()
  check.equal(code, 5)
  check.match(found["secret forge.token"].text, "#%x+, accepted, scopes repo, workflow, expires on 2026%-12%-24, in 33 days$")
  check.equal(found["secret secrets.push"].ok, false)
  check.equal(found["secret announce.team.url"].ok, true)
  server.arm { expires = "2026-11-25 12:00:00 UTC" }
  found = states()
  check.equal({ found["secret forge.token"].ok, found["secret forge.token"].advice }, { false, true }, "soon: a note, no failure")
  server.arm { expires = "2026-11-20 12:00:00 UTC" }
  found = states()
  check.match(found["secret forge.token"].text, "expired on 2026%-11%-20")
  check.match(found["secret forge.token"].hint, "doctor %-%-rotate forge.token")
end)

test("the way to a new token is told for every place a secret can be kept at", function()
  for ref, step in pairs {
    ["env:MY_TOKEN"] = "export MY_TOKEN", ["file:HOME/t"] = "cat >HOME/t.new", ["op://vault/item/credential"] = "op item edit item %-%-vault vault 'credential'",
    ["pass:forge/t"] = "pass insert %-%-force forge/t", ["keyring:slipway/me"] = "service slipway account me", ["gh:github.example"] = "gh auth login %-%-hostname github.example",
  } do -- order: each alone
    local p = configured(([[ secrets = { MINE = %q } ]]):format(ref))
    local result = p.slipway { "doctor", "--rotate", "MINE" }
    check.equal(result.code, 0, result.out .. result.err)
    check.match(result.out, (step:gsub("HOME", function() return (p.home:gsub("%p", "%%%0")) end)))
    check.match(result.out, "revoke the old")
  end
  local p = configured [[ secrets = { MINE = "env:A" } ]]
  local wrong = p.slipway { "doctor", "--rotate", "MINNE" }
  check.equal(wrong.code, 2)
  check.match(wrong.err, "secrets.MINE")
end)

test("a rotation is proven: an unchanged token is told, a refused one is a refused credential, the new one is accepted", function()
  local screens = stand "screen"
  local server = servers.fake_github()
  local p = configured(([[ forge = { kind = "github", url = %q, repo = "me/pelican", token = "file:HOME/gh" } ]]):format(server.url))
  for _, case in ipairs { { "same", "still the old one" }, { ("0"):rep(40), "SW%-FORGE%-AUTH" }, { server.token, "the new token works" } } do
    write(p.home .. "/gh", case[1] == server.token and server.read_only or server.token)
    local screen = screens.open { argv = { slipway, "doctor", "--rotate", "forge.token" }, dir = p.dir, env = {
      HOME = p.home, SLIPWAY_LUA_DIR = host.lua_dir or "", GIT_CONFIG_NOSYSTEM = "1", LC_ALL = "C.UTF-8" }, columns = 120, rows = 40 }
    screen.wait "Press Enter"
    if case[1] ~= "same" then write(p.home .. "/gh", case[1]) end
    screen.press "Enter"
    screen.wait(case[2])
  end
end)

-- 50 canaries × 8 forms, written a byte at a time (so that every form is split at every byte) by a command that was
-- given them, and by a command that was not but knows where to look.
test("50 canaries in 8 forms, split at every byte: nothing of them in output, journal, plan, report, arguments or other children", { timeout = 300 }, function()
  local names, canaries, config = {}, {}, {}
  for i = 1, 50 do
    names[i] = ("CANARY_%02d"):format(i)
    canaries[i] = ('c%02d"/+?&=%s\\é<%s'):format(i, digest.sha256("canary" .. i):sub(1, 20), digest.sha256("tail" .. i):sub(1, 7 + i % 9))
    config[i] = ('%s = %s'):format(names[i], i % 2 == 0 and ('"file:HOME/%s"'):format(names[i]) or ('"env:%s"'):format(names[i]))
  end
  local p = configured(("secrets = { %s },"):format(table.concat(config, ", ")), do_recipe(([[
    local names = { %s }
    p:run { argv = { "python3", "-c", "import babble" }, undo = { "true" }, secrets = names, env = { PYTHONPATH = "HOME" } }
    p:run { argv = { "sh", "-c", "env >others; cat /proc/$PPID/cmdline >argv; tr '\\0' '\\n' </proc/$PPID/environ >host 2>/dev/null; git commit -q --allow-empty -m hook" }, undo = { "true" } }
    p:tag { name = "canary", at = facts.project.head.oid, message = "canary" }
  ]]):format('"' .. table.concat(names, '", "') .. '"')))
  local recipe = file.read(p.dir .. "/slipway/recipes/do.lua")
  p.commit("chore: place", { ["slipway/recipes/do.lua"] = recipe:gsub("HOME", p.home) })
  local env = { GITHUB_ACTIONS = false, GITEA_ACTIONS = false } -- whose runner would be told
  for i, name in ipairs(names) do
    if i % 2 == 0 then write(p.home .. "/" .. name, canaries[i]) else env[name] = canaries[i] end
  end
  write(p.home .. "/babble.py", [[
import base64, json, os, sys, urllib.parse
out = os.fdopen(1, "wb", buffering=0)
err = os.fdopen(2, "wb", buffering=0)
for name in sorted(n for n in os.environ if n.startswith("CANARY_")):
    value = os.environ[name].encode()
    forms = [value, base64.b64encode(value), base64.b64encode(b"u:" + value)[4:], base64.urlsafe_b64encode(b"x" + value), value.hex().encode(),
             urllib.parse.quote(value, safe="").encode(), json.dumps(value.decode())[1:-1].encode(), value.hex().upper().encode()]
    for form in forms:
        stream = out if len(form) % 2 else err
        stream.write(b"[")
        for byte in form:
            stream.write(bytes([byte]))
        stream.write(b"]\n")
]])
  write(p.dir .. "/.git/hooks/post-commit", "#!/bin/sh\nenv >" .. p.home .. "/hook.env\n", tonumber("755", 8))
  local result = p.slipway({ "run", "do", "--yes", "-v" }, { env = env })
  check.equal(result.code, 0, result.out .. result.err)
  local run_id = p.runs()[1]
  local texts = {
    out = result.out, err = result.err, shown = p.slipway({ "show", run_id, "--json" }, { env = env }).out, runs = p.slipway({ "runs", "--json" }, { env = env }).out,
    plan = p.slipway({ "plan", "do", "--json" }, { env = env }).out, journal = file.read(("%s/.git/slipway/runs/%s/journal"):format(p.dir, run_id)),
    doctor = p.slipway({ "doctor" }, { env = env }).out, others = file.read(p.dir .. "/others"), argv = file.read(p.dir .. "/argv"),
    hook = file.read(p.home .. "/hook.env") or "",
  }
  for _, name in ipairs(file.list(("%s/.git/slipway/runs/%s"):format(p.dir, run_id))) do
    texts["run/" .. name] = file.read(("%s/.git/slipway/runs/%s/%s"):format(p.dir, run_id, name))
  end
  check.truthy(#texts.journal > 1000 and #texts.others > 20)
  for where, text in pairs(texts) do -- order: each alone
    for i, canary in ipairs(canaries) do
      local head, tail = canary:sub(1, 8), digest.sha256("canary" .. i):sub(1, 12) -- a part of it is too much already
      check.falsy(text:find(head, 1, true), where)
      check.falsy(text:find(tail, 1, true), where)
    end
  end
end)

-- Trusted publishing ----------------------------------------------------------------------------

-- The exchange as `world.secret.resolve` does it, in a process whose CI variables are these.
local function exchanged(server, env, o)
  local dir = scratch()
  local path = dir .. "/own_test.lua"
  write(path, ([[
    local http, clock = require "door.http", require "door.clock"
    local request = require "run.attempts"(http.request, { now = clock.now, sleep = function() end })
    local told = {}
    local resolve = require("run.secrets").resolver(request, { tell = function(text) told[#told + 1] = text end })
    local value, used = resolve { ref = { %s }, url = %q, package = "@sea/pelican", dir = "." }
    print(value and tostring(value):gsub("#%%x+", "#") or used.code)
    print(value and used or used.message)
    print(table.concat(told, "\n"))
    if value then print((require("door.process").run { argv = { "sh", "-c", "printf %%s \"$T\" | rev" }, secrets = { T = value } }).out) end
  ]]):format(o.refs, server.url .. (o.path or "")))
  env.SLIPWAY_LUA_DIR = host.lua_dir
  local lines = {}
  for line in run({ slipway, "test", "--worker", path, "--result", "/dev/null", env = env }).out:gmatch "([^\n]*)\n?" do lines[#lines + 1] = line end
  return lines
end

local function vouched(server) return { ACTIONS_ID_TOKEN_REQUEST_URL = server.url .. "/identity?api-version=2", ACTIONS_ID_TOKEN_REQUEST_TOKEN = server.bearer, T1 = "fallback-token-01" } end

test("a CI job's identity is exchanged for a token of the Python index, of a crate registry, and of npm for one package", function()
  local server = servers.fake_identity()
  for kind, token in pairs { pypi = "pypi-AgENdGVzdC5taW50ZWQ", crates = "cio_tp_minted0123456789", npm = "npm_minted0123456789" } do -- order: each alone
    local lines = exchanged(server, vouched(server), { refs = ('"oidc:%s"'):format(kind), path = ({ pypi = "/legacy/", crates = "/index/" })[kind] })
    check.equal({ lines[1], lines[2], lines[4]:reverse() }, { ("secret oidc:%s #"):format(kind), "oidc:" .. kind, token })
  end
  local done = server.arm()
  table.sort(done.minted)
  check.equal(done.minted, { "crates", "npm %40sea%2Fpelican", "pypi" })
  table.sort(done.identities)
  check.equal(done.identities, { "127.0.0.1", "fake-index", "npm:127.0.0.1" })
end)

test("a crate is published by the CI's identity alone, and the token that was lent for it is given back", function()
  local server, packed, dist = servers.fake_identity(), stand "packed", scratch()
  packed.crate(dist, "pelican", "1.1.0")
  local p = configured(('registries = { crates = { index = "sparse+%s/index/", token = "oidc:crates", smoke = false } }'):format(server.url))
  local result = p.slipway({ "run", "publish", "--dir", dist, "--yes" }, { env = vouched(server) })
  check.equal(result.code, 0, result.out .. result.err)
  local done = server.arm()
  check.equal(#done.crates, 1)
  check.equal(done.given_back, { "cio_tp_minted0123456789" })
  check.equal(#done.minted, 1)
  check.falsy((result.out .. result.err):find("cio_tp", 1, true))
end)

test("where nobody vouches, or the registry refuses, the token behind it is taken, and that is said", function()
  local server = servers.fake_identity()
  local lines = exchanged(server, { T1 = "fallback-token-01" }, { refs = '"oidc:pypi", "env:T1"' })
  check.equal({ lines[1], lines[2] }, { "secret env:T1 #", "env:T1" })
  check.match(lines[3], "token from env:T1 %(oidc:pypi: no CI vouches for this process%)")
  server.arm { refuse = true }
  lines = exchanged(server, vouched(server), { refs = '"oidc:pypi", "env:T1"' })
  check.equal(lines[2], "env:T1")
  check.match(lines[3], "answered 422")
  lines = exchanged(server, vouched(server), { refs = '"oidc:pypi"' })
  check.equal(lines[1], "secret.exchange_refused")
  check.equal(exchanged(server, {}, { refs = '"oidc:pypi"' })[1], "secret.no_identity")
  check.equal(exchanged(server, {}, { refs = '"oidc:maven"' })[1], "secret.bad_reference")
end)

test("GitLab's identity comes as a variable", function()
  local server = servers.fake_identity()
  local identity = "eyJhbGciOi." .. ("fake-index"):gsub(".", function(c) return ("%02x"):format(c:byte()) end) .. ".c2lnbmF0dXJl"
  local lines = exchanged(server, { PYPI_ID_TOKEN = identity }, { refs = '"oidc:pypi"' })
  check.equal(lines[4]:reverse(), "pypi-AgENdGVzdC5taW50ZWQ")
  check.equal(server.arm().identities, {})
end)

test("the exchange outlives a busy or broken network", function()
  local server = servers.fake_identity()
  for _, step in ipairs { 502, 503, "swallow", "reset", "truncate", "short", "elsewhere" } do
    server.arm { steps = { step } }
    local lines = exchanged(server, vouched(server), { refs = '"oidc:crates"' })
    check.truthy(lines[1] == "secret oidc:crates #" or lines[1]:find "^http%.", tostring(step) .. ": " .. lines[1])
  end
end)

test("a check and a target that name a secret get it, and no other command does", function()
  local p = configured([[ secrets = { DEPLOY = "file:HOME/deploy", OTHER = "env:OTHER_TOKEN" },
    checks = { { "sh", "-c", "env >HOME/plain.env" }, { "sh", "-c", "env >HOME/given.env", secrets = { "DEPLOY" } } },
    targets = { linux = { run = { { "sh", "-c", "env >HOME/build.env; echo $DEPLOY; echo bird >pelican" } }, produce = { "pelican" }, secrets = { "DEPLOY" } },
                other = { run = { { "sh", "-c", "env >HOME/other.env; echo bird >owl" } }, produce = { "owl" } } },
    artifacts = { { archive = "pelican-{version}.tar.gz", target = "linux" } } ]])
  write(p.home .. "/deploy", "deploy-token-0123456789\n")
  local env = { OTHER_TOKEN = "other-token-0123" }
  local planned = p.slipway({ "plan", "release" }, { env = env })
  check.match(planned.out .. planned.err, "given DEPLOY")
  local result = p.slipway({ "run", "release", "--yes", "-v" }, { env = env })
  check.equal(result.code, 0, result.out .. result.err)
  p.slipway({ "run", "build", "--yes" }, { env = env })
  for name, given in pairs { plain = false, given = true, build = true, other = false } do -- order: each alone
    local text = file.read(("%s/%s.env"):format(p.home, name))
    check.truthy(text, name)
    check.equal(text:find("DEPLOY=deploy-token-0123456789", 1, true) ~= nil, given, name)
    check.falsy(text:find("other-token", 1, true), name)
  end
  local texts = { result.out, result.err }
  for _, run_id in ipairs(p.runs()) do
    local dir = ("%s/.git/slipway/runs/%s"):format(p.dir, run_id)
    for _, path in ipairs { "/journal", "/logs/build-linux.log" } do texts[#texts + 1] = file.read(dir .. path) or "" end
  end
  check.falsy(table.concat(texts):find("deploy-token", 1, true))
end)

test("a command that is to get a secret which slipway.lua does not name is refused with a suggestion", function()
  for _, text in ipairs { [[ secrets = { DEPLOY = "env:A" }, checks = { { "true", secrets = { "DEPLOI" } } } ]],
    [[ secrets = { DEPLOY = "env:A" }, targets = { t = { run = { { "true" } }, produce = { "x" }, secrets = { "DEPLOI" } } } ]] } do
    local result = configured(text).slipway { "plan", "release" }
    check.equal(result.code, 2, result.out .. result.err)
    check.match(result.err, "DEPLOI.*DEPLOY")
  end
end)

test("the runner of a CI job is told of each value once, on a stream of its own line, and the job's log stays clean elsewhere", function()
  local p = configured([[ secrets = { DEPLOY = "file:HOME/deploy" } ]], do_recipe [[
    p:run { argv = { "sh", "-c", "echo $DEPLOY" }, undo = { "true" }, secrets = { "DEPLOY" } }
    p:run { argv = { "sh", "-c", "echo $DEPLOY" }, undo = { "true" }, secrets = { "DEPLOY" } }
  ]])
  write(p.home .. "/deploy", "deploy-50%-off-012345\nsecond-line-0123\nshort\n")
  local silent = p.slipway({ "run", "do", "--yes" }, { env = { GITHUB_ACTIONS = false, GITEA_ACTIONS = false } })
  check.equal(silent.code, 0, silent.out .. silent.err)
  check.falsy((silent.out .. silent.err):find("add-mask", 1, true))
  for _, name in ipairs { "GITHUB_ACTIONS", "GITEA_ACTIONS" } do
    local result = p.slipway({ "run", "do", "--yes", "-v" }, { env = { [name] = "true" } })
    check.equal(result.code, 0, result.out .. result.err)
    local told = {}
    for line in result.err:gmatch "[^\n]+" do
      if line:find("::add-mask::", 1, true) == 1 then told[#told + 1] = line end
    end
    check.equal(told, { "::add-mask::deploy-50%25-off-012345", "::add-mask::second-line-0123" })
    local rest = result.out .. result.err:gsub("::add%-mask::[^\n]*\n", "")
    check.falsy(rest:find("50%-off", 1, true))
    check.falsy(rest:find("second-line", 1, true))
  end
end)
