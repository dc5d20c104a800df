-- TOML 1.0 read without loss: every value knows where it stands in the text, so that a change touches
-- that value and nothing else. Strict: what toml.io calls invalid is an error with line and column.
--
-- A node is { kind, value, first, last, keys, map, items, open }:
--   kind   string integer float boolean datetime array table
--   first, last  the bytes of the value; for a string with its quotes, `open` bytes at either end
--   table: keys in the order written, map from key to node; array: items
local errors = require "pure.errors"
local scalar = require "pure.toml.scalar"
local place = require "pure.place"

local M = {}
local fail = scalar.fail
local deepest = 128

---@class slipway.toml.Node
---@field kind string
---@field value any
---@field first integer
---@field last integer
---@field open integer?
---@field keys string[]?
---@field map table<string, slipway.toml.Node>?
---@field items slipway.toml.Node[]?
---@field key_first integer?  where the key that leads here begins

local function new_table(state, first)
  return { kind = "table", keys = {}, map = {}, state = state, first = first, last = first }
end

local function add(parent, key, node)
  parent.keys[#parent.keys + 1] = key
  parent.map[key] = node
  return node
end

local function skip_blank(text, i) return text:match("^[ \t]*()", i) end

--- White space, newlines and comments, as they may stand between the values of an array.
local function skip_lines(text, i)
  while true do
    i = text:match("^[ \t\r\n]*()", i)
    if text:sub(i, i) ~= "#" then return i end
    i = text:match("^[^\n]*()", i)
  end
end

--- One part of a key: bare, "quoted" or 'quoted'.
local function read_key_part(text, i)
  local mark = text:sub(i, i)
  if mark == '"' then return scalar.basic(text, i) end
  if mark == "'" then return scalar.literal(text, i) end
  local word = text:match("^[%w_-]+", i)
  if not word then
    fail(i, i > #text and "a key is missing at the end" or "a key is missing or has a forbidden character")
  end
  return word, i + #word
end

--- A dotted key: its parts, where each begins, and the position of what follows.
local function read_key(text, i)
  local parts, starts = {}, {}
  while true do
    i = skip_blank(text, i)
    starts[#starts + 1] = i
    parts[#parts + 1], i = read_key_part(text, i)
    i = skip_blank(text, i)
    if text:sub(i, i) ~= "." then return parts, starts, i end
    i = i + 1
  end
end

--- Nothing but a comment may follow on the line; returns the position of the next line.
local function end_of_line(text, i)
  i = skip_blank(text, i)
  if text:sub(i, i) == "#" then i = text:match("^[^\n]*()", i) end
  if i > #text then return i end
  local after = text:match("^\r?\n()", i)
  if not after then fail(i, "only a comment may follow on this line") end
  return after
end

--- Walks a dotted key inside `section`; makes the tables on its way. A table closed by its own header
--- or by braces cannot be reached this way (toml.io: "dotted keys cannot redefine tables").
local function dotted(section, parts, starts, owner)
  for n = 1, #parts - 1 do
    local child = section.map[parts[n]]
    if not child then
      child = add(section, parts[n], new_table("dotted", starts[n]))
      child.owner = owner
    elseif child.kind ~= "table" or child.state == "header" or child.state == "inline"
      or (child.state == "dotted" and child.owner ~= owner) then
      fail(starts[n], ("'%s' is already defined and cannot be extended here"):format(parts[n]))
    else
      child.state, child.owner = "dotted", owner
    end
    section = child
  end
  if section.map[parts[#parts]] then
    fail(starts[#parts], ("the key '%s' is defined twice"):format(parts[#parts]))
  end
  return section
end

local read_value

local function read_array(text, i, depth)
  local node = { kind = "array", items = {}, first = i }
  i = skip_lines(text, i + 1)
  while text:sub(i, i) ~= "]" do
    local item
    item, i = read_value(text, i, depth + 1)
    node.items[#node.items + 1] = item
    i = skip_lines(text, i)
    local mark = text:sub(i, i)
    if mark == "," then
      i = skip_lines(text, i + 1)
    elseif mark ~= "]" then
      fail(i > #text and node.first or i, i > #text and "the array is not closed" or "a comma or ] is missing")
    end
  end
  node.last = i
  return node, i + 1
end

--- Keys of an inline table cannot be extended once its brace is closed.
local function freeze(node)
  node.state = "inline"
  for _, key in ipairs(node.keys) do
    if node.map[key].kind == "table" then freeze(node.map[key]) end
  end
  return node
end

local read_pair

local function read_inline(text, i, depth)
  local node = new_table("open", i)
  i = skip_blank(text, i + 1)
  local more = text:sub(i, i) ~= "}"
  while more do
    i = read_pair(text, i, node, depth + 1)
    i = skip_blank(text, i)
    local mark = text:sub(i, i)
    more = mark == ","
    if more then
      i = i + 1
    elseif mark ~= "}" then
      fail(i > #text and node.first or i, "the inline table is not closed on its line")
    end
  end
  node.last = i
  return freeze(node), i + 1
end

function read_value(text, i, depth)
  if depth > deepest then fail(i, "values are nested too deeply") end
  local mark = text:sub(i, i)
  if mark == '"' or mark == "'" then
    local value, after, open = scalar.string(text, i)
    return { kind = "string", value = value, first = i, last = after - 1, open = open }, after
  end
  if mark == "[" then return read_array(text, i, depth) end
  if mark == "{" then return read_inline(text, i, depth) end
  local kind, value, after = scalar.bare(text, i)
  return { kind = kind, value = value, first = i, last = after - 1 }, after
end

--- key = value, inside `section`; returns the position after the value.
function read_pair(text, i, section, depth)
  local parts, starts
  parts, starts, i = read_key(text, i)
  if text:sub(i, i) ~= "=" then fail(i > #text and starts[1] or i, "= is missing after the key") end
  local target = dotted(section, parts, starts, section)
  local node
  node, i = read_value(text, skip_blank(text, i + 1), depth)
  node.key_first = starts[#parts]
  add(target, parts[#parts], node)
  return i
end

--- The table that a header's leading parts name.
local function descend(root, parts, starts)
  local section = root
  for n = 1, #parts - 1 do
    local child = section.map[parts[n]]
    if not child then
      child = add(section, parts[n], new_table("implicit", starts[n]))
    elseif child.kind == "array" and child.tables then
      child = child.items[#child.items]
    elseif child.kind ~= "table" or child.state == "inline" then
      fail(starts[n], ("'%s' is already defined and is no table that can be extended"):format(parts[n]))
    end
    section = child
  end
  return section
end

local function open_table(root, parts, starts, i)
  local parent, key = descend(root, parts, starts), parts[#parts]
  local node = parent.map[key]
  if not node then
    node = add(parent, key, new_table("header", i))
  elseif node.kind == "table" and node.state == "implicit" then
    node.state, node.first = "header", i
  else
    fail(starts[#parts], ("the table '%s' is defined twice"):format(table.concat(parts, ".")))
  end
  node.key_first = starts[#parts]
  return node
end

local function open_element(root, parts, starts, i)
  local parent, key = descend(root, parts, starts), parts[#parts]
  local list = parent.map[key]
  if not list then
    list = add(parent, key, { kind = "array", tables = true, items = {}, first = i, last = i, key_first = starts[#parts] })
  elseif not list.tables then
    fail(starts[#parts], ("'%s' is already defined and is no array of tables"):format(table.concat(parts, ".")))
  end
  local node = new_table("header", i)
  list.items[#list.items + 1] = node
  return node
end

--- [table] or [[array.of.tables]]; returns the section that the following keys belong to.
local function read_header(text, i, root)
  local double = text:sub(i, i + 1) == "[["
  local parts, starts, after = read_key(text, i + (double and 2 or 1))
  local close = double and "]]" or "]"
  if text:sub(after, after + #close - 1) ~= close then
    fail(after > #text and i or after, close .. " is missing")
  end
  local open = double and open_element or open_table
  return open(root, parts, starts, i), end_of_line(text, after + #close)
end

--- What may stand nowhere in TOML, checked once for the whole text.
local function check_bytes(text)
  local length, bad = utf8.len(text)
  if not length then fail(bad, "the text is not UTF-8") end
  local control = text:match "^[ -~\128-\255\t\n\r]*()" -- anchored, the common first: a tenth of a search for the others
  if control <= #text then fail(control, ("control character 0x%02X"):format(text:byte(control))) end
  local bare = text:find("\r", 1, true) and (text:find("\r[^\n]") or text:find("\r$"))
  if bare then fail(bare, "a carriage return without a line feed") end
end

local function read_document(text)
  check_bytes(text)
  local root = new_table("header", 1)
  local section, i = root, text:sub(1, 3) == "\239\187\191" and 4 or 1
  while true do
    i = skip_lines(text, i)
    if i > #text then break end
    if text:sub(i, i) == "[" then
      section, i = read_header(text, i, root)
    else
      i = end_of_line(text, read_pair(text, i, section, 0))
    end
  end
  root.last = #text
  return root
end

-- The same few manifests are asked for their version, their name and what they need, one question after the other.
local KEPT <const> = 8
local kept, order = {}, {}

local function keep(text, root)
  if #order == KEPT then kept[table.remove(order, 1)] = nil end
  kept[text], order[#order + 1] = root, text
  return root
end

--- Reads a document into nodes that know their place.
---@param text string
---@return slipway.toml.Node? root
---@return slipway.Error? err  with line and column
function M.parse(text)
  if kept[text] then return kept[text] end
  local ok, root = pcall(read_document, text)
  if ok then return keep(text, root) end
  if type(root) ~= "table" or not root.at then error(root, 0) end
  local line, column = place.of(text, root.at)
  return nil, errors.new {
    code = "toml.malformed",
    message = ("line %d, column %d: %s"):format(line, column, root.message),
    line = line, column = column, why = root.message,
  }
end

local array_meta = { __name = "toml.array" }

--- The plain value of a node: tables by key, arrays as lists (marked, so that an empty one is known).
---@param node slipway.toml.Node
---@return any
function M.value(node)
  if node.kind == "table" then
    local result = {}
    for _, key in ipairs(node.keys) do result[key] = M.value(node.map[key]) end
    return result
  elseif node.kind == "array" then
    local result = setmetatable({}, array_meta)
    for n, item in ipairs(node.items) do result[n] = M.value(item) end
    return result
  end
  return node.value
end

---@param value any
---@return boolean
function M.is_array(value) return getmetatable(value) == array_meta end

--- Reads a document into plain Lua values. Dates are { form, text } and print as they are written.
---@param text string
---@return table? value
---@return slipway.Error? err  with line and column
function M.decode(text)
  local root, err = M.parse(text)
  if not root then return nil, err end
  return M.value(root)
end

return M
