-- JSON read without loss: every value knows its bytes, so that one of them can be replaced and the
-- rest of the file stays as it is. Three dialects: "json" (RFC 8259), "jsonc" (comments, trailing
-- commas) and "json5". Nodes are those of pure.toml: kind, value, first, last, open, keys, map, items.
local errors = require "pure.errors"
local place = require "pure.place"

local M = {}
local deepest = 200

local function fail(at, message) error({ at = at, message = message }, 0) end

--- White space, and comments where the dialect has them.
local function skip(text, i, dialect)
  while true do
    i = text:match("^[ \t\r\n]*()", i)
    if dialect == "json" then return i end
    if dialect == "json5" then i = text:match("^[ \t\r\n\v\f]*()", i) end
    if text:sub(i, i + 1) == "//" then
      i = text:match("^[^\n]*()", i)
    elseif text:sub(i, i + 1) == "/*" then
      local _, stop = text:find("*/", i + 2, true)
      if not stop then fail(i, "the comment is not closed") end
      i = stop + 1
    else
      return i
    end
  end
end

local escapes = {
  b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/",
}

local function hex4(text, i)
  local digits = text:match("^%x%x%x%x", i)
  if not digits then fail(i, "\\u needs four hexadecimal digits") end
  return tonumber(digits, 16)
end

--- The escape at `i`: its text and the position after it. A lone surrogate is kept as it is read.
local function read_escape(text, i, dialect)
  local letter = text:sub(i + 1, i + 1)
  if escapes[letter] then return escapes[letter], i + 2 end
  if letter == "u" then
    local code = hex4(text, i + 2)
    if code >= 0xD800 and code <= 0xDBFF and text:sub(i + 6, i + 7) == "\\u" then
      local low = hex4(text, i + 8)
      if low >= 0xDC00 and low <= 0xDFFF then
        return utf8.char(0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)), i + 12
      end
    end
    return utf8.char(code), i + 6
  end
  if dialect == "json5" then
    local after = text:match("^\r?\n()", i + 1)
    if after then return "", after end
    if letter == "x" and text:find("^%x%x", i + 2) then
      return utf8.char(tonumber(text:sub(i + 2, i + 3), 16)), i + 4
    end
    local plain = { v = "\v", ["0"] = "\0", ["'"] = "'" }
    if not letter:find("[1-9xu]") then return plain[letter] or letter, i + 2 end
  end
  fail(i, "unknown escape \\" .. letter)
end

