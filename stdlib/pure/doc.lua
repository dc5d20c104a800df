-- Documentation as it stands in the sources: the comment above a function, and its signature.
local M = {}

local function lines_of(text)
  local lines = {}
  for line in (text .. "\n"):gmatch "(.-)\r?\n" do
    lines[#lines + 1] = line
  end
  return lines
end

local function header_of(line)
  local name, args = line:match "^%s*local%s+function%s+([%w_.:]+)%s*(%b())"
  if not name then
    name, args = line:match "^%s*function%s+([%w_.:]+)%s*(%b())"
  end
  if not name then
    name, args = line:match "^%s*([%w_.]+)%s*=%s*function%s*(%b())"
  end
  return name, args
end

---@class slipway.Doc
---@field name string       as in the source: "M.parse", "repo:tag"
---@field signature string  "parse(text)"
---@field text string[]     what the comment says, without its marks
---@field params { name: string, type: string }[]
---@field returns string[]
---@field line integer

-- A shape that goes on on the next line: more braces were opened than closed.
local function is_open(text)
  local _, opened = text:gsub("{", "")
  local _, closed = text:gsub("}", "")
  return opened > closed
end

local function add_comment(doc, line)
  local body = line:match "^%s*%-%-%-?%s?(.*)$"
  local last = doc.returns[#doc.returns]
  if last and is_open(last) then
    doc.returns[#doc.returns] = last .. " " .. body:match "^%s*(.-)$"
    return
  end
  local param = #doc.returns == 0 and doc.params[#doc.params]
  if param and is_open(param.type) then
    param.type = param.type .. " " .. body:match "^%s*(.-)$"
    return
  end
  local name, kind = body:match "^@param%s+(%S+)%s+(.*)$"
  if name then
    doc.params[#doc.params + 1] = { name = name, type = kind }
  elseif body:find "^@return" then
    doc.returns[#doc.returns + 1] = body:match "^@return%s*(.*)$"
  elseif not body:find "^@" and body:find "%S" then
    doc.text[#doc.text + 1] = body
  end
end

local function describe(lines, at)
  local name, args = header_of(lines[at])
  if not name then return nil end
  local doc = {
    name = name,
    line = at,
    signature = (name:match "[%w_]+$") .. args,
    text = {},
    params = {},
    returns = {},
  }
  local first = at
  while
    first > 1
    and lines[first - 1]:find "^%s*%-%-"
    and not lines[first - 1]:find "%-%-%-%-%-%-%-%-"
  do
    first = first - 1
  end
  for i = first, at - 1 do
    add_comment(doc, lines[i])
  end
  return doc
end

--- The function that starts on a line of a source text.
---@param text string
---@param line integer
---@return slipway.Doc?
function M.at(text, line)
  local lines = lines_of(text)
  return lines[line] and describe(lines, line)
end

--- All functions of a stub or module, in their order: `function owner.name(…)` or `owner:name(…)`.
---@param text string
---@param owner string?  only of this table
---@return slipway.Doc[]
function M.functions(text, owner)
  local lines, found = lines_of(text), {}
  for i, line in ipairs(lines) do
    local name = header_of(line)
    local of = name and name:match "^([%w_]+)[.:][%w_]+$"
    if of and (not owner or of == owner) and not line:find "^%s*local" then
      found[#found + 1] = describe(lines, i)
    end
  end
  return found
end

--- The comment at the head of a file, as one text.
---@param text string
---@return string
function M.purpose(text)
  local parts = {}
  for _, line in ipairs(lines_of(text)) do
    local body = line:match "^%-%-%-?%s?(.*)$"
    if not body then break end
    if not body:find "^@" then parts[#parts + 1] = body end
  end
  return table.concat(parts, "\n")
end

return M
