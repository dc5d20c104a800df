local show = require "pure.show"

test("keys are sorted, so the same value always gives the same text", function()
  check.equal(
    show.value { b = 1, a = 2, [3] = true, ["not a name"] = 1 },
    '{ [3] = true, a = 2, b = 1, ["not a name"] = 1 }'
  )
  check.equal(show.value { 1, "x", { y = false } }, '{ 1, "x", { y = false } }')
  check.equal(show.value {}, "{}")
end)

test(
  "a value wider than the screen is broken into lines",
  function()
    check.equal(
      show.value({ first = "aaaaaaaaaa", second = { "bbbbbbbbbb", "cccccccccc" } }, { width = 30 }),
      '{\n  first = "aaaaaaaaaa",\n  second = {\n    "bbbbbbbbbb",\n    "cccccccccc"\n  }\n}'
    )
  end
)

test("depth, number of items and length of texts are limited", function()
  check.equal(show.value({ { { { { 1 } } } } }, { depth = 2 }), "{ { {…} } }")
  check.equal(show.value({ 1, 2, 3, 4, 5 }, { items = 3 }), "{ 1, 2, 3, … 2 more }")
  check.equal(show.value("abcdefghij", { text = 4 }), '"abcd"… (10 bytes)')
end)

test("a table that contains itself is named, not followed", function()
  local value = { name = "x" }
  value.me = value
  check.equal(show.value(value), '{ me = <the table around it>, name = "x" }')
end)

test("control characters and broken UTF-8 cannot reach the screen", function()
  check.equal(show.value "a\27[31m\n\0\x7f", [["a\27[31m\n\x00\x7f"]])
  check.equal(show.value "ok é \u{1F6A2}", '"ok é \u{1F6A2}"')
  check.equal(show.value "\xff\xfe", [["\xff\xfe"]])
end)

test("a value that can write itself does, and one that fails to is shown plainly", function()
  check.equal(
    show.value { setmetatable({}, { __tostring = function() return "1.2.0" end }) },
    "{ 1.2.0 }"
  )
  check.equal(show.value(setmetatable({ 1 }, { __tostring = function() error "no" end })), "{ 1 }")
end)
