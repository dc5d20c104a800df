-- The SemVer cases of our peers (node-semver, golang/mod, dtolnay/semver, pg-semver, semver.org).
local semver = require "pure.semver"
local json = require "door.json"

-- Differences that stay, by the text of the case.
local exceptions = {
  ["invalid 90071992547409910.0.0"] = "SemVer sets no limit to numbers; npm stops at 2^53",
  ["invalid 0.90071992547409910.0"] = "SemVer sets no limit to numbers; npm stops at 2^53",
  ["invalid 0.0.90071992547409910"] = "SemVer sets no limit to numbers; npm stops at 2^53",
  ["satisfies 1.2.* 1.0.0"] = "the corpus is mistaken: Cargo's own 1.2.* means >=1.2.0, <1.3.0",
}

local function options_of(case)
  local o = case.options or {}
  return { loose = o.loose, include_prerelease = o.includePrerelease, rtl = o.rtl, dialect = case.dialect }
end

local function text(value) return value and tostring(value) or nil end
local function wanted(value) if value == json.null then return nil end return value end

local ops = {}

function ops.cmp(c, o) return semver.compare(c.a, c.b, o), c.expect end
function ops.cmp_build(c) return semver.compare(c.a, c.b, { build = true }), c.expect end

function ops.cmp_op(c)
  local a, b = semver.parse(c.a), semver.parse(c.b)
  local results = { ["<"] = a < b, ["<="] = a <= b, [">"] = a > b, [">="] = a >= b, ["=="] = a == b, ["!="] = a ~= b }
  return results[c.operator], c.expect
end

function ops.invalid(c, o) return semver.parse(c.v, o), nil end

function ops.valid(c, o)
  local v = semver.parse(c.v, o)
  if not v then return "refused", "accepted" end
  if c.canonical then return "v" .. v.text:gsub("%+.*", ""), c.canonical end
  if not c.major then return v.text, c.v end
  return { v.major, v.minor, v.patch, semver.identifiers(v.pre), semver.identifiers(v.build) },
    { c.major, c.minor, c.patch, c.pre, c.build }
end

function ops.inc(c, o)
  local v = semver.parse(c.v, { loose = o.loose, prefix = true })
  local next = v and semver.bump(v, c.release, { id = c.id, base = c.base })
  return text(next), wanted(c.expect)
end

function ops.truncate(c) return text(semver.truncate(c.v, c.release)), wanted(c.expect) end
function ops.satisfies(c, o) return semver.satisfies(c.v, c.range, o), c.expect end
function ops.range_parse(c, o) return text(semver.range(c.range, o)), wanted(c.expect) end
function ops.range_invalid(c, o) return semver.range(c.range, o), nil end
function ops.gtr(c, o) return semver.gtr(c.v, c.range, o), c.expect end
function ops.ltr(c, o) return semver.ltr(c.v, c.range, o), c.expect end
function ops.intersects(c, o) return semver.intersects(c.a, c.b, o), c.expect end
function ops.subset(c, o) return semver.subset(c.a or c.sub, c.b or c.dom, o), c.expect end
function ops.coerce(c, o) return text(semver.coerce(c.v, o)), wanted(c.expect) end
function ops.clean(c, o) return semver.clean(c.v, o), wanted(c.expect) end
function ops.diff(c) return semver.diff(c.a, c.b), wanted(c.expect) end
function ops.prerelease(c, o) return semver.prerelease(c.v, o), wanted(c.expect) end
function ops.max_satisfying(c, o) return semver.max_satisfying(c.list, c.range, o), wanted(c.expect) end
function ops.min_satisfying(c, o) return semver.min_satisfying(c.list, c.range, o), wanted(c.expect) end
function ops.min_version(c, o) return text(semver.min_version(c.range, o)), wanted(c.expect) end

local path = corpora and corpora "semver.jsonl"
if path then
  local number = 0
  for line in io.lines(path) do
    number = number + 1
    local c = json.decode(line)
    local name = ("%s %s"):format(c.op, c.range and c.v and c.range .. " " .. c.v or c.v or c.range or c.a)
    test(("semver.jsonl:%d %s (%s)"):format(number, name, c.src), function()
      if exceptions[name] then return skip(exceptions[name]) end
      local got, want = ops[c.op](c, options_of(c))
      check.equal(got, want)
    end)
  end
end
