-- slipway init: what it finds, what it takes over from other tools, and that the version and the tag stay the same.
-- The expected tags are those that the tools themselves gave for these histories: commitizen 4.17, git-cliff 2.13,
-- semantic-release 25, release-it 20, commit-and-tag-version 12, python-semantic-release 10. Where a tool is on PATH it is asked again.
local file = require "door.file"
local json = require "door.json"
local process = require "door.process"
local projects = stand "project"

local function bare()
  local dir = scratch() .. "/remote.git"
  assert(process.run { argv = { "git", "init", "-q", "--bare", "-b", "main", dir } })
  return dir
end

local function new(o)
  o.dir, o.remote = scratch(), bare()
  return projects.new(o)
end

local function read(project, path) return assert(file.read(project.dir .. "/" .. path)) end

-- A project with one tool's files, released under a tag, and its slipway.lua imported.
local function released(files, tag, tool)
  local project = new { kind = "plain", tag = false, files = files }
  project.commit("chore: set the version", { VERSION = tag:match "%d.*$" .. "\n" })
  project.git("tag", "-a", "-m", "released", tag)
  local made = project.slipway { "init", "--import", tool }
  check.equal(made.code, 0, made.err)
  return project
end

-- The tag that one more commit would lead to; nil when there is nothing to release.
local function tag_after(project, message, last)
  project.git("reset", "-q", "--hard", last)
  project.git("commit", "-q", "--allow-empty", "-m", message)
  local next = project.slipway { "next", "--json" }
  if next.code == 3 then return nil end
  check.equal(next.code, 0, next.err)
  local pattern = read(project, "slipway.lua"):match '\n  tag = "([^"\n]*)"'
  return (pattern:gsub("{version}", json.decode(next.out).next))
end

test("without any other tool, init writes what it finds, and the file is accepted", function()
  local project = new { files = { ["CHANGELOG.md"] = "# Changelog\n", Makefile = "test:\n\ttrue\n" } }
  local made = project.slipway { "init" }
  check.equal(made.code, 0, made.err)
  local text = read(project, "slipway.lua")
  check.match(text, '\n  trunk = "main",')
  check.match(text, '\n  tag = "v{version}",')
  check.match(text, '\n  changelog = "CHANGELOG.md",')
  -- what cannot be run here is offered as a comment
  check.match(text, process.which "make" and '\n  checks = { { "make", "test" } },' or '\n  %-%- checks = { { "make", "test" } },')
  project.git("add", "slipway.lua")
  project.git("commit", "-qm", "chore: slipway.lua")
  local doctor = project.slipway { "doctor" }
  check.equal(doctor.code, 0, doctor.out)
  local planned = project.slipway { "plan", "release" }
  check.equal(planned.code, 0, planned.out .. planned.err)
end)

test("init never overwrites a slipway.lua, whatever it holds; --print shows what would be written", function()
  local project = new { files = { ["slipway.lua"] = "return { nonsense = 1 }\n" } }
  local made = project.slipway { "init" }
  check.equal(made.code, 4)
  check.match(made.err, "SW%-IMPORT%-EXISTS")
  check.equal(read(project, "slipway.lua"), "return { nonsense = 1 }\n")
  local printed = project.slipway { "init", "--print" }
  check.equal(printed.code, 0, printed.err)
  check.match(printed.out, "\nreturn {")
  check.equal(read(project, "slipway.lua"), "return { nonsense = 1 }\n")
end)

test("a tool that is unknown, or not there, is refused", function()
  local project = new {}
  local unknown = project.slipway { "init", "--import", "comitizen" }
  check.equal(unknown.code, 2)
  check.match(unknown.err, "did you mean commitizen")
  check.equal(project.slipway({ "init", "--import", "git-cliff" }).code, 4)
  check.equal(project.slipway({ "init", "--frobnicate" }).code, 2)
  check.falsy(file.stat(project.dir .. "/slipway.lua"))
end)

test("a malformed configuration is told with its place; a program is told and not run", function()
  local project = new { files = { ["cliff.toml"] = "[git\n", ["release.config.js"] = "module.exports = make('x')\n" } }
  local named = project.slipway { "init", "--import", "git-cliff" }
  check.equal(named.code, 4)
  check.match(named.err, "cliff.toml: line 1")
  local all = project.slipway { "init", "--json" }
  check.equal(all.code, 0, all.err)
  local found = json.decode(all.out)
  check.equal(found.counts.none, 2)
  check.match(found.text, "it is a program")
end)

