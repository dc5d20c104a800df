-- How text reaches people: colour, symbols, width, and the one object on stdout for programs. Nothing is
-- carried by colour or symbol alone.
local host = require "door.host"
local json = require "door.json"
local text = require "door.text"

local M = {}

local function set(name)
  local value = host.getenv(name)
  return value ~= nil and value ~= "" and value or nil
end

--- --color, then NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, CLICOLOR=0, TERM=dumb, then: is it a terminal?
---@param choice string? "auto", "always", "never"
---@param fd integer
---@return boolean
function M.wants_color(choice, fd)
  if choice == "always" then return true end
  if choice == "never" then return false end
  if set "NO_COLOR" then return false end
  for _, name in ipairs { "FORCE_COLOR", "CLICOLOR_FORCE" } do
    if set(name) and set(name) ~= "0" then return true end
  end
  if set "CLICOLOR" == "0" or set "TERM" == "dumb" then return false end
  return host.is_terminal(fd)
end

local function utf8_locale()
  local locale = set "LC_ALL" or set "LC_CTYPE" or set "LANG" or ""
  return locale:lower():find "utf%-?8" ~= nil
end

local colors = { red = "31", green = "32", yellow = "33", blue = "34", cyan = "36", dim = "2", bold = "1" }

local symbols = {
  unicode = { done = "✓", failed = "✗", running = "…", kept = "=", skipped = "–", undone = "↩", read = "$", ["local"] = "!", remote = "»", final = "■", arrow = "→", waiting = "…" },
  ascii = { done = "ok", failed = "FAIL", running = "..", kept = "=", skipped = "-", undone = "undo", read = "$", ["local"] = "!", remote = ">", final = "#", arrow = "->", waiting = ".." },
}

---@class slipway.Output
---@field json boolean
---@field quiet boolean
---@field verbose boolean

--- The output of one command.
---@param o { json: boolean?, color: string?, ascii: boolean?, quiet: boolean?, verbose: boolean?, progress: string?, hyperlinks: string? }
function M.new(o)
  local out = { json = o.json or false, quiet = o.quiet or false, verbose = o.verbose or false }
  local with_color = M.wants_color(o.color, 1)
  out.unicode = not o.ascii and utf8_locale()
  out.symbols = symbols[out.unicode and "unicode" or "ascii"]
  out.live = not o.json and o.progress ~= "plain" and host.is_terminal(1) and set "TERM" ~= "dumb" and not set "CI"

  --- Text in a colour, if colours are wanted.
  function out.paint(color, s) return with_color and ("\27[%sm%s\27[0m"):format(colors[color], s) or s end

  --- Where the locale has no UTF-8, what we write ourselves becomes ASCII.
  local function fit(s)
    if out.unicode then return s end
    return (s:gsub("→", "->"):gsub("»", ">"):gsub("■", "#"):gsub("…", "..."):gsub("·", "-"):gsub("✓", "ok"):gsub("✗", "FAIL"))
  end

  -- Asked with the first text that could hold an address.
  local with_links = {}
  local function linked(s, fd)
    if not s:find("://", 1, true) then return s end
    local hyperlinks = require "cli.hyperlinks"
    if with_links[fd] == nil then with_links[fd] = hyperlinks.wanted(o.hyperlinks, fd) end
    return with_links[fd] and hyperlinks.of_addresses(s) or s
  end

  -- What could not be written is a failure, unless the reader has gone away: then nothing more is said, and work goes on.
  local function write(s)
    if out.gone then return end
    local written, gone = host.write(1, s)
    out.gone, out.lost = gone, out.lost or not written and not gone
  end

  --- A result, on stdout.
  function out.say(s)
    if not out.json then write(linked(fit(s), 1) .. "\n") end
  end
  --- A part of a long result, as it is.
  function out.put(s)
    if not out.json then write(fit(s)) end
  end
  --- Something besides the result, on stderr; silent with -q.
  function out.tell(s) if not out.quiet then host.write(2, linked(fit(s), 2) .. "\n") end end
  --- Even with -q.
  function out.complain(s) host.write(2, linked(fit(s), 2) .. "\n") end
  --- A line that the next one replaces; only on a terminal.
  function out.fleeting(s)
    if out.live then host.write(1, "\r\27[K" .. fit(text.truncate(s, M.columns() - 1))) end
  end
  function out.clear() if out.live then host.write(1, "\r\27[K") end end
  --- The one object for programs: what comes first stands, an error after it is told on stderr only.
  function out.object(kind, data)
    if not out.json or out.answered then return end
    out.answered = true
    local object = { schema = 1, kind = kind }
    for key, value in pairs(data) do object[key] = value end -- order: the encoder sorts
    write(assert(json.encode(object)) .. "\n")
  end
  --- The same with one text that is too long to be held: `put` takes its pieces, `close` ends it. Nothing is written
  --- before the first piece.
  ---@param kind string
  ---@param key string  sorted between "kind" and "schema"
  function out.long(kind, key)
    local begun, rest = false, ""
    local function encoded(s) return assert(json.encode(s)):sub(2, -2) end
    local function begin()
      if not begun then write(('{"kind":"%s","%s":"'):format(kind, key)) end
      begun, out.answered = true, true
    end
    return {
      put = function(s)
        begin()
        s = rest .. s
        local cut = s:match "^.*()[\0-\127]" or 0 -- behind a whole character
        rest = s:sub(cut + 1)
        write(encoded(s:sub(1, cut)))
      end,
      close = function()
        begin()
        write(encoded(rest) .. '","schema":1}\n')
      end,
    }
  end
  return out
