local json = require "door.json"
local canon = require "door.canon"

local function refused(code, text, options)
  local value, err = json.decode(text, options)
  check.fails(code, value, err)
  return err
end

local function base64(text)
  local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  local out, bits, held = {}, 0, 0
  for c in text:gsub("=", ""):gmatch "." do
    held = held << 6 | (alphabet:find(c, 1, true) - 1)
    bits = bits + 6
    if bits >= 8 then
      bits = bits - 8
      out[#out + 1] = string.char(held >> bits & 255)
      held = held & (1 << bits) - 1
    end
  end
  return table.concat(out)
end

test("every text of the corpus is accepted or refused as the corpus says", function()
  local path = corpora "json.jsonl" or skip "no corpora here"
  local seen = 0
  for line in io.lines(path) do
    local case = json.decode(line)
    local value, err = json.decode(base64(case.content_b64))
    local twice = case.name:find "duplicated_key" and true -- a key written twice is refused, wherever it stands
    if twice then check.match(err and err.code or "accepted", "^json%.duplicate") end
    if case.expect == "accept" and not twice then check.truthy(value ~= nil, case.name) end
    if case.expect == "reject" then check.truthy(value == nil and err, case.name) end
    if err then check.match(err.code, "^json%.") end
    seen = seen + 1
  end
  check.truthy(seen > 100)
end)

test("values have their Lua types", function()
  check.equal(json.decode '{"a":[1,"x",true,false,null,{"b":2.5}]}',
    { a = json.array { 1, "x", true, false, json.null, { b = 2.5 } } })
  check.equal(json.decode ' "a\\u00e9\\ud83d\\ude00\\n" ', "aé😀\n")
  check.equal(json.decode "null", json.null)
  check.equal(json.decode '{"a\\u0000b":1}', { ["a\0b"] = 1 })
end)

test("whole numbers are integers, exact up to 2^53", function()
  local list = json.decode "[0, -0, 1, 20e1, 4.0, -1.0E2, 9007199254740992, -9007199254740992, 16233211234]"
  for _, number in ipairs(list) do check.equal(math.type(number), "integer") end
  check.equal(list, json.array { 0, 0, 1, 200, 4, -100, 9007199254740992, -9007199254740992, 16233211234 })
  check.equal(tostring(json.decode '{"id":16233211234}'.id), "16233211234")
end)

test("numbers that would lose digits are refused, or kept as text when asked", function()
  for _, text in ipairs { "9007199254740993", "-9007199254740993", "[1e400]", "-1e400", "123456789012345678901234567890" } do
    refused("json.number_range", text)
  end
  check.equal(json.decode("[9007199254740993, 1e400, 1]", { big = "text" }), json.array { "9007199254740993", "1e400", 1 })
  check.equal(json.decode('{"id":123456789012345678901}', { big = "text" }), { id = "123456789012345678901" })
  check.equal(math.type(json.decode "1E22"), "float")
  check.equal(json.decode "1e-400", 0)
end)

test("an error names line, column and what is wrong", function()
  local err = refused("json.malformed", '{\n  "a": 1,\n  "é": nul\n}')
  check.equal({ err.line, err.column }, { 3, 8 })
  check.match(err.message, "line 3, column 8")
  check.match(refused("json.malformed", '{"a": [1, 2').message, "ends too early")
  check.match(refused("json.malformed", "[1,]").message, "value expected")
  check.match(refused("json.malformed", "").message, "ends too early")
  check.match(refused("json.malformed", "1 2").message, "more text")
  check.match(refused("json.malformed", "\xef\xbb\xbf{}").message, "line 1, column 1")
end)

test("a key that stands twice is refused, however it is spelt", function()
  check.equal(refused("json.duplicate_key", '{"a":1,"a":1}').column, 8)
  refused("json.duplicate_key", '{"a":1,"\\u0061":2}')
  local keys = {}
  for i = 1, 1000 do keys[i] = ('"key%d":%d'):format(i, i) end
  check.truthy(json.decode("{" .. table.concat(keys, ",") .. "}"))
  keys[#keys + 1] = '"key77":1'
  refused("json.duplicate_key", "{" .. table.concat(keys, ",") .. "}")
  check.truthy(json.decode '{"a":{"b":1},"b":{"a":1}}')
end)

test("depth and size have limits that can be set", function()
  local function nested(n) return ("["):rep(n) .. ("]"):rep(n) end
  check.truthy(json.decode(nested(128)))
  refused("json.too_deep", nested(129))
  check.truthy(json.decode(nested(1000), { max_depth = 1000 }))
  refused("json.too_deep", ("["):rep(1000000), { max_depth = 1000 })
  refused("json.too_deep", ('{"a":'):rep(1000000))
  refused("json.too_large", "[1,2,3]", { max_size = 6 })
end)

test("bytes that are not UTF-8, and half surrogate pairs, are refused", function()
  for _, text in ipairs { '"\xff"', '"\xc0\x80"', '"\xed\xa0\x80"', '"\xf4\x90\x80\x80"', '"\\ud800"', '"\\udc00\\ud800"', '"\xe0\x80"' } do
    refused("json.bad_utf8", text)
  end
end)

test("NaN, Infinity, hexadecimal and comments are refused", function()
  for _, text in ipairs { "NaN", "Infinity", "-Infinity", "0x10", "[1,2]//x", "'a'", "01", "1.", ".5", "+1", "\0" } do
    refused("json.malformed", text)
  end
end)

test("empty lists and empty objects stay what they are", function()
  check.equal(json.encode(json.decode '{"a":[],"b":{},"c":[[],{}]}'), '{"a":[],"b":{},"c":[[],{}]}')
  check.equal(json.encode(json.array {}), "[]")
  check.equal(json.encode {}, "{}")
  check.truthy(json.is_array(json.decode "[]"))
  check.falsy(json.is_array {})
  check.raises(function() json.array(setmetatable({}, {})) end, "metatable")
end)

test("what was encoded decodes to the same value", function()
  local value = { text = 'a"\\\n\t\1é😀', list = json.array { 1, 2.5, -3, 1e22, 5e-324, 1 / 3 }, none = json.null, yes = true }
  check.equal(json.decode(json.encode(value)), value)
  check.equal(json.encode(json.decode(json.encode(value))), json.encode(value))
end)

test("indented text has one member a line", function()
  check.equal(json.encode({ b = { 1, {} }, a = {} }, { indent = 2 }), '{\n  "a": {},\n  "b": [\n    1,\n    {}\n  ]\n}')
end)

test("every prefix of a text is refused and none crashes", function()
  local text = '{"a":[1.5e3,"\\ud83d\\ude00é",{"b":null,"c":true}],"d":-0.1}'
  for i = 0, #text - 1 do check.truthy(select(2, json.decode(text:sub(1, i))), "prefix " .. i) end
  check.truthy(json.decode(text))
end)

test("a text changed in any one byte decodes to something that encodes again, or is refused", function()
  local text = '{"a":[1.5e3,"\\ud83d\\ude00é",{"b":null,"c":true}],"d":-0.1,"e\\u0041":[[],{}]}'
  for i = 1, #text do
    for byte = 0, 255 do
      local value, err = json.decode(text:sub(1, i - 1) .. string.char(byte) .. text:sub(i + 1))
      if err then check.match(err.code, "^json%.") else check.truthy(canon.encode(value)) end
    end
  end
end)

test("wrong arguments raise", function()
  check.raises(function() json.decode(1) end, "string")
  check.raises(function() json.decode("1", { depth = 1 }) end, "depth")
  check.raises(function() json.decode("1", { big = "float" }) end, "big")
  check.raises(function() json.encode() end, "value expected")
end)

test("errors and null print as what they are", function()
  check.match(tostring(select(2, json.decode "[1,2")), "^the text ends too early at line 1, column 5$")
  check.equal(tostring(json.null), "null")
  check.match(run { slipway, "eval", 'print(json.decode "[null,]")' }.out, "^nil%s+a value expected at line 1, column 7")
end)

test("null and lists may be sent to a recipe's process, functions may not", function()
  local out = run { slipway, "eval", [[
    local json = require "door.json"
    local bridge, canon = require "door.bridge", require "door.canon"
    local child <close> = assert(bridge.spawn {})
    print(canon.encode { list = json.array {}, none = json.null })
    print((child:send { list = json.array {}, none = json.null }))
    print(select(2, child:send { f = print }).code)
  ]] }.out
  check.equal(out, '{"list":[],"none":null}\ntrue\nvalue.not_plain\n')
end)
