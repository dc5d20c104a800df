-- Any value as text for people: keys sorted, as wide as the screen allows, no deeper than asked,
-- cycles named. The same value always gives the same text. Used by the prompt and by test reports.
local json = require "door.json"

local M = {}

local default = { depth = 4, width = 88, items = 60, text = 2000 }

local escapes = {
  ["\n"] = "\\n",
  ["\t"] = "\\t",
  ["\r"] = "\\r",
  ["\\"] = "\\\\",
  ['"'] = '\\"',
  ["\27"] = "\\27",
}

--- A text in quotes, on one line, control characters and broken UTF-8 escaped.
---@param text string
---@param limit integer?  bytes shown at most
---@return string
function M.quote(text, limit)
  local rest = ""
  if limit and #text > limit then
    local cut = utf8.len(text) and utf8.offset(text, 0, limit + 1) - 1 or limit
    rest = ("… (%d bytes)"):format(#text)
    text = text:sub(1, cut)
  end
  local pattern = utf8.len(text) and '[%c\\"]' or '[%c\\"\x80-\xff]'
  local escaped = text:gsub(
    pattern,
    function(c) return escapes[c] or ("\\x%02x"):format(c:byte()) end
  )
  return '"' .. escaped .. '"' .. rest
end

local kind_order = { number = 1, string = 2, boolean = 3 }

--- Keys of a table in the order people expect: numbers, texts, the rest.
---@param value table
---@return any[]
function M.keys(value)
  local keys = {}
  for key in next, value do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    local kind_a, kind_b = kind_order[type(a)] or 4, kind_order[type(b)] or 4
    if kind_a ~= kind_b then return kind_a < kind_b end
    if kind_a <= 2 then return a < b end
    return tostring(a) < tostring(b)
  end)
  return keys
end

local reserved = {}
for word in
  ([[and break do else elseif end false for function goto if in local nil not or repeat
  return then true until while]]):gmatch "%a+"
do
  reserved[word] = true
end

--- Can this text stand as a name in Lua source?
---@param text any
---@return boolean
function M.is_name(text)
  return type(text) == "string" and text:find "^[%a_][%w_]*$" ~= nil and not reserved[text]
end

local function own_text(value)
  local meta = debug.getmetatable(value)
  if type(meta) ~= "table" or not rawget(meta, "__tostring") then return nil end
  local ok, text = pcall(tostring, value)
  return ok and type(text) == "string" and text or nil
end

local function columns(text) return utf8.len(text) or #text end

local plain -- the text of one value; defined below, calls itself for parts

local function key_text(key, state, depth)
  if M.is_name(key) then return key end
  if type(key) == "string" then return "[" .. M.quote(key, 60) .. "]" end
  return "[" .. plain(key, state, depth, 0) .. "]"
end

-- The parts of a table, list items without key: { "1", "name = …" }
local function parts_of(value, state, depth, indent)
  local parts, length = {}, rawlen(value)
  local shown = 0
  local function add(text)
    shown = shown + 1
    if shown <= state.items then parts[#parts + 1] = text end
  end
  for i = 1, length do
    if shown < state.items then
      add(plain(rawget(value, i), state, depth, indent + 2))
    else
      shown = shown + 1
    end
  end
  for _, key in ipairs(M.keys(value)) do
    local in_list = math.type(key) == "integer" and key >= 1 and key <= length
    if not in_list then
      local name = shown < state.items and key_text(key, state, depth)
      add(
        name
          and name
            .. " = "
            .. plain(rawget(value, key), state, depth, indent + 2 + columns(name) + 3)
      )
    end
  end
  if shown > #parts then parts[#parts + 1] = ("… %d more"):format(shown - #parts) end
  return parts
end

local function table_text(value, state, depth, indent)
  if next(value) == nil then return "{}" end
  if state.open[value] then return "<the table around it>" end
  if depth <= 0 then return "{…}" end
  state.open[value] = true
  local parts = parts_of(value, state, depth - 1, indent)
  state.open[value] = nil
  local line = "{ " .. table.concat(parts, ", ") .. " }"
  if indent + columns(line) <= state.width and not line:find("\n", 1, true) then return line end
  local pad = (" "):rep(state.margin + 2)
  local rows = {}
  for i, part in ipairs(parts) do
    rows[i] = pad .. part:gsub("\n", "\n  ")
  end
  return "{\n" .. table.concat(rows, ",\n") .. "\n" .. (" "):rep(state.margin) .. "}"
end

function plain(value, state, depth, indent)
  local kind = type(value)
  if kind == "string" then return M.quote(value, state.text) end
  local text = kind ~= "number" and own_text(value)
  if text then return text end
  if kind == "table" then return table_text(value, state, depth, indent) end
  if kind == "function" then
    local info = debug.getinfo(value, "S")
    if info.what == "C" then return "<function>" end
    return ("<function %s:%d>"):format(info.short_src, info.linedefined)
  end
  if value == json.null then return "null" end
  if kind == "userdata" or kind == "thread" then return "<" .. kind .. ">" end
  return tostring(value)
end

---@param value any
---@param o { depth: integer?, width: integer?, items: integer?, text: integer? }?
---@return string
function M.value(value, o)
  o = o or default
  local state = {
    depth = o.depth or default.depth,
    width = o.width or default.width,
    items = o.items or default.items,
    text = o.text or default.text,
    open = {},
    margin = 0,
  }
  return plain(value, state, state.depth, 0)
end

return M
