-- Reads the demands and says which are met: those that name a test that exists.
local M = {}

---@class tests.Demand
---@field [1] string        "A1"
---@field [2] string        the demand
---@field [3] string?       the file of the test that shows it
---@field [4] string?       its title
---@field not_shown string? why it cannot be shown on one machine

--- How many demands each document has.
M.counts = { a = 51, b = 67, c = 65 }

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

--- Every demand of a document with its state: "met", "not shown" or "not met"; `why` says what is amiss.
---@param root string   the project's folder
---@param document "a"|"b"|"c"
---@return { id: string, text: string, state: string, why: string }[]
function M.read(root, document)
  local rows = assert(load(read(("%s/tests/demands/%s.lua"):format(root, document)), document, "t", {}))()
  local texts, list = {}, {}
  for i, row in ipairs(rows) do
    local id, text, path, title = table.unpack(row, 1, 4)
    local state, why = "not met", "no test names it"
    if row.not_shown then
      state, why = "not shown", row.not_shown
    elseif path then
      if not texts[path] then texts[path] = read(root .. "/" .. path) end
      local there = texts[path]:find('"' .. title .. '"', 1, true) ~= nil
      state, why = there and "met" or "not met", there and ("%s: %s"):format(path, title) or ("%s has no test '%s'"):format(path, title)
    end
    list[i] = { id = id, text = text, state = state, why = why }
  end
  return list
end

return M
