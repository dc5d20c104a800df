-- The runner, seen from outside: a folder with test files goes in, a report and an exit code come out.
local function folder_with(files)
  local folder = scratch()
  for name, text in pairs(files) do
    local file <close> = assert(io.open(folder .. "/" .. name, "w"))
    file:write(text)
  end
  return folder
end

local function test_run(files, ...)
  local dir = folder_with(files)
  return run { dir = dir, slipway, "test", ".", ... }
end

test("a failure shows file, line, title and difference, and the rest goes on", function()
  local result = test_run {
    ["a_test.lua"] = 'test("first", function()\n  check.equal({ a = 1 }, { a = 2 })\nend)\n'
      .. 'test("second", function() check.truthy(true) end)\n',
  }
  check.equal(result.code, 1)
  check.match(result.out, "FAIL %./a_test%.lua:2  first")
  check.match(result.out, "%.a: expected 2\n%s+actual   1\n")
  check.match(result.out, "\n1 passed, 1 failed, 0 skipped\n$")
end)

test("a fixture is loaded once for a test file, and what it keeps stays", function()
  local dir = folder_with { ["a_test.lua"] = [[
test("first", function()
  check.equal((stand "keeper").count(), 1)
  collectgarbage()
  collectgarbage()
end)
test("second", function() check.equal((stand "keeper").count(), 2) end)
test("third", function() check.equal((stand "keeper").closed(), false) end)
]] }
  run { "mkdir", dir .. "/stand" }
  local fixture <close> = assert(io.open(dir .. "/stand/keeper.lua", "w"))
  fixture:write [[
local M, number, closed = {}, 0, false
local kept = setmetatable({}, { __gc = function() closed = true end })
function M.count() number = number + 1 return number, kept end
function M.closed() return closed end
return M
]]
  fixture:flush()
  local result = run { dir = dir, slipway, "test", "." }
  check.equal(result.code, 0, result.out)
end)

test("a failing check in a function of the file also names its caller", function()
  local result = test_run {
    ["a_test.lua"] = 'local function twice(x)\n  check.equal(x, 2)\nend\ntest("calls", function()\n  twice(1)\nend)\n',
  }
  check.match(result.out, "FAIL %./a_test%.lua:2  calls")
  check.match(result.out, "called from %./a_test%.lua:5")
end)

test("a process that is killed is one failure, and other files still run", function()
  local result = test_run {
    ["a_test.lua"] = 'test("before", function() check.truthy(1) end)\n'
      .. 'test("dies", function() os.execute("kill -9 $PPID") end)\n',
    ["b_test.lua"] = 'test("lives", function() check.truthy(1) end)\n',
  }
  check.equal(result.code, 1)
  check.match(result.out, "dies\n%s+the process ended with code 137 in this test")
  check.match(result.out, "\n2 passed, 1 failed, 0 skipped\n$")
end)

test("a process that ends with a code of its own is a failure too", function()
  local result =
    test_run { ["a_test.lua"] = 'test("leaves", function() check.truthy(1) os.exit(0) end)\n' }
  check.equal(result.code, 1)
  check.match(result.out, "the process ended with code 0 in this test")
end)

test("an error raised in a test and a file that does not load are failures", function()
  local result = test_run {
    ["a_test.lua"] = 'test("raises", function()\n  local x = nil + 1\nend)\n',
    ["b_test.lua"] = "this is no Lua\n",
  }
  check.match(result.out, "FAIL %./a_test%.lua:2  raises\n%s+.*attempt to perform arithmetic")
  check.match(result.out, "the file loads\n.*syntax error")
  check.match(result.out, "0 passed, 2 failed, 0 skipped\n$")
end)

test(
  "a test that checks nothing fails",
  function()
    check.match(
      test_run { ["a_test.lua"] = 'test("empty", function() end)\n' }.out,
      "nothing was checked"
    )
  end
)

test("a skipped test is named with its reason and does not count as executed", function()
  local result =
    test_run { ["a_test.lua"] = 'test("needs gitea", function() skip "no gitea here" end)\n' }
  check.equal(result.code, 1)
  check.match(
    result.out,
    "skip %./a_test%.lua  needs gitea: no gitea here\n0 passed, 0 failed, 1 skipped\n$"
  )
  check.match(result.err, "no test was executed")
end)

test("a test that does not end is stopped at its limit", function()
  local result = test_run {
    ["a_test.lua"] = 'test("loops", { timeout = 1 }, function() while true do end end)\n'
      .. 'test("after", function() check.truthy(1) end)\n',
  }
  check.match(result.out, "loops\n%s+.*the limit of 1 s is over")
  check.match(result.out, "1 passed, 1 failed")
end)

test("wrong usage is exit code 2 and runs nothing", function()
  check.equal(run { slipway, "test", "--jobs", "none" }.code, 2)
  check.equal(run { slipway, "test", "--unknown" }.code, 2)
  check.equal(run { slipway, "test", "/no/such/folder" }.code, 2)
  local empty = run { slipway, "test", scratch() }
  check.equal(empty.code, 2)
  check.match(empty.err, "holds no tests")
end)

test("without arguments the project's own tests run, whatever their name", function()
  local folder = scratch()
  check.equal(run { "mkdir", "-p", folder .. "/slipway/tests" }.code, 0)
  local file = assert(io.open(folder .. "/slipway/tests/mine.lua", "w"))
  file:write 'test("mine", function() check.truthy(1) end)\n'
  file:close()
  local result = run { slipway, "test", dir = folder }
  check.match(result.out, "slipway/tests/mine%.lua")
  check.equal(result.code, 0)
  local rooted = run { slipway, "--root", folder, "test", "-q" }
  check.equal({ rooted.out, rooted.code }, { "1 passed, 0 failed, 0 skipped\n", 0 })
end)