test("a tag format is read although it holds the words that name it here", function()
  for format, tag in pairs { ["v${version}"] = "v{version}", ["rel-${version}"] = "rel-{version}" } do -- order: each alone
    local project = new { kind = "plain", tag = false, files = { [".releaserc.json"] = ('{ "tagFormat": "%s" }'):format(format) } }
    local made = json.decode(project.slipway({ "init", "--json" }).out)
    check.equal(made.counts.none, 0, made.text)
    check.truthy(made.text:find('\n  tag = "' .. tag .. '"', 1, true), made.text)
  end
end)

test("release.config.js is read as far as it is a plain object", function()
  local project = released({ ["release.config.js"] = "// ours\nmodule.exports = {\n  branches: ['main'], tagFormat: 'rel-${version}',\n};\n" }, "rel-1.0.0", "semantic-release")
  check.equal(tag_after(project, "feat: a", "rel-1.0.0"), "rel-1.1.0")
end)

local cz = '[project]\nname = "x"\nversion = "%s"\n[tool.commitizen]\nname = "cz_conventional_commits"\ntag_format = "v$version"\nversion_scheme = "%s"\nversion_provider = "pep621"\n'
local conventional_sr = '{"branches":["main"],"plugins":[["@semantic-release/commit-analyzer",{"preset":"conventionalcommits",'
  .. '"releaseRules":[{"type":"docs","release":"patch"},{"type":"perf","release":"minor"}]}]]}'

-- tool, files, tag of the last release, commit → tag of the next (false: nothing to release)
local table_of_tools = {
  { "commitizen", { [".cz.toml"] = cz:format("1.0.0", "semver2") }, "v1.0.0",
    { ["feat: a"] = "v1.1.0", ["refactor: d"] = "v1.0.1", ["docs: x\n\nBREAKING CHANGE: y"] = "v2.0.0", ["feature: long"] = "v1.1.0", ["chore: e"] = false,
      ['Revert "feat: q"\n\nThis reverts commit 0123456789012345678901234567890123456789.'] = false } },
  { "commitizen", { [".cz.toml"] = cz:format("0.3.0", "semver") .. "major_version_zero = true\n" }, "v0.3.0",
    { ["feat!: c"] = "v0.4.0", ["fix: b"] = "v0.3.1" } },
  { "commitizen", { [".cz.json"] = '{"commitizen":{"name":"cz_conventional_commits"}}' }, "1.0.0", { ["feat: a"] = "1.1.0" } },
  { "git-cliff", { ["cliff.toml"] = '[git]\nconventional_commits = true\ncommit_parsers = [{ message = "^feat", group = "Features" }]\n' }, "v1.0.0",
    { ["docs: x"] = "v1.0.1", ["plain words"] = false, ["feat!: c"] = "v2.0.0" } },
  { "semantic-release", { [".releaserc"] = '{"branches":["main"]}' }, "v1.0.0",
    { ["feat: a"] = "v1.1.0", ["feat!: c"] = false, ["revert: feat: z"] = false, ["perf: p"] = "v1.0.1", ["fix: a\n\nBREAKING CHANGE: b"] = "v2.0.0" } },
  { "semantic-release", { [".releaserc.json"] = conventional_sr }, "v1.0.0", { ["feat!: c"] = "v2.0.0", ["docs: x"] = "v1.0.1", ["perf: p"] = "v1.1.0" } },
  { "release-it", { [".release-it.json"] = '{"plugins":{"@release-it/conventional-changelog":{"preset":"conventionalcommits"}}}' }, "v1.0.0",
    { ["feature: long"] = "v1.1.0", ["chore: e"] = "v1.0.1" } },
  { "standard-version", { [".versionrc"] = '{"types":[{"type":"feat","section":"Features"}]}' }, "v0.3.0", { ["feat: a"] = "v0.3.1", ["feat!: c"] = "v0.4.0" } },
  { "python-semantic-release", { ["releaserc.toml"] = '[semantic_release]\nallow_zero_version = true\nmajor_on_zero = false\n' }, "v0.3.0",
    { ["feat!: c"] = "v0.4.0", ["perf: p"] = "v0.3.1", ["refactor: d"] = false } },
  { "cocogitto", { ["cog.toml"] = 'tag_prefix = "v"\n[commit_types]\nperf = { changelog_title = "Speed", bump_patch = true }\n' }, "v1.0.0",
    { ["perf: p"] = "v1.0.1", ["feat: a"] = "v1.1.0", ["refactor: d"] = false } },
  { "release-please", { ["release-please-config.json"] = '{"packages":{".":{"release-type":"simple","package-name":"bird","bump-minor-pre-major":true}}}' }, "bird-v0.3.0",
    { ["feat!: c"] = "bird-v0.4.0", ["fix: b"] = "bird-v0.3.1" } },
  { "cargo-release", { ["release.toml"] = 'tag-name = "{{prefix}}{{version}}"\ntag-prefix = "app-"\nallow-branch = ["main", "hotfix/*"]\n' }, "app-1.0.0", { ["feat: a"] = "app-1.1.0" } },
  { "bump-my-version", { [".bumpversion.cfg"] = "[bumpversion]\ncurrent_version = 1.0.0\ntag = True\ntag_name = r{new_version}\n[bumpversion:file:VERSION]\n" }, "r1.0.0", { ["fix: b"] = "r1.0.1" } },
  { "changesets", { [".changeset/config.json"] = '{"baseBranch":"main"}', [".changeset/a.md"] = '---\n"x": minor\n---\n\nText\n' }, "v1.0.0", { ["fix: b"] = "v1.0.1" } },
}

