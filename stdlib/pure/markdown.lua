-- Text from commits made fit for a Markdown page: what the author wrote stays readable, and nothing in
-- it can break the list, open HTML, notify people or pull in pictures. Code spans are left alone.
local page = require "door.page"

local M = {}

--- One line of commit text.
---@param text string
---@return string
function M.line(text) return page.line(text) end

--- Several lines of commit text, as the lines of a block. Closed code fences are kept as they are.
---@param text string
---@return string[]
function M.block(text)
  local lines = {}
  if text:find "%S" then
    for line in (page.block(text) .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = line end
  end
  return lines
end

return M
