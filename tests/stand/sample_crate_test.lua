-- The sample project samples/crate, a Rust command-line crate with five targets and bundles, from its first commit to a
-- patched second release: by the stock recipes and its one slipway.lua, typed as a user would. A real Gitea is its forge,
-- its CI and its crate registry; the place where it is announced is a fake. The tests are chapters of one story.
local file = require "door.file"
local json = require "door.json"
local samples = stand "samples"
local servers = stand "servers"

samples.need("cargo", "rustc", "minisign")
local builders = samples.builders()
local gitea = servers.gitea()
local runner = gitea.runner()
local places = servers.fake_places()
local repo = gitea.new_repo "caro"

local keys = scratch()
assert(run({ "minisign", "-G", "-W", "-f", "-p", keys .. "/minisign.pub", "-s", keys .. "/minisign.key" }).code == 0)

local p = samples.project { remote = repo.auth_url, env = {
  PATH = builders .. "/bin:" .. os.getenv "PATH", ZIG_GLOBAL_CACHE_DIR = builders .. "/zig-cache",
  CARO_FORGE_TOKEN = gitea.token, CARO_REGISTRY_TOKEN = gitea.token, CARO_MINISIGN_KEY = file.read(keys .. "/minisign.key"),
} }
local files = samples.files("crate", {
  ["https://forge.example"] = gitea.url, ["https://news.example/caro"] = places.url .. "/webhook/T0FAKEFAKE", ["ubuntu-latest"] = "stand", ["packages/me/"] = "packages/" .. gitea.user .. "/",
})
files["minisign.pub"] = file.read(keys .. "/minisign.pub")

