local changelog = require "pure.changelog"
local commits = require "pure.commits"

local OID = "0123456789abcdef0123456789abcdef01234567"

-- A change as pure.commits makes it of a real message.
local function change(kind, description, more)
  more = more or {}
  local header = kind and kind .. (more.scope and "(" .. more.scope .. ")" or "") .. (more.breaking and "!" or "") .. ": " or ""
  return commits.parse { message = header .. description .. (more.body and "\n\n" .. more.body or ""), oid = more.oid }
end

local function release(commits, more)
  local one = { version = "1.2.0", tag = "v1.2.0", date = 1795219200, previous = "v1.1.0", commits = commits }
  for key, value in pairs(more or {}) do one[key] = value end
  return one
end

local function section(commits, o, more) return assert(changelog.section(release(commits, more), o)) end

test("a release is grouped by type and scope, in both styles", function()
  local commits = {
    change("fix", "repair", { scope = "cli" }), change("feat", "grow"), change("feat", "bloom", { scope = "api" }),
    change("feat", "climb", { scope = "api" }), change("docs", "hidden"),
  }
  check.equal(section(commits), [[
## [1.2.0] - 2026-11-21

### Added

- grow
- **api:** bloom
- **api:** climb

### Fixed

- **cli:** repair
]])
  check.equal(section(commits, { style = "conventional" }), [[
## 1.2.0 (2026-11-21)

### Features

* grow
* **api:** bloom
* **api:** climb

### Bug Fixes

* **cli:** repair
]])
end)

test("a breaking change is told first, and hidden types are shown when they break", function()
  local text = section({
    change("chore", "drop old systems", { breaking = true, body = "BREAKING CHANGE: needs glibc 2.31\n\nbuild it again" }),
    change("feat", "new door", { breaking = true, scope = "api" }),
  })
  check.equal(text, [[
## [1.2.0] - 2026-11-21

### Breaking changes

- needs glibc 2.31

  build it again
- **api:** new door

### Added

- **api:** new door

### Internal

- drop old systems
]])
end)

test("what follows no convention stands under Other", function()
  check.match(section { change(nil, "did things") }, "### Other\n\n%- did things\n$")
  check.match(section { change("wibble", "odd type") }, "### Other\n\n%- odd type\n$")
end)

test("a release of hidden changes says so", function()
  check.match(section { change("ci", "x") }, "\n\nNo notable changes%.\n$")
end)

test("a change and its revert both leave, a revert of a revert brings it back", function()
  local made = change("feat", "risky", { oid = OID })
  local undone = change("revert", "risky", { oid = ("a"):rep(40), body = "This reverts commit " .. OID .. "." })
  local again = change("revert", "take back", { oid = ("b"):rep(40), body = "This reverts commit " .. ("a"):rep(40) .. "." })
  local other = change("fix", "calm")
  check.match(section { undone, other, made }, "^## [^\n]+\n\n### Fixed\n\n%- calm\n$")
  check.match(section { again, undone, other, made }, "### Added\n\n%- risky\n\n### Fixed\n\n%- calm\n$")
end)

test("a revert by subject, and one of an older release", function()
  local made = change("feat", "risky")
  local undone = change(nil, 'Revert "feat: risky"')
  check.match(section { undone, made }, "No notable changes")
  check.match(section { change("revert", "old", { body = "This reverts commit " .. OID .. "." }) }, "### Reverted\n\n%- old\n$")
end)

test("merges, fixups of what is told and the release commit say nothing", function()
  local list = {
    commits.parse "Release 1.2.0", commits.parse "chore(release): v1.2.0", commits.parse "bump: version 1.1.0 → 1.2.0",
    commits.parse "Merge branch 'x' into main", commits.parse "fixup! fix: calm", commits.parse "fix: calm", commits.parse "fix: support 1.2.0",
    commits.parse "fixup! older",
  }
  check.equal(section(list), "## [1.2.0] - 2026-11-21\n\n### Fixed\n\n- calm\n- support 1.2.0\n\n### Other\n\n- fixup! older\n")
end)

