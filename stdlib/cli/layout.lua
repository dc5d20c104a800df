-- How text is laid out on a screen: widths, lines, columns, blocks and rows, durations and sizes. Reached through
-- cli.output.
local host = require "door.host"
local text = require "door.text"

local M = {}

local function set(name)
  local value = host.getenv(name)
  return value ~= nil and value ~= "" and value or nil
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
