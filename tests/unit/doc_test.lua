local doc = require "pure.doc"

local source = [[
-- What the file is for,
-- in two lines.
local M = {}

-- Section -----------------------------

--- Reads a text.
---@param text string  the text
---@param options { strict: boolean }?
---@return slipway.Version?, slipway.Error?
function M.parse(text, options) end

local function hidden() end
function handle:read() end
M.other = function(a) end
]]

test("the comment above a function gives its text, parameters and results", function()
  check.equal(
    doc.at(source, 11),
    {
      name = "M.parse",
      line = 11,
      signature = "parse(text, options)",
      text = { "Reads a text." },
      params = {
        { name = "text", type = "string  the text" },
        { name = "options", type = "{ strict: boolean }?" },
      },
      returns = { "slipway.Version?, slipway.Error?" },
    }
  )
  check.equal(doc.at(source, 3), nil)
  check.equal(doc.at(source, 1000), nil)
end)

test(
  "the functions of a file are listed in order, by owner when asked, without the hidden ones",
  function()
    local function names(owner)
      local list = {}
      for i, found in ipairs(doc.functions(source, owner)) do
        list[i] = found.name
      end
      return list
    end
    check.equal(names(), { "M.parse", "handle:read", "M.other" })
    check.equal(names "handle", { "handle:read" })
  end
)

test(
  "the head of a file says what it is for",
  function() check.equal(doc.purpose(source), "What the file is for,\nin two lines.") end
)

test("a shape over several lines is one parameter or one result", function()
  local found = doc.functions [[
--- Packs.
---@param o { file: string,
---  level: integer? }  how
---@return { size: integer,
---  entries: integer }?, slipway.Error?
function archive.create(o) end]]
  check.equal(found[1].text, { "Packs." })
  check.equal(found[1].params[1].type, "{ file: string, level: integer? }  how")
  check.equal(found[1].returns, { "{ size: integer, entries: integer }?, slipway.Error?" })
end)