test("a filter chooses by title or file, and choosing none is an error", function()
  local files = {
    ["a_test.lua"] = 'test("one", function() check.truthy(1) end)\ntest("two", function() check.truthy(1) end)\n',
  }
  check.match(test_run(files, "--filter", "two").out, "\n1 passed, 0 failed, 0 skipped\n$")
  check.match(test_run(files, "--filter=a_test").out, "\n2 passed")
  local none = test_run(files, "--filter", "three")
  check.equal(none.code, 1)
end)

test("--list names the tests and runs none", function()
  local result =
    test_run({ ["a_test.lua"] = 'test("one", function() error "ran" end)\n' }, "--list")
  check.equal(result.out, "./a_test.lua:1  one\n")
  check.equal(result.code, 0)
end)

test("scratch folders are empty, apart from each other, and gone afterwards", function()
  local folder = scratch()
  local out = folder .. "/names"
  run {
    slipway,
    "test",
    ".",
    dir = folder_with {
      ["a_test.lua"] = ([[
    test("makes", function()
      local a, b = scratch(), scratch()
      check.truthy(a ~= b)
      local f <close> = assert(io.open(%q, "w"))
      f:write(a, "\n", b, "\n")
      assert(io.open(a .. "/file", "w")):close()
      os.execute("chmod 0 " .. b)
    end)]]):format(out),
    },
  }
  local count = 0
  for name in io.lines(out) do
    count = count + 1
    check.equal(run { "test", "-e", name }.code, 1)
  end
  check.equal(count, 2)
end)

test("what a test gave to `after` is done when it fails too, newest first", function()
  local out = scratch() .. "/order"
  local result = test_run {
    ["a_test.lua"] = ([[
    local function say(text) return function() local f <close> = assert(io.open(%q, "a")) f:write(text) end end
    test("fails", function() after(say "1") after(function() error "x" end) after(say "2") check.truthy(false) end)
    after(say "3")]]):format(out),
  }
  check.match(result.out, "0 passed, 1 failed")
  local file <close> = assert(io.open(out))
  check.equal(file:read "a", "213")
end)

test("run hands over words as they are, input, folder and environment", function()
  local folder = scratch()
  local result = run {
    "sh",
    "-c",
    'printf "%s|" "$@"; pwd; cat; echo "$A" >&2; exit 3',
    "sh",
    "a b",
    "it's",
    "$HOME",
    "",
    dir = folder,
    env = { A = "x y" },
    input = "text",
  }
  check.equal(result, { code = 3, out = "a b|it's|$HOME||" .. folder .. "\ntext", err = "x y\n" })
end)

test("checks of errors tell apart value, code and text", function()
  local files = {
    ["a_test.lua"] = [[
test("right", function() check.fails("tag.exists", nil, { code = "tag.exists", message = "m" }) end)
test("value", function() check.fails("tag.exists", 1) end)
test("code", function() check.fails("tag.exists", nil, { code = "tag.other", message = "m" }) end)
test("raises", function() check.raises(function() error "abc" end, "abc") end)
test("other", function() check.raises(function() error "abc" end, "xyz") end)
test("none", function() check.raises(function() end) end)
test("nested", function() check.raises(function() check.equal(1, 2) end) end)]],
  }
  local result = test_run(files, "-v")
  for _, title in ipairs { "right", "raises" } do
    check.match(result.out, "ok   %./a_test%.lua  " .. title)
  end
  for _, title in ipairs { "value", "code", "other", "none", "nested" } do
    check.match(result.out, "FAIL %./a_test%.lua  " .. title)
  end
end)

test("a test that waits for a program is ended at its limit", function()
  local result = test_run {
    ["a_test.lua"] = 'test("waits", { timeout = 1 }, function() run { "sleep", "60" } end)\n'
      .. 'test("deaf", { timeout = 1 }, function() os.execute "sleep 60" end)\n',
    ["b_test.lua"] = 'test("lives", function() check.truthy(1) end)\n',
  }
  check.match(result.out, "waits\n%s+process%.timeout")
  check.match(result.out, "deaf\n.*stopped: the limit of 1 s is over")
  check.match(result.out, "1 passed, 2 failed")
end)

test("Ctrl-C ends the workers and says so", function()
  local dir =
    folder_with { ["a_test.lua"] = 'test("long", function() run { "sleep", "60" } end)\n' }
  local result =
    run { "timeout", "--preserve-status", "-s", "INT", "1", slipway, "test", ".", dir = dir }
  check.equal(result.code, 130)
  check.match(result.err, "interrupted")
end)

test("--json gives one object with every test", function()
  local result = test_run({
    ["a_test.lua"] = 'test("one", function() check.truthy(1) end)\ntest("two", function() check.equal("a", "b") end)\n'
      .. 'test("three", function() skip "why" end)\n',
  }, "--json")
  check.equal(result.code, 1)
  local report = check.truthy(require "door.json".decode(result.out))
  check.equal(
    { report.kind, report.data.passed, report.data.failed, report.data.skipped },
    { "test", 1, 1, 1 }
  )
  check.equal(report.data.tests[2].title, "two")
  check.match(report.data.tests[2].why, 'expected "b"')
  check.equal(report.data.tests[3].why, "why")
end)
