-- A release whose files are described, checksummed and signed by the real programs, driven from the command line; and a
-- file that is changed between build and publish.
local file = require "door.file"
local projects = stand "project"

local function sh(dir, ...)
  local result = run { dir = dir, env = { PATH = os.getenv "PATH", HOME = dir, GNUPGHOME = dir .. "/gpg" }, ... }
  if result.code ~= 0 then error(table.concat({ ... }, " ") .. ": " .. result.out .. result.err, 0) end
  return result.out
end

-- gpg talks to its agent through a socket, whose path must be short.
local function keys()
  local dir = scratch()
  sh(dir, "minisign", "-G", "-W", "-f", "-p", "mini.pub", "-s", "mini.key")
  sh(dir, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "me", "-f", "ssh")
  assert(file.mkdir { path = dir .. "/gpg" })
  assert(file.chmod { path = dir .. "/gpg", mode = 448 })
  sh(dir, "gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", "Release <release@example.test>", "ed25519", "sign", "never")
  assert(file.write { path = dir .. "/gpg.secret", text = sh(dir, "gpg", "--armor", "--export-secret-keys"), mode = 384 })
  assert(file.write { path = dir .. "/gpg.pub", text = sh(dir, "gpg", "--armor", "--export") })
  after(function() run { "gpgconf", "--homedir", dir .. "/gpg", "--kill", "all" } end)
  return dir
end

local config = [[
return {
  targets = { linux = { run = { { "cp", "src/main.c", "pelican" } }, produce = { "pelican" } } },
  artifacts = {
    { archive = "pelican-{version}-linux.tar.gz", target = "linux" }, { archive = "pelican-{version}.tar.zst", source = true },
    checksum_each = true, sbom = { "cyclonedx", "spdx" }, provenance = true,
    sign = {
      { by = "minisign", key = "%s/mini.key", public = "%s/mini.pub", files = "all" },
      { by = "ssh", key = "file:%s/ssh" }, { by = "gpg", key = "env:RELEASE_KEY" },
    },
  },
}
]]

local function project()
  local p, dir = projects.on_daemon(), keys()
  p.commit("chore: configure", { ["slipway.lua"] = config:gsub("%%s", function() return dir end) })
  p.git("push", "-q", "origin", "main")
  p.keys, p.env = dir, { RELEASE_KEY = file.read(dir .. "/gpg.secret") }
  return p
end

local function files_of(p)
  local found = {}
  local listed = run { "find", p.dir .. "/.git/slipway/runs", "-path", "*/files/*", "-type", "f", "!", "-name", "list.json", "!", "-name", "made.json" }
  for path in listed.out:gmatch "[^\n]+" do
    local name = path:match "[^/]+$"
    found[name] = path
  end
  return found
end

local names = {
  "SHA256SUMS", "SHA256SUMS.asc", "SHA256SUMS.minisig", "SHA256SUMS.sig", "pelican", "pelican-1.2.0-linux.tar.gz", "pelican-1.2.0-linux.tar.gz.minisig",
  "pelican-1.2.0-linux.tar.gz.sha256", "pelican-1.2.0-linux.tar.gz.sha256.minisig", "pelican-1.2.0.cdx.json", "pelican-1.2.0.cdx.json.minisig",
  "pelican-1.2.0.cdx.json.sha256", "pelican-1.2.0.cdx.json.sha256.minisig", "pelican-1.2.0.intoto.jsonl", "pelican-1.2.0.intoto.jsonl.minisig",
  "pelican-1.2.0.intoto.jsonl.sha256", "pelican-1.2.0.intoto.jsonl.sha256.minisig", "pelican-1.2.0.spdx.json", "pelican-1.2.0.spdx.json.minisig",
  "pelican-1.2.0.spdx.json.sha256", "pelican-1.2.0.spdx.json.sha256.minisig", "pelican-1.2.0.tar.zst", "pelican-1.2.0.tar.zst.minisig",
  "pelican-1.2.0.tar.zst.sha256", "pelican-1.2.0.tar.zst.sha256.minisig",
}

