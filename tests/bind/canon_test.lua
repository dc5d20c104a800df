local canon = require "door.canon"
local json = require "door.json"

test("keys are sorted by their bytes and nothing is spaced", function()
  check.equal(canon.encode { b = 1, a = { 1, 2, { z = true, A = false } }, ["é"] = "x", ab = json.null },
    '{"a":[1,2,{"A":false,"z":true}],"ab":null,"b":1,"é":"x"}')
  -- U+FB33 before U+1F600: the order of bytes and code points, not that of UTF-16
  check.equal(canon.encode { ["\u{1F600}"] = 1, ["\u{FB33}"] = 2 }, '{"\u{FB33}":2,"\u{1F600}":1}')
end)

test("the order of insertion, of removal and of growth does not show", function()
  local names = {}
  for i = 1, 40 do names[i] = "key" .. i end
  local expected
  math.randomseed(7)
  for _ = 1, 200 do
    for i = #names, 2, -1 do
      local k = math.random(i)
      names[i], names[k] = names[k], names[i]
    end
    local value = { gone = 1 }
    for i, name in ipairs(names) do
      value[name] = { name = name, list = { name } }
      if i == 20 then value.gone = nil end
    end
    local digest = canon.digest(value)
    expected = expected or digest
    check.equal(digest, expected)
  end
end)

test("every process finds the same digest", function()
  local program = [[local t = {} for i = 1, 50 do t["k" .. (i * 7919 % 50)] = { i * 7919 % 50, x = nil } end
    print(require "door.canon".digest { t = t, list = { 1.5, "a", true } })]]
  local first
  for _ = 1, 8 do
    local out = run { slipway, "eval", program }.out
    first = first or out
    check.match(out, "^sha256:%x+\n$")
    check.equal(out, first)
  end
end)

test("numbers have the spelling of RFC 8785 up to 2^53", function()
  local cases = {
    { 0, "0" }, { -0.0, "0" }, { 1.0, "1" }, { 10, "10" }, { -1.5, "-1.5" }, { 0.1, "0.1" }, { 1 / 3, "0.3333333333333333" },
    { 1e-6, "0.000001" }, { 1e-7, "1e-7" }, { 1.5e-9, "1.5e-9" }, { 123456789012345, "123456789012345" },
    { 9007199254740992.0, "9007199254740992" }, { 1e22, "1e+22" }, { 1.7976931348623157e308, "1.7976931348623157e+308" },
    { 5e-324, "5e-324" }, { 333333333.33333329, "333333333.3333333" }, { 0.1 + 0.2, "0.30000000000000004" },
    { 36028797018963968.0, "3.602879701896397e+16" }, { 100.25, "100.25" },
  }
  for _, case in ipairs(cases) do check.equal(canon.encode(case[1]), case[2]) end
end)

test("every double reads back as itself", function()
  math.randomseed(11)
  for _ = 1, 5000 do
    local value = string.unpack("d", string.pack("I8", math.random(0)))
    if value == value and value ~= math.huge and value ~= -math.huge then
      check.equal(json.decode(canon.encode(value)) + 0.0, value)
    end
  end
end)

test("numbers that JSON cannot hold are refused", function()
  check.fails("canon.number_range", canon.encode(0 / 0))
  check.fails("canon.number_range", canon.encode(math.huge))
  check.fails("canon.number_range", canon.encode { id = 1 << 60 })
  check.fails("canon.number_range", canon.encode(math.mininteger))
end)

test("control characters have the shortest escape and nothing else has one", function()
  check.equal(canon.encode "\0\b\t\n\v\f\r\27\"\\/\127é\u{2028}", [["\u0000\b\t\n\u000b\f\r\u001b\"\\/]] .. "\127é\u{2028}\"")
end)

test("what is no plain value is refused with its place", function()
  local _, err = canon.encode { steps = { { args = { fn = print } } } }
  check.equal(err.code, "canon.not_plain")
  check.match(err.message, "^at steps%[1%]%.args%.fn: a function")
  check.fails("canon.not_plain", canon.encode(io.stdout))
  check.fails("canon.not_plain", canon.encode { [true] = 1 })
  check.fails("canon.not_plain", canon.encode { [1.5] = 1 })
  check.fails("canon.mixed_keys", canon.encode { 1, 2, x = 3 })
  check.fails("canon.mixed_keys", canon.encode { x = 3, [1] = 1 })
  check.fails("canon.mixed_keys", canon.encode { [1] = 1, [3] = 3 })
  check.fails("canon.mixed_keys", canon.encode { [0] = 1 })
  check.fails("canon.mixed_keys", canon.encode(json.array { x = 1 }))
  check.fails("canon.bad_utf8", canon.encode { a = "\xff" })
  check.fails("canon.bad_utf8", canon.encode { ["\xff"] = 1 })
  local circle = {}
  circle.again = circle
  check.fails("canon.too_deep", canon.encode(circle))
end)

test("metatables do not count", function()
  local value = setmetatable({ a = 1 }, { __index = { b = 2 }, __pairs = error, __tostring = error, __len = error })
  check.equal(canon.encode(value), '{"a":1}')
end)

test("the digest is that of the canonical text", function()
  check.equal(canon.digest {}, "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
  check.fails("canon.not_plain", canon.digest(print))
end)
