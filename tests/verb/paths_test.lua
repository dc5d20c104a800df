-- Names and paths that lead elsewhere are refused by the verbs that write files.
local file = require "door.file"
local plans = require "pure.plan"
local verbs = require "run.verbs"

local known = assert(verbs.load())

local function built(verb, args)
  return plans.build({ steps = { { id = "01-x", phase = "x", verb = verb, args = args, at = "x:1" } }, checks = {}, channel = "main" }, known, {
    recipe = { name = "x", summary = "X." }, args = {}, facts = {}, project = {}, policy = {}, slipway = "0", digests = {},
  })
end

local oid = ("0"):rep(40)

for _, name in ipairs { "../../x", "a/b", "..", "", "a\nb" } do
  test(("a product is not called %q"):format(name), function()
    check.fails("plan.bad_argument", built("build", { commit = oid, target = name, run = { { "make" } }, produce = { "x" } }))
    check.fails("plan.bad_argument", built("archive", { commit = oid, name = name }))
    check.fails("plan.bad_argument", built("checksum", { files = {}, name = name }))
  end)
end

local function world_in(dir)
  return { file = file, project = { root = dir .. "/tree" }, run = { dir = dir .. "/run" }, digest = require "door.digest" }
end

test("a file is not written outside the project: by dots, by git's own folder, by links", function()
  local verb, dir = require "verb.file", scratch()
  local world = world_in(dir)
  for _, folder in ipairs { "tree/.git/hooks", "tree/docs", "run", "outside" } do assert(file.mkdir { path = dir .. "/" .. folder, parents = true }) end
  assert(file.link { target = "../outside", path = dir .. "/tree/out" })
  assert(file.link { target = "../outside/target", path = dir .. "/tree/direct" })
  assert(file.link { target = ".git/hooks", path = dir .. "/tree/hooks" })
  for _, path in ipairs { "../x", "/etc/x", "a/../../x", ".git/hooks/pre-push", ".GIT/config", "out/x", "out/deeper/x", "direct", "hooks/pre-push" } do
    local args = { path = path, content = "x" }
    check.equal((verb.verify(world, args)), "different", path)
    check.fails("step.outside", verb.apply(world, args))
  end
  check.equal(file.list(dir .. "/outside"), {})
  check.truthy(verb.apply(world, { path = "docs/deeper/x", content = "x" }))
  check.equal((verb.verify(world, { path = "docs/deeper/x", content = "x" })), "same")
end)
