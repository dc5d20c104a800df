-- importer.drift: what counts as a difference between another tool's settings and slipway.lua.
local drift = require "importer.drift"

local project = { manifests = {}, found = {}, reads = function() return true end, changelog = "CHANGELOG.md", has_changelog = true, tag = "v{version}" }

local function keys(set, here)
  local entries = { { tool = "cog", file = "cog.toml", line = 3, name = "it", value = true, verdict = "taken", set = set } }
  local list = {}
  for i, one in ipairs(drift.find(entries, project, function(key) return here[key] end)) do list[i] = one.key end
  return list
end

test("a setting that slipway.lua has changed or dropped differs, one that it follows does not", function()
  check.equal(keys({ tag = "x{version}" }, { tag = "x{version}" }), {})
  check.equal(keys({ tag = "x{version}" }, { tag = "y{version}" }), { "tag" })
  check.equal(keys({ tag = "x{version}" }, {}), { "tag" })
end)

test("tables are compared key by key; what slipway.lua says besides does not count", function()
  local here = { policy = { approval = "step", remote_lock = true } }
  check.equal(keys({ ["policy.approval"] = "step" }, here), {})
  check.equal(keys({ ["policy.approval"] = "confirm" }, here), { "policy.approval" })
end)

test("a list may have grown in slipway.lua, and a manifest may have options there", function()
  check.equal(keys({ ["manifests+"] = { "a.txt" } }, { manifests = { "b.txt", { path = "a.txt", pattern = "x" } } }), {})
  check.equal(keys({ ["manifests+"] = { "a.txt", "c.txt" } }, { manifests = { "a.txt" } }), { "manifests" })
end)

test("a changelog said by its name is the same as one with its file", function()
  check.equal(keys({ ["changelog.file"] = "CHANGES.md" }, { changelog = "CHANGES.md" }), {})
  check.equal(keys({ ["changelog.file"] = "CHANGES.md" }, { changelog = { file = "CHANGES.md", style = "conventional" } }), {})
  check.equal(keys({ ["changelog.file"] = "CHANGES.md" }, { changelog = "CHANGELOG.md" }), { "changelog.file" })
end)