--- slipway with these words: what it prints. Fails with all of it at another exit than `code` (0).
local function slipway(words, code)
  local argv, quoted = {}, {}
  words = words:gsub('"([^"]*)"', function(text)
    quoted[#quoted + 1] = text
    return "\1" .. #quoted
  end)
  for word in words:gmatch "%S+" do argv[#argv + 1] = word:gsub("\1(%d+)", function(i) return quoted[tonumber(i)] end) end
  local result = p.slipway(argv, { timeout = 500 })
  local said = result.out .. result.err
  if result.code ~= (code or 0) then error(("slipway %s: exit %s\n%s"):format(table.concat(argv, " "), tostring(result.code), said), 2) end
  local doubled = said:match "^(%l+) %1 "
  check.equal(doubled, nil, said)
  return said
end

local function api(method, path, body)
  local answer, status, text = gitea.api(method, ("/repos/%s/%s%s"):format(repo.owner, repo.name, path), body)
  if status >= 300 and method ~= "GET" then error(("%s %s: %d %s"):format(method, path, status, text), 2) end
  return answer, status
end

local function assets(tag)
  local names = {}
  for i, asset in ipairs(api("GET", "/releases/tags/" .. tag).assets) do names[i] = asset.name end
  table.sort(names)
  return names
end

local function milestones()
  local states = {}
  for _, one in ipairs(api("GET", "/milestones?state=all")) do states[one.title] = one.state end
  return states
end

--- What the registry's own index says of every version: yanked or not.
local function index()
  local yanked = {}
  local said = run { "curl", "-sSf", "--noproxy", "*", ("%s/api/packages/%s/cargo/ca/ro/caro"):format(gitea.url, gitea.user) }
  for line in said.out:gmatch "[^\n]+" do
    local one = json.decode(line)
    yanked[one.vers] = one.yanked
  end
  return yanked
end

-- What the team had before: cargo-release for the trunk and hotfix branches, its steps as tasks of mise.
local before = {
  ["release.toml"] = 'allow-branch = ["main", "hotfix/*"]\ntag-name = "v{{version}}"\ntag-message = "Release v{{version}}"\npublish = true\npush = true\nconsolidate-commits = true\n',
  [".mise.toml"] = '[tools]\nrust = "1.78"\n[tasks."release:version"]\nrun = "cargo release --execute"\n[tasks."release:linux"]\nrun = "cargo zigbuild --release --target x86_64-unknown-linux-gnu"\n[tasks.publish]\nrun = "cargo publish"\n',
}

test("crate: slipway init takes over cargo-release and mise, and gives the versions and tags of the sample's slipway.lua", function()
  local git, versions = stand "project", {}
  for _, kind in ipairs { "imported", "sample" } do
    local project = git.on_daemon { tag = false, files = kind == "imported" and before or { ["slipway.lua"] = files["slipway.lua"] } }
    project.git("tag", "-a", "v0.1.0", "-m", "0.1.0")
    if kind == "imported" then
      local made = json.decode(project.slipway({ "init", "--json" }).out)
      check.match(made.text, '\n  tag = "v{version}"')
      check.equal(made.counts.none, 2) -- the build and the registry: a person writes them
      for _, entry in ipairs(made.settings) do
        if entry.name == "tag-name" then check.equal(entry.verdict, "taken") end
      end
      for _, entry in ipairs(made.settings) do check.truthy(entry.verdict == "taken" or entry.why, entry.name .. " is explained") end
    end
    versions[kind] = {}
    for i, message in ipairs { "chore: nothing", "fix: a", "feat: b", "feat!: c", "fix: d\n\nBREAKING CHANGE: e" } do
      project.git("commit", "-q", "--allow-empty", "-m", message)
      local next = project.slipway { "next", "--json" }
      versions[kind][i] = next.code == 0 and json.decode(next.out).next or next.code
      project.git("reset", "-q", "--hard", "HEAD^")
    end
  end
  check.equal(versions.imported, versions.sample)
  check.equal(versions.sample[3], "0.2.0")
end)

local chapter = 0
--- A chapter needs those before it.
local function tell(number, title, fn)
  test(title, { timeout = 900 }, function()
    if chapter ~= number - 1 then skip "the chapter before it failed" end
    fn()
    chapter = number
  end)
end

tell(1, "crate: from the first commit to a plan that says what is lacking", function()
  local first = {}
  for path, text in pairs(files) do
    if path ~= "slipway.lua" then first[path] = text end
  end
  p.commit("feat: tell what deletes files", first)
  p.git("push", "-q", "-u", "origin", "main")
  gitea.settle(repo)
  check.match(slipway "init --print", '\n  checks = { { "cargo", "test" } },') -- what a stranger begins with
  p.commit("chore: releases by Slipway", { ["slipway.lua"] = files["slipway.lua"] })
  p.git("push", "-q", "origin", "main")
  local told = slipway "doctor"
  check.match(told, "all well")
  check.equal(select(2, told:gsub("program cargo ", "")), 1, told)
  check.match(slipway "", "next +0%.1%.0 +first release")
  local plan = slipway("plan release", 4)
  check.match(plan, "there is no milestone 'v0%.1%.0'")
  check.match(slipway "run prepush --yes", "check: cargo test")
end)

local five = { "linux-amd64", "linux-arm64", "macos-intel", "macos-silicon", "windows-amd64.exe" }

--- The document's ten files of a version.
local function ten(version)
  local names = {}
  for _, platform in ipairs(five) do
    names[#names + 1] = ("caro-%s-%s"):format(version, platform)
    names[#names + 1] = names[#names] .. ".sha256"
  end
  return names
end

tell(2, "crate: the first release, with its gates open, its CI watched, the crate on the registry and ten files on the page", function()
  api("POST", "/milestones", { title = "v0.1.0" })
  slipway "run watch --commit HEAD --yes"
  local said = slipway "run release --yes"
  check.match(said, "watch release.yml of v0%.1%.0")
  check.match(said, "done release caro")
  check.equal(assets "v0.1.0", ten "0.1.0")
  local kinds = {}
  for _, step in ipairs(json.decode(p.slipway({ "show", "--json" }).out).steps) do
    for _, one in ipairs(step.verb == "build" and step.value and step.value.files or {}) do kinds[one.name] = one.about and one.about.kind end
  end
  check.equal({ kinds["caro-0.1.0-linux-amd64"], kinds["caro-0.1.0-linux-arm64"] }, { "elf amd64", "elf arm64" })
  check.equal({ kinds["caro-0.1.0-macos-intel"], kinds["caro-0.1.0-macos-silicon"], kinds["caro-0.1.0-windows-amd64.exe"] }, { "mach-o amd64", "mach-o arm64", "pe amd64" })
  check.equal(index(), { ["0.1.0"] = false })
  check.equal(milestones(), { ["v0.1.0"] = "closed", ["v0.2.0"] = "open" })
  check.equal(#places.arm().posts, 1)
  check.match(slipway "verify v0.1.0", "everything agrees")
end)

tell(3, "crate: no bundle before the sign-off; then ten of them, of what was approved", function()
  check.match(slipway("run bundle --yes", 4), "SW%-PLAN%-REFUSED  quality assurance has signed it off: it has not been signed off")
  local waits = slipway("run signoff --yes --no-input", 11)
  check.match(waits, "The findings say ship")
  check.falsy(waits:find("FAIL", 1, true), waits)
  check.match(slipway "resume --answer ship", "slipway run bundle %-%-version v0%.1%.0")
  slipway "run bundle --yes"
  local bundles = {}
  for _, name in ipairs(assets "v0.1.0") do
    if name:find "%.tar%.gz$" then bundles[#bundles + 1] = name end
  end
  check.equal({ #bundles, #assets "v0.1.0" }, { 10, 10 + 1 + 20 })
  check.match(slipway "verify v0.1.0", "everything agrees")
end)

tell(4, "crate: what is left to do is kept until each is done; the watch is left and resumed with its counts", function()
  slipway("run followup --no-input", 11)
  slipway("resume --yes", 11)
  slipway("resume --yes", 11)
  check.match(slipway "resume --yes", "done followup")
  local before = tonumber(slipway("run monitor --park --yes", 11):match "0 reports, (%d+) downloads %(0 since the watch began%)")
  check.equal(run({ "curl", "-sSf", "--noproxy", "*", "-o", "/dev/null", ("%s/%s/%s/releases/download/v0.1.0/caro-0.1.0-macos-intel"):format(gitea.url, repo.owner, repo.name) }).code, 0)
  for _ = 1, 2 do check.match(slipway("resume", 11), ("0 reports, %d downloads %%(1 since the watch began%%)"):format(before + 1)) end
  slipway 'cancel --reason "the next release is watched"'
end)

tell(5, "crate: a feature lands by pull request, and the second release waits for it", function()
  slipway 'run feature --name "Read redirections" --yes'
  check.equal(p.git("branch", "--show-current"), "feat/read-redirections")
  p.commit("feat: tell what > overwrites", {
    ["src/lib.rs"] = files["src/lib.rs"]:gsub("/// Tells whether a command deletes", "/// Tells whether a command overwrites a file.\npub fn overwrites(command: &str) -> bool {\n    command.contains(\" > \")\n}\n\n%0", 1),
    ["CHANGELOG.md"] = p.read "CHANGELOG.md":gsub("\n## ", "\n## [Unreleased]\n\nRedirections are read, too.\n\n## ", 1),
    ["known-issues.md"] = p.read "known-issues.md" .. "\n## 0.2.0\n\n- `>|` is not read.\n",
  })
  slipway "run prepush --yes"
  p.git("push", "-q", "-u", "origin", "HEAD")
  local number
  for _, one in ipairs(api("GET", "/milestones")) do number = one.title == "v0.2.0" and one.id or number end
  local pull = api("POST", "/pulls", { title = "feat: tell what > overwrites", head = "feat/read-redirections", base = "main", milestone = number })
  p.git("switch", "-q", "main")
  p.commit("chore: mention redirections", { ["README.md"] = p.read "README.md" .. "\nRedirections are read, too.\n" })
  p.git("push", "-q", "origin", "main")
  check.match(slipway("plan release --level minor", 4), "1 open: #1 feat: tell what > overwrites")
  for _ = 1, 40 do -- Gitea looks for conflicts a while after it has taken the request
    local _, status = gitea.api("POST", ("/repos/%s/%s/pulls/%d/merge"):format(repo.owner, repo.name, pull.number), { Do = "squash" })
    if status == 200 then break end
    os.execute "sleep 0.25"
  end
  p.git("fetch", "-q", "origin")
  slipway "run watch --commit origin/main --yes"
  local said = slipway "run release --yes"
  check.match(said, "0%.1%.0 → 0%.2%.0")
  check.match(said, "a release such as 0%.2%.0 is due +warning")
  check.equal(assets "v0.2.0", ten "0.2.0")
  check.equal(milestones(), { ["v0.1.0"] = "closed", ["v0.2.0"] = "closed", ["v0.3.0"] = "open" })
  check.equal(index(), { ["0.1.0"] = false, ["0.2.0"] = false })
end)

tell(6, "crate: a P0 leads from the sign-off to a hotfix; 0.2.1 is published, and its fix comes home", function()
  local p0 = api("POST", "/labels", { name = "P0", color = "#ff0000" })
  local bug = api("POST", "/issues", { title = "unlink is called harmless", labels = { p0.id } })
  slipway("run signoff --quick-fix --yes --no-input", 11)
  check.match(slipway "resume --answer hotfix", "slipway run hotfix %-%-from v0%.2%.0")
  check.match(slipway("run bundle --yes", 4), "it was decided: hotfix")

  p.commit("feat: tell what chmod does", { ["src/lib.rs"] = p.read "src/lib.rs" .. "\n/// Changes the mode of files.\npub fn changes_mode(command: &str) -> bool {\n    command.starts_with(\"chmod \")\n}\n" })
  p.git("push", "-q", "origin", "main")
  p.git("switch", "-q", "-c", "fix/unlink", "v0.2.0")
  local fix = p.commit("fix: unlink deletes, too", {
    ["src/lib.rs"] = p.read "src/lib.rs":gsub('"rmdir"', '"rmdir" | "unlink"'),
    ["c/caro.c"] = p.read "c/caro.c":gsub('strcmp%(argv%[1%], "rmdir"%) == 0', '%0 || strcmp(argv[1], "unlink") == 0'),
  })
  p.git("switch", "-q", "main")
  check.match(slipway("run release --yes", 4), "unlink is called harmless")
  local said = slipway("run hotfix --from v0.2.0 --fix " .. fix .. " --yes")
  check.match(said, "hotfix caro 0%.2%.0 → 0%.2%.1")
  check.match(said, "bring home")
  check.equal(assets "v0.2.1", ten "0.2.1")
  check.equal(api("GET", "/releases/latest").tag_name, "v0.2.1")
  check.match(p.git("show", "origin/main:src/lib.rs"), '"unlink"')
  check.match(p.git("show", "origin/main:src/lib.rs"), "changes_mode")
  check.match(slipway "verify v0.2.1", "everything agrees")
  api("PATCH", "/issues/" .. bug.number, { state = "closed" })
  local now = slipway ""
  check.falsy(now:find "hotfix", now) -- none that is forgotten
  check.match(slipway "graph", "hotfix/v0%.2%.1")
end)

tell(7, "crate: the faulty version is yanked and brought back; it is rolled back only with its conditions written down", function()
  slipway "run yank --version 0.2.0 --yes"
  check.equal(index(), { ["0.1.0"] = false, ["0.2.0"] = true, ["0.2.1"] = false })
  slipway "run yank --version 0.2.0 --back --yes"
  check.equal(index()["0.2.0"], false)
  local refused = slipway('plan rollback --version 0.2.1 --reason "It deletes files."', 4)
  for _, why in ipairs { "%-%-users is missing", "%-%-workaround is missing", "%-%-time%-to%-fix is missing", "no open issue is labelled P0" } do check.match(refused, why) end
  api("POST", "/issues", { title = "files are lost", labels = { api("GET", "/labels")[1].id } })
  local planned = slipway 'plan rollback --version 0.2.1 --reason "It deletes files." --users all --workaround none --time-to-fix "a day"'
  for _, step in ipairs { "yank caro 0.2.1 on crates", "mark the page of v0.2.1", "known%-issues.md", "announce on users", "how it goes on" } do check.match(planned, (step:gsub("%.", "%%."))) end
end)

tell(8, "crate: what was installed from the registry is the released program", function()
  local home = scratch()
  local env = { HOME = p.home, PATH = os.getenv "PATH", CARGO_HOME = home .. "/cargo", CARGO_REGISTRIES_HOUSE_INDEX = ("sparse+%s/api/packages/%s/cargo/"):format(gitea.url, gitea.user) }
  local installed = run { dir = home, env = env, timeout = 300, "cargo", "install", "-q", "--registry", "house", "--root", home, "caro" }
  check.equal(installed.code, 0, installed.err)
  check.equal(run({ home .. "/bin/caro", "--version" }).out, "caro 0.2.1\n")
  check.equal(run({ home .. "/bin/caro", "unlink", "x" }).out, "deletes files\n")
  local got = run { dir = home, "sh", "-c", ("for name in caro-0.2.1-linux-arm64 caro-0.2.1-linux-arm64.sha256; do curl -sSfO --noproxy '*' %s/%s/%s/releases/download/v0.2.1/$name; done; sha256sum -c *.sha256"):format(gitea.url, repo.owner, repo.name) }
  check.equal(got.code, 0, got.out .. got.err)
  runner.stop()
end)

test("crate: with rustup's targets all five are built from Rust, by the entry that slipway.lua shows", { timeout = 900 }, function()
  for _, triple in ipairs { "aarch64-unknown-linux-gnu", "x86_64-apple-darwin", "aarch64-apple-darwin", "x86_64-pc-windows-gnu" } do
    local folder = run({ "rustc", "--print", "target-libdir", "--target", triple }).out:match "[^\n]+"
    if not (folder and file.stat(folder)) then skip("rustc has no library for " .. triple .. ": rustup target add " .. triple) end
  end
  local entry = files["slipway.lua"]:match "\n(  %-%-   caro = {.-\n  %-%-   })":gsub("\n?  %-%-", "")
  local text = files["slipway.lua"]:gsub("\n  targets = {.-\n  },", function() return "\n  targets = { " .. entry .. " }," end)
  check.falsy(text:find("sources =", 1, true))
  local other = samples.project { remote = gitea.new_repo("caro-rust").auth_url, env = { PATH = builders .. "/bin:" .. os.getenv "PATH", ZIG_GLOBAL_CACHE_DIR = builders .. "/zig-cache" } }
  other.commit("feat: tell what deletes files", { ["slipway.lua"] = text, ["Cargo.toml"] = files["Cargo.toml"], ["Cargo.lock"] = files["Cargo.lock"], ["src/lib.rs"] = files["src/lib.rs"], ["src/main.rs"] = files["src/main.rs"] })
  local result = other.slipway({ "run", "build", "--to", "dist", "--yes" }, { timeout = 800 })
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(file.list(other.dir .. "/dist"), ten "0.1.0")
  check.equal(run({ other.dir .. "/dist/caro-0.1.0-linux-amd64", "rm", "x" }).out, "deletes files\n")
end)