test("the remote of a clone tells the addresses", function()
  local function commit(url, kind) local links = changelog.links_of_remote(url, kind) return links and links.commit end
  check.equal(commit "git@github.com:o/r.git", "https://github.com/o/r/commit/{{oid}}")
  check.equal(commit "https://user:pw@github.com/o/r", "https://github.com/o/r/commit/{{oid}}")
  check.equal(commit "ssh://git@gitlab.example.org:2222/g/s/r.git", "https://gitlab.example.org/g/s/r/-/commit/{{oid}}")
  check.equal(commit("http://127.0.0.1:3000/o/r.git", "gitea"), "http://127.0.0.1:3000/o/r/commit/{{oid}}")
  for _, url in ipairs { "/srv/git/r.git", "file:///srv/r", "git@host:o/r", "../r", "" } do check.falsy(commit(url)) end
end)

test("addresses link commits, comparisons, issues and people", function()
  local o = { links = changelog.links("https://forge.example/o/r", "github"), style = "conventional" }
  local text = section({ change("fix", "stop #12 for @ann, not me@home or @scope/x", { oid = OID, body = "closes #3, #4\nsee o/q#5" }) }, o)
  check.equal(text, "## [1.2.0](https://forge.example/o/r/compare/v1.1.0...v1.2.0) (2026-11-21)\n\n### Bug Fixes\n\n"
    .. "* stop [#12](https://forge.example/o/r/issues/12) for [@ann](https://forge.example/ann), not me@home or @scope/x"
    .. " ([0123456](https://forge.example/o/r/commit/" .. OID .. "))"
    .. ", closes [#3](https://forge.example/o/r/issues/3) [#4](https://forge.example/o/r/issues/4)"
    .. ", references [o/q#5](https://forge.example/o/q/issues/5)\n")
end)

test("without addresses nobody is notified", function()
  check.match(section { change("fix", "ask @ann") }, "%- ask `@ann`\n")
end)

test("links that are there already and code are left alone", function()
  local o = { links = changelog.links("https://forge.example/o/r", "github") }
  check.match(section({ change("fix", "see [#1](https://x/1) and `#2 @bob`") }, o), "%- see %[#1%]%(https://x/1%) and `#2 @bob`\n")
end)

test("commit text cannot break out of its list", function()
  local text = section { change("fix", "<details> ## fake | ```") }
  check.match(text, "%- \\<details> ## fake \\| \\`\\`\\`\n$")
end)

test("the same history gives the same bytes", function()
  local function build()
    local commits = {}
    for i = 1, 50 do commits[i] = change(i % 2 == 0 and "feat" or "fix", "c" .. i, { scope = "s" .. i % 5 }) end
    return section(commits)
  end
  check.equal(build(), build())
end)

test("a whole changelog has a header and its releases as given; a template replaces the layout", function()
  local releases = { release({ change("feat", "a") }, { version = nil, tag = nil, date = nil }), release { change("fix", "b") } }
  releases[1].version = nil
  local text = assert(changelog.render { releases = releases })
  check.match(text, "^# Changelog\n")
  check.match(text, "\n## %[Unreleased%]\n\n### Added\n\n%- a\n\n## %[1%.2%.0%] %- 2026%-11%-21\n\n### Fixed\n\n%- b\n$")
  local own = assert(changelog.render { releases = { releases[2] }, template = "{{#releases}}{{version}}:{{#groups}}{{#changes}} {{{text}}}{{/changes}}{{/groups}}{{/releases}}" })
  check.equal(own, "1.2.0: b")
end)

test("a style nobody knows is refused", function()
  check.fails("changelog.unknown_style", changelog.section(release {}, { style = "wild" }))
  check.fails("changelog.unknown_style", changelog.render { releases = { release {} }, style = "wild" })
end)

local NEW = "## [1.2.0] - 2026-11-21\n\n### Fixed\n\n- b\n"

test("a section goes in front of the newest release and nothing else changes", function()
  local before = "# Changes\n\nwords  \n\n"
  local after = "## 1.1.0\n* a\n\n## 1.0.0\n\nold\n"
  check.equal(changelog.insert(before .. after, NEW, { version = "1.2.0" }), before .. NEW .. "\n" .. after)
end)

