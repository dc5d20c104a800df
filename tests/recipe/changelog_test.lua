-- slipway changelog, driven as a person does: what it prints for each way of asking, the file it writes, whom it
-- names, and that its cache never changes a byte.
local repositories = stand "repositories"

local cache = scratch() .. "/cache"

local function changelog(dir, ...)
  local argv = { slipway, "changelog", ... }
  argv.dir, argv.env = dir, { XDG_CACHE_HOME = cache }
  return run(argv)
end

local function ok(dir, ...)
  local result = changelog(dir, ...)
  check.equal(result.err, "")
  check.equal(result.code, 0)
  return result.out
end

local function example()
  local repo = repositories.new()
  repo.commit "feat: one"
  repo.git("tag", "v1.0.0")
  repo.commit "fix(core): two (#2)"
  repo.git("tag", "v1.1.0")
  repo.commit "feat!: three"
  return repo
end

test("one release is asked for by its tag or its version", function()
  local repo = example()
  local text = ok(repo.dir, "v1.1.0")
  check.match(text, "\n## %[1%.1%.0%] %- %d+%-%d+%-%d+\n\n### Fixed\n\n%- %*%*core:%*%* two %(#2%)\n$")
  check.equal(ok(repo.dir, "1.1.0"), text)
  check.falsy(text:find "one")
end)

test("a range tells what lies between, and compares with where it begins", function()
  local repo = example()
  repo.git("remote", "add", "origin", "https://github.com/me/pelican.git")
  local text = ok(repo.dir, "v1.0.0..HEAD")
  check.match(text, "## %[Unreleased%]%(https://github%.com/me/pelican/compare/v1%.1%.0%.%.%.HEAD%)")
  check.match(text, "## %[1%.1%.0%]%(https://github%.com/me/pelican/compare/v1%.0%.0%.%.%.v1%.1%.0%)")
  check.falsy(text:find "%- one")
end)

test("what is coming can be told as the version it will be", function()
  local repo = example()
  check.match(ok(repo.dir, "--unreleased", "--as", "2.0.0"), "\n## %[2%.0%.0%] %- %d+%-%d+%-%d+\n\n### Breaking changes\n\n%- three\n\n### Added\n\n%- three\n$")
  check.equal(changelog(repo.dir, "--unreleased", "--as", "two").code, 2)
end)

test("--write adds the releases that the file lacks and touches nothing else", function()
  local repo = example()
  local by_hand = "# Our changes\n\nWords of ours.\n\n## [Unreleased]\n\n- by hand\n\n## [1.0.0] - long ago\n\n- start, by hand\n"
  repo.write("CHANGELOG.md", by_hand)
  check.equal(ok(repo.dir, "--write"), "CHANGELOG.md   one release added: 1.1.0\n")
  local text = repo.read "CHANGELOG.md"
  check.match(text, "^# Our changes\n\nWords of ours%.\n\n## %[Unreleased%]\n\n%- by hand\n\n## %[1%.1%.0%] [^\n]+\n\n### Fixed\n\n[^\n]+\n\n## %[1%.0%.0%] %- long ago\n\n%- start, by hand\n$")
  check.equal(ok(repo.dir, "--write"), "CHANGELOG.md   has every release already\n")
  check.equal(repo.read "CHANGELOG.md", text)
  local refused = changelog(repo.dir, "--unreleased", "--write")
  check.equal(refused.code, 2)
  check.match(refused.err, "SW%-CHANGELOG%-NOTHING%-TO%-WRITE")
end)

test("--write without a file makes it", function()
  local repo = example()
  check.equal(ok(repo.dir, "--write"), "CHANGELOG.md   2 releases added: 1.0.0, 1.1.0\n")
  check.match(repo.read "CHANGELOG.md", "^# Changelog\n.-\n## %[1%.1%.0%].-\n## %[1%.0%.0%][^\n]+\n\n### Added\n\n%- one\n$")
end)

test("a template can be a file of the project, also for one run", function()
  local repo = example()
  repo.write("docs/changes.template", "{{#releases}}{{#version}}{{version}}{{/version}}{{^version}}next{{/version}}:{{#groups}}{{#changes}} {{description}}{{#breaking}}!{{/breaking}}{{/changes}}{{/groups}}\n{{/releases}}")
  check.equal(ok(repo.dir, "--template", "docs/changes.template"), "next: three!\n\n1.1.0: two (#2)\n\n1.0.0: one\n")
  repo.write("slipway.lua", 'return { changelog = { template = "docs/changes.template" } }')
  check.equal(ok(repo.dir, "v1.0.0"), "1.0.0: one\n")
  local missing = changelog(repo.dir, "--template", "nowhere")
  check.equal(missing.code, 2)
  check.match(missing.err, "SW%-CHANGELOG%-NO%-TEMPLATE")
end)

