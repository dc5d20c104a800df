-- Debian packages by nfpm: the same each time, installed by dpkg, and looked into by slipway verify on a real Gitea.
local digest = require "door.digest"
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$"
local nfpm = run({ "sh", "-c", ". \"$0/places.sh\" && printf %s \"$nfpm\"", here }).out
if not file.stat(nfpm) then skip "nfpm is missing: sh vendor/install servers" end

local settings = [[
name: pelican
arch: amd64
platform: linux
version: ${VERSION}
maintainer: Ada Example <ada@example.test>
description: A large bird.
contents:
  - src: ./pelican
    dst: /usr/bin/pelican
    file_info:
      mode: 0755
  - src: ./notes.txt
    dst: /usr/share/doc/pelican/notes.txt
]]

local config = [[
return {
  targets = { linux = { run = { { "sh", "-c", "printf '#!/bin/sh\necho pelican\n' >pelican; chmod +x pelican" } }, produce = { "pelican" } } },
  artifacts = { { deb = "pelican_{version}_amd64.deb", with = "nfpm", config = "nfpm.yaml", target = "linux" } }%s
}
]]

local function with_nfpm() return { env = { PATH = nfpm:match "^(.*)/" .. ":" .. os.getenv "PATH" } } end

local function built(p)
  return (run({ "find", p.dir .. "/.git/slipway/runs", "-name", "*.deb", "-type", "f" }).out:match "[^\n]+")
end

test("nfpm packs the same package each time, and dpkg installs it", { timeout = 300 }, function()
  local p = projects.on_daemon { kind = "plain", files = { ["slipway.lua"] = config:format "", ["nfpm.yaml"] = settings } }
  local seen, root = {}, scratch()
  for i = 1, 2 do
    local result = p.slipway({ "run", "release", "--yes" }, with_nfpm())
    check.equal(result.code, 0, result.out .. result.err)
    seen[i] = digest.sha256 { file = built(p) }
    if i == 1 then
      check.equal(p.slipway({ "undo", "--yes" }).code, 0)
      run { "sleep", "1.1" }
    end
  end
  check.equal(seen[1], seen[2])
  assert(file.mkdir { path = root .. "/var/lib/dpkg", parents = true })
  for _, name in ipairs { "status", "available" } do assert(file.write { path = root .. "/var/lib/dpkg/" .. name, text = "" }) end
  local argv = { "dpkg", "--root=" .. root, "--force-not-root", "--force-depends", "--force-architecture", "--log=/dev/null", "--install", built(p) }
  local installed = run(argv)
  check.equal(installed.code, 0, installed.out .. installed.err)
  check.equal(run({ root .. "/usr/bin/pelican" }).out, "pelican\n")
  check.equal(run({ "dpkg-query", "--admindir=" .. root .. "/var/lib/dpkg", "-W", "-f", "${Package} ${Version} ${Architecture}", "pelican" }).out, "pelican 1.2.0 amd64")
end)

test("verify looks into a Debian package: another program in it, another version on it", { timeout = 300 }, function()
  local gitea = servers.gitea()
  local repo = gitea.new_repo "deb"
  local token = scratch() .. "/token"
  assert(file.write { path = token, text = gitea.token, mode = 384 })
  local forge = (",\n  forge = { kind = 'gitea', url = %q, repo = %q, token = %q },"):format(gitea.url, repo.owner .. "/" .. repo.name, "file:" .. token)
  local p = projects.new { dir = scratch(), remote = repo.auth_url, kind = "plain", files = { ["slipway.lua"] = config:gsub("%%s", function() return forge end), ["nfpm.yaml"] = settings } }
  gitea.settle(repo)
  local result = p.slipway({ "run", "release", "--yes" }, with_nfpm())
  check.equal(result.code, 0, result.out .. result.err)

  local function members()
    local seen = {}
    for _, entry in ipairs(assert(json.decode(p.slipway({ "verify", "v1.2.0", "--json" }).out)).checks) do
      if entry.check == "members" then seen[#seen + 1] = entry.state .. " " .. entry.why end
    end
    return table.concat(seen, "\n")
  end
  check.equal(members(), "same 2 files in it, as slipway.lua says")

  -- taken apart, changed and put together again by dpkg-deb
  local name, room = "pelican_1.2.0_amd64.deb", scratch()
  local page = gitea.api("GET", ("/repos/%s/%s/releases/tags/v1.2.0"):format(repo.owner, repo.name))
  local original = built(p)
  local function changed(script)
    check.equal(run({ "sh", "-euc", "rm -rf \"$1/x\"; dpkg-deb -R \"$2\" \"$1/x\"; cd \"$1/x\"; " .. script .. "; dpkg-deb --root-owner-group -b . \"$1/" .. name .. "\"", "sh", room, original }).code, 0)
    for _, asset in ipairs(gitea.api("GET", ("/repos/%s/%s/releases/%d"):format(repo.owner, repo.name, page.id)).assets) do
      if asset.name == name then gitea.api("DELETE", ("/repos/%s/%s/releases/%d/assets/%d"):format(repo.owner, repo.name, page.id, asset.id)) end
    end
    local put = run { "curl", "-sS", "--noproxy", "*", "--fail", "-H", "Authorization: token " .. gitea.token, "-F", "attachment=@" .. room .. "/" .. name,
      ("%s/api/v1/repos/%s/%s/releases/%d/assets?name=%s"):format(gitea.url, repo.owner, repo.name, page.id, name) }
    check.equal(put.code, 0, put.err)
  end
  changed "true"
  check.equal(members(), "same 2 files in it, as slipway.lua says")
  changed "echo mine >usr/bin/pelican"
  check.match(members(), "^different pelican is %x+ in it, which is not what was built$")
  changed "sed -i 's/^Version:.*/Version: 9.9/' DEBIAN/control"
  check.equal(members(), "different it says that it is version 9.9")
end)
