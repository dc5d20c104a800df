-- The world of facts has no writing function, and lists of a forge are read to their end.
local engines = require "run.engine"
local errors = require "pure.errors"
local rest = require "forge.rest"
local json = require "door.json"

test("a fact is handed nothing that writes", function()
  local dir = scratch()
  assert(run { "git", "init", "-q", dir }.code == 0)
  local world = engines.reader(assert(engines.open { root = dir }))
  for _, repo in ipairs { world.repo, world.project.repo, world.scratch } do
    for _, name in ipairs { "push", "create_tag", "update_ref", "delete_ref", "write_commit", "move_files", "switch" } do check.equal(repo[name], nil, name) end
  end
  check.equal(world.process.run, nil)
  check.equal(world.file.write, nil)
  check.raises(function() world.http.request { url = "https://127.0.0.1:9/", method = "POST" } end, "sends nothing")
end)

test("a server that gives fewer entries a page than it was asked for is read to the end", function()
  local sizes, asked = { 30, 30, 7, 0 }, 0
  local function request()
    asked = asked + 1
    local list = json.array {}
    for i = 1, sizes[asked] do list[i] = i end
    return { status = 200, body = json.encode(list), headers = {} }
  end
  local client = rest.client { world = { http = { request = request } }, base = "https://forge.example" }
  check.equal(#client.pages("list", "/releases?draft=true", "limit"), 67)
end)

test("two files of one name are not staged: one would be lost", function()
  local state, why = require("verb.stage").verify({}, { tag = "v1", title = "x", assets = {
    { name = "pelican", path = "/a/pelican", size = 1, sha256 = "a" }, { name = "pelican", path = "/b/pelican", size = 1, sha256 = "b" },
  } })
  check.equal(state, "different")
  check.match(errors.is(why) and why.message or why, "pelican")
end)