local function messages_of(expected)
  local messages = {}
  for message in pairs(expected) do messages[#messages + 1] = message end
  table.sort(messages)
  return messages
end

for i, case in ipairs(table_of_tools) do
  local tool, files, last, expected = table.unpack(case)
  test(("coming from %s after %s the versions and tags are those that it gives (%d)"):format(tool, last, i), function()
    local project, planned = released(files, last, tool), false
    for _, message in ipairs(messages_of(expected)) do
      local tag = tag_after(project, message, last)
      check.equal(tag or false, expected[message], message)
      if tag and not planned then
        planned = true
        project.git("add", "slipway.lua")
        project.git("commit", "-qm", "chore: slipway.lua")
        project.git("push", "-q", "origin", "main")
        local plan = project.slipway { "plan", "release", "--json" }
        check.equal(plan.code, 0, plan.err)
        check.match(plan.out, '"' .. tag:gsub("%p", "%%%0") .. '"')
        project.git("reset", "-q", "HEAD^")
        project.git("push", "-q", "--force", "origin", "main")
      end
    end
  end)
end

test("release-please's several packages keep their tags and versions", function()
  local function package(name) return ('{ "name": "%s", "version": "1.0.0" }\n'):format(name) end
  local config = '{"release-type":"node","packages":{"libs/one":{},"libs/two":{"component":"second"}}}'
  local project = new { kind = "plain", tag = false, files = { ["release-please-config.json"] = config, ["libs/one/package.json"] = package "@bird/one", ["libs/two/package.json"] = package "two" } }
  project.git("tag", "one-v1.0.0")
  project.git("tag", "second-v1.0.0")
  project.commit("feat: higher", { ["libs/two/fly.js"] = "1\n" })
  local made = project.slipway { "init", "--import", "release-please" }
  check.equal(made.code, 0, made.err)
  local next = json.decode(project.slipway({ "next", "--json" }).out)
  local found = {}
  for _, one in ipairs(next.packages) do found[one.name] = one.next or false end
  check.equal(found, { ["@bird/one"] = false, two = "1.1.0" })
  project.git("add", "-A")
  project.git("commit", "-qm", "chore: slipway.lua")
  project.git("push", "-q", "origin", "main", "--tags")
  local plan = project.slipway { "plan", "release", "--json" }
  check.match(plan.out, '"second%-v1.1.0"', plan.err)
end)

test("release-please's linked versions are told as a fixed group", function()
  local project = new { files = { ["release-please-config.json"] = '{ "release-type": "node", "packages": { ".": {} }, "plugins": ["node-workspace", { "type": "linked-versions", "groupName": "all", "components": ["core", "cli"] }] }' } }
  local told
  for _, entry in ipairs(json.decode(project.slipway({ "init", "--json", "--print" }).out).settings) do
    if entry.name == "plugins" then told = entry end
  end
  check.equal(told.verdict, "none")
  check.match(told.instead, 'fixed = { { "core", "cli" } }')
end)

test("cocogitto's packages keep their folders, tags and changelogs", function()
  local project = new { kind = "plain", tag = false, files = {
    ["cog.toml"] = 'tag_prefix = "v"\nmonorepo_version_separator = "@"\ngenerate_mono_repository_global_tag = true\n'
      .. '[packages]\ncore = { path = "libs/core/", include = ["shared/**"], changelog_path = "libs/core/HISTORY.md", bump_order = 1 }\ncli = { path = "cli", public_api = false }\n',
    ["libs/core/VERSION"] = "1.0.0\n", ["cli/VERSION"] = "2.0.0\n",
  } }
  for _, tag in ipairs { "core@v1.0.0", "cli@v2.0.0" } do project.git("tag", tag) end
  local made = json.decode(project.slipway({ "init", "--json" }).out)
  local seen = {}
  for _, entry in ipairs(made.settings) do seen[entry.name] = entry.verdict end
  check.equal({ seen.tag_prefix, seen["packages.core.path"], seen["packages.core.bump_order"], seen["packages.cli.public_api"] }, { "taken", "taken", "changed", "changed" })
  check.equal(seen.generate_mono_repository_global_tag, "none")
  project.commit("feat: shared", { ["shared/a"] = "1\n" })
  project.commit("fix: cli", { ["cli/x"] = "1\n" })
  check.equal(project.slipway({ "next" }).out, "core 1.1.0\ncli 2.0.1\n")
  check.match(read(project, "slipway.lua"), 'changelog = "HISTORY.md"')
end)

test("the configuration of the engineering manual gives the version and tag of cz bump, and names the two differences", function()
  local manual = '[project]\nname = "my-app"\nversion = "1.0.0"\n\n# === Tool: Commitizen ===\n[tool.commitizen]\nname = "cz_conventional_commits"\n'
    .. 'tag_format = "v$version"\nversion_scheme = "semver"\nversion_provider = "pep621" # Reads version\nupdate_changelog_on_bump = true\nmajor_version_zero = true\n'
  local project = new { kind = "python", tag = false, files = { ["pyproject.toml"] = manual } }
  project.git("tag", "v1.0.0")
  project.commit("feat: five", { a = "a" })
  local made = json.decode(project.slipway({ "init", "--json" }).out)
  check.equal(made.counts, { taken = 6, changed = 2, none = 0 })
  local text = read(project, "slipway.lua")
  check.match(text, '\n  changelog = "CHANGELOG.md",')
  check.match(text, "goes on so at 1%.x")
  check.match(text, "names a pre%-release 1%.1%.0%-a0")
  check.equal(project.slipway({ "next" }).out, "1.1.0\n")
end)

test("the mise tasks of the local-first document are told one by one, its tokens become references", function()
  local mise = [==[
[tools]
zig = "0.13"
[env]
GH_TOKEN = "{{ read_file(path=env.HOME ~ '/.claude/.secrets/gh-token') }}"
BUILD_LOCK_DIR = "/var/tmp/locks"
LINUX_BUILD_STRATEGY = "zig"
[tasks."release:full"]
depends = ["release:preflight", "release:sync"]
[tasks."release:preflight"]
run = "git diff --quiet"
[tasks."release:version"]
run = "semantic-release --no-ci"
[tasks."release:linux"]
run = "maturin build --release --target x86_64-unknown-linux-gnu --zig"
[tasks.publish]
run = "scripts/publish-wheels.sh"
[tasks.dev]
run = "uv run app"
]==]
  local project = new { files = { [".mise.toml"] = mise } }
  local made = json.decode(project.slipway({ "init", "--json" }).out)
  local by_name = {}
  for _, entry in ipairs(made.settings) do by_name[entry.name] = entry end
  for _, name in ipairs { "tasks.release:full", "tasks.release:preflight", "tasks.release:version", "tasks.release:linux", "tasks.publish", "tools.zig" } do
    check.truthy(by_name[name] and by_name[name].why, name)
  end
  check.falsy(by_name["tasks.dev"], "what has nothing to do with releases is not told")
  check.equal(by_name["env.GH_TOKEN"].verdict, "taken")
  check.match(made.text, 'GH_TOKEN = "file:~/.claude/.secrets/gh%-token"')
  check.match(made.text, '\n  lock = { dir = "/var/tmp/locks" },')
end)

test("a maturin task becomes a target with the platform, interpreter and pins it says; what it leaves open is told", function()
  local function made(run, lock)
    local text = ('[tools]\nzig = "0.13"\n[env]\nBUILD_LOCK_DIR = "%s"\n[tasks."release:linux"]\nrun = "%s"\n'):format(lock, run)
    local project = new { files = { [".mise.toml"] = text } }
    local result = project.slipway { "init", "--json" }
    check.equal(result.code, 0, result.out .. result.err)
    return json.decode(result.out)
  end
  local taken = made("maturin build --release --target x86_64-unknown-linux-gnu --zig --compatibility manylinux_2_17 -i python3.13", "{{ env.HOME }}/locks")
  for _, words in ipairs { 'builder = "maturin"', 'manylinux = "2_17"', 'platform = "linux-amd64"', 'python = "cp313"', 'pins = { zig = "0.13" }', 'lock = { dir = "~/locks" }' } do
    check.truthy(taken.text:find(words, 1, true), words .. taken.text)
  end
  check.match(made("maturin build --release --zig", "/l").text, "it builds for whatever machine it runs on")
  check.match(made("maturin build --target x86_64-unknown-linux-gnu --frobnicate", "locks").text, "of which it says %-%-frobnicate")
end)

test("goreleaser's builds become targets and archives, for each system and processor", function()
  local project = new { files = { [".goreleaser.yaml"] = "version: 2\nbuilds:\n  - main: ./cmd/x\n    env: [CGO_ENABLED=0]\n    goos: [linux, windows]\n    goarch: [amd64]\narchives:\n  - formats: [tar.gz]\n" } }
  local made = project.slipway { "init" }
  check.equal(made.code, 0, made.err)
  local text = read(project, "slipway.lua")
  check.match(text, 'archive = "pelican%-{version}%-windows%-amd64.zip"')
  check.match(text, 'GOOS = "linux"')
  check.match(text, '"pelican.exe",%s+"./cmd/x"')
end)

test("where two tools differ the one that decides versions counts, and the other is told", function()
  local project = new { tag = false, files = { ["cog.toml"] = 'tag_prefix = "c"\n', ["cliff.toml"] = '[git]\ntag_pattern = "k[0-9].*"\n' } }
  local made = json.decode(project.slipway({ "init", "--json" }).out)
  check.match(made.text, '\n  tag = "c{version}"')
  check.match(made.text, "cocogitto decides here")
end)

test("a pattern that no tag fits is told and not taken, nor one for a single project where packages have tags of their own", function()
  local project = new { files = { ["cog.toml"] = 'tag_prefix = "c"\n' } } -- tagged v1.1.0
  local text = json.decode(project.slipway({ "init", "--json", "--print" }).out).text
  check.match(text, '\n  tag = "v{version}"')
  check.match(text, "no tag here looks like c{version}")
  local several = new { kind = "plain", tag = false, files = {
    ["package.json"] = '{ "private": true, "workspaces": ["a", "b"] }', ["a/package.json"] = '{ "name": "a", "version": "1.0.0" }',
    ["b/package.json"] = '{ "name": "b", "version": "2.0.0" }', [".cz.toml"] = '[tool.commitizen]\ntag_format = "v$version"\n',
  } }
  several.git("rm", "-q", "VERSION")
  several.commit("chore: no version of the whole", {})
  for _, tag in ipairs { "a@1.0.0", "b@2.0.0", "v0.1.0" } do several.git("tag", tag) end
  check.equal(several.slipway({ "init" }).code, 0)
  check.match(read(several, "slipway.lua"), "each package is tagged by its own name")
  several.commit("fix: b", { ["b/x"] = "1\n" })
  check.equal(several.slipway({ "next" }).out, "b 2.0.1\n")
end)

test("settings of kinds that no tool accepts are told, and what is written loads all the same", function()
  local files = {
    ["release-please-config.json"] = '{ "changelog-sections": [true, { "section": 3 }], "packages": [1], "tag-separator": {}, "extra-files": 7 }',
    [".changeset/config.json"] = '{ "fixed": [[3]], "linked": "a", "baseBranch": false, "changelog": [] }',
    ["cliff.toml"] = "[remote]\noffline = true\n[git]\ncommit_parsers = [{}, { message = 5 }]\ntag_pattern = 1979-05-27\n",
    ["cog.toml"] = "tag_prefix = 1979-05-27\n[changelog]\npath = []\n",
    ["release.toml"] = "tag-name = true\npre-release-replacements = [5]\n",
  }
  local project = new { files = files }
  local made = project.slipway { "init", "--json" }
  check.equal(made.code, 0, made.err)
  check.truthy(#json.decode(made.out).settings > 10)
  local next = project.slipway { "next" }
  check.truthy(next.code == 0 or next.code == 3, next.err)
end)

test("every setting of a file is told once, also what is not known; what looks like a secret is not shown", function()
  local project = new { files = { ["cog.toml"] = 'tag_prefix = "v"\nfrobnicate = 3\nsecret_token = "hunter2"\n' } }
  local made = json.decode(project.slipway({ "init", "--json" }).out)
  local seen = {}
  for _, entry in ipairs(made.settings) do seen[entry.name] = (seen[entry.name] or 0) + 1 end
  check.equal({ seen.tag_prefix, seen.frobnicate, seen.secret_token }, { 1, 1, 1 })
  check.match(made.text, "cog.toml:2 frobnicate = 3")
  check.falsy(made.text:find("hunter2", 1, true))
end)

-- The tools themselves, where they are installed.
local real = {
  { "commitizen", { "cz", "bump", "--dry-run", "--yes" }, "tag to create: (%S+)", table_of_tools[1] },
  { "git-cliff", { "git-cliff", "--bumped-version" }, "^(%S+)", table_of_tools[4] },
}

for _, case in ipairs(real) do
  local tool, argv, pattern, sample = table.unpack(case)
  test(("%s itself says the same"):format(tool), function()
    if not process.which(argv[1]) then skip(argv[1] .. " is not installed") end
    local files = {}
    for path, text in pairs(sample[2]) do files[path] = text:gsub("%[project%].-%[tool", "[tool"):gsub("pep621", "scm") end
    local project = released(files, sample[3], tool)
    for message, expected in pairs(sample[4]) do
      tag_after(project, message, sample[3])
      local said = run { dir = project.dir, env = { PATH = os.getenv "PATH", HOME = project.home }, table.unpack(argv) }
      local tag = said.out:match(pattern)
      if tag == sample[3] then tag = nil end
      check.equal(tag or false, expected, message .. "\n" .. said.out .. said.err)
    end
  end)
end

test("doctor --drift names each setting of another tool that slipway.lua no longer follows", function()
  local project = new { kind = "plain", tag = false, files = {
    [".versionrc.json"] = '{ "tagPrefix": "rel-", "infile": "CHANGES.md" }\n', ["CHANGES.md"] = "# Changelog\n",
  } }
  check.equal(project.slipway { "init" }.code, 0)
  local agreed = project.slipway { "doctor", "--drift" }
  check.equal(agreed.code, 0, agreed.out .. agreed.err)
  check.match(agreed.out, "slipway%.lua agrees with %.versionrc%.json")
  local text = read(project, "slipway.lua"):gsub('tag = "rel%-{version}"', 'tag = "v{version}"')
  check.truthy(file.write { path = project.dir .. "/slipway.lua", text = text })
  local differs = project.slipway { "doctor", "--drift", "--json" }
  check.equal(differs.code, 8, differs.err)
  local list = json.decode(differs.out).differences
  check.equal(#list, 1)
  check.equal(list[1], { key = "tag", here = "v{version}", there = "rel-{version}", said = { '.versionrc.json:1  tagPrefix = "rel-"' } })
  check.match(project.slipway({ "doctor", "--drift" }).out, 'there "rel%-{version}"')
end)

test("doctor --drift says where there is nothing to compare", function()
  local project = new { kind = "plain", tag = false, files = { ["a.txt"] = "version 1.0.0\n" } }
  local nothing = project.slipway { "doctor", "--drift" }
  check.equal(nothing.code, 4)
  check.match(nothing.err, "SW%-IMPORT%-NOT%-FOUND")
end)
