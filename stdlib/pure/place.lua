-- Places in a text: bytes to lines and columns, and edits of spans. What every reader of manifests
-- needs to say where something is and to change it without touching a byte beside it.
local M = {}

--- Line and column of a byte, both from 1; the column counts characters where the line is UTF-8.
---@param text string
---@param at integer
---@return integer line, integer column
function M.of(text, at)
  if at > #text + 1 then at = #text + 1 end
  local line, start = 1, 1
  while true do
    local feed = text:find("\n", start, true)
    if not feed or feed >= at then break end
    line, start = line + 1, feed + 1
  end
  return line, (utf8.len(text, start, at - 1) or at - start) + 1
end

---@param text string
---@param at integer
---@return integer line
function M.line(text, at) return (M.of(text, at)) end

---@class slipway.Edit
---@field first integer  first byte replaced
---@field last integer   last byte replaced; first - 1 inserts
---@field text string

--- Applies edits that do not overlap, in any order.
---@param text string
---@param edits slipway.Edit[]
---@return string
function M.edit(text, edits)
  local sorted = table.move(edits, 1, #edits, 1, {})
  table.sort(sorted, function(a, b) return a.first < b.first end)
  local parts, at = {}, 1
  for _, edit in ipairs(sorted) do
    assert(edit.first >= at, "edits overlap")
    parts[#parts + 1] = text:sub(at, edit.first - 1)
    parts[#parts + 1] = edit.text
    at = edit.last + 1
  end
  parts[#parts + 1] = text:sub(at)
  return table.concat(parts)
end

--- Each line as (number, first byte, text without its end). A text that ends in a newline has no
--- further empty line.
---@param text string
---@return fun(): integer?, integer?, string?
function M.lines(text)
  local number, start = 0, 1
  return function()
    if start > #text then return nil end
    local first = start
    local feed = text:find("\n", start, true) or #text + 1
    local last = feed - 1
    if text:byte(last) == 13 and last >= first then last = last - 1 end
    number, start = number + 1, feed + 1
    return number, first, text:sub(first, last)
  end
end

return M
