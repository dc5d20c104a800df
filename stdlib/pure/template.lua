-- Text with holes, after Mustache: {{name}} is written through `escape`, {{{name}}} as it is,
-- {{#name}}…{{/name}} for every element (or once when true), {{^name}}…{{/name}} when there is none,
-- {{! remark}}. A tag of the last three kinds alone on its line takes the line with it. No code runs in a template.
local errors = require "pure.errors"

local M = {}

local function refuse(message)
  return nil, errors.new { code = "template.malformed", message = message, hint = "slipway help template.malformed" }
end

-- Splits into texts and tags { kind, name, standalone handled }.
local function tokens_of(text)
  local tokens, at = {}, 1
  while true do
    local start = text:find("{{", at, true)
    if not start then break end
    local raw = text:sub(start, start + 2) == "{{{"
    local close = raw and "}}}" or "}}"
    local stop, last = text:find(close, start + 2, true)
    if not stop then return refuse("a tag is not closed: " .. text:sub(start, start + 30)) end
    local sign, name = text:sub(start + (raw and 3 or 2), stop - 1):match "^%s*([#^/!]?)%s*(.-)%s*$"
    if sign ~= "!" and not name:find "^[%a_.][%w_.]*$" then return refuse("'" .. name .. "' is no name") end
    local before = text:sub(at, start - 1)
    if sign ~= "" then
      local alone = (before == "" and (at == 1 or text:sub(at - 1, at - 1) == "\n")) or before:find "\n[ \t]*$"
        or (at == 1 and before:find "^[ \t]*$")
      local _, rest = text:find("^[ \t]*\r?\n", last + 1)
      if alone and (rest or last == #text) then
        before, last = before:gsub("[ \t]*$", ""), rest or last
      end
    end
    tokens[#tokens + 1] = before
    tokens[#tokens + 1] = { kind = raw and "raw" or sign == "" and "value" or sign, name = name }
    at = last + 1
  end
  tokens[#tokens + 1] = text:sub(at)
  return tokens
end

-- Nests sections: { text | tag | { kind, name, inside… } }
local function nest(tokens)
  local root = {}
  local stack = { root }
  for _, token in ipairs(tokens) do
    local top = stack[#stack]
    if type(token) == "string" then
      top[#top + 1] = token
    elseif token.kind == "#" or token.kind == "^" then
      top[#top + 1], stack[#stack + 1] = token, token
    elseif token.kind == "/" then
      if top.name ~= token.name or #stack == 1 then return refuse("{{/" .. token.name .. "}} closes nothing") end
      stack[#stack] = nil
    elseif token.kind ~= "!" then
      top[#top + 1] = token
    end
  end
  if #stack > 1 then return refuse("{{" .. stack[#stack].kind .. stack[#stack].name .. "}} is never closed") end
  return root
end

--- Checks a template and makes it ready.
---@param text string
---@return table?, slipway.Error?
function M.compile(text)
  local tokens, err = tokens_of(text)
  if not tokens then return nil, err end
  return nest(tokens)
end

local function look_up(name, scopes)
  if name == "." then return scopes[#scopes] end
  local first, rest = name:match "^([^.]+)(.*)$"
  local value
  for i = #scopes, 1, -1 do
    local scope = scopes[i]
    if type(scope) == "table" and scope[first] ~= nil then value = scope[first] break end
  end
  for key in rest:gmatch "[^.]+" do
    if type(value) ~= "table" then return nil end
    value = value[key]
  end
  return value
end

local function written(value)
  if value == nil or value == false then return "" end
  if math.type(value) == "float" and value % 1 == 0 then return ("%d"):format(value) end
  return tostring(value)
end

local function expand(node, scopes, escape, out)
  for _, part in ipairs(node) do
    if type(part) == "string" then
      out[#out + 1] = part
    elseif part.kind == "raw" then
      out[#out + 1] = written(look_up(part.name, scopes))
    elseif part.kind == "value" then
      out[#out + 1] = escape(written(look_up(part.name, scopes)))
    else
      local value = look_up(part.name, scopes)
      local plain = type(value) == "table" and getmetatable(value) == nil
      local list = plain and (#value > 0 or next(value) == nil)
      local empty = not value or value == "" or (list and #value == 0)
      local depth = #scopes
      if part.kind == "^" then
        if empty then expand(part, scopes, escape, out) end
      elseif list then
        for _, element in ipairs(value) do
          scopes[depth + 1] = element
          expand(part, scopes, escape, out)
          scopes[depth + 1] = nil
        end
      elseif not empty then
        scopes[depth + 1] = value
        expand(part, scopes, escape, out)
        scopes[depth + 1] = nil
      end
    end
  end
end

--- Fills a template.
---@param text string
---@param values table
---@param escape (fun(text: string): string)?  for {{name}}; without it the text is written as it is
---@return string?, slipway.Error?
function M.render(text, values, escape)
  local node, err = M.compile(text)
  if not node then return nil, err end
  local out = {}
  expand(node, { values }, escape or function(value) return value end, out)
  return table.concat(out)
end

return M