test("without a file one is made; without a release the section comes last", function()
  local fresh = assert(changelog.insert(nil, NEW, { version = "1.2.0" }))
  check.match(fresh, "^# Changelog\n")
  check.equal(fresh:sub(-#NEW - 2), "\n\n" .. NEW)
  check.equal(changelog.insert("# Changes\n\nhello", NEW, { version = "1.2.0" }), "# Changes\n\nhello\n\n" .. NEW)
end)

test("the same section again changes nothing, another one is refused", function()
  local text = assert(changelog.insert("# C\n\n## 1.1.0\n\nx\n", NEW, { version = "1.2.0" }))
  check.equal(changelog.insert(text, NEW, { version = "1.2.0" }), text)
  check.fails("changelog.exists", changelog.insert(text, NEW .. "- more\n", { version = "1.2.0" }))
  check.equal(changelog.insert(text, NEW, { version = "v1.2.0" }), text)
end)

test("Unreleased stays on top, and is emptied of what the release repeats", function()
  local text = "# C\n\n## [Unreleased]\n\n### Added\n\n- by hand\n\n## [1.1.0]\n\n- x\n\n[1.1.0]: https://x/1.1.0\n"
  check.equal(changelog.notes(text, "Unreleased"), "### Added\n\n- by hand")
  local kept = assert(changelog.insert(text, NEW, { version = "1.2.0" }))
  check.equal(kept, (text:gsub("## %[1%.1%.0%]\n", function(line) return NEW .. "\n" .. line end)))
  local moved = assert(changelog.insert(text, "## [1.2.0]\n\n### Added\n\n- by hand\n", { version = "1.2.0" }))
  check.equal(moved, "# C\n\n## [Unreleased]\n\n## [1.2.0]\n\n### Added\n\n- by hand\n\n## [1.1.0]\n\n- x\n\n[1.1.0]: https://x/1.1.0\n")
end)

test("CRLF files stay CRLF", function()
  local text = "# C\r\n\r\n## 1.1.0\r\n\r\n- x\r\n"
  local now = assert(changelog.insert(text, NEW, { version = "1.2.0" }))
  check.falsy(now:gsub("\r\n", ""):find "\n")
  check.equal(now:sub(-#"## 1.1.0\r\n\r\n- x\r\n"), "## 1.1.0\r\n\r\n- x\r\n")
  check.equal(changelog.notes(now, "1.2.0"), "### Fixed\n\n- b")
end)

test("headings inside fences and comments are no releases", function()
  local text = "# C\n\n```\n## 9.9.9\n```\n\n<!--\n## 8.8.8\n-->\n\n## 1.1.0\n\nx\n"
  check.fails("changelog.no_section", changelog.notes(text, "9.9.9"))
  check.fails("changelog.no_section", changelog.notes(text, "8.8.8"))
  check.match(changelog.insert(text, NEW, { version = "1.2.0" }), "\n%-%->\n\n## %[1%.2%.0%]")
end)

test("notes are found under the headings people write", function()
  for _, heading in ipairs {
    "## 1.2.0", "## [1.2.0]", "## v1.2.0 (2026-11-21)", "# 1.2.0", "### [1.2.0](https://x/y) (2026-11-21)", "## [v1.2.0] - 2026-11-21",
    "## Version 1.2.0", "## pkg@1.2.0", "## pkg-v1.2.0", "## [1.2.0] - [YANKED]", "1.2.0\n-----", "## 1.2.0 ##",
  } do
    check.equal(changelog.notes("# C\n\n" .. heading .. "\n\n- it\n\n### 3 more\n\n- n\n\n## 1.1.0\n\n- x\n", "1.2.0"), "- it\n\n### 3 more\n\n- n")
  end
  check.fails("changelog.no_section", changelog.notes("# C\n", "1.2.0"))
  check.fails("changelog.no_section", changelog.notes(nil, "1.2.0"))
  check.fails("changelog.no_section", changelog.notes("## 1.2.0-rc.1\n\nx\n", "1.2.0"))
end)

test("a section written by hand stays as it is when its release is made", function()
  local text = "# C\n\n## [1.2.0]\n\nBy hand.\n\n## [1.1.0]\n\n- x\n"
  check.equal(changelog.written(text, "1.2.0"), "## [1.2.0]\n\nBy hand.\n")
  check.equal(changelog.insert(text, changelog.written(text, "1.2.0"), { version = "1.2.0" }), text)
  check.equal(changelog.written(text, "2.0.0"), nil)
end)

test("link definitions at the end are no part of the last section", function()
  local text = "# C\n\n## [1.0.0]\n\n- x\n\n[1.0.0]: https://x/1\n[unreleased]: https://x/2\n"
  check.equal(changelog.notes(text, "1.0.0"), "- x")
end)
