-- YAML read without loss, as far as manifests use it: block and flow collections, all scalar styles,
-- comments, several documents, anchors and tags (kept, not resolved). Nodes are those of pure.toml.
-- What is not understood is an error with its place, never a guess.
local errors = require "pure.errors"
local place = require "pure.place"

local M = {}
local deepest = 100

local function fail(at, message) error({ at = at, message = message }, 0) end

--- Number of blanks before the position on its line, or nil when something else stands there.
local function column_of(text, i)
  local start = i
  while start > 1 and text:byte(start - 1) ~= 10 do start = start - 1 end
  return i - start, text:sub(start, i - 1)
end

--- Past blanks, newlines and comments to the next content.
local function skip(text, i)
  while true do
    i = text:match("^[ \r\n]*()", i)
    local mark = text:sub(i, i)
    if mark == "\t" then
      local after = text:match("^[ \t]*()", i)
      if not text:find("^[\r\n#]", after) and after <= #text then return i end
      i = after
    elseif mark == "#" then
      i = text:match("^[^\n]*()", i)
    else
      return i
    end
  end
end

--- Past blanks on the line; a comment counts as the end of the line.
local function skip_blank(text, i)
  i = text:match("^[ \t]*()", i)
  return i, i > #text or text:find("^\r?\n", i) ~= nil or
    (text:sub(i, i) == "#" and (i == 1 or text:find("^%s", i - 1) ~= nil))
end

local double_escapes = {
  ["0"] = "\0", a = "\a", b = "\b", t = "\t", n = "\n", v = "\v", f = "\f", r = "\r", e = "\27",
  [" "] = " ", ['"'] = '"', ["/"] = "/", ["\\"] = "\\", N = "\u{85}", _ = "\u{A0}", L = "\u{2028}",
  P = "\u{2029}",
}

--- A newline inside a quoted scalar is a blank, further ones stay newlines.
local function fold(value)
  local lines = value:gsub("[ \t]*\r?\n[ \t]*", "\n")
  return (lines:gsub("\n(\n*)", function(more) return more == "" and " " or more end))
end

