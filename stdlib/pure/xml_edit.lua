-- XML read far enough to find elements, attributes and their text by bytes. Well-formedness is
-- checked (tags match, attributes are quoted and unique, one root); entities are not expanded beyond
-- the five of XML itself, and no document type is ever loaded.
--
-- An element is { name, first, last, items = elements, attributes = { { name, value, first, last } },
-- text_first, text_last, text } where the text fields are there when it holds text and no elements.
local errors = require "pure.errors"
local place = require "pure.place"

local M = {}
local deepest = 256
local name_pattern = "^[%a_:\128-\255][%w_:.\128-\255-]*"

local function fail(at, message) error({ at = at, message = message }, 0) end

local named = { lt = "<", gt = ">", amp = "&", quot = '"', apos = "'" }

local function plain(text)
  return (text:gsub("&(#?%w+);", function(entity)
    local code = entity:match("^#(%d+)$") or (entity:match("^#x(%x+)$") and tonumber(entity:match("^#x(%x+)$"), 16))
    return named[entity] or (code and tonumber(code) <= 0x10FFFF and utf8.char(tonumber(code))) or nil
  end))
end

--- Past a comment, a processing instruction, a CDATA section or a document type that begins at `i`.
local function skip_markup(text, i)
  for open, close in pairs { ["<!--"] = "-->", ["<?"] = "?>", ["<![CDATA["] = "]]>" } do -- order: they exclude each other
    if text:sub(i, i + #open - 1) == open then
      local _, stop = text:find(close, i + #open, true)
      if not stop then fail(i, open .. " is not closed") end
      return stop + 1, open
    end
  end
  if text:find("^<!DOCTYPE", i) then
    local stop = text:match("^<!DOCTYPE[^<>%[]*()", i)
    if text:sub(stop, stop) == "[" then stop = text:match("^%[.-%]%s*()", stop) or stop end
    if text:sub(stop, stop) ~= ">" then fail(i, "the document type is not closed") end
    return stop + 1, "<!DOCTYPE"
  end
  return nil
end

local function read_attributes(text, i, element)
  local seen = {}
  while true do
    local blank = text:match("^%s*()", i)
    local name = text:match(name_pattern, blank)
    if not name then return blank end
    if blank == i then fail(i, "a blank is missing before the attribute") end
    if seen[name] then fail(blank, ("the attribute '%s' is written twice"):format(name)) end
    seen[name] = true
    local quote, first = text:match('^%s*=%s*(["\'])()', blank + #name)
    if not quote then fail(blank, ("the value of '%s' needs quotes"):format(name)) end
    local stop = text:find(quote, first, true)
    if not stop or text:sub(first, stop - 1):find("<", 1, true) then
      fail(first - 1, "the attribute is not closed")
    end
    element.attributes[#element.attributes + 1] =
      { name = name, value = plain(text:sub(first, stop - 1)), first = first, last = stop - 1 }
    i = stop + 1
  end
end

local read_element

--- Everything up to the closing tag; returns the position after it.
local function read_content(text, i, element, depth)
  local start, mixed = i, false
  while true do
    local open = text:find("<", i, true)
    if not open then fail(element.first, ("<%s> is not closed"):format(element.name)) end
    if text:sub(open + 1, open + 1) == "/" then
      local name, after = text:match("^</([^%s>]+)%s*>()", open)
      if name ~= element.name then fail(open, ("</%s> is expected here"):format(element.name)) end
      if #element.items == 0 and not mixed then
        element.text_first, element.text_last = start, open - 1
        element.text = plain(text:sub(start, open - 1))
      end
      return after
    end
    local after = skip_markup(text, open)
    if after then
      mixed, i = true, after
    else
      element.items[#element.items + 1], i = read_element(text, open, depth + 1)
    end
  end
end

function read_element(text, i, depth)
  if depth > deepest then fail(i, "elements are nested too deeply") end
  local name = text:match(name_pattern, i + 1)
  if not name then fail(i, "< begins no element") end
  local element = { name = name, first = i, items = {}, attributes = {} }
  local at = read_attributes(text, i + 1 + #name, element)
  if text:sub(at, at + 1) == "/>" then
    element.last = at + 1
  elseif text:sub(at, at) == ">" then
    element.last = read_content(text, at + 1, element, depth) - 1
  else
    fail(at > #text and i or at, "the tag is not closed")
  end
  return element, element.last + 1
end

--- Past everything that may stand outside the root.
local function skip_outside(text, i)
  while true do
    i = text:match("^%s*()", i)
    local after = skip_markup(text, i)
    if not after then return i end
    i = after
  end
end

local function read_document(text)
  local _, bad = utf8.len(text)
  if bad and not text:find("^[^>]-encoding=[\"'][Ii][Ss][Oo]") then
    fail(bad, "the text is not UTF-8")
  end
  local i = skip_outside(text, text:sub(1, 3) == "\239\187\191" and 4 or 1)
  if text:sub(i, i) ~= "<" then fail(math.min(i, #text + 1), "an element is missing") end
  local root, after = read_element(text, i, 0)
  after = skip_outside(text, after)
  if after <= #text then fail(after, "something follows the root element") end
  return root
end

--- Reads a text into elements that know their place.
---@param text string
---@return table? root
---@return slipway.Error? err  with line and column
function M.parse(text)
  local ok, root = pcall(read_document, text)
  if ok then return root end
  if type(root) ~= "table" or not root.at then error(root, 0) end
  local line, column = place.of(text, root.at)
  return nil, errors.new {
    code = "manifest.malformed",
    message = ("line %d, column %d: %s"):format(line, column, root.message),
    line = line, column = column, why = root.message,
  }
end

--- The first child of that name.
function M.child(element, name)
  for _, item in ipairs(element.items) do
    if item.name == name then return item end
  end
end

return M
