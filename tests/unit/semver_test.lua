-- Semantic versions as values: what recipes see of them.
local semver = require "pure.semver"

local function text(value) return value and tostring(value) end

test("a version has its numbers, its pre-release and its build metadata as fields", function()
  local v = semver.parse "1.2.3-rc.1+build.5"
  check.equal({ v.major, v.minor, v.patch, v.pre, v.build, v.text }, { 1, 2, 3, "rc.1", "build.5", "1.2.3-rc.1+build.5" })
  check.equal(semver.parse("1.2.3").pre, nil)
end)

test("a malformed version is nil and an error that names the byte", function()
  local v, err = semver.parse "1.2.x"
  check.fails("version.invalid", v, err)
  check.match(err.message, "byte 5")
end)

test("a prefix is not part of a version, and the error says who reads tags", function()
  local v, err = semver.parse "v1.2.3"
  check.fails("version.invalid", v, err)
  check.match(err.hint, "of_tag")
end)

test("numbers of any length are kept, compared and counted", function()
  local v = semver.parse "99999999999999999999.0.0"
  check.equal(v.major, "99999999999999999999")
  check.equal(text(v:bump "major"), "100000000000000000000.0.0")
  check.truthy(v < semver.parse "100000000000000000000.0.0")
  check.equal(text(semver.parse("999999999999999999.0.0"):bump "major"), "1000000000000000000.0.0")
end)

test("a version becomes text as a tag, for a manifest and for an image", function()
  local v = semver.parse "1.2.0+linux.1"
  check.equal({ v:tag(), v:tag "", v:tag "api/v", v:manifest(), v:image() },
    { "v1.2.0+linux.1", "1.2.0+linux.1", "api/v1.2.0+linux.1", "1.2.0+linux.1", "1.2.0-linux.1" })
  check.equal(v .. " is out", "1.2.0+linux.1 is out")
  check.equal("version " .. v, "version 1.2.0+linux.1")
end)

test("values are ordered by precedence, and sorting is stable over build metadata", function()
  local sorted = semver.sort { "1.0.0", "1.0.0-rc.1", "1.0.0+b", "1.0.0+a", "0.9.9", "1.0.0-alpha" }
  local texts = {}
  for i, v in ipairs(sorted) do texts[i] = v.text end
  check.equal(texts, { "0.9.9", "1.0.0-alpha", "1.0.0-rc.1", "1.0.0", "1.0.0+a", "1.0.0+b" })
  check.equal(semver.compare("1.0.0+a", "1.0.0+b"), 0)
  check.truthy(semver.parse "1.0.0" == semver.parse "1.0.0")
  check.truthy(semver.parse "1.0.0" <= semver.parse "1.0.0")
  check.falsy(semver.parse "1.0.0+a" == semver.parse "1.0.0+b")
end)

test("every level leads where npm and cargo-release lead", function()
  local cases = {
    { "1.2.3", "major", "2.0.0" }, { "1.2.3", "minor", "1.3.0" }, { "1.2.3", "patch", "1.2.4" },
    { "1.2.3", "premajor", "2.0.0-0" }, { "1.2.3", "preminor", "1.3.0-0" }, { "1.2.3", "prepatch", "1.2.4-0" },
    { "1.2.3", "prerelease", "1.2.4-0" }, { "1.2.4-0", "prerelease", "1.2.4-1" },
    { "1.2.3", "alpha", "1.2.4-alpha.1" }, { "1.2.4-alpha.1", "alpha", "1.2.4-alpha.2" },
    { "1.2.4-alpha.2", "beta", "1.2.4-beta.1" }, { "1.2.4-beta.1", "rc", "1.2.4-rc.1" },
    { "1.2.4-alpha", "alpha", "1.2.4-alpha.1" }, { "1.2.4-rc.1", "release", "1.2.4" },
    { "2.0.0-rc.1", "major", "2.0.0" }, { "1.3.0-rc.1", "minor", "1.3.0" }, { "1.2.4-rc.1", "patch", "1.2.4" },
  }
  for _, case in ipairs(cases) do check.equal(text(semver.bump(case[1], case[2])), case[3]) end
end)

test("a pre-release takes a name and a base", function()
  local v = semver.parse "1.0.0"
  check.equal(text(v:bump("preminor", { id = "alpha", base = 1 })), "1.1.0-alpha.1")
  check.equal(text(v:bump("preminor", { id = "alpha" })), "1.1.0-alpha.0")
  check.equal(text(v:bump("preminor", { id = "alpha", base = false })), "1.1.0-alpha")
  check.fails("version.identifier", v:bump("preminor", { id = "al pha" }))
end)