local function read_string(text, i, dialect)
  local quote, start, parts = text:sub(i, i), i, {}
  local stops = quote == '"' and '["\\%c]' or "['\\%c]"
  i = i + 1
  while true do
    local stop = text:find(stops, i)
    if not stop then fail(start, "the string is not closed") end
    parts[#parts + 1] = text:sub(i, stop - 1)
    local mark = text:sub(stop, stop)
    if mark == quote then return table.concat(parts), stop + 1 end
    if mark == "\\" then
      parts[#parts + 1], i = read_escape(text, stop, dialect)
    elseif mark == "\127" or (dialect == "json5" and mark == "\t") then
      parts[#parts + 1], i = mark, stop + 1
    else
      fail(stop, mark:find("[\r\n]") and "the string is not closed on its line" or "a control character in a string")
    end
  end
end

local words = { ["true"] = true, ["false"] = false }

local function read_word(text, i, dialect)
  local token = text:match("^[%w_$+.-]+", i)
  if not token then fail(i, i > #text and "the text ends too early" or "a value is missing") end
  local node = { first = i, last = i + #token - 1 }
  if words[token] ~= nil then
    node.kind, node.value = "boolean", words[token]
  elseif token == "null" then
    node.kind = "null"
  elseif token:find("^-?0$") or token:find("^-?[1-9]%d*$") then
    node.kind, node.value = "number", tonumber(token)
  else
    local whole, rest = token:match("^-?(%d+)(.*)$")
    local plain = whole and not whole:find("^0%d") and
      (rest:find("^%.%d+$") or rest:find("^%.%d+[eE][+-]?%d+$") or rest:find("^[eE][+-]?%d+$"))
    local wide = dialect == "json5" and token:gsub("^%+", "")
    local special = wide and { Infinity = 1 / 0, ["-Infinity"] = -1 / 0, NaN = 0 / 0 }
    local value = plain and tonumber(token) or wide and (special[wide] or tonumber(wide))
    if not value then fail(i, token .. " is no value") end
    node.kind, node.value = "number", value
  end
  return node, node.last + 1
end

local function read_key(text, i, dialect)
  local mark = text:sub(i, i)
  if mark == '"' or (mark == "'" and dialect == "json5") then
    return read_string(text, i, dialect)
  end
  local word = dialect == "json5" and text:match("^[%a_$\128-\255][%w_$\128-\255]*", i)
  if not word then
    fail(i, i > #text and "the text ends too early" or "a key in quotes is missing")
  end
  return word, i + #word
end

local read_value

--- After a value inside brackets: the position of what follows, and whether another value may come.
local function after_item(text, i, node, close, dialect)
  i = skip(text, i, dialect)
  local mark = text:sub(i, i)
  if mark == close then return i, false end
  if mark ~= "," then
    fail(i > #text and node.first or i, i > #text and close .. " is missing" or "a comma or " .. close .. " is missing")
  end
  i = skip(text, i + 1, dialect)
  if text:sub(i, i) == close then
    if dialect == "json" then fail(i, "a comma before " .. close) end
    return i, false
  end
  return i, true
end

local function read_object(text, i, dialect, depth)
  local node = { kind = "table", keys = {}, map = {}, first = i }
  i = skip(text, i + 1, dialect)
  local more = text:sub(i, i) ~= "}"
  while more do
    local start, key = i
    key, i = read_key(text, i, dialect)
    if node.map[key] then fail(start, ("the key '%s' is written twice"):format(key)) end
    i = skip(text, i, dialect)
    if text:sub(i, i) ~= ":" then fail(i, "a colon is missing") end
    local item
    item, i = read_value(text, skip(text, i + 1, dialect), dialect, depth + 1)
    item.key_first = start
    node.keys[#node.keys + 1], node.map[key] = key, item
    i, more = after_item(text, i, node, "}", dialect)
  end
  node.last = i
  return node, i + 1
end

local function read_array(text, i, dialect, depth)
  local node = { kind = "array", items = {}, first = i }
  i = skip(text, i + 1, dialect)
  local more = text:sub(i, i) ~= "]"
  while more do
    node.items[#node.items + 1], i = read_value(text, i, dialect, depth + 1)
    i, more = after_item(text, i, node, "]", dialect)
  end
  node.last = i
  return node, i + 1
end

function read_value(text, i, dialect, depth)
  if depth > deepest then fail(i, "values are nested too deeply") end
  local mark = text:sub(i, i)
  if mark == "{" then return read_object(text, i, dialect, depth) end
  if mark == "[" then return read_array(text, i, dialect, depth) end
  if mark == '"' or (mark == "'" and dialect == "json5") then
    local value, after = read_string(text, i, dialect)
    return { kind = "string", value = value, first = i, last = after - 1, open = 1 }, after
  end
  return read_word(text, i, dialect)
end

local function read_document(text, dialect)
  local _, bad = utf8.len(text)
  if bad then fail(bad, "the text is not UTF-8") end
  local start = text:sub(1, 3) == "\239\187\191" and 4 or 1
  local root, i = read_value(text, skip(text, start, dialect), dialect, 0)
  i = skip(text, i, dialect)
  if i <= #text then fail(i, "something follows the value") end
  return root
end

--- Reads a text into nodes that know their place.
---@param text string
---@param dialect ("json"|"jsonc"|"json5")?
---@return slipway.toml.Node? root
---@return slipway.Error? err  with line and column
function M.parse(text, dialect)
  local ok, root = pcall(read_document, text, dialect or "json")
  if ok then return root end
  if type(root) ~= "table" or not root.at then error(root, 0) end
  local line, column = place.of(text, root.at)
  return nil, errors.new {
    code = "manifest.malformed",
    message = ("line %d, column %d: %s"):format(line, column, root.message),
    line = line, column = column, why = root.message,
  }
end

return M
