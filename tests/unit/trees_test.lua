-- JSON, YAML and XML read with places: pure.json_edit, pure.yaml_edit, pure.xml_edit, pure.selector.
local json = require "pure.json_edit"
local selector = require "pure.selector"
local xml = require "pure.xml_edit"
local yaml = require "pure.yaml_edit"

local function plain(node)
  if node.kind == "table" then
    local result = {}
    for _, key in ipairs(node.keys) do result[key] = plain(node.map[key]) end
    return result
  elseif node.kind == "array" then
    local result = {}
    for n, item in ipairs(node.items) do result[n] = plain(item) end
    return result
  end
  return node.value
end

local function yaml_value(text)
  local documents, err = yaml.parse(text)
  check.truthy(documents, err and err.message)
  return plain(documents[1])
end

local function refused(parse, text, line, column, dialect)
  local value, err = parse(text, dialect)
  check.fails("manifest.malformed", value, err)
  check.equal({ err.line, err.column }, { line, column })
end

test("JSON: a value knows its bytes, escapes are read", function()
  local text = '{ "a\\u0062": [ "x\\n", 1.5e3, null, true ] }'
  local root = assert(json.parse(text))
  local list = root.map.ab
  check.equal(text:sub(list.items[1].first, list.items[1].last), '"x\\n"')
  check.equal(list.items[1].value, "x\n")
  check.equal(list.items[2].value, 1500.0)
  check.equal(list.items[3].kind, "null")
end)

test("JSON is strict: duplicate keys, comments, trailing commas, bad numbers, raw controls, a second value", function()
  refused(json.parse, '{"a":1,\n"a":2}', 2, 1)
  refused(json.parse, "// c\n1", 1, 1)
  refused(json.parse, "[1,]", 1, 4)
  refused(json.parse, "[01]", 1, 2)
  refused(json.parse, "[+1]", 1, 2)
  refused(json.parse, "[.5]", 1, 2)
  refused(json.parse, '["a\tb"]', 1, 4)
  refused(json.parse, "{} {}", 1, 4)
  refused(json.parse, "{'a':1}", 1, 2)
  refused(json.parse, '{"a" 1}', 1, 6)
  refused(json.parse, '"\255"', 1, 2)
  refused(json.parse, "", 1, 1)
  refused(json.parse, ("["):rep(5000), 1, 202)
end)

test("JSONC takes comments and trailing commas; JSON5 also bare keys, single quotes, hexadecimal", function()
  check.truthy(json.parse("{ /* c */ \"a\": [1,2,], // d\n }", "jsonc"))
  refused(json.parse, "{a:1}", 1, 2, "jsonc")
  local root = assert(json.parse("{a:'x', 'b':0xff, c:+1, d:Infinity, e:'a\\\nb',}", "json5"))
  check.equal(root.map.a.value, "x")
  check.equal(root.map.b.value, 255)
  check.equal(root.map.e.value, "ab")
end)

