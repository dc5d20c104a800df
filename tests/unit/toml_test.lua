-- pure.toml: values know their place, and what is no TOML is refused with line and column.
local toml = require "pure.toml"

local function at(text, ...)
  local node = assert(toml.parse(text))
  for _, key in ipairs { ... } do
    if type(key) == "number" then node = node.items[key] else node = node.map[key] end
  end
  return text:sub(node.first, node.last), node
end

test("a value knows the bytes it is written with, quotes included", function()
  check.equal((at('a = "x" # "y"', "a")), '"x"')
  check.equal((at("a = 'x'", "a")), "'x'")
  check.equal((at("a = 1_000\n", "a")), "1_000")
  check.equal((at("a = [ 1, 2 ] # c", "a")), "[ 1, 2 ]")
  check.equal((at("a = { b = 'c' }", "a")), "{ b = 'c' }")
  check.equal((at("a = { b = 'c' }", "a", "b")), "'c'")
end)

test("a multi-line string's node opens with three quotes", function()
  local raw, node = at('a = """\nx"""', "a")
  check.equal(raw, '"""\nx"""')
  check.equal(node.open, 3)
  check.equal(node.value, "x")
end)

test("dotted keys, nested tables and arrays of tables lead to the same nodes", function()
  check.equal((at("a.b.c = 'x'", "a", "b", "c")), "'x'")
  check.equal((at("[a.b]\nc = 'x'", "a", "b", "c")), "'x'")
  check.equal((at("[[a]]\nb = 1\n[[a]]\nb = 2\n", "a", 2, "b")), "2")
  check.equal((at("[a.'b.c']\nd = 1", "a", "b.c", "d")), "1")
end)

test("a number sign inside a string begins no comment", function()
  local value = assert(toml.decode [[a = "x # y" # z]])
  check.equal(value.a, "x # y")
end)

test("numbers keep their kind: whole numbers are integers, others floats", function()
  local value = assert(toml.decode "a = 1\nb = 1.0\nc = 0xFF\nd = 1e3\ne = -9223372036854775808\nf = +inf")
  check.equal(math.type(value.a), "integer")
  check.equal(math.type(value.b), "float")
  check.equal(value.c, 255)
  check.equal(math.type(value.d), "float")
  check.equal(value.e, math.mininteger)
  check.equal(value.f, math.huge)
end)

test("a number beyond 64 bits is refused instead of being rounded", function()
  local value, err = toml.decode "a = 9223372036854775808"
  check.fails("toml.malformed", value, err)
end)

test("dates print as they are written", function()
  local value = assert(toml.decode "a = 1979-05-27 07:32:00Z\nb = 07:32:00")
  check.equal(tostring(value.a), "1979-05-27 07:32:00Z")
  check.equal(value.b.form, "time-local")
end)

test("an empty array is known as an array", function()
  local value = assert(toml.decode "a = []\nb = {}")
  check.truthy(toml.is_array(value.a))
  check.falsy(toml.is_array(value.b))
end)

test("keys keep the order they are written in", function()
  local root = assert(toml.parse "z = 1\na = 2\n[m]\nb = 1\n")
  check.equal(root.keys, { "z", "a", "m" })
end)

local function fault(text)
  local value, err = toml.decode(text)
  check.fails("toml.malformed", value, err)
  return { err.line, err.column }
end

test("an error names line and column", function()
  check.equal(fault "a = 1\nb = \n", { 2, 5 })
  check.equal(fault "a = 1\na = 2\n", { 2, 1 })
  check.equal(fault "a = 'x\n", { 1, 5 })
  check.equal(fault "ä = 1", { 1, 1 })
  check.equal(fault "a = 'ä' b", { 1, 9 })
  check.equal(fault "a = 1\r\nb = 'x' c\r\n", { 2, 9 })
end)

test("duplicate keys and tables are refused however they are spelled", function()
  fault "a.b = 1\n'a'.\"b\" = 2"
  fault "[a]\n[a]"
  fault "[a]\nb.c = 1\n[a.b]"
  fault "a = {}\n[a]"
end)

test("a conflict marker is no TOML", function()
  check.equal(fault "a = 1\n<<<<<<< ours\nb = 1\n", { 2, 1 })
end)

test("nesting has an end", function()
  fault("a = " .. ("["):rep(100000))
end)
