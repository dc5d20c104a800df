-- Source text with its comments (and long strings) blanked, byte for byte as long as before: what is
-- found in the masked text stands at the same place in the real one, and no comment can pose as code.
local M = {}

local c_blocks = { { "/*", "*/" } }

--- How the languages of manifests write comments and strings.
M.languages = {
  python = { line = { "#" }, long = { '"""', "'''" }, strings = "\"'" },
  starlark = { line = { "#" }, long = { '"""', "'''" }, strings = "\"'" },
  meson = { line = { "#" }, long = { "'''" }, strings = "'" },
  elixir = { line = { "#" }, long = { '"""', "'''" }, strings = "\"'" },
  ruby = { line = { "#" }, block = { { "\n=begin", "\n=end" } }, strings = "\"'" },
  shell = { line = { "#" }, strings = "\"'" },
  groovy = { line = { "//" }, block = c_blocks, long = { '"""', "'''" }, strings = "\"'" },
  c = { line = { "//" }, block = c_blocks, strings = "\"'" },
  script = { line = { "//" }, block = c_blocks, strings = "\"'`" },
  php = { line = { "//", "#" }, block = c_blocks, strings = "\"'" },
  hcl = { line = { "#", "//" }, block = c_blocks, strings = '"' },
  lua = { line = { "--" }, block = { { "--[[", "]]" } }, strings = "\"'" },
  opam = { line = { "#" }, block = { { "(*", "*)" } }, long = { '"""' }, strings = '"' },
  lisp = { line = { ";" }, block = { { "#|", "|#" } }, strings = '"' },
  haskell = { line = { "--" }, block = { { "{-", "-}" } }, strings = "" },
  zig = { line = { "//" }, strings = '"' },
  m4 = { line = { "dnl", "#" }, strings = "" },
}

local function blank(text) return (text:gsub("[^\r\n]", " ")) end

local function starts(text, i, word) return text:sub(i, i + #word - 1) == word end

--- End of a string on its line; a string that is not closed there ends with the line.
local function string_end(text, i, quote)
  local at = i + 1
  while true do
    local stop = text:find("[\\\n" .. quote .. "]", at)
    if not stop then return #text end
    local mark = text:sub(stop, stop)
    if mark == quote then return stop end
    if mark == "\n" then return stop - 1 end
    at = stop + 2
  end
end

--- What begins at `i`: the last byte of it and whether it is blanked; nil for plain code.
local function piece(text, i, language)
  for _, pair in ipairs(language.block or {}) do
    if starts(text, i, pair[1]) then
      local _, stop = text:find(pair[2], i + #pair[1], true)
      return stop or #text, true
    end
  end
  for _, word in ipairs(language.line) do
    if starts(text, i, word) then return (text:find("\n", i, true) or #text + 1) - 1, true end
  end
  for _, mark in ipairs(language.long or {}) do
    if starts(text, i, mark) then
      local _, stop = text:find(mark, i + #mark, true)
      return stop or #text, true
    end
  end
  local mark = text:sub(i, i)
  if language.strings:find(mark, 1, true) then return string_end(text, i, mark), false end
end

--- Bytes with which anything but plain code can begin, as a pattern class.
local function opening(language)
  if language.opening then return language.opening end
  local set = {}
  local function put(word) set[#set + 1] = "%" .. word:sub(1, 1) end
  for _, word in ipairs(language.line) do
    if word:find("^%a") then set[#set + 1] = word:sub(1, 1) else put(word) end
  end
  for _, pair in ipairs(language.block or {}) do
    if pair[1]:sub(1, 1) == "\n" then set[#set + 1] = "\n" else put(pair[1]) end
  end
  for mark in language.strings:gmatch(".") do put(mark) end
  for _, mark in ipairs(language.long or {}) do put(mark) end
  language.opening = "[" .. table.concat(set) .. "]"
  return language.opening
end

---@param text string
---@param name string  a key of M.languages
---@return string
function M.comments(text, name)
  local language = assert(M.languages[name], name)
  local parts, i, class = {}, 1, opening(language)
  while true do
    local at = text:find(class, i)
    if not at then break end
    parts[#parts + 1] = text:sub(i, at - 1)
    local last, hidden = piece(text, at, language)
    last = last or at
    local body = text:sub(at, last)
    parts[#parts + 1] = hidden and blank(body) or body
    i = last + 1
  end
  parts[#parts + 1] = text:sub(i)
  return table.concat(parts)
end

return M