end

---@return integer
function M.columns()
  local size = set "COLUMNS"
  return size and math.tointeger(tonumber(size)) or require("door.term").size() or 80
end

-- A pipe has no width.
local function has_width() return set "COLUMNS" ~= nil or host.is_terminal(1) end

--- How wide plans and runs are laid out: as wide as the screen, at most 88.
---@return integer
function M.width() return math.max(20, math.min(88, has_width() and M.columns() or 88)) end

--- A text in lines of at most so many columns, broken at spaces; a longer word stays whole. Lines of its own stay.
---@param s string
---@param columns integer
---@return string[]
function M.wrap(s, columns)
  local lines = {}
  for given in (s .. "\n"):gmatch "([^\n]*)\n" do
    local line
    for space, word in given:gmatch "(%s*)(%S+)" do
      if not line then
        line = space .. word
      elseif text.width(line) + text.width(space) + text.width(word) <= columns then
        line = line .. space .. word
      else
        lines[#lines + 1], line = line, word
      end
    end
    lines[#lines + 1] = line or ""
  end
  return lines
end

--- Pads to a number of columns.
---@param s string
---@param columns integer
function M.pad(s, columns)
  return s .. (" "):rep(columns - text.width(s))
end

--- A head and a text behind it, whose further lines are indented to where it began. Where there is no screen only the
--- lines of its own are kept: whoever searches for a sentence finds it.
---@param out slipway.Output
---@param head string
---@param s string
---@param color string?
function M.block(out, head, s, color)
  local indent = text.width(head)
  for i, line in ipairs(M.wrap(s, has_width() and M.width() - indent or math.huge)) do
    out.say((i == 1 and head or (" "):rep(indent)) .. (color and out.paint(color, line) or line))
  end
end

--- A row of a left text, in a column of so many, and a right one: on one line where both fit, else the left one goes on
--- below in its column; where that leaves no room the right one stands on a line of its own.
---@param out slipway.Output
---@param o { head: string, left: string, right: string, columns: integer, paint: (fun(s: string): string)? }
function M.row(out, o)
  local indent, width = text.width(o.head), M.width()
  local right = o.right ~= "" and text.width(o.right) + 2 or 0
  local function reaches(s) return indent + math.max(o.columns, text.width(s)) + right <= width end
  local lines = M.wrap(o.left, width - indent)
  if right > 0 and not reaches(lines[#lines]) and reaches "" then lines = M.wrap(o.left, o.columns) end
  local fits = right == 0 or reaches(lines[#lines])
  for i, line in ipairs(lines) do
    local head = i == 1 and o.head or (" "):rep(indent)
    if i == #lines and fits and right > 0 then line = M.pad(line, o.columns) .. "  " .. (o.paint and o.paint(o.right) or o.right) end
    out.say(head .. line)
  end
  if fits then return end
  for _, line in ipairs(M.wrap(o.right, width - indent - 2)) do out.say((" "):rep(indent + 2) .. (o.paint and o.paint(line) or line)) end
end

---@param ms integer
---@return string
function M.duration(ms)
  if ms < 60000 then return ("%.1f s"):format(ms / 1000) end
  return ("%d:%02d"):format(ms // 60000, ms // 1000 % 60)
end

---@param bytes integer
---@return string
function M.size(bytes)
  local units = { "B", "K", "M", "G" }
  local unit, value = 1, bytes
  while value >= 1024 and unit < #units do unit, value = unit + 1, value / 1024 end
  return unit == 1 and ("%d B"):format(bytes) or ("%.1f %s"):format(value, units[unit])
end

return M
