-- The source tree as the house tests read it. Loaded by them: local tree = house "tree".
local M = {}

--- Every file of the sources by its path below `root`, text included; build folders left out.
---@param root string
---@return table<string, string>
function M.read(root)
  local listed = run {
    "find",
    ".",
    "-name",
    ".git",
    "-prune",
    "-o",
    "-path",
    "./build*",
    "-prune",
    "-o",
    "-type",
    "f",
    "-print",
    dir = root,
  }
  assert(listed.code == 0, listed.err)
  local files = {}
  for path in listed.out:gmatch "%./([^\n]+)" do
    local file <close> = assert(io.open(root .. "/" .. path, "rb"))
    files[path] = file:read "a"
  end
  return files
end

--- Paths that match a Lua pattern, sorted.
---@param files table<string, string>
---@param pattern string
---@return string[]
function M.paths(files, pattern)
  local paths = {}
  for path in pairs(files) do
    if path:find(pattern) then paths[#paths + 1] = path end
  end
  table.sort(paths)
  return paths
end

local function blank(text) return (text:gsub("[^\n]", " ")) end

-- Blanks what `comment_at` and `string_at` find; both answer with the last position, or nil.
local function scan(text, comment_at, string_at, keep_strings)
  local out, at, from = {}, 1, 1
  while true do
    local start = text:find("[%-/\"'%[]", at)
    if not start then break end
    local stop, is_comment = comment_at(text, start), true
    if not stop then
      stop, is_comment = string_at(text, start), false
    end
    if stop then
      if is_comment or not keep_strings then
        out[#out + 1] = text:sub(from, start - 1)
        out[#out + 1] = blank(text:sub(start, stop))
        from = stop + 1
      end
      at = stop + 1
    else
      at = start + 1
    end
  end
  out[#out + 1] = text:sub(from)
  return table.concat(out)
end

local function long_bracket(text, at)
  local level = text:match("^%[(=*)%[", at)
  if not level then return nil end
  local _, stop = text:find("]" .. level .. "]", at, true)
  return stop or #text
end

local function quoted(text, at)
  local mark = text:sub(at, at)
  if mark ~= '"' and mark ~= "'" then return nil end
  local i = at + 1
  while i <= #text do
    local c = text:sub(i, i)
    if c == "\\" then
      i = i + 1
    elseif c == mark or c == "\n" then
      return i
    end
    i = i + 1
  end
  return #text
end

local function line_end(text, at) return (text:find("\n", at, true) or #text + 1) - 1 end

local function lua_comment(text, at)
  if text:sub(at, at + 1) ~= "--" then return nil end
  return long_bracket(text, at + 2) or line_end(text, at)
end

local function lua_string(text, at) return quoted(text, at) or long_bracket(text, at) end

local function c_comment(text, at)
  local mark = text:sub(at, at + 1)
  if mark == "//" then return line_end(text, at) end
  if mark ~= "/*" then return nil end
  local _, stop = text:find("*/", at + 2, true)
  return stop or #text
end

--- The source without comments (blanks instead, so lines keep their numbers), and by wish without strings.
---@param path string
---@param text string
---@param o { strings: boolean? }?  strings = false blanks them too
---@return string
function M.code(path, text, o)
  local keep = not (o and o.strings == false)
  local key = (keep and "+" or "-") .. path:match "[^.]*$" .. text
  if not M.seen[key] then
    local lua = path:find "%.lua$"
    M.seen[key] = scan(text, lua and lua_comment or c_comment, lua and lua_string or quoted, keep)
  end
  return M.seen[key]
end

M.seen = {} -- scanned once a file is scanned for good

--- Lines with their numbers.
---@param text string
---@return fun(): integer?, string?
function M.lines(text)
  local number, next_line = 0, (text .. "\n"):gmatch "(.-)\n"
  return function()
    local line = next_line()
    number = number + 1
    if line then return number, line end
  end
end

return M
