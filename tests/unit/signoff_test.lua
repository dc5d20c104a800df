-- The decision matrix of the sign-off.
local signoff = require "pure.signoff"

test("the matrix: ship, hotfix, abort, conditional", function()
  check.equal((signoff.propose { p0 = 0, p1 = 0 }), "ship")
  check.equal((signoff.propose { p0 = 1, p1 = 0, quick_fix = true }), "hotfix")
  check.equal((signoff.propose { p0 = 1, p1 = 3 }), "abort")
  check.equal((signoff.propose { p0 = 0, p1 = 2 }), "conditional")
  check.equal((signoff.propose { p0 = 0, p1 = 0, broken = { "sh smoke.sh" } }), "abort")
  check.equal((signoff.propose { p0 = 0, p1 = 0, broken = { "sh smoke.sh" }, quick_fix = true }), "hotfix")
end)

test("an answer is a decision and what belongs to it", function()
  check.equal({ signoff.read "ship" }, { "ship", "" })
  check.equal({ signoff.read "Conditional: set CACHE=0" }, { "conditional", "set CACHE=0" })
  check.equal({ signoff.read "yes" }, { nil, "" })
end)

test("stricter than the findings is free, laxer takes a reason, conditional takes workarounds", function()
  check.truthy(signoff.check("abort", "", "ship"))
  check.truthy(signoff.check("ship", "", "ship"))
  check.equal(select(2, signoff.check("ship", "", "abort")).code, "gate.waiting")
  check.truthy(signoff.check("ship", "the P0 is a duplicate", "abort"))
  check.equal(select(2, signoff.check("conditional", "", "conditional")).code, "gate.waiting")
  check.truthy(signoff.check("conditional", "set CACHE=0", "conditional"))
end)