local function read_double(text, i)
  local start, parts = i, {}
  i = i + 1
  while true do
    local stop = text:find('["\\]', i)
    if not stop then fail(start, "the string is not closed") end
    parts[#parts + 1] = fold(text:sub(i, stop - 1))
    if text:sub(stop, stop) == '"' then return table.concat(parts), stop + 1 end
    local letter = text:sub(stop + 1, stop + 1)
    local length = ({ x = 2, u = 4, U = 8 })[letter]
    local newline = text:match("^\r?\n[ \t]*()", stop + 1)
    if newline then
      i = newline
    elseif length then
      local digits = text:match("^%x+", stop + 2) or ""
      local code = #digits >= length and tonumber(digits:sub(1, length), 16)
      if not code or code > 0x10FFFF then fail(stop, "a bad escape") end
      parts[#parts + 1], i = utf8.char(code), stop + 2 + length
    elseif double_escapes[letter] then
      parts[#parts + 1], i = double_escapes[letter], stop + 2
    else
      fail(stop, "unknown escape \\" .. letter)
    end
  end
end

local function read_single(text, i)
  local start, at = i, i + 1
  while true do
    local stop = text:find("'", at, true)
    if not stop then fail(start, "the string is not closed") end
    if text:sub(stop + 1, stop + 1) ~= "'" then
      return fold((text:sub(start + 1, stop - 1):gsub("''", "'"))), stop + 1
    end
    at = stop + 2
  end
end

--- End of a plain scalar's piece on this line.
local function plain_end(text, i, flow)
  local last, at = i - 1, i
  while at <= #text do
    local mark = text:sub(at, at)
    if mark == "\n" or mark == "\r" then break end
    if mark == "#" and at > i and text:find("^[ \t]", at - 1) then break end
    if mark == ":" and (at == #text or text:find(flow and "^[%s,%[%]{}]" or "^%s", at + 1)) then
      break
    end
    if flow and mark:find("[,%[%]{}]") then break end
    if mark ~= " " and mark ~= "\t" then last = at end
    at = at + 1
  end
  return last
end

--- A plain scalar that may go on below its first line, deeper than `indent`.
local function read_plain(text, i, indent, flow)
  local first, last = i, plain_end(text, i, flow)
  if last < first then fail(i, "a value is expected") end
  local value = text:sub(first, last)
  while true do
    local after = text:match("^[ \t]*\r?\n[ \t\r\n]*()", last + 1)
    if not after or after > #text or text:sub(after, after) == "#" then break end
    local column = column_of(text, after)
    if not flow and column <= indent then break end
    if column == 0 and (text:find("^%-%-%-", after) or text:find("^%.%.%.", after)) then break end
    local stop = plain_end(text, after, flow)
    if stop < after then break end
    if text:find("^[ \t]*:", stop + 1) and not flow then
      fail(after, "a key stands deeper than the value before it")
    end
    value, last = value .. " " .. text:sub(after, stop), stop
  end
  return { kind = "string", plain = true, value = value, first = first, last = last, open = 0 }, last + 1
end

--- | and > with their header; the content is every deeper line.
local function read_block_scalar(text, i, indent)
  local start = i
  local digit, after = text:match("^[|>][+-]?(%d?)[+-]?[ \t]*()", i)
  local _, ended = skip_blank(text, after)
  if not ended then fail(after, "nothing may follow the mark of a block") end
  i = text:match("^[^\n]*\n?()", after)
  local content = digit ~= "" and indent + tonumber(digit) or nil
  local lines, last = {}, after - 1
  while i <= #text do
    local blanks, body, next_line = text:match("^( *)([^\r\n]*)\r?\n?()", i)
    if body ~= "" then
      content = content or (#blanks > indent and #blanks) or nil
      if not content or #blanks < content then break end
      last = i + #blanks + #body - 1
    end
    lines[#lines + 1] = body == "" and "" or blanks:sub((content or 0) + 1) .. body
    i = next_line
  end
  return { kind = "string", block = true, value = table.concat(lines, "\n"), first = start, last = last, open = 0 }, i
end

local read_flow

local function read_flow_scalar(text, i)
  local mark = text:sub(i, i)
  if mark == '"' or mark == "'" then
    local value, after = (mark == '"' and read_double or read_single)(text, i)
    return { kind = "string", value = value, first = i, last = after - 1, open = 1 }, after
  end
  return read_plain(text, i, 0, true)
end

local function add(node, key, item, at)
  if node.map[key] then fail(at, ("the key '%s' is written twice"):format(key)) end
  node.keys[#node.keys + 1], node.map[key] = key, item
  item.key_first = at
end

local function nothing(i) return { kind = "null", first = i, last = i - 1, open = 0 } end

--- Tags and anchors before a value are stepped over.
local function skip_properties(text, i)
  while text:find("^[!&]", i) do
    local after = text:match("^[^%s,%[%]{}]+()", i)
    if not after then fail(i, "a name is missing") end
    i = text:match("^[ \t]*()", after)
  end
  return i
end

--- Past the comma after an item, or to the closing bracket.
local function after_item(text, i, node, close)
  local mark = text:sub(i, i)
  if mark == "," then return skip(text, i + 1) end
  if mark == close then return i end
  fail(i > #text and node.first or i, i > #text and close .. " is missing" or "a comma or " .. close .. " is missing")
end

local function read_flow_map(text, i, depth)
  local node = { kind = "table", keys = {}, map = {}, first = i }
  i = skip(text, i + 1)
  while text:sub(i, i) ~= "}" do
    if i > #text then fail(node.first, "the brace is not closed") end
    local at, key, item = i
    key, i = read_flow_scalar(text, skip_properties(text, i))
    i = skip(text, i)
    if text:sub(i, i) == ":" then
      i = skip(text, i + 1)
      if text:find("^[,}]", i) then
        item = nothing(i)
      else
        item, i = read_flow(text, i, depth + 1)
      end
      i = skip(text, i)
    else
      item = nothing(i)
    end
    add(node, key.value, item, at)
    i = after_item(text, i, node, "}")
  end
  node.last = i
  return node, i + 1
end

local function read_flow_list(text, i, depth)
  local node = { kind = "array", items = {}, first = i }
  i = skip(text, i + 1)
  while text:sub(i, i) ~= "]" do
    if i > #text then fail(node.first, "the bracket is not closed") end
    local item
    item, i = read_flow(text, i, depth + 1)
    i = skip(text, i)
    if text:sub(i, i) == ":" then -- a pair alone in a list
      local key, at = item, i
      item = { kind = "table", keys = {}, map = {}, first = key.first }
      local value
      value, i = read_flow(text, skip(text, at + 1), depth + 1)
      add(item, key.value, value, key.first)
      item.last = value.last
      i = skip(text, i)
    end
    node.items[#node.items + 1] = item
    i = after_item(text, i, node, "]")
  end
  node.last = i
  return node, i + 1
end

function read_flow(text, i, depth)
  if depth > deepest then fail(i, "values are nested too deeply") end
  i = skip_properties(text, i)
  local mark = text:sub(i, i)
  if mark == "{" then return read_flow_map(text, i, depth) end
  if mark == "[" then return read_flow_list(text, i, depth) end
  return read_flow_scalar(text, i)
end

local read_node

--- The end of a document, or of the text.
local function at_end(text, i)
  if i > #text then return true end
  local marked = text:find("^%-%-%-%f[%s\0]", i) or text:find("^%.%.%.%f[%s\0]", i)
  return marked ~= nil and column_of(text, i) == 0
end

--- What follows "key:" or "-" : on the same line, or deeper below.
local function read_after(text, i, indent, depth, list_at_same)
  local ended
  i, ended = skip_blank(text, i)
  if not ended then
    local start = i
    i = skip_properties(text, i)
    local blank, over = skip_blank(text, i)
    if not over then return read_node(text, blank, indent, depth, start) end
    i = blank
  end
  local here, below = i, skip(text, i)
  if at_end(text, below) then return nothing(here), below end
  local column, before = column_of(text, below)
  if before:find("\t", 1, true) then fail(below, "a tab cannot indent") end
  local deeper = column > indent or (list_at_same and column == indent and text:find("^%-%f[%s\0]", below) ~= nil)
  if not deeper then return nothing(here), below end
  return read_node(text, below, column == indent and indent - 1 or indent, depth, below)
end

--- Is there a "key:" at `i`? Returns the key, where it begins and the position after the colon.
local function key_at(text, i)
  local mark = text:sub(i, i)
  if mark == "\t" then fail(i, "a tab cannot indent") end
  if mark == '"' or mark == "'" then
    local key, after = (mark == '"' and read_double or read_single)(text, i)
    local colon = text:match("^[ \t]*:()", after)
    if colon and (colon > #text or text:find("^%s", colon)) then return key, colon end
    return nil
  end
  if mark:find("[%[{|>#%%@`,%]}]") or mark == "" then return nil end
  if mark == "?" and text:find("^%?%s", i) then fail(i, "explicit keys are not read") end
  local last = plain_end(text, i, false)
  local colon = text:match("^[ \t]*:()", last + 1)
  if last >= i and colon and (colon > #text or text:find("^%s", colon)) then
    return text:sub(i, last), colon
  end
  return nil
end

local function read_block_map(text, i, column, depth)
  local node = { kind = "table", keys = {}, map = {}, first = i, block = true }
  while true do
    local at = i
    local key, after = key_at(text, skip_properties(text, i))
    if not key then fail(i, "a key is expected here") end
    local item
    item, i = read_after(text, after, column, depth + 1, true)
    if key ~= "<<" or not node.map[key] then add(node, key, item, at) end
    i = skip(text, i)
    if at_end(text, i) then break end
    local next_column, before = column_of(text, i)
    if before:find("%S") then fail(i, "something follows the value") end
    if next_column < column then break end
    if before:find("\t", 1, true) then fail(i, "a tab cannot indent") end
    if next_column > column then fail(i, "this line is indented too deeply") end
    if text:find("^%-%s", i) then break end
  end
  node.last = i - 1
  return node, i
end

local function read_block_list(text, i, column, depth)
  local node = { kind = "array", items = {}, first = i, block = true }
  while true do
    node.items[#node.items + 1], i = read_after(text, i + 1, column, depth + 1, false)
    i = skip(text, i)
    if at_end(text, i) or column_of(text, i) ~= column or not text:find("^%-%f[%s\0]", i) then
      break
    end
  end
  if not at_end(text, i) and column_of(text, i) > column then
    fail(i, "this line is indented too deeply")
  end
  node.last = i - 1
  return node, i
end

--- The next line must not go on with something else after a value that ended.
local function after_value(text, i)
  local at, ended = skip_blank(text, i)
  if not ended then fail(at, "something follows the value") end
  return at
end

--- A node that begins at `i`; its content stands deeper than `indent`.
function read_node(text, i, indent, depth, _)
  if depth > deepest then fail(i, "values are nested too deeply") end
  local mark = text:sub(i, i)
  if mark == "|" or mark == ">" then return read_block_scalar(text, i, math.max(indent, 0)) end
  if text:find("^%-%f[%s\0]", i) then
    return read_block_list(text, i, (column_of(text, i)), depth)
  end
  if mark:find("[%%@`]") then fail(i, mark .. " cannot begin a value") end
  if mark == "*" then
    local after = text:match("^[^%s,%[%]{}]+()", i)
    return { kind = "alias", value = text:sub(i, after - 1), first = i, last = after - 1, open = 0 }, after_value(text, after)
  end
  if key_at(text, i) then
    return read_block_map(text, i, (column_of(text, i)), depth)
  end
  if mark == "{" or mark == "[" then
    local node, after = read_flow(text, i, depth)
    return node, after_value(text, after)
  end
  if mark == '"' or mark == "'" then
    local value, after = (mark == '"' and read_double or read_single)(text, i)
    return { kind = "string", value = value, first = i, last = after - 1, open = 1 }, after_value(text, after)
  end
  local node, after = read_plain(text, i, indent, false)
  return node, after
end

local function read_documents(text)
  local _, bad = utf8.len(text)
  if bad then fail(bad, "the text is not UTF-8") end
  local documents, i = {}, text:sub(1, 3) == "\239\187\191" and 4 or 1
  while true do
    i = skip(text, i)
    while text:sub(i, i) == "%" and column_of(text, i) == 0 do i = skip(text, text:match("^[^\n]*()", i)) end
    if i > #text then return documents end
    if text:find("^%.%.%.%f[%s\0]", i) and column_of(text, i) == 0 then
      i = i + 3
    else
      local marked = text:find("^%-%-%-%f[%s\0]", i) and column_of(text, i) == 0
      if marked then i = skip(text, i + 3) end
      if at_end(text, i) then
        if i > #text then return documents end
      else
        local node
        node, i = read_node(text, skip_properties(text, i), -1, 0, i)
        documents[#documents + 1] = node
        i = skip(text, i)
        if not at_end(text, i) then fail(i, "something follows the document") end
      end
    end
  end
end

--- Reads all documents of a text.
---@param text string
---@return slipway.toml.Node[]? documents
---@return slipway.Error? err  with line and column
function M.parse(text)
  local ok, documents = pcall(read_documents, text)
  if ok then return documents end
  if type(documents) ~= "table" or not documents.at then error(documents, 0) end
  local line, column = place.of(text, documents.at)
  return nil, errors.new {
    code = "manifest.malformed",
    message = ("line %d, column %d: %s"):format(line, column, documents.message),
    line = line, column = column, why = documents.message,
  }
end

return M
