local compare = require "pure.compare"

test("values of the same content are equal, whatever the table", function()
  check.truthy(compare.equal({ 1, { a = "x" } }, { 1, { a = "x" } }))
  check.falsy(compare.equal({ 1, 2 }, { 1, 2, 3 }))
  check.falsy(compare.equal({ 1, 2, 3 }, { 1, 2 }))
  check.falsy(compare.equal({}, nil))
  check.truthy(compare.equal(0 / 0, 0 / 0), "not-a-number equals itself in a test")
end)

test("tables that contain themselves can be compared", function()
  local a, b = { 1 }, { 1 }
  a.me, b.me = a, b
  check.truthy(compare.equal(a, b))
  b[1] = 2
  check.falsy(compare.equal(a, b))
end)

test("a difference names its path, once", function()
  local lines = compare.differences(
    { plan = { steps = { { verb = "tag" }, { verb = "psh" } } } },
    { plan = { steps = { { verb = "tag" }, { verb = "push" } } } }
  )
  check.equal(lines[1], '.plan.steps[2].verb: expected "push"')
  check.match(lines[2], 'actual   "psh"')
end)

test("missing and additional fields are told apart", function()
  local text = table.concat(compare.differences({ extra = 1 }, { wanted = 2 }), "\n")
  check.match(text, "%.extra: not expected, is 1")
  check.match(text, "%.wanted: missing, expected 2")
end)

test("texts of several lines are compared line by line", function()
  local lines = compare.differences("one\ntwo\nthree\n", "one\nTWO\nthree\n")
  check.equal(
    lines,
    { "texts differ from line 2 on", "    one", "  - TWO", "  + two", "    three" }
  )
end)
