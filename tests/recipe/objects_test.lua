-- --json: exactly one object on stdout whatever happens, lists are lists, and nothing else is said there.
local json = require "door.json"
local projects = stand "project"
local servers = stand "servers"

local server

local function project(name)
  server = server or servers.git_daemon()
  return projects.new { dir = scratch(), remote = server.new_repo(name .. ".git").url }
end

local function only_object(result, words)
  local text = result.out
  local value, err = json.decode(text)
  check.truthy(value, ("%s: %s\n%s"):format(table.concat(words, " "), tostring(err), text))
  check.equal(select(2, text:gsub("\n", "\n")), 1, table.concat(words, " "))
  check.equal(value.schema, 1)
  return value
end

local cases = {
  { 0 }, { 0, "next" }, { 0, "changelog" }, { 0, "plan", "release" }, { 2, "plan" }, { 2, "plan", "nix" }, { 2, "run", "release", "--nix" },
  { 10, "run", "release" }, { 0, "run", "release", "--dry-run" }, { 10, "run", "release", "--confirm", "9.9.9" }, { 0, "runs" }, { 0, "show" },
  { 2, "show", "nix" }, { 0, "lock" }, { 0, "list" }, { 0, "help" }, { 0, "help", "release" }, { 2, "help", "nix" }, { 2, "resume" },
  { 2, "undo" }, { 0, "trust" }, { 2, "nix" }, { 0, "doctor" }, { 2, "test", "nix" }, { 0, "runs", "prune" }, { 2, "next", "--nix" },
}

test("every command answers --json with one object, also when it refuses", function()
  local p = project "objects"
  for _, case in ipairs(cases) do
    local words = table.move(case, 2, #case, 1, {})
    words[#words + 1] = "--json"
    local result = p.slipway(words)
    check.equal(result.code, case[1], table.concat(words, " ") .. "\n" .. result.out .. result.err)
    local object = only_object(result, words)
    if case[1] ~= 0 then check.truthy(object.error.name, table.concat(words, " ")) end
  end
end)

test("a plan that is refused is shown with its checks and the error in one object", function()
  local p = project "refused"
  assert(require("door.file").write { path = p.dir .. "/Cargo.toml", text = "edited\n" })
  for _, words in ipairs { { "plan", "release", "--json" }, { "run", "release", "--dry-run", "--json" } } do
    local result = p.slipway(words)
    check.equal(result.code, 4)
    local object = only_object(result, words)
    check.equal(object.kind, "plan")
    check.equal(object.error.name, "SW-PLAN-REFUSED")
  end
  local ran = only_object(p.slipway { "run", "release", "--yes", "--json" }, { "run" })
  check.equal(ran.outcome, "refused")
end)

test("output that cannot be written is no success", function()
  local p = project "full"
  local result = p.slipway({ "-c", [["$0" changelog > /dev/full]], slipway }, { program = "sh", as_of = false })
  check.equal(result.code, 4, result.err)
  check.match(result.err, "not complete")
end)

test("empty lists are lists, and nothing to release is told in one object", function()
  local p = project "empty"
  check.match(p.slipway({ "runs", "--json" }).out, '"runs":%[%]')
  check.match(p.slipway({ "run", "release", "--json" }).out, '"steps":%[%]')
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  local again = p.slipway { "run", "release", "--json" }
  check.equal(again.code, 3)
  check.equal(only_object(again, { "run" }).outcome, "refused")
  check.equal(only_object(p.slipway { "plan", "release", "--zero-ok", "--json" }, { "plan" }).kind, "nothing")
end)

test("eval gives its results as an object, and its errors name the line", function()
  local p = project "eval"
  check.equal(only_object(p.slipway { "eval", "--json", "1 + 1" }, { "eval" }).results[1], 2)
  local failed = p.slipway { "eval", "--json", "p:tag{ version = 1 }" }
  check.equal(failed.code, 1)
  check.match(only_object(failed, { "eval" }).error.message, "^eval:1: ")
  check.match(p.slipway({ "eval", "p:tag{ name = 'x', at = facts.project.head.oid }" }).out, "^step 01%-tag, planned")
  check.match(p.slipway({ "eval", "facts:free()" }).err, "SW%-FACT%-BAD%-ARGUMENT")
end)

test("the prompt's undo takes back only what was applied there", function()
  local p = project "prompt"
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  local before = p.world()
  local said = p.slipway({ "repl" }, { input = "undo()\n" })
  check.match(said.out .. said.err, "nothing that was applied here")
  check.equal(p.world(), before)
end)
