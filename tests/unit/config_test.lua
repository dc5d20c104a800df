-- slipway.lua is refused where it would do something else than its author thinks.
local config = require "pure.config"

local target = { run = { { "make" } }, produce = { "out/pelican" } }

local function with(fields)
  local copy = {}
  for key, value in pairs(target) do copy[key] = value end -- order: a copy has none
  for key, value in pairs(fields) do copy[key] = value end -- order: a set
  return { targets = { linux = copy } }
end

test("sound settings are taken", function()
  check.truthy(config.check { targets = { linux = target }, artifacts = { { archive = "a-{version}.tar.gz", target = "linux", include = { "README.md" } } } })
  check.truthy(config.check { build = { strategy = { "here", "ci" }, places = { ci = { kind = "actions", workflow = "build.yml", inputs = { profile = "release", level = 3 }, within = "2h" } } } })
  check.truthy(config.check { policy = { approval = "step", unknown_wait = "90s" } })
end)

local bad = {
  ["an approval that nobody knows"] = { policy = { approval = "setp" } },
  ["a wait that is no duration"] = { policy = { unknown_wait = "soon" } },
  ["a target whose name is a path"] = { targets = { ["../../x"] = target } },
  ["a product outside the project"] = with { produce = { "../../.ssh/id_rsa" } },
  ["an absolute product"] = with { produce = { "/etc/passwd" } },
  ["two products of one name"] = with { produce = { "a/x", "b/x" } },
  ["an archive in a folder"] = { artifacts = { { archive = "../x.tar.gz", source = true } } },
  ["two archives of one name"] = { artifacts = { { archive = "x.zip", source = true }, { archive = "x.zip", source = true } } },
  ["an included file outside"] = { artifacts = { { archive = "x.zip", source = true, include = { "../secret" } } } },
  ["a place of Actions without a workflow"] = { build = { places = { ci = { kind = "actions" } } } },
  ["an input of a workflow that is a list"] = { build = { places = { ci = { kind = "actions", workflow = "b.yml", inputs = { list = { 1 } } } } } },
  ["an input of a workflow that each dispatch sets"] = { build = { places = { ci = { kind = "actions", workflow = "b.yml", inputs = { targets = "x" } } } } },
  ["a field of another kind of place"] = { build = { places = { ci = { kind = "actions", workflow = "b.yml", hosts = { "a" } } } } },
  ["an included file of git's own"] = { artifacts = { { archive = "x.zip", source = true, include = { ".git/config" } } } },
}

for what, value in pairs(bad) do -- order: each is a test of its own
  test(what .. " is refused", function() check.fails("config.invalid", config.check(value)) end)
end
