-- The bump decision and the next version.
local bump = require "pure.bump"
local semver = require "pure.semver"
local version = require "pure.version"

local function level(messages, rules, current)
  return bump.decide { commits = messages, rules = rules, current = current and semver.parse(current) }.level
end

local function next(o)
  local v, second, votes, decision = version.next(o)
  return v and tostring(v) or nil, second, votes, decision
end

test("the highest vote wins", function()
  check.equal(level { "fix: a" }, "patch")
  check.equal(level { "fix: a", "feat: b" }, "minor")
  check.equal(level { "fix!: a", "feat: b" }, "major")
  check.equal(level { "docs: a", "chore(deps): b" }, "none")
  check.equal(level { "BREAKING CHANGE: not even conventional" }, "major")
end)

test("every vote names its commit, rule and deciding line", function()
  local _, _, votes = next { current = "1.0.0", commits = {
    { oid = ("a"):rep(40), message = "feat(api): x\n\nBREAKING CHANGE: the old call is gone\nmore" }, { oid = ("b"):rep(40), message = "typo" },
  } }
  check.equal({ votes[1].commit, votes[1].type, votes[1].scope, votes[1].level, votes[1].line, votes[1].rule },
    { ("a"):rep(40), "feat", "api", "major", "BREAKING CHANGE: the old call is gone", "BREAKING CHANGE footer" })
  check.equal({ votes[2].level, votes[2].rule }, { "none", "does not conform" })
  check.match(votes[2].note, "colon is missing")
end)

test("commits that do not conform are counted and named", function()
  local decision = bump.decide { commits = { "oops", "feat: a", "Merge branch 'x'", "fixup! feat: a", "wip" } }
  check.equal(decision.unconventional, { "oops", "wip" })
  check.equal(decision.counts, { commits = 5, conforming = 1, other = 2, merges = 1, fixups = 1, reverted = 0 })
end)

test("reverted work leaves the decision, and the revert with it", function()
  check.equal(level { 'Revert "feat: a"', "feat: a" }, "none")
  check.equal(level { 'Revert "feat: a"', "feat: a", "fix: b" }, "patch")
  check.equal(level { 'Revert "feat: released before"' }, "patch")
end)

test("rules of the project are added to the usual ones", function()
  check.equal(level({ "docs: a" }, { types = { docs = "patch" } }), "patch")
  check.equal(level({ "perf: a" }, { types = { perf = "none" } }), "none")
  check.equal(level({ "wip" }, { unconventional = "patch" }), "patch")
  check.equal(level({ "feat(ui): a" }, { when = { { type = "feat", scope = "ui", level = "patch" } } }), "patch")
  check.equal(level({ "feat: a" }, { when = { { type = "feat", level = false } } }), "none")
  check.equal(level({ "fix: a" }, { always = "minor" }), "minor")
  check.equal(level({ "docs: a" }, { always = "minor" }), "none")
  check.equal(level({ "docs: a" }, { minimum = "patch" }), "patch")
end)

test("rules that are none are refused by name", function()
  local v, err = version.next { current = "1.0.0", commits = {}, rules = { tpyes = {} } }
  check.fails("version.rules", v, err)
  check.match(err.message, "tpyes")
  check.fails("version.rules", version.next { current = "1.0.0", commits = {}, rules = { types = { feat = "medium" } } })
end)

test("while the version is 0.x a breaking change can be minor, and 1.x says that the rule does nothing", function()
  check.equal(level({ "feat!: a" }, { zero = "minor" }, "0.3.1"), "minor")
  check.equal(level({ "feat: a" }, { zero = { breaking = "minor", minor = "patch" } }, "0.3.1"), "patch")
  local decision = bump.decide { commits = { "feat!: a" }, rules = { zero = "minor" }, current = semver.parse "1.0.0" }
  check.equal(decision.level, "major")
  check.match(decision.warnings[1], "from 1%.0%.0 on")
end)

test("a dependency's move can vote for itself", function()
  check.equal(level({ "chore(deps): bump foo from 1.2.3 to 2.0.0" }, { dependencies = true }), "major")
  check.equal(level({ "chore(deps): bump foo from 1.2.3 to 1.2.4" }, { dependencies = true }), "patch")
  check.equal(level { "chore(deps): bump foo from 1.2.3 to 2.0.0" }, "none")
end)

test("next gives version, level and votes; nothing to release gives the present version", function()
  check.equal((next { current = "1.2.3", commits = { "feat: a" } }), "1.3.0")
  local v, l = next { current = "1.2.3", commits = { "docs: a" } }
  check.equal({ v, l }, { "1.2.3", "none" })
end)

test("a tag's prefix is kept", function()
  check.equal((next { current = "v1.2.3", commits = { "fix: a" } }), "v1.2.4")
  check.equal((next { current = "api/v1.2.3", commits = { "fix: a" } }), "api/v1.2.4")
  check.equal((next { current = "name@1.2.3", commits = { "fix: a" } }), "name@1.2.4")
end)

test("the first version is 0.1.0 unless another is asked for", function()
  check.equal((next { commits = { "feat: a" } }), "0.1.0")
  check.equal((next { commits = { "feat: a" }, first = "1.0.0" }), "1.0.0")
  check.equal((next { commits = {}, pre = "alpha" }), "0.1.0-alpha.1")
end)

