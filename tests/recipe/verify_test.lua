-- slipway verify TAG on a real Gitea: a release agrees with itself, and every way of tampering with it is named.
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local gitea, count = nil, 0

local config = [[
return {
  targets = { linux = { run = { { "cp", "src/main.c", "pelican" } }, produce = { "pelican" } } },
  artifacts = {
    { archive = "pelican-{version}-linux.tar.gz", target = "linux", include = { "Cargo.toml" } }, { archive = "pelican-{version}.zip", source = true },
    sbom = { "cyclonedx", "spdx" }, provenance = true, sign = { { by = "minisign", key = %q, public = "minisign.pub" } },
  },
  forge = { kind = "gitea", url = %q, repo = %q, token = %q },
}
]]

local function released()
  gitea = gitea or servers.gitea()
  count = count + 1
  local repo = gitea.new_repo("verify" .. count)
  local p = projects.new { dir = scratch(), remote = repo.auth_url }
  local made = run { "minisign", "-G", "-W", "-f", "-p", p.home .. "/minisign.pub", "-s", p.home .. "/minisign.key" }
  check.equal(made.code, 0, made.err)
  local token = p.home .. "/token"
  assert(file.write { path = token, text = gitea.token, mode = 384 })
  p.commit("chore: configure", {
    ["slipway.lua"] = config:format(p.home .. "/minisign.key", gitea.url, repo.owner .. "/" .. repo.name, "file:" .. token),
    ["minisign.pub"] = file.read(p.home .. "/minisign.pub"), ["notes/secret.txt"] = "not for the archive\n", [".gitattributes"] = "notes export-ignore\n",
  })
  p.git("push", "-q", "origin", "main")
  gitea.settle(repo)
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  function p.page() return (gitea.api("GET", ("/repos/%s/%s/releases/tags/v1.2.0"):format(repo.owner, repo.name))) end
  function p.drop(name)
    for _, asset in ipairs(p.page().assets) do
      if asset.name == name then gitea.api("DELETE", ("/repos/%s/%s/releases/%d/assets/%d"):format(repo.owner, repo.name, p.page().id, asset.id)) end
    end
  end
  function p.put(name, text)
    local path = scratch() .. "/" .. name
    assert(file.write { path = path, text = text })
    local put = run { "curl", "-sS", "--noproxy", "*", "--fail", "-H", "Authorization: token " .. gitea.token, "-F", "attachment=@" .. path,
      ("%s/api/v1/repos/%s/%s/releases/%d/assets?name=%s"):format(gitea.url, repo.owner, repo.name, p.page().id, name) }
    check.equal(put.code, 0, put.err)
  end
  function p.get(name)
    for _, asset in ipairs(p.page().assets) do
      if asset.name == name then return run({ "curl", "-sSL", "--noproxy", "*", asset.browser_download_url }).out end
    end
  end
  function p.verify(...)
    local result_of = p.slipway { "verify", "v1.2.0", "--json", ... }
    return result_of.code, json.decode(result_of.out), result_of
  end
  p.repo = repo
  return p
end