test("a pre-release never goes back from beta to alpha", function()
  check.fails("version.backwards", semver.bump("1.1.0-beta.1", "alpha"))
  check.fails("version.backwards", semver.bump("1.1.0-rc.1", "prerelease", { id = "beta" }))
  check.equal(text(semver.bump("1.1.0-beta.1", "preminor", { id = "alpha" })), "1.2.0-alpha.0")
end)

test("an exact version must come after the present one", function()
  check.equal(text(semver.bump("1.2.3", "3.1.2")), "3.1.2")
  check.fails("version.backwards", semver.bump("1.2.3", "1.2.3"))
  check.fails("version.backwards", semver.bump("1.2.3", "1.2.3-rc.1"))
  check.fails("version.level", semver.bump("1.2.3", "mayor"))
end)

test("a released version has nothing to release", function()
  check.fails("version.not_prerelease", semver.bump("1.2.3", "release"))
end)

test("a range that is none is an error, and a version that is none is in no range", function()
  check.fails("version.range", semver.satisfies("1.2.3", "1.x.5"))
  check.equal(semver.satisfies("nonsense", "^1.2"), false)
end)

test("pre-releases are in a range only where it asks for them", function()
  check.equal(semver.satisfies("1.3.0-rc.1", "^1.2"), false)
  check.equal(semver.satisfies("1.3.0-rc.1", "^1.2", { include_prerelease = true }), true)
  check.equal(semver.satisfies("1.2.0-rc.2", "^1.2.0-rc.1"), true)
end)

test("one range inside another is a subset", function()
  check.equal(semver.subset("~1.2.3", "^1.0"), true)
  check.equal(semver.subset("^1.0", "~1.2.3"), false)
  check.equal(semver.subset("1.2.3 || 1.4.0", "1.x"), true)
  check.equal(semver.intersects("<2", ">=1.9"), true)
  check.equal(semver.intersects("<1", ">=2"), false)
end)

test("Cargo's requirements read a bare version as caret, and commas as and", function()
  local o = { dialect = "cargo" }
  check.equal(semver.satisfies("1.9.0", "1.2", o), true)
  check.equal(semver.satisfies("2.0.0", "1.2", o), false)
  check.equal(semver.satisfies("1.5.0", ">=1.2, <1.4", o), false)
  check.equal(semver.satisfies("0.3.0", "0.2", o), false)
end)

test("a dependant's requirement keeps its form when it follows a release", function()
  check.equal(semver.requirement("^1.0", "2.1.0"), "^2.1")
  check.equal(semver.requirement("1", "1.4.0"), nil)
  check.fails("version.range", semver.requirement(">=1, <2", "2.0.0"))
end)

test("a pre-release counts on from those that exist", function()
  local among = { "1.3.0-rc.1", "1.3.0-rc.10", "1.3.0-beta.4", "1.4.0-rc.20" }
  check.equal(text(semver.prerelease_of("1.3.0", { id = "rc", among = among })), "1.3.0-rc.11")
  check.equal(text(semver.prerelease_of("1.3.0", { id = "dev", among = among })), "1.3.0-dev.1")
  check.equal(text(semver.prerelease_of("1.3.0", { id = "alpha.*.fix", among = { "1.3.0-alpha.2.fix" } })), "1.3.0-alpha.3.fix")
end)

test("wrong types raise", function()
  check.raises(function() semver.parse(12) end, "string expected")
end)

test("an identifier of a pre-release brings no build metadata in", function()
  for _, id in ipairs { "rc+build", "rc.1+5", "+5", "a b", "01", "a..b" } do
    check.fails("version.identifier", semver.bump("1.2.0", "prerelease", { id = id }))
  end
  check.equal(tostring(semver.bump("1.2.0", "prerelease", { id = "rc-x.y" })), "1.2.1-rc-x.y.0")
end)

test("many texts are sorted as versions, highest first, and what is none is left out", function()
  local semver = require "pure.semver"
  check.equal(semver.sorted { "1.0.0", "x", "1.0.0-rc.1", "10.0.0", "01.0.0", "1.0.0+b", "9.0.0", "1.0.0" }, { 4, 7, 6, 1, 8, 3 })
  check.equal(semver.sorted {}, {})
end)
