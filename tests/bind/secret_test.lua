-- door.secret: references against real git, gh, pass and gpg; 1Password's `op` is a stand-in.
local file = require "door.file"
local host = require "door.host"
local process = require "door.process"
local secret = require "door.secret"

local OWNER_ONLY = tonumber("600", 8)

local function write(path, text, mode)
  assert(file.write { path = path, text = text, mode = mode or OWNER_ONLY })
  return path
end

local function of(text) return assert(secret.resolve { ref = "file:" .. write(scratch() .. "/token", text) }) end

-- What a process of its own, with this environment, makes of a reference: what is shown, and the value as a child sees it.
local function resolved(env, ref, dir)
  local path = write(scratch() .. "/own_test.lua", ([[
    local secret, process = require "door.secret", require "door.process"
    local value, err = secret.resolve { ref = %q, dir = %s }
    if not value then print(err.code) print(err.message) print(err.hint) print(err.cause) return end
    print((tostring(value):gsub("#%%x+", "#")))
    print(process.run({ argv = { "sh", "-c", "printf %%s \"$T\" | rev" }, secrets = { T = value } }).out)
  ]]):format(ref, dir and ("%q"):format(dir) or "nil"))
  env.SLIPWAY_LUA_DIR = host.lua_dir
  local lines = {}
  for line in run { slipway, "test", "--worker", path, "--result", "/dev/null", env = env }.out:gmatch "[^\n]*" do
    lines[#lines + 1] = line
  end
  if lines[1]:find "^secret " then lines[2] = lines[2]:reverse() end -- backwards, or it would be masked here as well
  return lines
end

local function needs(program, package)
  if not process.which(program) then skip(("%s is not installed (apt-get install %s)"):format(program, package)) end
end

test("a secret shows where it is from and a fingerprint, never itself", function()
  local value = of "hunter2hunter2"
  check.match(tostring(value), "^secret file:/.*/token #%x%x%x%x%x%x%x%x$")
  check.falsy(tostring(value):find "hunter2")
  check.equal(type(value), "userdata")
  check.equal(getmetatable(value), "locked")
  check.raises(function() return value .. "" end, "concatenate")
  check.raises(function() return #value end, "length")
end)

test("equal values have equal fingerprints, others do not", function()
  local function print_of(text) return tostring(of(text)):match "#(%x+)" end
  check.equal(print_of "hunter2hunter2", print_of "hunter2hunter2\n")
  check.truthy(print_of "hunter2hunter2" ~= print_of "hunter2hunter3")
end)

test("a closed secret is of no use to anybody", function()
  local value = of "used-only-here"
  value:close()
  check.equal(tostring(value), "secret (closed)")
  check.raises(function() process.run { argv = { "true" }, secrets = { T = value } } end, "closed")
  check.equal(secret.mask "used-only-here", "used-only-here")
end)

test("a variable is read when it is asked for", function()
  check.equal(resolved({ MY_TOKEN = "hunter2hunter2" }, "env:MY_TOKEN"), { "secret env:MY_TOKEN #", "hunter2hunter2", "" })
  check.equal(resolved({ MY_TOKEN = "" }, "env:MY_TOKEN")[1], "secret.missing")
  check.equal(resolved({ MY_TOKEN = false }, "env:MY_TOKEN")[1], "secret.missing")
  check.equal(resolved({ MY_TOKEN = "1234567" }, "env:MY_TOKEN")[1], "secret.too_short")
end)

test("a file is read without its last newline", function()
  local dir = scratch()
  for _, text in ipairs { "hunter2hunter2", "hunter2hunter2\n", "hunter2hunter2\r\n" } do
    write(dir .. "/token", text)
    check.equal(resolved({}, "file:token", dir)[2], "hunter2hunter2")
    check.equal(resolved({ HOME = dir }, "file:~/token")[2], "hunter2hunter2")
  end
end)

test("a file that others can read is refused, with the remedy", function()
  local path = write(scratch() .. "/token", "hunter2hunter2", tonumber("640", 8))
  for _, mode in ipairs { "640", "604", "660", "644" } do
    assert(file.chmod { path = path, mode = tonumber(mode, 8) })
    local value, err = secret.resolve { ref = "file:" .. path }
    check.fails("secret.refused", value, err)
    check.equal(err.hint, "chmod 600 " .. path)
  end
  assert(file.chmod { path = path, mode = tonumber("400", 8) })
  check.truthy(secret.resolve { ref = "file:" .. path })
end)

test("what is no file with a usable secret is refused", function()
  local dir = scratch()
  local value, err = secret.resolve { ref = "file:" .. dir .. "/nothing" }
  check.fails("secret.missing", value, err)
  value, err = secret.resolve { ref = "file:" .. dir }
  check.fails("secret.refused", value, err)
  value, err = secret.resolve { ref = "file:" .. write(dir .. "/short", "1234567\n") }
  check.fails("secret.too_short", value, err)
  value, err = secret.resolve { ref = "file:" .. write(dir .. "/nul", "1234\0005678") }
  check.fails("secret.refused", value, err)
  value, err = secret.resolve { ref = "file:" .. write(dir .. "/large", ("x"):rep(65537)) }
  check.fails("secret.too_long", value, err)
  check.truthy(secret.resolve { ref = "file:" .. write(dir .. "/largest", ("x"):rep(65536) .. "\n") })
end)

test("what is no reference is refused", function()
  for _, ref in ipairs { "", "hunter2hunter2", "env:", "env:1A", "env:A-B", "file:", "op://", "gh:", "gh:--help", "pass:", "pass:-c", "keyring:",
    "keyring:a", "keyring:a/", "vault:x", "git-credential:", "git-credential:https://a\nhost=b", "ENV:A" } do
    local value, err = secret.resolve { ref = ref }
    check.fails("secret.bad_reference", value, err)
    check.truthy(err.hint)
  end
  local value, err = secret.resolve { ref = "oidc:pypi" }
  check.fails("secret.unsupported", value, err)
  check.match(err.hint, "env:NAME")
  check.raises(function() secret.resolve { ref = "env:A", value = "x" } end, "unknown field 'value'")
end)

test("git's credential helpers are asked", function()
  local dir = scratch()
  write(dir .. "/store", "https://somebody:hunter2hunter2@forge.example\n")
  write(dir .. "/config", ("[credential]\n  helper = store --file=%s/store\n"):format(dir))
  local env = { HOME = dir, GIT_CONFIG_GLOBAL = dir .. "/config", GIT_ASKPASS = false }
  check.equal(resolved(env, "git-credential:https://forge.example/x.git", dir)[2], "hunter2hunter2")
  check.equal(resolved(env, "git-credential:https://other.example/x.git", dir)[1], "secret.missing")
end)

test("gh is asked for the token of a host", function()
  needs("gh", "gh")
  local dir = scratch()
  write(dir .. "/hosts.yml", "forge.example:\n    oauth_token: hunter2hunter2\n    user: somebody\n    git_protocol: https\n")
  local env = { GH_CONFIG_DIR = dir, GH_TOKEN = false, GITHUB_TOKEN = false }
  check.equal(resolved(env, "gh:forge.example")[2], "hunter2hunter2")
  local missing = resolved(env, "gh:other.example")
  check.equal(missing[1], "secret.missing")
  check.match(missing[3], "gh auth login")
end)

test("pass is asked, and its first line counts", function()
  needs("pass", "pass")
  needs("gpg", "gnupg")
  local dir = scratch()
  local env = { HOME = dir, GNUPGHOME = dir .. "/gpg", PASSWORD_STORE_DIR = dir .. "/store" }
  check.equal(run({ "mkdir", "-m", "700", dir .. "/gpg" }).code, 0)
  check.equal(run({ env = env, "gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "test@example.com", "default", "default" }).code, 0)
  check.equal(run({ env = env, "pass", "init", "test@example.com" }).code, 0)
  check.equal(run({ env = env, input = "hunter2hunter2\nuser: somebody\n", "pass", "insert", "-m", "forge/token" }).code, 0)
  check.equal(resolved(env, "pass:forge/token")[2], "hunter2hunter2")
  check.equal(resolved(env, "pass:forge/other")[1], "secret.missing")
  run { env = env, "gpgconf", "--kill", "gpg-agent" }
end)

test("a keyring without a session gives no answer", function()
  needs("secret-tool", "libsecret-tools")
  check.equal(resolved({ DBUS_SESSION_BUS_ADDRESS = "unix:path=/nowhere" }, "keyring:slipway/me")[1], "secret.missing")
end)

-- A stand-in for 1Password's command, which cannot be had: it knows one item and one variable.
local function stand_in_op(dir)
  write(dir .. "/op", [[#!/bin/sh
[ "$1" = read ] || exit 64
[ -n "$OP_SERVICE_ACCOUNT_TOKEN" ] || { echo "[ERROR] not signed in" >&2; exit 1; }
[ -z "$UNRELATED" ] || exit 65
[ "$2" = "op://release/forge/token" ] || { echo "[ERROR] \"$2\" isn't an item" >&2; exit 1; }
echo hunter2hunter2
]], tonumber("700", 8))
  return { PATH = dir .. ":" .. host.getenv "PATH", OP_SERVICE_ACCOUNT_TOKEN = "ops_x", UNRELATED = "1" }
end

test("1Password's op (a stand-in) is asked, with its own variables and no others", function()
  local env = stand_in_op(scratch())
  check.equal(resolved(env, "op://release/forge/token")[2], "hunter2hunter2")
  local missing = resolved(env, "op://release/forge/other")
  check.equal(missing[1], "secret.missing")
  check.match(missing[4], "isn't an item")
  env.OP_SERVICE_ACCOUNT_TOKEN = false
  check.match(resolved(env, "op://release/forge/token")[4], "not signed in")
end)

test("a program that is not there is named, with its package", function()
  local env = { PATH = scratch() }
  for ref, hint in pairs {
    ["pass:a/b"] = "apt-get install pass", ["gh:github.com"] = "apt-get install gh", ["keyring:a/b"] = "apt-get install libsecret-tools",
    ["op://a/b/c"] = "install op", ["git-credential:https://a.example"] = "apt-get install git",
  } do
    local lines = resolved(env, ref)
    check.equal(lines[1], "secret.program_missing")
    check.match(lines[3], "^" .. hint:gsub("%-", "%%-"))
  end
end)

test("text is masked in every form of a value", function()
  local value = of "s3cr3t-t0ken/+?&"
  check.equal(secret.mask "a s3cr3t-t0ken/+?& b", "a *** b")
  check.equal(secret.mask "czNjcjN0LXQwa2VuLys/Jg==", "***")
  check.equal(secret.mask "s3cr3t-t0ken%2F%2B%3F%26", "***")
  check.equal(secret.mask "7333637233742d74306b656e2f2b3f26", "***")
  check.equal(secret.mask '"s3cr3t-t0ken\\/+?&"', '"***"')
  check.equal(secret.mask "s3cr3t", "s3cr3t")
  check.equal(secret.mask "", "")
  value:close()
end)

test("a secret is not in the memory dump or the recipe's process", function()
  local value = of "kept-out-of-dumps-1"
  local found = {}
  for line in io.lines "/proc/self/smaps" do
    if line:find "^VmFlags:" and line:find " dd" and line:find " wf" then found[#found + 1] = line end
  end
  check.truthy(#found >= 1, "no mapping is left out of dumps and wiped on fork")
  value:close()
end)

-- Runs code with a secret `value` of the given text in a process of its own; here no such secret lives.
local function with_secret(text, code)
  local dir = scratch()
  write(dir .. "/token", text)
  local path = write(dir .. "/own_test.lua", ([[
    local dir = %q
    local value = assert(require("door.secret").resolve { ref = "file:" .. dir .. "/token" })
    %s]]):format(dir, code))
  return run({ slipway, "test", "--worker", path, "--result", "/dev/null", env = { SLIPWAY_LUA_DIR = host.lua_dir } }), dir
end

test("nothing the command line writes shows a secret", function()
  local result = with_secret("only-in-there-1", [[
    require("door.host").write(1, "it is only-in-there-1.\n")
    require("door.host").write(2, "b25seS1pbi10aGVyZS0x\n")]])
  check.equal(result.out, "it is ***.\n")
  check.equal(result.err, "***\n")
end)

test("no secret enters a journal, and a plan that holds one is a fault", function()
  local result, dir = with_secret("only\"in-there\\2", [[
    local journal = require "door.journal"
    local j = assert(journal.create { path = dir .. "/journal" })
    assert(j:append { kind = "NOTE", body = { text = "said only\"in-there\\2", list = { "a", "only\"in-there\\2" }, n = 1, b = true } })
    assert(j:append { kind = "NOTE", body = { text = "harmless" } })
    print(pcall(j.append, j, { kind = "PLAN", body = { plan = "only\"in-there\\2" } }))
    for _, record in ipairs(j:records()) do print(require("door.canon").encode(record.body)) end]])
  check.match(result.out, "^false\t[^\n]*a plan holds a secret")
  check.match(result.out, '\n{"b":true,"list":%["a","%*%*%*"%],"n":1,"text":"said %*%*%*"}\n{"text":"harmless"}\n$')
  check.falsy(assert(file.read(dir .. "/journal")):find("there", 1, true))
end)

test("while a secret lives, others of the same user cannot look into its process", function()
  local path = scratch() .. "/own_test.lua"
  run { "chmod", "755", (path:match "^(.*)/") }
  write(path, [[
    local look = { argv = { "sh", "-c", "cat /proc/$PPID/environ >/dev/null 2>&1 && echo open || echo closed" } }
    local process, secret = require "door.process", require "door.secret"
    io.write(process.run(look).out)
    local value = assert(secret.resolve { ref = "env:MY_TOKEN" })
    io.write(process.run(look).out)
    value:close()
    collectgarbage() -- the masks of the child held it
    io.write(process.run(look).out)
  ]], tonumber("644", 8))
  local own = { slipway, "test", "--worker", path, "--result", "/dev/null" }
  if run({ "id", "-u" }).out == "0\n" then table.move({ "setpriv", "--reuid=65534", "--clear-groups", table.unpack(own) }, 1, 9, 1, own) end
  own.env = { MY_TOKEN = "hunter2hunter2", SLIPWAY_LUA_DIR = host.lua_dir, ASAN_OPTIONS = "detect_leaks=0" }
  local result = run(own)
  if result.code ~= 0 then skip("nobody cannot run " .. slipway .. ": " .. result.err:sub(1, 200)) end
  check.equal(result.out, "open\nclosed\nopen\n")
end)

test("a program is told a secret on its standard input", function()
  local result = process.run { argv = { "rev" }, input = "machine a password ", input_secret = { of "hunter2hunter2" } }
  check.equal(result.out, "2retnuh2retnuh drowssap a enihcam\n")
end)

test("the digest of a secret depends on the salt and tells nothing else", function()
  local value, salt = of "hunter2hunter2", ("s"):rep(16)
  check.equal(secret.digest(value, salt), require("door.digest").sha256(salt .. "hunter2hunter2"))
  check.raises(function() secret.digest(value, "short") end, "16 bytes")
end)

test("a variable that holds a secret reaches no hook of git", function()
  local dir = scratch()
  local path = write(dir .. "/own_test.lua", ([[
    local git = require "door.git"
    local repo = assert(git.open { path = %q })
    require("door.secret").withhold "HIDDEN"
    local made, err = repo:write_commit { files = { { path = "a", content = "a" } }, message = "a", time = 1795262400, hooks = true }
    print(made and "made" or err.code)
  ]]):format(dir .. "/repo"))
  local env = { SLIPWAY_LUA_DIR = host.lua_dir, HIDDEN = "hunter2hunter2", OPEN = "hunter3hunter3", GIT_AUTHOR_NAME = "A", GIT_AUTHOR_EMAIL = "a@b.example",
    GIT_COMMITTER_NAME = "A", GIT_COMMITTER_EMAIL = "a@b.example" }
  check.equal(run({ "git", "init", "-q", dir .. "/repo" }).code, 0)
  write(dir .. "/repo/.git/hooks/pre-commit", "#!/bin/sh\nenv >" .. dir .. "/seen\n", tonumber("755", 8))
  local result = run { slipway, "test", "--worker", path, "--result", "/dev/null", env = env }
  check.match(result.out, "made")
  local seen = assert(file.read(dir .. "/seen"))
  check.truthy(seen:find("hunter3hunter3", 1, true), "other variables are there")
  check.falsy(seen:find("hunter2hunter2", 1, true))
end)
