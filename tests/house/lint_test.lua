-- luacheck finds nothing: no global by accident, no value that nobody reads (.luacheckrc).
local here = debug.getinfo(1, "S").source:match "^@(.*)/tests/house/[^/]*$" or "."

test("luacheck has nothing to say", { timeout = 600 }, function()
  if not require("door.process").which "luacheck" then skip "luacheck is not installed: apt-get install lua-check" end
  local result = run { "luacheck", "--no-color", "-q", "stdlib", "recipes", "tests", dir = here }
  check.equal(result.code, 0, result.out)
end)