test("YAML: blocks, flows, quotes, comments and several documents", function()
  check.equal(yaml_value "a: 1\nb:\n- x\n- y: z\n  w: v\n", { a = "1", b = { "x", { y = "z", w = "v" } } })
  check.equal(yaml_value "a: {b: [1, 'two', \"three\"], c: }", { a = { b = { "1", "two", "three" } } })
  check.equal(yaml_value "a: 'it''s' # c\nb: x#y\nc: x #y\n", { a = "it's", b = "x#y", c = "x" })
  check.equal(yaml_value "url: http://x:80/y#z\n", { url = "http://x:80/y#z" })
  check.equal(yaml_value "a: |\n  b: c\n  # d\ne: >-\n  f\n", { a = "b: c\n# d", e = "f" })
  check.equal(#assert(yaml.parse "---\na: 1\n---\nb: 2\n...\n"), 2)
end)

test("YAML: a value knows its bytes", function()
  local text = "a:\n  b: \"1.0\"   # c\n  d: plain text  # e\n"
  local root = assert(yaml.parse(text))[1]
  local b, d = root.map.a.map.b, root.map.a.map.d
  check.equal(text:sub(b.first, b.last), '"1.0"')
  check.equal(text:sub(d.first, d.last), "plain text")
end)

test("YAML: what is wrong or not understood is an error with its place", function()
  refused(yaml.parse, "a: 1\na: 2\n", 2, 1)
  refused(yaml.parse, "a: 1\n  b: 2\n", 2, 3)
  refused(yaml.parse, "a:\n\tb: 1\n", 2, 1)
  refused(yaml.parse, "a: 'x\n", 1, 4)
  refused(yaml.parse, "a: [1, 2\n", 1, 4)
  refused(yaml.parse, "a: {{ .Values.x }}\n", 1, 5)
  refused(yaml.parse, "a: 'x' y\n", 1, 8)
  refused(yaml.parse, "? a\n: b\n", 1, 1)
  refused(yaml.parse, "a: @b\n", 1, 4)
end)

test("XML: elements, attributes and text know their bytes; comments and CDATA hide nothing", function()
  local text = "<?xml version='1.0'?>\n<!DOCTYPE a [ <!ENTITY x 'y'> ]>\n<a><!-- <b>0</b> --><b x='1' y=\"2\">1 &lt; 2</b><c/></a>\n"
  local root = assert(xml.parse(text))
  local b = xml.child(root, "b")
  check.equal(b.text, "1 < 2")
  check.equal(text:sub(b.text_first, b.text_last), "1 &lt; 2")
  check.equal(text:sub(b.attributes[2].first, b.attributes[2].last), "2")
  check.equal(#root.items, 2)
end)

test("XML: what is not well formed is refused with its place", function()
  refused(xml.parse, "<a>\n<b></a>", 2, 4)
  refused(xml.parse, "<a x=1/>", 1, 4)
  refused(xml.parse, "<a x='1' x='2'/>", 1, 10)
  refused(xml.parse, "<a>", 1, 1)
  refused(xml.parse, "<a/><b/>", 1, 5)
  refused(xml.parse, "<a><!-- </a>", 1, 4)
  refused(xml.parse, "text", 1, 1)
  refused(xml.parse, "", 1, 1)
end)

local function selected(path)
  local root = assert(json.parse '{"version":"1","a-b":{"version":"2","l":[{"id":"x","version":"3"},{"id":"y","version":"4"}]}}')
  local nodes, err = selector.select(root, path)
  if not nodes then return err.code end
  local list = {}
  for n, node in ipairs(nodes) do list[n] = node.value end
  return list
end

test("JSONPath: keys, indices, everything, every level, a condition", function()
  check.equal(selected "$.version", { "1" })
  check.equal(selected "version", { "1" })
  check.equal(selected "$['a-b'].version", { "2" })
  check.equal(selected "$.a-b.l[1].version", { "4" })
  check.equal(selected "$.a-b.l[*].version", { "3", "4" })
  check.equal(selected "$..version", { "1", "2", "3", "4" })
  check.equal(selected "$['a-b']..version", { "2", "3", "4" })
  check.equal(selected "$..l[?(@.id=='y')].version", { "4" })
  check.equal(selected "$.missing", {})
  check.equal(selected "$.a[?(", "manifest.bad_selector")
end)

test("XPath: names, every level, positions, attributes, local names", function()
  local root = assert(xml.parse "<p xmlns='n'><v>1</v><q a='2'><v>3</v><v>4</v></q></p>")
  local function find(path)
    local list = {}
    for n, node in ipairs(assert(selector.select(root, path, true))) do list[n] = node.value end
    return list
  end
  check.equal(find "/p/v", { "1" })
  check.equal(find "//v", { "1", "3", "4" })
  check.equal(find "//p/q/v[2]", { "4" })
  check.equal(find "/p/q/@a", { "2" })
  check.equal(find "//*[local-name()='q']/v/text()", { "3", "4" })
end)
