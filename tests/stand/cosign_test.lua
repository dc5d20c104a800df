-- Signatures by the real cosign with a key, offline: made and checked by Slipway, accepted by cosign and by OpenSSL, and
-- provenance that cosign takes for an attestation.
local base64 = require "pure.base64"
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"

local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local cosign = run({ "sh", "-c", ". \"$0/places.sh\" && printf %s \"$cosign\"", here }).out
if not file.stat(cosign) then skip "cosign is missing: sh vendor/install servers" end

local config = [[
return {
  project = "pelican",
  targets = { linux = { run = { { "cp", "src/main.c", "pelican" } }, produce = { "pelican" } } },
  artifacts = {
    { archive = "pelican-{version}.tar.gz", target = "linux" }, provenance = true,
    sign = { { by = "cosign", key = "env:COSIGN_KEY", password = "env:COSIGN_WORD", public = "cosign.pub", files = "all" } },
  },
}
]]

local function with(p, more)
  local env = { PATH = cosign:match "^(.*)/" .. ":" .. os.getenv "PATH", COSIGN_KEY = p.key, COSIGN_WORD = "a long password" }
  for name, value in pairs(more or {}) do env[name] = value end -- order: a set
  return { env = env }
end

local function project()
  local dir = scratch()
  local made = run { cosign, "generate-key-pair", dir = dir, env = { COSIGN_PASSWORD = "a long password", HOME = dir, PATH = os.getenv "PATH" } }
  check.equal(made.code, 0, made.out .. made.err)
  local p = projects.on_daemon { kind = "plain", files = { ["slipway.lua"] = config, ["cosign.pub"] = file.read(dir .. "/cosign.pub") } }
  p.key, p.public = file.read(dir .. "/cosign.key"), dir .. "/cosign.pub"
  return p
end

local function files_of(p)
  local dir = scratch()
  for path in run({ "find", p.dir .. "/.git/slipway/runs", "-path", "*/files/*", "-name", "[pS]*", "-type", "f" }).out:gmatch "[^\n]+" do
    assert(file.copy { from = path, to = dir .. "/" .. path:match "[^/]+$" })
  end
  return dir
end

test("a release is signed by cosign with a key; cosign and OpenSSL accept it, and a changed file is refused", { timeout = 300 }, function()
  local p = project()
  local result = p.slipway({ "run", "release", "--yes" }, with(p))
  check.equal(result.code, 0, result.out .. result.err)
  local dir = files_of(p)
  local function verify(name)
    return run { cosign, "verify-blob", "--insecure-ignore-tlog=true", "--key", p.public, "--signature", name .. ".cosign.sig", name, dir = dir, env = { HOME = dir, PATH = os.getenv "PATH" } }
  end
  for _, name in ipairs { "pelican-1.2.0.tar.gz", "SHA256SUMS", "pelican-1.2.0.intoto.jsonl" } do
    local verified = verify(name)
    check.equal(verified.code, 0, verified.err)
    local raw = base64.decode((file.read(("%s/%s.cosign.sig"):format(dir, name)):gsub("%s", "")))
    assert(file.write { path = dir .. "/raw", text = raw })
    check.match(run({ "openssl", "dgst", "-sha256", "-verify", p.public, "-signature", "raw", name, dir = dir }).out, "Verified OK")
  end
  assert(file.write { path = dir .. "/SHA256SUMS", text = "something else" })
  check.truthy(verify("SHA256SUMS").code ~= 0)
  check.equal(run({ "grep", "-rlF", "PRIVATE KEY", p.dir .. "/.git/slipway" }).out, "")
end)

test("provenance is signed as DSSE wants it: cosign takes it for an attestation of the archive", { timeout = 300 }, function()
  local p = project()
  local result = p.slipway({ "run", "release", "--yes" }, with(p))
  check.equal(result.code, 0, result.out .. result.err)
  local dir = files_of(p)
  local envelope = assert(json.decode((file.read(dir .. "/pelican-1.2.0.intoto.jsonl"):gsub("%s+$", ""))))
  assert(file.write { path = dir .. "/encoding", text = require("pure.provenance").encoding(base64.decode(envelope.payload)) })
  assert(file.write { path = dir .. "/raw", text = base64.decode(envelope.signatures[1].sig) })
  check.match(run({ "openssl", "dgst", "-sha256", "-verify", p.public, "-signature", "raw", "encoding", dir = dir }).out, "Verified OK")
  local function attested(name)
    return run { cosign, "verify-blob-attestation", "--insecure-ignore-tlog=true", "--key", p.public, "--type", "slsaprovenance1", "--signature", "pelican-1.2.0.intoto.jsonl", name,
      dir = dir, env = { HOME = dir, PATH = os.getenv "PATH" } }
  end
  local accepted = attested "pelican-1.2.0.tar.gz"
  check.equal(accepted.code, 0, accepted.err)
  check.truthy(attested("encoding").code ~= 0, "a file that it does not speak of")
end)

test("a wrong password stops before anything leaves, and resume signs", { timeout = 300 }, function()
  local p = project()
  local result = p.slipway({ "run", "release", "--yes" }, with(p, { COSIGN_WORD = "another password" }))
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out .. result.err, "cosign could not sign")
  check.equal(p.remote_refs()["refs/tags/v1.2.0"], nil)
  local resumed = p.slipway({ "resume" }, with(p))
  check.equal(resumed.code, 0, resumed.out .. resumed.err)
end)
