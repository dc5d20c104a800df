-- The README's first command, without its installing: what a newcomer sees must keep its promises.
local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or "."

test("the demonstration releases once although it is killed", { timeout = 300 }, function()
  local shown = run { "sh", here .. "/demo.sh", slipway }
  check.equal(shown.code, 0, shown.out .. shown.err)
  check.match(shown.out, "Released: one tag, one commit, once")
end)