test("a release is signed by minisign, ssh-keygen and gpg, and each program accepts it", { timeout = 120 }, function()
  local p = project()
  local result = p.slipway({ "run", "release", "--yes" }, { env = p.env })
  check.equal(result.code, 0, result.out .. result.err)
  check.falsy((result.out .. result.err):find("PRIVATE KEY", 1, true))
  local found, listed = files_of(p), {}
  for name in pairs(found) do listed[#listed + 1] = name end -- order: sorted below
  table.sort(listed)
  check.equal(listed, names)

  local together = scratch()
  for name, path in pairs(found) do assert(file.copy { from = path, to = together .. "/" .. name }) end -- order: a set of files
  sh(together, "sha256sum", "-c", "--quiet", "SHA256SUMS")
  sh(together, "sha256sum", "-c", "--quiet", "pelican-1.2.0.tar.zst.sha256")
  sh(together, "minisign", "-V", "-q", "-p", p.keys .. "/mini.pub", "-m", "pelican-1.2.0-linux.tar.gz")
  assert(file.write { path = together .. "/allowed", text = "slipway " .. file.read(p.keys .. "/ssh.pub") })
  local ssh = run { "sh", "-c", "ssh-keygen -Y verify -f allowed -I slipway -n file -s SHA256SUMS.sig < SHA256SUMS", dir = together }
  check.equal(ssh.code, 0, ssh.out .. ssh.err)
  sh(p.keys, "gpg", "--batch", "--verify", together .. "/SHA256SUMS.asc", together .. "/SHA256SUMS")

  local payload = require("pure.provenance").open(file.read(together .. "/pelican-1.2.0.intoto.jsonl"))
  check.equal(payload.statement.predicateType, "https://slsa.dev/provenance/v1")
  check.equal(payload.statement.predicate.buildDefinition.resolvedDependencies[1].digest.gitCommit, p.git("rev-parse", "v1.2.0^{commit}"))
  local digests = {}
  for _, subject in ipairs(payload.statement.subject) do digests[subject.name] = subject.digest.sha256 end
  check.equal(digests["pelican-1.2.0.tar.zst"], require("door.digest").sha256 { file = together .. "/pelican-1.2.0.tar.zst" })
  local leaked = run { "grep", "-rlF", "PRIVATE KEY", p.dir .. "/.git/slipway" }
  check.equal(leaked.out, "")
end)

test("the same commit gives the same archives, checksums and SBOMs in another place at another time", { timeout = 120 }, function()
  local p = project()
  local seen = {}
  for i, zone in ipairs { "UTC", "Pacific/Apia" } do
    local env = { TZ = zone, RELEASE_KEY = p.env.RELEASE_KEY }
    check.equal(p.slipway({ "run", "release", "--yes" }, { env = env }).code, 0)
    local digests = {}
    for name, path in pairs(files_of(p)) do -- order: a set
      if not name:find "%.asc$" and not name:find "intoto" and not name:find "SUMS" and not name:find "minisig" then digests[name] = require("door.digest").sha256 { file = path } end
    end
    seen[i] = digests
    check.equal(p.slipway({ "undo" }, { env = env }).code, 0)
    check.equal(next(files_of(p)), nil, "undo deletes what was made")
  end
  check.equal(seen[1], seen[2])
end)

test("a signer without its key is a clear refusal before anything leaves, and resume goes on", { timeout = 120 }, function()
  local p = project()
  local early = p.slipway { "run", "release", "--yes" }
  check.equal(early.code, 5, early.out .. early.err)
  check.match(early.out .. early.err, "RELEASE_KEY")
  local result = p.slipway({ "run", "release", "--yes" }, { env = { RELEASE_KEY = "this is no key" } })
  check.equal(result.code, 7, result.out .. result.err)
  check.match(result.out .. result.err, "gpg could not read the key")
  check.equal(p.remote_refs()["refs/tags/v1.2.0"], nil)
  local resumed = p.slipway({ "resume" }, { env = p.env })
  check.equal(resumed.code, 0, resumed.out .. resumed.err)
  check.truthy(p.remote_refs()["refs/tags/v1.2.0"])
end)

test("a file changed between build and the next step is refused: exit 8", { timeout = 120 }, function()
  local p = project()
  check.equal(p.slipway({ "run", "release", "--yes" }, { env = { RELEASE_KEY = "this is no key" } }).code, 7) -- gpg, the last signer, stops
  assert(file.write { path = files_of(p)["SHA256SUMS"], text = "something else" })
  local resumed = p.slipway({ "resume" }, { env = p.env })
  check.equal(resumed.code, 8, resumed.out .. resumed.err)
  check.match(resumed.out .. resumed.err, "not the file that was built")
  check.equal(p.remote_refs()["refs/tags/v1.2.0"], nil)
end)

test("a Debian package comes from the project's own install rules, the same each time", { timeout = 300 }, function()
  local p = projects.on_daemon { kind = "cmake", files = {
    ["CMakeLists.txt"] = "cmake_minimum_required(VERSION 3.25)\nproject(pelican VERSION 1.1.0 LANGUAGES C)\nadd_executable(pelican src/main.c)\n"
      .. "install(TARGETS pelican)\nset(CPACK_PACKAGE_CONTACT ada@example.test)\ninclude(CPack)\n",
    ["slipway.lua"] = "return { artifacts = { { deb = 'pelican_{version}_amd64.deb', with = 'cpack' } } }\n",
  } }
  local seen = {}
  for i = 1, 2 do
    local result = p.slipway { "run", "release", "--yes" }
    check.equal(result.code, 0, result.out .. result.err)
    local path = files_of(p)["pelican_1.2.0_amd64.deb"]
    seen[i] = require("door.digest").sha256 { file = path }
    check.match(sh(scratch(), "dpkg-deb", "--field", path, "Version"), "^1.2.0")
    check.match(sh(scratch(), "dpkg-deb", "--contents", path), "%./usr/bin/pelican")
    check.equal(p.slipway({ "undo" }).code, 0)
  end
  check.equal(seen[1], seen[2])
end)

test("a package above its max_size is refused and not kept; the report tells sizes and what programs are linked with", { timeout = 120 }, function()
  local config = "return { targets = { linux = { run = { { 'cp', '/bin/sh', 'pelican' } }, produce = { 'pelican' } } }, artifacts = { { archive = 'pelican-{version}.tar.gz', target = 'linux', max_size = '%s' } } }\n"
  local p = projects.on_daemon { files = { ["slipway.lua"] = config:format "10K" } }
  local refused = p.slipway { "run", "release", "--yes" }
  check.equal(refused.code, 7, refused.out .. refused.err)
  check.match(refused.out .. refused.err, "SW%-BUILD%-TOO%-LARGE.*pelican%-1.2.0.tar.gz has %d+ bytes, max_size allows 10240")
  check.equal(files_of(p)["pelican-1.2.0.tar.gz"], nil)
  check.equal(p.slipway({ "undo" }).code, 0)
  p.commit("chore: allow more", { ["slipway.lua"] = config:format "9M" })
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  local report = p.slipway({ "report" }).out
  check.match(report, "| pelican | [%d.]+ K | elf %w+ | libc.so.6 %(GNU C library [%d.]+%) | `%x+` |")
  check.match(report, "| pelican%-1.2.0.tar.gz | [%d.]+ K |")
end)

test("settings that cannot be meant are refused by name", function()
  local p = projects.on_daemon()
  for text, why in pairs { -- order: each is looked at alone
    ["sign = { { by = 'pgp', key = 'x' } }"] = "cosign, gpg, minisign, ssh",
    ["sign = { { by = 'minisign', key = 'x' } }"] = "public is missing",
    ["sign = { { by = 'gpg' } }"] = "key is missing",
    ["provenance = true"] = "artifacts.sign says by whom",
    ["sbom = { 'cyclone' }"] = "cyclonedx",
    ["signs = {}"] = "sign",
    ["bundles = { archive = 'a.zip' }"] = "{target}",
    ["{ deb = 'a.deb' }"] = "cpack, nfpm",
  } do
    assert(file.write { path = p.dir .. "/slipway.lua", text = ("return { artifacts = { %s } }"):format(text) })
    local result = p.slipway { "plan", "release" }
    check.truthy(result.code ~= 0, text)
    check.match(result.out .. result.err, why)
  end
end)
