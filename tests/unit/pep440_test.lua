-- PEP 440 as values, and the way between it and SemVer.
local pep440 = require "pure.pep440"

local function text(value) return value and tostring(value) end

test("every spelling prints as the normal form", function()
  check.equal(text(pep440.parse "V1.0-ALPHA_2.POST1+Local_3"), "1.0a2.post1+local.3")
  check.equal(pep440.normalize "1.0-5", "1.0.post5")
  check.fails("version.invalid", pep440.parse "1..0")
end)

test("trailing zeros do not make another version", function()
  check.truthy(pep440.parse "1.0" == pep440.parse "1.0.0")
  check.equal(pep440.canonicalize "1.10.0", "1.10")
  check.equal(pep440.canonicalize "2!1.0.0rc1", "2!1rc1")
end)

test("values are ordered: dev, a, b, rc, final, local, post", function()
  local order = { "1.0.dev1", "1.0a1", "1.0b1", "1.0rc1", "1.0", "1.0+x", "1.0.post1", "1!0.1" }
  for i = 1, #order - 1 do
    check.truthy(pep440.parse(order[i]) < pep440.parse(order[i + 1]), order[i])
  end
end)

test("levels bump the release, and a pre-release is finished before it is passed", function()
  local cases = {
    { "1.2.3", "minor", {}, "1.3.0" }, { "1.3.0a1", "minor", {}, "1.3.0" }, { "1.3.1a1", "minor", {}, "1.4.0" },
    { "1.2.3", "minor", { pre = "alpha" }, "1.3.0a0" }, { "1.3.0a0", "none", { pre = "beta", offset = 1 }, "1.3.0b1" },
    { "1.2.3", "post", {}, "1.2.3.post1" }, { "1.2.3.post1", "post", {}, "1.2.3.post2" },
    { "1.3.0rc1", "release", {}, "1.3.0" }, { "1.2.3", "dev", {}, "1.2.4.dev0" }, { "1.2.4.dev0", "dev", {}, "1.2.4.dev1" },
    { "1!1.2.3", "patch", {}, "1!1.2.4" }, { "1.2.3", "2.0rc1", {}, "2.0rc1" },
  }
  for _, case in ipairs(cases) do check.equal(text(pep440.bump(case[1], case[2], case[3])), case[4]) end
  check.fails("version.backwards", pep440.bump("1.3.0b1", "alpha"))
  check.fails("version.backwards", pep440.bump("1.3.0", "1.2.9"))
  check.fails("version.level", pep440.bump("1.3.0", "mayor"))
end)

test("specifiers are packaging's", function()
  check.equal(pep440.satisfies("1.4.5", "~=1.4.2"), true)
  check.equal(pep440.satisfies("1.5.0", "~=1.4.2"), false)
  check.equal(pep440.satisfies("1.3.9", "==1.3.*,!=1.3.4"), true)
  check.equal(pep440.satisfies("1.0.post1", ">1.0"), false)
  check.equal(pep440.satisfies("2.0rc1", ">=1.0"), false)
  check.equal(pep440.satisfies("2.0rc1", ">=2.0rc1"), true)
  check.fails("version.range", pep440.satisfies("1.0", "1.0"))
end)

test("a version is carried over to SemVer and back", function()
  for _, pair in ipairs { { "1.0.0a2", "1.0.0-alpha.2" }, { "1.0.0rc1.dev3", "1.0.0-rc.1.dev.3" }, { "1.2.0", "1.2.0" }, { "1.0.0b0+x", "1.0.0-beta.0+x" } } do
    check.equal(text(pep440.to_semver(pair[1])), pair[2])
    check.equal(text(pep440.from_semver(pair[2])), pair[1])
  end
  check.equal(text(pep440.from_semver "1.0.0-a2"), "1.0.0a2")
end)

test("what the other scheme has no place for is refused", function()
  check.fails("version.invalid", pep440.to_semver "1!1.0")
  check.fails("version.invalid", pep440.to_semver "1.2.3.4")
  check.fails("version.invalid", pep440.from_semver "1.0.0-nightly.5")
end)

test("a wheel's name tells project and version", function()
  local wheel = require("pure.wheel").parse "Foo_Bar-1.0.post1-1-cp311-cp311-linux_x86_64.whl"
  check.equal({ wheel.name, wheel.version.text, wheel.build, wheel.python }, { "foo-bar", "1.0.post1", "1", "cp311" })
end)

test("=== names a pre-release like any other clause", function()
  check.truthy(pep440.satisfies("1.0rc1", "===1.0RC1"))
  check.falsy(pep440.satisfies("1.0rc1", "===1.0"))
  check.falsy(pep440.satisfies("1.0", "===anything"))
end)