--- "check subject" of all entries of a state.
local function subjects(answer, state)
  local list = {}
  for _, entry in ipairs(answer.checks) do
    if entry.state == state then list[#list + 1] = entry.check .. " " .. entry.subject end
  end
  return list
end

test("a release agrees with itself, here and in a fresh clone", { timeout = 300 }, function()
  local p = released()
  local code, answer, result = p.verify()
  check.equal(code, 0, result.out .. result.err)
  check.equal(answer.agrees, true)
  check.equal(subjects(answer, "different"), {})
  for _, line in ipairs {
    "tag v1.2.0 on origin", "manifests Cargo.toml, Cargo.lock", "record pelican-1.2.0.zip", "checksums SHA256SUMS", "signatures SHA256SUMS.minisig",
    "provenance pelican-1.2.0.intoto.jsonl", "bill pelican-1.2.0.cdx.json", "bill pelican-1.2.0.spdx.json", "source pelican-1.2.0.zip", "members pelican-1.2.0-linux.tar.gz",
  } do
    check.truthy(require("pure.near").contains(subjects(answer, "same"), line), line)
  end
  local clone = scratch() .. "/clone"
  p.git("clone", "-q", p.url, clone)
  local elsewhere = p.slipway({ "verify", "1.2.0" }, { dir = clone })
  check.equal(elsewhere.code, 0, elsewhere.out .. elsewhere.err)
  check.match(elsewhere.out, "everything agrees")
  -- the source archive is what git archive makes of the tag, export-ignore included
  local theirs = run { "sh", "-c", "git archive --format=tar --prefix=pelican-1.2.0/ v1.2.0 | tar -t | grep -v '/$' | sort", dir = clone }
  assert(file.write { path = clone .. "/ours.zip", text = p.get "pelican-1.2.0.zip" })
  local ours = run { "sh", "-c", "unzip -Z1 ours.zip | grep -v '/$' | sort", dir = clone }
  check.equal(ours.out, theirs.out)
  check.falsy(ours.out:find "secret")
end)

test("every way of tampering is named, and the exit code is 8", { timeout = 300 }, function()
  local p = released()
  local original = p.get "pelican-1.2.0-linux.tar.gz"
  p.drop "pelican-1.2.0-linux.tar.gz"
  p.put("pelican-1.2.0-linux.tar.gz", original .. "\0")
  p.put("surprise.exe", "MZ")
  local code, answer = p.verify()
  check.equal(code, 8)
  local found = table.concat(subjects(answer, "different"), "\n")
  check.match(found, "record pelican%-1.2.0%-linux.tar.gz")
  check.match(found, "checksums pelican%-1.2.0%-linux.tar.gz")
  check.match(found, "provenance pelican%-1.2.0%-linux.tar.gz")
  check.match(found, "record surprise.exe")
  check.match(found, "checksums surprise.exe")
  check.falsy(found:find("signatures", 1, true))

  -- a checksum file made to fit: only the signature, the provenance and our own record tell
  p.drop "surprise.exe"
  local sums = p.get "SHA256SUMS"
  local digest = require "door.digest"
  p.drop "SHA256SUMS"
  p.put("SHA256SUMS", (sums:gsub("%x+  pelican%-1.2.0%-linux", digest.sha256(original .. "\0") .. "  pelican-1.2.0-linux")))
  code, answer = p.verify()
  check.equal(code, 8)
  found = table.concat(subjects(answer, "different"), "\n")
  check.match(found, "signatures SHA256SUMS.minisig")
  check.match(found, "provenance pelican%-1.2.0%-linux.tar.gz")
  check.falsy(found:find("checksums", 1, true), found)

  p.drop "SHA256SUMS.minisig"
  code, answer = p.verify()
  check.equal(code, 8)
  check.match(table.concat(subjects(answer, "different"), "\n"), "signatures SHA256SUMS.minisig")
end)

test("an archive packed again is told by its members: another program, a changed text, a file too many", { timeout = 300 }, function()
  local p = released()
  local dir, name = scratch(), "pelican-1.2.0-linux"
  assert(file.write { path = dir .. "/a.tar.gz", text = p.get(name .. ".tar.gz") })
  assert(run({ "tar", "-xzf", "a.tar.gz", dir = dir }).code == 0)
  check.equal(file.list(dir .. "/" .. name), { "Cargo.toml", "pelican" })
  local function members()
    assert(run({ "tar", "-czf", "b.tar.gz", name, dir = dir }).code == 0)
    p.drop(name .. ".tar.gz")
    p.put(name .. ".tar.gz", file.read(dir .. "/b.tar.gz"))
    local _, answer = p.verify()
    local said = {}
    for _, entry in ipairs(answer.checks) do
      if entry.check == "members" then said[#said + 1] = entry.state .. " " .. entry.why end
    end
    return said
  end
  check.equal(members(), { "same 2 files in it, as slipway.lua says" })
  assert(file.write { path = dir .. "/" .. name .. "/Cargo.toml", text = "changed" })
  assert(file.write { path = dir .. "/" .. name .. "/pelican", text = "another program" })
  assert(file.write { path = dir .. "/" .. name .. "/miner", text = "one more" })
  local said = table.concat(members(), "\n")
  check.match(said, "different Cargo.toml is not as in the tag")
  check.match(said, "different miner is in it, and nothing in slipway.lua puts it there")
  check.match(said, "different pelican is %x+ in it, which is not what was built")
  assert(file.remove(dir .. "/" .. name .. "/Cargo.toml"))
  check.match(table.concat(members(), "\n"), "different Cargo.toml is missing in it")
end)

test("a source archive that is not the tag's is told file by file; a moved tag and a wrong version are named", { timeout = 300 }, function()
  local p = released()
  local dir = scratch() .. "/pelican-1.2.0"
  p.git("worktree", "add", "-q", "--detach", dir, "v1.2.0")
  assert(file.write { path = dir .. "/src/main.c", text = "int main(void) { return 42; }\n" })
  assert(file.remove(dir .. "/src/fly.c"))
  check.equal(run({ "zip", "-q", "-r", "evil.zip", "pelican-1.2.0", "-x", "*/.git", dir = dir:match "^(.*)/" }).code, 0)
  p.drop "pelican-1.2.0.zip"
  p.put("pelican-1.2.0.zip", file.read(dir:match "^(.*)/" .. "/evil.zip"))
  local code, answer = p.verify()
  check.equal(code, 8)
  local why = {}
  for _, entry in ipairs(answer.checks) do
    if entry.check == "source" then why[#why + 1] = entry.why end
  end
  check.equal(why, { "notes/secret.txt is not in the tag", "src/fly.c is missing", "src/main.c is not as in the tag" })

  -- an archive that would write elsewhere is not unpacked, it is named
  local hostile = run { "python3", "-c", "import sys, zipfile; z = zipfile.ZipFile('hostile.zip', 'w'); z.writestr('pelican-1.2.0/../../escaped', 'x'); z.close()", dir = p.home }
  check.equal(hostile.code, 0, hostile.err)
  p.drop "pelican-1.2.0.zip"
  p.put("pelican-1.2.0.zip", file.read(p.home .. "/hostile.zip"))
  code, answer = p.verify()
  check.equal(code, 8)
  local said = ""
  for _, entry in ipairs(answer.checks) do
    if entry.check == "source" then said = said .. entry.state .. " " .. entry.why end
  end
  check.match(said, "^different .*leaves its folder")
  local unpacked = p.slipway { "eval", "local file, to = ... ; assert(archive.extract { file = file, to = to })", p.home .. "/hostile.zip", p.home .. "/out" }
  check.equal(unpacked.code, 1, unpacked.out .. unpacked.err)
  check.match(unpacked.out .. unpacked.err, "leaves its folder")
  check.falsy(file.stat(p.home .. "/escaped"))

  p.git("tag", "-f", "-a", "v1.2.0", "-m", "moved", "HEAD~1")
  code, answer = p.verify()
  check.equal(code, 8)
  local found = table.concat(subjects(answer, "different"), "\n")
  check.match(found, "tag v1.2.0 on origin")
  check.match(found, "manifests ")
end)

test("what cannot be looked at is no agreement", { timeout = 300 }, function()
  local p = released()
  p.commit("chore: elsewhere", { ["slipway.lua"] = (file.read(p.dir .. "/slipway.lua"):gsub("http://127.0.0.1:%d+", "http://127.0.0.1:1")) })
  local code, answer, result = p.verify()
  check.equal(code, 4, result.out .. result.err)
  check.truthy(answer.unknown > 0)
  check.equal(p.slipway({ "verify", "v9.9.9" }).code, 4)
end)