test("a pre-release counts on while it announces what is coming", function()
  check.equal((next { current = "1.2.3", commits = { "feat: a" }, pre = "alpha" }), "1.3.0-alpha.1")
  check.equal((next { current = "1.3.0-alpha.1", commits = { "fix: a" }, pre = "alpha" }), "1.3.0-alpha.2")
  check.equal((next { current = "1.3.0-alpha.2", commits = { "feat!: a" }, pre = "alpha" }), "2.0.0-alpha.1")
  check.equal((next { current = "1.3.0-alpha.2", commits = { "fix: a" }, pre = "beta" }), "1.3.0-beta.1")
  check.equal((next { current = "1.3.0-rc.2", commits = { "fix: a" } }), "1.3.0")
  check.equal((next { current = "1.3.0-rc.2", commits = { "fix: a" }, prerelease = "count" }), "1.3.0-rc.3")
  check.fails("version.backwards", version.next { current = "1.3.0-rc.2", commits = { "fix: a" }, pre = "beta" })
end)

test("an explicit level or version overrides the votes, Release-As does where nobody asked", function()
  check.equal((next { current = "1.2.3", commits = { "fix: a" }, level = "major" }), "2.0.0")
  check.equal((next { current = "1.2.3", commits = { "fix: a" }, level = "4.0.0" }), "4.0.0")
  local v, how, votes = next { current = "1.2.3", commits = { "chore: a\n\nRelease-As: 3.1.0" } }
  check.equal({ v, how, votes[1].rule, votes[1].line }, { "3.1.0", "exact", "Release-As footer", "Release-As: 3.1.0" })
  check.equal((next { current = "1.2.3", commits = { "fix: a\n\nRelease-As: 3.1.0" }, level = "minor" }), "1.3.0")
  check.fails("version.backwards", version.next { current = "1.2.3", commits = { "fix: a\n\nRelease-As: 1.0.0" } })
end)

test("other schemes bump by the same votes", function()
  check.equal((next { scheme = "pep440", current = "1.2.3", commits = { "feat: a" }, pre = "alpha" }), "1.3.0a0")
  check.equal((next { scheme = "calver", current = "2026.11.0", commits = { "feat: a" }, date = "2026-12-01" }), "2026.12.0")
  local own = { name = "letters", parse = function(t) return setmetatable({ text = t, scheme = "letters" }, { __tostring = function(v) return v.text end }) end,
    bump = function(v) return setmetatable({ text = string.char(v.text:byte() + 1) }, { __tostring = function(w) return w.text end }) end }
  check.equal((next { scheme = own, current = "a", commits = { "fix: x" } }), "b")
  check.fails("version.scheme", version.next { scheme = "roman", current = "I", commits = {} })
end)

test("tags are read and written by template", function()
  local v, prefix = version.of_tag "pkg-2-v1.2.0-rc.1"
  check.equal({ v.text, prefix }, { "1.2.0-rc.1", "pkg-2-v" })
  check.fails("version.invalid", version.of_tag "nightly-2026")
  check.equal(version.tag_name(semver.parse "1.2.0", "{name}-v{version}", { name = "api" }), "api-v1.2.0")
end)

test("a version crosses a bridge as a plain value and comes back whole", function()
  for _, v in ipairs { semver.parse "1.2.0-rc.1", version.of_tag "v1.2.0", version.parse("1.0a1", "pep440"), version.parse("2026.11.0", "calver") } do
    local back = version.revive(version.lower(v))
    check.equal({ back.scheme, back.text, back.prefix, tostring(back) }, { v.scheme, v.text, v.prefix, tostring(v) })
  end
end)

test("a misspelt option is a mistake, not a silent release", function()
  check.raises(function() version.next { current = "1.0.0", commits = {}, prerelase = "alpha" } end, "unknown option 'prerelase'")
  check.raises(function() semver.bump("1.0.0", "minor", { idd = "x" }) end, "unknown option 'idd'")
  check.raises(function() semver.satisfies("1.0.0", "*", { includePrerelease = true }) end, "include_prerelease")
end)

test("a calendar pattern of the project's own is part of the scheme's name", function()
  local scheme = "calver:YY.MINOR.MICRO"
  check.equal((next { scheme = scheme, current = "26.3.0", commits = { "feat: a" }, date = "2026-12-01" }), "26.4.0")
  check.equal((next { scheme = scheme, commits = {}, date = "2026-12-01" }), "26.0.0")
  check.equal((next { scheme = scheme, current = version.parse("26.3.0", scheme), commits = { "fix: a" }, date = "2026-12-01" }), "26.3.1")
end)

test("a pre-release comes after all that exist, in either scheme, or is refused", function()
  local function values(scheme, texts)
    local list = {}
    for i, t in ipairs(texts) do list[i] = version.parse(t, scheme) end
    return list
  end
  local semvers = values("semver", { "1.3.0-alpha.4", "1.2.0-rc.9" })
  check.equal(tostring(version.prerelease_of(semver.parse "1.3.0", { id = "alpha", among = semvers })), "1.3.0-alpha.5")
  local v, err = version.prerelease_of(semver.parse "1.3.0", { id = "alpha", among = values("semver", { "1.3.0-beta.1" }) })
  check.fails("version.backwards", v, err)
  check.match(err.message, "1%.3%.0%-beta%.1 exists; after beta no alpha follows")
  local pep = version.parse("1.3.0", "pep440")
  check.equal(tostring(version.prerelease_of(pep, { id = "rc", among = values("pep440", { "1.3.0rc2", "1.3a7" }) })), "1.3.0rc3")
  check.fails("version.backwards", version.prerelease_of(pep, { id = "alpha", among = values("pep440", { "1.3.0rc2" }) }))
end)

test("every scheme says what is stable and what a pre-release leads to", function()
  check.equal(version.is_stable(version.parse("1.0.dev1", "pep440")), false)
  check.equal(version.is_stable(semver.parse "1.0.0+x"), true)
  check.equal(tostring(version.base(version.parse("1!1.0rc1.dev2", "pep440"))), "1!1.0")
  check.equal(tostring(version.base(semver.parse "1.2.0-rc.1")), "1.2.0")
end)
