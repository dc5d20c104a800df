-- The cases of toml-lang/toml-test (TOML 1.0), a test each: every invalid text is refused with a place,
-- every valid one gives the expected values with their types.
local json = require "door.json"
local toml = require "pure.toml"

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function unbase64(text)
  local parts, bits, count = {}, 0, 0
  for letter in text:gmatch("[%w+/]") do
    bits, count = (bits << 6 | alphabet:find(letter, 1, true) - 1) & 0xFFFFFF, count + 6
    if count >= 8 then
      count = count - 8
      parts[#parts + 1] = string.char(bits >> count & 0xFF)
    end
  end
  return table.concat(parts)
end

local function same_float(wanted, value)
  if wanted:find("nan") then return value ~= value end
  return tonumber((wanted:gsub("^%+", ""):gsub("inf$", "1e999"))) == value
end

--- RFC 3339 in one spelling: T and Z capital, no trailing zeros in a fraction, Z for +00:00.
local function plain_moment(text)
  text = text:gsub("^(%d+%-%d+%-%d+)[ t]", "%1T"):gsub("z$", "Z"):gsub("%+00:00$", "Z")
  return (text:gsub("%.(%d+)", function(fraction)
    local digits = fraction:gsub("0+$", "")
    return digits == "" and "" or "." .. digits
  end))
end

local forms = { ["time-local"] = true, ["date-local"] = true, ["datetime-local"] = true, datetime = true }

local agrees

local function same_scalar(expect, node)
  if expect.type == "string" then return node.kind == "string" and node.value == expect.value end
  if expect.type == "integer" then return node.kind == "integer" and tostring(node.value) == expect.value end
  if expect.type == "bool" then return node.kind == "boolean" and tostring(node.value) == expect.value end
  if expect.type == "float" then return node.kind == "float" and same_float(expect.value, node.value) end
  return forms[expect.type] and node.kind == "datetime" and node.value.form == expect.type
    and plain_moment(node.value.text) == plain_moment(expect.value)
end

local function is_scalar(expect)
  return type(expect.type) == "string" and type(expect.value) == "string" and expect[1] == nil
end

function agrees(expect, node)
  if is_scalar(expect) then return same_scalar(expect, node) end
  if node.kind == "array" then
    for n, item in ipairs(node.items) do
      if expect[n] == nil or not agrees(expect[n], item) then return false end
    end
    return expect[#node.items + 1] == nil
  end
  if node.kind ~= "table" then return false end
  for _, key in ipairs(node.keys) do
    if expect[key] == nil or not agrees(expect[key], node.map[key]) then return false end
  end
  for key in pairs(expect) do -- order: any missing key is one
    if node.map[key] == nil then return false end
  end
  return true
end

local folder = corpora "toml"
local count = 0

for line in folder and io.lines(folder .. "/cases.jsonl") or function() end do
  local case = assert(json.decode(line))
  count = count + 1
  test(case.name, function()
    local root, err = toml.parse(unbase64(case.content_b64))
    if case.valid then
      check.truthy(root, err and err.message)
      check.truthy(agrees(case.expect, root), "other values")
    else
      check.fails("toml.malformed", root, err)
      check.truthy(err.line and err.column, "the error has a place")
    end
  end)
end

test("the corpus of TOML is read", function()
  if not folder then skip "no corpora here" end
  check.truthy(count > 0, "cases.jsonl is empty")
end)
