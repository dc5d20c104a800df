-- Text from commits made fit for a Markdown page: what the author wrote stays readable, and nothing in
-- it can break the list, open HTML, notify people or pull in pictures. Code spans are left alone.
local M = {}

local REPLACEMENT = "\u{FFFD}"

--- Valid UTF-8 without control characters (newline and tab stay) and direction overrides.
---@param text string
---@return string
function M.clean(text)
  local parts, at = {}, 1
  while true do
    local length, bad = utf8.len(text, at)
    parts[#parts + 1] = text:sub(at, length and -1 or bad - 1)
    if length then break end
    parts[#parts + 1], at = REPLACEMENT, bad + 1
  end
  text = table.concat(parts)
  text = text:gsub("\r\n?", "\n"):gsub("[\0-\8\11-\31\127]", "")
  return (text:gsub("\u{202A}", ""):gsub("\u{202B}", ""):gsub("\u{202C}", ""):gsub("\u{202D}", "")
    :gsub("\u{202E}", ""):gsub("\u{2066}", ""):gsub("\u{2067}", ""):gsub("\u{2068}", ""):gsub("\u{2069}", ""))
end

-- Where a code span that opens at `from` with `ticks` ends, or nil.
local function span_end(text, from, ticks)
  local at = from + #ticks
  while true do
    local start, stop = text:find("`+", at)
    if not start then return nil end
    if stop - start + 1 == #ticks then return stop end
    at = stop + 1
  end
end

--- Calls `plain` for every part outside code spans; backticks that open no span are escaped.
---@param text string
---@param plain fun(part: string): string
---@return string
function M.outside_code(text, plain)
  local parts, at = {}, 1
  while at <= #text do
    local start, stop = text:find("`+", at)
    if not start then break end
    parts[#parts + 1] = plain(text:sub(at, start - 1))
    local ticks = text:sub(start, stop)
    local last = span_end(text, start, ticks)
    if last then
      parts[#parts + 1] = text:sub(start, last)
      at = last + 1
    else
      parts[#parts + 1] = (ticks:gsub("`", "\\`"))
      at = stop + 1
    end
  end
  parts[#parts + 1] = plain(text:sub(at))
  return table.concat(parts)
end

local function escape_part(part)
  part = part:gsub("|", "\\|"):gsub("!%[", "!\\[")
  return (part:gsub("()<([^%s<>]*)", function(at, rest)
    if part:sub(at - 1, at - 1) == "\\" then return nil end
    -- An autolink stays; anything that could begin a tag or comment does not.
    if rest:find "^https?://" then return nil end
    return (rest:find "^[%a/!?]" and "\\<" or "<") .. rest
  end))
end

-- A line must not begin a heading, quote, list, rule, table or fence of its own.
local function escape_start(text)
  text = text:gsub("^(#+)(%s)", "\\%1%2"):gsub("^(#+)$", "\\%1"):gsub("^>", "\\>"):gsub("^~~~", "\\~~~")
  text = text:gsub("^([%-+*])(%s)", "\\%1%2"):gsub("^(%-%-%-+%s*)$", "\\%1"):gsub("^(===+%s*)$", "\\%1")
  return (text:gsub("^(%d+)([.)])(%s)", "%1\\%2%3"))
end

--- Whether a line holds nothing that any rule of this file is about, as most do.
---@param text string
---@return boolean
function M.is_plain(text)
  return not text:find "[%c|<!`@\128-\255]" and text:find "^%a" ~= nil and text:byte(-1) ~= 32 and not text:find("://", 1, true)
end

--- One line of commit text. `plain` may work on the parts outside code spans (links, mentions).
---@param text string
---@param plain (fun(part: string): string)?
---@return string
function M.line(text, plain)
  if not plain and M.is_plain(text) then return text end
  local one = M.clean(text):gsub("%s*\n%s*", " "):gsub("^%s+", ""):gsub("%s+$", "")
  local escaped = M.outside_code(one, function(part)
    part = escape_part(part)
    return plain and plain(part) or part
  end)
  return escape_start(escaped)
end

local function fences_balanced(lines)
  local open
  for _, line in ipairs(lines) do
    local fence = line:match "^%s*(```+)" or line:match "^%s*(~~~+)"
    if fence and not open then
      open = fence
    elseif open and line:match("^%s*" .. open:sub(1, 1):rep(#open) .. "+%s*$") then
      open = nil
    end
  end
  return open == nil
end

--- Several lines of commit text, as the lines of a block. Closed code fences are kept as they are.
---@param text string
---@param plain (fun(part: string): string)?
---@return string[]
function M.block(text, plain)
  local lines, out, fence = {}, {}, nil
  for line in (M.clean(text) .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = (line:gsub("%s+$", "")) end
  while #lines > 0 and lines[#lines] == "" do lines[#lines] = nil end
  local keep = fences_balanced(lines)
  for _, line in ipairs(lines) do
    local mark = keep and (line:match "^%s*(```+)" or line:match "^%s*(~~~+)")
    if fence then
      out[#out + 1] = line
      if mark and mark:sub(1, #fence) == fence and line:match "^%s*[`~]+%s*$" then fence = nil end
    elseif mark then
      out[#out + 1], fence = line, mark
    else
      local indent, rest = line:match "^(%s*)(.*)$"
      local listed = rest:match "^[-*+]%s+" or rest:match "^%d+[.)]%s+" or ""
      out[#out + 1] = indent:sub(1, 3) .. listed .. M.line(rest:sub(#listed + 1), plain)
    end
  end
  return out
end

return M
