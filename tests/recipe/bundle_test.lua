-- From a release of five binaries to its bundles, on a real Gitea: no bundle before sign-off, the decision as a signed
-- record on the page, ten bundles of what was approved, all verified.
local file = require "door.file"
local json = require "door.json"
local projects = stand "project"
local provenance = require "pure.provenance"
local servers = stand "servers"

local gitea, count = nil, 0
local targets = { "linux-amd64", "linux-arm64", "macos-intel", "macos-silicon", "windows-amd64" }

local function config(p, repo, token, payloads)
  local parts = { "return {\n  targets = {\n" }
  for _, name in ipairs(targets) do
    local binary = ("pelican-%s%s"):format(name, name:find "windows" and ".exe" or "")
    parts[#parts + 1] = ("    [%q] = { run = { { 'cp', 'src/main.c', %q } }, produce = { %q } },\n"):format(name, binary, binary)
  end
  parts[#parts + 1] = ("  },\n  artifacts = {\n    sign = { { by = 'minisign', key = %q, public = 'minisign.pub' } },\n    bundles = {\n      archive = 'pelican-{version}-{target}-{payload}.tar.gz', include = { 'Cargo.toml' },\n      binaries = {\n"):format(p.home .. "/minisign.key")
  for _, name in ipairs(targets) do
    local suffix = name:find "windows" and ".exe" or ""
    parts[#parts + 1] = ("        [%q] = { asset = 'pelican-%s%s', as = 'pelican%s' },\n"):format(name, name, suffix, suffix)
  end
  parts[#parts + 1] = ("      },\n      payloads = {\n        large = { { from = %q, as = 'model.gguf', sha256 = %q } },\n        small = { { from = %q, as = 'model.gguf', sha256 = %q } },\n      },\n    },\n  },\n"):format(
    payloads.large.from, payloads.large.sha256, payloads.small.from, payloads.small.sha256)
  parts[#parts + 1] = ("  signoff = { critical = { { 'test', '-f', 'src/main.c' } } },\n  forge = { kind = 'gitea', url = %q, repo = %q, token = %q },\n}\n"):format(
    gitea.url, repo.owner .. "/" .. repo.name, "file:" .. token)
  return table.concat(parts)
end

local function payload(name, size)
  local path = scratch() .. "/" .. name
  assert(file.write { path = path, text = (name .. " "):rep(size) })
  return { from = path, sha256 = require("door.digest").sha256 { file = path } }
end

local function released()
  gitea = gitea or servers.gitea()
  count = count + 1
  local repo = gitea.new_repo("bundle" .. count)
  local p = projects.new { dir = scratch(), remote = repo.auth_url }
  check.equal(run({ "minisign", "-G", "-W", "-f", "-p", p.home .. "/minisign.pub", "-s", p.home .. "/minisign.key" }).code, 0)
  local token = p.home .. "/token"
  assert(file.write { path = token, text = gitea.token, mode = 384 })
  p.payloads = { large = payload("large", 300000), small = payload("small", 1000) }
  p.commit("chore: configure", { ["slipway.lua"] = config(p, repo, token, p.payloads), ["minisign.pub"] = file.read(p.home .. "/minisign.pub") })
  p.git("push", "-q", "origin", "main")
  gitea.settle(repo)
  local result = p.slipway { "run", "release", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  p.api = function(method, path, body) return gitea.api(method, ("/repos/%s/%s%s"):format(repo.owner, repo.name, path), body) end
  function p.assets()
    local names = {}
    for i, asset in ipairs(p.api("GET", "/releases/tags/v1.2.0").assets) do names[i] = asset.name end
    table.sort(names)
    return names
  end
  function p.get(name)
    for _, asset in ipairs(p.api("GET", "/releases/tags/v1.2.0").assets) do
      if asset.name == name then return run({ "curl", "-sSL", "--noproxy", "*", asset.browser_download_url }).out end
    end
  end
  function p.put(name, text)
    local page = p.api("GET", "/releases/tags/v1.2.0")
    for _, asset in ipairs(page.assets) do
      if asset.name == name then p.api("DELETE", ("/releases/%d/assets/%d"):format(page.id, asset.id)) end
    end
    local path = scratch() .. "/" .. name
    assert(file.write { path = path, text = text })
    local put = run { "curl", "-sS", "--noproxy", "*", "--fail", "-H", "Authorization: token " .. gitea.token, "-F", "attachment=@" .. path,
      ("%s/api/v1/repos/%s/%s/releases/%d/assets?name=%s"):format(gitea.url, repo.owner, repo.name, page.id, name) }
    check.equal(put.code, 0, put.err)
  end
  function p.sign_off()
    check.equal(p.slipway({ "run", "signoff", "--yes", "--no-input" }).code, 11)
    local answered = p.slipway { "resume", "--yes" }
    check.equal(answered.code, 0, answered.out .. answered.err)
  end
  return p
end

test("ten bundles of five binaries and two payloads, after sign-off only", { timeout = 600 }, function()
  local p = released()
  local early = p.slipway { "run", "bundle", "--yes" }
  check.equal(early.code, 4, early.out .. early.err)
  check.match(early.out .. early.err, "not been signed off")

  -- nobody is there to decide: the run parks; then somebody answers
  check.equal(p.slipway({ "run", "signoff", "--yes", "--no-input" }).code, 11)
  check.equal(p.slipway({ "resume", "--answer", "perhaps" }).code, 11)
  local parked = p.slipway { "resume", "--answer", "ship" }
  check.equal(parked.code, 0, parked.out .. parked.err)
  local record = provenance.open(p.get "pelican-1.2.0.signoff.intoto.jsonl")
  check.equal(record.statement.predicate.decision, "ship")
  check.equal(#record.statement.subject, 7)
  check.match(parked.out, "slipway run bundle %-%-version v1.2.0")

  local result = p.slipway { "run", "bundle", "--yes" }
  check.equal(result.code, 0, result.out .. result.err)
  local bundles = {}
  for _, name in ipairs(p.assets()) do
    if name:find "%.tar%.gz$" then bundles[#bundles + 1] = name end
  end
  check.equal(#bundles, 10)
  check.equal(bundles[10], "pelican-1.2.0-windows-amd64-small.tar.gz")
  check.equal(#p.assets(), 7 + 1 + 20)
  local dir = scratch()
  local untouched = {}
  for _, suffix in ipairs { "", ".sha256" } do
    untouched[suffix] = p.get(bundles[1] .. suffix)
    assert(file.write { path = dir .. "/" .. bundles[1] .. suffix, text = untouched[suffix] })
  end
  check.equal(run({ "sha256sum", "-c", bundles[1] .. ".sha256", dir = dir }).code, 0)
  local listed = run { "tar", "-tvzf", dir .. "/" .. bundles[1] }
  check.match(listed.out, "%-rwxr%-xr%-x [^\n]* pelican%-1.2.0%-linux%-amd64%-large/pelican\n")
  check.match(listed.out, "model.gguf")
  check.match(listed.out, "Cargo.toml")
  local verified = p.slipway { "verify", "v1.2.0" }
  check.equal(verified.code, 0, verified.out .. verified.err)
  check.match(verified.out, "pelican%-1.2.0%-linux%-amd64%-large.tar.gz +3 files in it, as slipway.lua says")

  -- a bundle packed again with the other payload, its checksum made to fit: the member is named
  local inside = dir .. "/pelican-1.2.0-linux-amd64-large"
  assert(run({ "tar", "-xzf", bundles[1], dir = dir }).code == 0)
  assert(file.copy { from = p.payloads.small.from, to = inside .. "/model.gguf" })
  assert(run({ "tar", "-czf", bundles[1], "pelican-1.2.0-linux-amd64-large", dir = dir }).code == 0)
  local digest = require("door.digest").sha256 { file = dir .. "/" .. bundles[1] }
  p.put(bundles[1], file.read(dir .. "/" .. bundles[1]))
  p.put(bundles[1] .. ".sha256", ("%s  %s\n"):format(digest, bundles[1]))
  local other = p.slipway { "verify", "v1.2.0" }
  check.equal(other.code, 8, other.out .. other.err)
  check.match(other.out, "DIFFERENT pelican%-1.2.0%-linux%-amd64%-large.tar.gz +model.gguf is %x+ in it, which is not what was built")

  for suffix, text in pairs(untouched) do p.put(bundles[1] .. suffix, text) end -- order: two files

  -- undo takes the bundles away and nothing else
  local undone = p.slipway { "undo", "--yes" }
  check.equal(undone.code, 0, undone.out .. undone.err)
  check.equal(#p.assets(), 8)
end)

test("without a sign-off a bundle takes a reason; a failed workflow counts, and a command may decide", { timeout = 600 }, function()
  local p = released()
  local reasoned = p.slipway { "plan", "bundle", "--reason", "QE is on leave" }
  check.equal(reasoned.code, 0, reasoned.out .. reasoned.err)
  check.match(reasoned.out:gsub("%s+", " "), "bundled without asking for a sign%-off: QE is on leave")

  p.api("POST", "/statuses/" .. p.git("rev-parse", "v1.2.0^{commit}"), { state = "failure", context = "windows build" })
  local answer = [[printf '{ "decision": "conditional", "by": "qe-bot", "notes": "%s %s %s" }' "$1" "$2" "$SLIPWAY_PROPOSAL"]]
  local text = file.read(p.dir .. "/slipway.lua"):gsub("signoff = {", function() return ("signoff = { command = { 'sh', '-c', %q, 'qe', '{action}', '{version}' },"):format(answer) end)
  assert(file.write { path = p.dir .. "/slipway.lua", text = text })
  local result = p.slipway { "run", "signoff", "--yes", "--no-input" }
  check.equal(result.code, 0, result.out .. result.err)
  local record = provenance.open(p.get "pelican-1.2.0.signoff.intoto.jsonl").statement.predicate
  check.equal({ record.decision, record.by, record.notes }, { "conditional", "qe-bot", "sign-off 1.2.0 abort" })
  check.match(record.findings, "workflow windows build")
  check.equal(record.commit, p.git("rev-parse", "v1.2.0^{commit}"))
end)

test("a P0 does not ship: the decision waits for a person, and leads to the hotfix", { timeout = 600 }, function()
  local p = released()
  local label = p.api("POST", "/labels", { name = "P0", color = "#ff0000" })
  p.api("POST", "/issues", { title = "it loses data", labels = { label.id } })
  check.equal(p.slipway({ "run", "signoff", "--quick-fix", "--yes", "--no-input" }).code, 11)
  check.equal(p.slipway({ "resume", "--answer", "ship" }).code, 11) -- laxer than the findings, and no reason
  local parked = p.slipway { "resume", "--answer", "hotfix" }
  check.equal(parked.code, 0, parked.out .. parked.err)
  local record = provenance.open(p.get "pelican-1.2.0.signoff.intoto.jsonl").statement.predicate
  check.equal({ record.decision, record.findings }, { "hotfix", "1 P0, with a quick fix" })
  check.match(parked.out, "slipway run hotfix %-%-from v1.2.0")
  check.equal(p.slipway({ "run", "bundle", "--yes" }).code, 4)
end)

test("an asset changed after sign-off is not bundled: exit 8", { timeout = 600 }, function()
  local p = released()
  p.sign_off()
  local page = p.api("GET", "/releases/tags/v1.2.0")
  for _, asset in ipairs(page.assets) do
    if asset.name == "pelican-linux-arm64" then p.api("DELETE", ("/releases/%d/assets/%d"):format(page.id, asset.id)) end
  end
  local path = scratch() .. "/other"
  assert(file.write { path = path, text = "other" })
  run { "curl", "-sS", "--noproxy", "*", "--fail", "-H", "Authorization: token " .. gitea.token, "-F", "attachment=@" .. path,
    ("%s/api/v1/repos/%s/bundle%d/releases/%d/assets?name=pelican-linux-arm64"):format(gitea.url, p.git("remote", "get-url", "origin"):match "([^/]+)/[^/]+$", count, page.id) }
  local result = p.slipway { "run", "bundle", "--yes" }
  check.equal(result.code, 8, result.out .. result.err)
  check.match(result.out .. result.err, "pelican%-linux%-arm64")
  check.equal(#p.assets(), 8)
end)

test("a payload that is not the promised one is refused", { timeout = 600 }, function()
  local p = released()
  p.sign_off()
  assert(file.write { path = p.payloads.small.from, text = "another model" })
  local result = p.slipway { "run", "bundle", "--yes", "--json" }
  check.truthy(result.code == 8 or result.code == 7, result.out .. result.err)
  check.match(result.out .. result.err, "not what was promised")
  check.equal(json.decode(result.out:match "[^\n]+\n?$").schema, 1)
  check.equal(#p.assets(), 8)
end)