test("the template that help shows works as it stands", function()
  local repo = example()
  local shown = run({ slipway, "help", "template" }).out:match "One to begin with:\n\n(.*)$"
  repo.write("page.template", (shown:gsub("\n  ", "\n"):gsub("^  ", "")))
  check.equal(ok(repo.dir, "v1.0.0..", "--template", "page.template", "--contributors"), ([[
## Unreleased

! three
### Added

* three

Thanks to Ann Example.

## 1.1.0 (DAY)

### Fixed

* core: two (#2)

Thanks to Ann Example.
]]):gsub("DAY", repo.git("log", "-1", "--format=%cs", "v1.1.0")))
end)

local function by(repo, name, email, message)
  repo.git("commit", "-q", "--allow-empty", "--author", ("%s <%s>"):format(name, email), "-m", message)
end

test("contributors are named once, newcomers as such, whatever part of the history is asked for", function()
  local repo = repositories.new()
  by(repo, "Ada", "ada@example.test", "feat: one")
  repo.git("tag", "v1.0.0")
  by(repo, "Bob", "12345+bobby@users.noreply.github.com", "feat: two")
  by(repo, "Ada Old", "old@example.test", "fix: three\n\nCo-authored-by: Cyd <cyd@example.test>")
  repo.git("tag", "v1.1.0")
  by(repo, "Bob", "12345+bobby@users.noreply.github.com", "fix: four")
  repo.write(".mailmap", "Ada <ada@example.test> <old@example.test>\n")
  local want = "### Contributors\n\n%- Ada\n%- Bob %(`@bobby`%) made their first contribution\n%- Cyd made their first contribution\n"
  check.match(ok(repo.dir, "v1.1.0", "--contributors"), want .. "$")
  repo.write("slipway.lua", "return { changelog = { contributors = true } }")
  local whole = ok(repo.dir)
  check.match(whole, want)
  check.match(whole, "%- four\n\n### Contributors\n\n%- Bob %(`@bobby`%)\n\n## ")
  check.match(whole, "%- one\n\n### Contributors\n\n%- Ada made their first contribution\n$")
end)

test("the notes of a coming release name who wrote it as the changelog does", function()
  local repo = repositories.new()
  local json = require "door.json"
  by(repo, "Ada", "ada@example.test", "feat: one")
  repo.git("tag", "v1.0.0")
  by(repo, "Bob", "12345+bobby@users.noreply.github.com", "feat: two")
  by(repo, "Ada", "ada@example.test", "fix: three\n\nCo-authored-by: Cyd <cyd@example.test>")
  local want = "### Contributors\n\n%- Ada\n%- Bob %(`@bobby`%) made their first contribution\n%- Cyd made their first contribution$"
  local function notes(code) return json.decode(run { slipway, "eval", "print(json.encode(facts:notes(" .. code .. ")))", dir = repo.dir }.out) end
  local asked = '{ version = "1.1.0", previous = "1.0.0", at = git:resolve "HEAD", since = git:resolve "v1.0.0" }'
  check.falsy(notes(asked).body:find("Contributors", 1, true), "nobody asked for them")
  repo.write("slipway.lua", "return { changelog = { contributors = true } }")
  check.match(notes(asked).body, want)
  check.match(notes(asked).section, "%- three\n\n" .. want:gsub("%$$", "\n$"))
  local picked = notes '{ version = "1.0.1", previous = "1.0.0", commits = { git:resolve "HEAD" } }'
  check.match(picked.body, "### Contributors\n\n%- Ada\n%- Cyd made their first contribution$")
end)

test("of a package only those are named who wrote something in it", function()
  local repo = repositories.new()
  repo.write("package.json", '{ "private": true, "workspaces": ["a", "b"] }')
  repo.write("a/package.json", '{ "name": "a", "version": "1.0.0" }')
  repo.write("b/package.json", '{ "name": "b", "version": "1.0.0", "dependencies": { "a": "^1.0.0" } }')
  repo.write("slipway.lua", "return { changelog = { contributors = true } }")
  repo.git("add", "-A")
  repo.commit "feat: start"
  repo.git("tag", "a@1.0.0")
  repo.git("tag", "b@1.0.0")
  repo.write("a/x", "1")
  repo.git("add", "-A")
  by(repo, "Zoe", "zoe@example.test", "feat!: another a")
  repo.write("readme", "1")
  repo.git("add", "-A")
  by(repo, "Yan", "yan@example.test", "docs: read me")
  local want = "### Contributors\n\n%- Zoe made their first contribution\n$"
  check.match(ok(repo.dir, "--package", "a", "--unreleased"), want)
  local code = 'for _, one in ipairs(facts:releases { at = git:resolve "HEAD" }.list) do print(one.notes.body) end'
  local told = run { slipway, "eval", code, dir = repo.dir }.out
  check.match(told, "### Contributors\n\n%- Zoe made their first contribution\n")
  check.match(told, "\n### Dependencies\n\n%- a 2%.0%.0\n$")
  check.equal(select(2, told:gsub("### Contributors", "")), 1)
end)

test("squashed commits are told one by one where the rules say so, and vote each", function()
  local repo = repositories.new()
  repo.commit "feat: one"
  repo.git("tag", "v1.0.0")
  repo.commit "chore: a branch (#7)\n\n* feat: first part\n\n* fix: second part\n\nBREAKING CHANGE: it moved\n"
  repo.write("slipway.lua", 'return { rules = { squash = "listed" } }')
  check.match(ok(repo.dir, "--unreleased"), "### Breaking changes\n\n%- it moved\n\n### Added\n\n%- first part\n\n### Fixed\n\n%- second part\n$")
  local next = run { slipway, "next", "--json", dir = repo.dir }
  local votes = require("door.json").decode(next.out).votes
  check.equal(#votes, 2)
  check.equal({ votes[1].level, votes[2].level }, { "minor", "major" })
end)

test("what other commits say between marks is told without any rule", function()
  local repo = repositories.new()
  repo.commit "feat: one"
  repo.git("tag", "v1.0.0")
  repo.commit "chore: wrong\n\nBEGIN_COMMIT_OVERRIDE\nfix: right\n\nfeat: and more\nEND_COMMIT_OVERRIDE\n"
  check.match(ok(repo.dir, "--unreleased"), "### Added\n\n%- and more\n\n### Fixed\n\n%- right\n$")
end)

test("next --why keeps long subjects within the width of the screen", function()
  local repo = example()
  repo.commit("fix: " .. ("a subject of many words "):rep(12) .. "and its end")
  for _, columns in ipairs { 60, 100 } do
    local result = run { slipway, "next", "--why", dir = repo.dir, env = { COLUMNS = tostring(columns) } }
    check.match(result.out, "its%s+end\n")
    for line in result.out:gmatch "[^\n]+" do check.truthy(utf8.len(line) <= math.min(columns, 88), line) end
  end
end)

-- ---- the cache ----

local function kept()
  local list = {}
  for path in run({ "sh", "-c", "ls " .. cache .. "/slipway/changelog/ 2>/dev/null" }).out:gmatch "[^\n]+" do list[#list + 1] = cache .. "/slipway/changelog/" .. path end
  return list
end

-- Modules that are read from a folder may change at any time: nothing is kept then.
local cached = require("door.host").lua_dir and 0 or 2

local function forget() run { "rm", "-rf", cache } end

test("with the cache, after new commits and releases, the page has the bytes it has without", function()
  forget()
  local repo = repositories.new()
  repo.git("remote", "add", "origin", "https://github.com/me/pelican.git")
  for step = 1, 6 do
    repo.commit(("feat(s%d): number %d"):format(step % 2, step))
    repo.commit(("fix: mend %d\n\nCloses #%d"):format(step, step))
    if step % 2 == 0 then repo.git("tag", ("v1.%d.0"):format(step)) end
    local fresh = ok(repo.dir, "--no-cache")
    check.equal(ok(repo.dir), fresh, "new at step " .. step)
    check.equal(ok(repo.dir), fresh, "again at step " .. step)
  end
  check.equal(#kept(), cached)
  repo.git("tag", "v1.3.0", "HEAD~7")
  check.equal(ok(repo.dir), ok(repo.dir, "--no-cache"), "an older release is tagged late")
  repo.git("tag", "-d", "v1.2.0")
  check.equal(ok(repo.dir), ok(repo.dir, "--no-cache"), "a release is gone")
  repo.git("checkout", "-q", "-b", "side", "HEAD~3")
  repo.commit "fix: aside"
  repo.git("tag", "v1.3.1")
  check.equal(ok(repo.dir), ok(repo.dir, "--no-cache"), "on another branch")
  repo.git("checkout", "-q", "main")
  repo.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
  check.equal(ok(repo.dir), ok(repo.dir, "--no-cache"), "a line of its own is merged")
  check.equal(ok(repo.dir, "--style", "conventional"), ok(repo.dir, "--style", "conventional", "--no-cache"))
  repo.write("slipway.lua", 'return { changelog = { groups = { { title = "All", types = { "feat", "fix" } } } } }')
  check.match(ok(repo.dir), "### All")
  check.equal(ok(repo.dir), ok(repo.dir, "--no-cache"), "the configuration changed")
end)

test("a cache that was cut, changed or cannot be written is as good as none", function()
  forget()
  local repo = example()
  local fresh = ok(repo.dir)
  check.equal(#kept(), cached)
  for _, path in ipairs(kept()) do
    local handle = assert(io.open(path, "rb"))
    local text = handle:read "a"
    handle:close()
    for _, bad in ipairs { text:sub(1, #text // 2), text:sub(1, -2) .. "X", text .. "more", "" } do
      handle = assert(io.open(path, "wb"))
      handle:write(bad)
      handle:close()
      check.equal(ok(repo.dir), fresh, path)
    end
  end
  forget()
  run { "mkdir", "-p", cache }
  run { "sh", "-c", "echo no folder > " .. cache .. "/slipway" }
  check.equal(ok(repo.dir), fresh)
  forget()
end)

test("many at once write one cache", function()
  forget()
  local repo = example()
  local fresh = ok(repo.dir, "--no-cache")
  local script = ('for i in 1 2 3 4 5 6 7 8; do "%s" changelog > out.$i & done; wait; cat out.*'):format(slipway)
  local all = run { "sh", "-c", script, dir = repo.dir, env = { XDG_CACHE_HOME = cache } }
  check.equal(all.out, fresh:rep(8))
  check.equal(ok(repo.dir), fresh)
end)

test("a package's page is kept for itself, and made anew when anything changed", function()
  forget()
  local repo = repositories.new()
  repo.write("package.json", '{ "private": true, "workspaces": ["a", "b"] }')
  repo.write("a/package.json", '{ "name": "a", "version": "1.0.0" }')
  repo.write("b/package.json", '{ "name": "b", "version": "2.0.0" }')
  repo.git("add", "-A")
  repo.commit "feat: both"
  repo.git("tag", "a@1.0.0")
  repo.git("tag", "b@2.0.0")
  local function same(what)
    for _, name in ipairs { "a", "b" } do
      local fresh = ok(repo.dir, "--package", name, "--no-cache")
      check.equal(ok(repo.dir, "--package", name), fresh, what)
      check.equal(ok(repo.dir, "--package", name), fresh, what .. ", again")
    end
  end
  same "new"
  check.equal(#kept(), 2 * cached, "a page each")
  repo.commit("fix: only a", { ["a/x"] = "1" })
  same "a commit"
  repo.git("tag", "a@1.0.1")
  same "a release"
  repo.commit("fix: only b", { ["b/x"] = "1" })
  same "a commit of the other"
  check.match(ok(repo.dir, "--package", "a"), "only a")
  check.falsy(ok(repo.dir, "--package", "a"):find("only b", 1, true))
  repo.write("slipway.lua", 'return { packages = { "a", "b", ignore = { "b/x" } } }')
  same "settings"
end)

test("a long page is the same with a cache, without, and where neither a cache nor a file has room for it", function()
  forget()
  local repo = repositories.new()
  local lines = {}
  for i = 1, 9000 do
    local text = ("feat(part%d): %s %d"):format(i % 7, ("größe"):rep(24), i)
    lines[i] = ("commit refs/heads/main\ncommitter A <a@b.c> %d +0000\ndata %d\n%s\n"):format(1600000000 + i, #text, text)
    if i % 3000 == 0 then lines[i] = lines[i] .. ("reset refs/tags/v%d.0.0\nfrom refs/heads/main\n\n"):format(i // 3000) end
  end
  local done = run { "git", "-C", repo.dir, "fast-import", "--quiet", "--force", input = table.concat(lines) }
  check.equal(done.code, 0, done.err)
  local page = ok(repo.dir, "--no-cache")
  check.truthy(#page > 1 << 20)
  check.equal(select(2, page:gsub("\n%- ", "")), 9000)
  local script = ([[trap '' XFSZ; ulimit -f 200; "%s" changelog 2>&1 | cat]]):format(slipway)
  for _, option in ipairs { "", " --no-cache" } do
    local small = run { "sh", "-c", (script:gsub(" 2>", option .. " 2>")), dir = repo.dir, env = { XDG_CACHE_HOME = cache } }
    check.truthy(small.out == page, "no room" .. option)
  end
  check.equal(#kept(), 0, "what has no room is not kept")
  check.truthy(ok(repo.dir) == page, "new")
  check.truthy(ok(repo.dir) == page, "again")
  check.truthy(require("door.json").decode(ok(repo.dir, "--json")).markdown == page, "as JSON")
end)
