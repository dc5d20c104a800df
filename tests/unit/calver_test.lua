-- Calendar versions: the date decides, a counter tells releases of one period apart.
local calver = require "pure.calver"

local function text(value) return value and tostring(value) end

test("the counter grows within a month and begins again with the next", function()
  check.equal(text(calver.bump("2026.11.0", "patch", { date = "2026-11-21" })), "2026.11.1")
  check.equal(text(calver.bump("2026.11.7", "patch", { date = "2026-12-01" })), "2026.12.0")
  check.equal(text(calver.bump(nil, "patch", { date = "2026-11-21" })), "2026.11.0")
end)

test("patterns with days, weeks and short years are read and written", function()
  check.equal(text(calver.bump("26.5.3", "minor", { date = "2026-05-09", pattern = "YY.MINOR.MICRO" })), "26.6.0")
  check.equal(text(calver.bump("26.5.3", "patch", { date = "2027-01-09", pattern = "YY.MINOR.MICRO" })), "27.0.0")
  check.equal(text(calver.bump("20261120", "patch", { date = "2026-11-21", pattern = "YYYY0M0D" })), "20261121")
  check.equal(text(calver.bump(nil, "patch", { date = "2026-01-01", pattern = "YYYY.0W.MICRO" })), "2026.01.0")
  check.equal(text(calver.bump(nil, "patch", { date = "2027-01-01", pattern = "YYYY.WW.MICRO" })), "2027.53.0")
end)

test("a modifier comes before the version it announces", function()
  check.equal(calver.compare("2026.11.0-rc1", "2026.11.0", { pattern = "YYYY.0M.MICRO-MODIFIER" }), -1)
  local v = calver.parse("2026.11.0-rc1", { pattern = "YYYY.0M.MICRO-MODIFIER" })
  check.equal(text(v:bump("patch", { date = "2026-11-22" })), "2026.11.0")
end)

test("a clock that stands before the last release is refused", function()
  check.fails("version.backwards", calver.bump("2026.11.0", "patch", { date = "2026-10-31" }))
end)

test("a pattern without a counter gives one version a period", function()
  check.fails("version.backwards", calver.bump("2026.11", "patch", { date = "2026-11-21", pattern = "YYYY.0M" }))
end)

test("a pattern that names no year, or an unknown part, is refused", function()
  check.fails("version.calver", calver.parse("1.2", { pattern = "MM.DD" }))
  check.fails("version.calver", calver.parse("1.2", { pattern = "YYYY.Q" }))
end)

test("a text that is no such date is no version", function()
  check.fails("version.invalid", calver.parse "2026.13.0")
  check.fails("version.invalid", calver.parse "1.2.3")
end)

test("versions are ordered number by number", function()
  check.truthy(calver.parse "2026.09.10" < calver.parse "2026.11.2")
  check.truthy(calver.parse "2026.11.2" < calver.parse "2026.11.10")
end)
