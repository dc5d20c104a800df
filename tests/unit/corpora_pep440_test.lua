-- The PEP 440 cases of our peers (packaging, commitizen).
local pep440 = require "pure.pep440"
local version = require "pure.version"
local json = require "door.json"

local exceptions = {}

local function wanted(value) if value == json.null then return nil end return value end
local function text(value) return value and tostring(value) or nil end

local function field(name)
  return function(c)
    local v = pep440.parse(c.v)
    return v and v[name], wanted(c.expect)
  end
end

local ops = {
  epoch = field "epoch", release = field "release", ["local"] = field "local_version", dev = field "dev",
  post = field "post", is_prerelease = field "is_prerelease", is_devrelease = field "is_devrelease",
  is_postrelease = field "is_postrelease",
}

function ops.valid(c) return pep440.parse(c.v) ~= nil, true end
function ops.invalid(c) return pep440.parse(c.v), nil end
function ops.cmp(c) return pep440.compare(c.a, c.b), c.expect end
function ops.normalize(c) return pep440.normalize(c.v), c.expect end
function ops.public(c) return pep440.public(c.v), c.expect end
function ops.base(c) return pep440.base(c.v), c.expect end
function ops.canonicalize(c) return pep440.canonicalize(c.v), c.expect end
function ops.canonicalize_name(c) return pep440.canonicalize_name(c.v), c.expect end
function ops.wheel_filename_invalid(c) return require("pure.wheel").parse(c.v), nil end
ops.sdist_filename_invalid = function(c) return require("pure.wheel").parse_sdist(c.v), nil end

function ops.wheel_filename(c)
  local wheel = require("pure.wheel").parse(c.v)
  return wheel and { wheel.name, wheel.version.text }, { c.name or c.expect[1], c.version or c.expect[2] }
end

function ops.pre(c)
  local v = pep440.parse(c.v)
  return v.pre_kind and { v.pre_kind, v.pre_number } or nil, wanted(c.expect)
end

function ops.satisfies(c)
  return pep440.satisfies(c.v or c.version, c.spec or c.specifier or c.range), c.expect
end

-- commitizen's scheme names: semver writes 1.0.0-a0, semver2 writes 1.0.0-alpha.0.
local schemes = { pep440 = "pep440", semver = "semver-short", semver2 = "semver-long" }

function ops.scheme_bump(c)
  local increment = wanted(c.increment)
  return text(version.bump(c.v, increment and increment:lower() or "none", {
    scheme = schemes[c.scheme], pre = wanted(c.prerelease), offset = c.prerelease_offset,
    dev = wanted(c.devrelease), local_version = c["local"], exact = c.exact, build = wanted(c.build_metadata),
  })), wanted(c.expect)
end

function ops.map(c)
  return text(pep440.to_semver(c.pep440, { style = c.to == "semver" and "short" or nil })), c.version
end

local path = corpora and corpora "pep440.jsonl"
if path then
  local number = 0
  for line in io.lines(path) do
    number = number + 1
    local c = json.decode(line)
    local name = ("%s %s"):format(c.op, c.v or c.a or c.pep440)
    test(("pep440.jsonl:%d %s (%s)"):format(number, name, c.src), function()
      if exceptions[name] then return skip(exceptions[name]) end
      local got, want = ops[c.op](c)
      check.equal(got, want)
    end)
  end
end
