-- Paths into trees of nodes: the part of JSONPath and of XPath that says where a version stands.
local errors = require "pure.errors"

local M = {}

local function bad(path, why)
  return nil, errors.new {
    code = "manifest.bad_selector",
    message = ("the selector %q cannot be read: %s"):format(path, why),
  }
end

--- One step inside brackets: ['key'], [0], [*], [?(@.key == 'value')].
local function read_bracket(path, i)
  local quote, key, after = path:match("^%[%s*(['\"])(.-)%1%s*%]()", i)
  if quote then return { key = key }, after end
  local index, next_at = path:match("^%[%s*(%d+)%s*%]()", i)
  if index then return { index = tonumber(index) + 1 }, next_at end
  after = path:match("^%[%s*%*%s*%]()", i)
  if after then return { any = true }, after end
  local name, mark, value, stop = path:match("^%[%?%(%s*@%.([%w_-]+)%s*===?%s*(['\"])(.-)%2%s*%)%]()", i)
  if name then return { where = name, mark = mark, equals = value }, stop end
end

--- "$.a..b[0]" → steps; a step that is `deep` looks at every level below.
local function read_json_path(path)
  local steps, i = {}, path:sub(1, 1) == "$" and 2 or 1
  while i <= #path do
    local deep = path:sub(i, i + 1) == ".."
    if deep then
      i = i + 2
    elseif path:sub(i, i) == "." then
      i = i + 1
    elseif path:sub(i, i) ~= "[" and i > 1 then
      return nil, "a dot is missing"
    end
    local step
    if path:sub(i, i) == "[" then
      step, i = read_bracket(path, i)
      if not step then return nil, "a bracket that is not understood" end
    else
      local word, after = path:match("^([^.%[%]]+)()", i)
      if not word then return nil, "a name is missing" end
      step, i = word == "*" and { any = true } or { key = word }, after
    end
    step.deep = deep
    steps[#steps + 1] = step
  end
  return steps
end

local function children(node)
  local list = {}
  if node.kind == "table" then
    for _, key in ipairs(node.keys) do list[#list + 1] = { key = key, node = node.map[key] } end
  elseif node.kind == "array" then
    for n, item in ipairs(node.items) do list[#list + 1] = { index = n, node = item } end
  end
  return list
end

local function fits(step, child)
  if step.any then return true end
  if step.key then return child.key == step.key end
  if step.index then return child.index == step.index end
  local value = child.node.kind == "table" and child.node.map[step.where]
  return value and value.value == step.equals
end

local function take(step, node, result)
  for _, child in ipairs(children(node)) do
    if fits(step, child) then result[#result + 1] = child.node end
    if step.deep then take(step, child.node, result) end
  end
end

local function select_json(root, path)
  local steps, why = read_json_path(path)
  if not steps then return bad(path, why) end
  local current = { root }
  for _, step in ipairs(steps) do
    local result = {}
    for _, node in ipairs(current) do take(step, node, result) end
    current = result
  end
  return current
end

--- "//a/b[2]/@c", also *[local-name()='a'].
local function read_xpath(path)
  local steps, i = {}, 1
  while i <= #path do
    local deep = path:sub(i, i + 1) == "//"
    if deep then
      i = i + 2
    elseif path:sub(i, i) == "/" then
      i = i + 1
    elseif i > 1 then
      return nil, "a slash is missing"
    end
    local attribute, name, after = path:match("^(@?)([%w_:.*-]+)()", i)
    if not name then return nil, "a name is missing" end
    i = after
    local step = { name = name, attribute = attribute == "@", deep = deep }
    if path:sub(i, i + 1) == "()" then step.text, i = name == "text", i + 2 end
    while path:sub(i, i) == "[" do
      local number, stop = path:match("^%[(%d+)%]()", i)
      local _, wanted, past = path:match("^%[local%-name%(%)%s*=%s*(['\"])(.-)%1%]()", i)
      if not number and not wanted then return nil, "a condition that is not understood" end
      if number then
        step.position, i = tonumber(number), stop
      else
        step.name, i = wanted, past
      end
    end
    steps[#steps + 1] = step
  end
  return steps
end

local function take_elements(step, element, result)
  local count = 0
  for _, item in ipairs(element.items) do
    if step.name == "*" or item.name == step.name or item.name:match(":(.*)$") == step.name then
      count = count + 1
      if not step.position or count == step.position then result[#result + 1] = item end
    end
    if step.deep then take_elements(step, item, result) end
  end
end

local function take_attributes(step, element, result)
  for _, attribute in ipairs(element.attributes) do
    if step.name == "*" or attribute.name == step.name then
      result[#result + 1] = {
        kind = "string", value = attribute.value, first = attribute.first, last = attribute.last,
        open = 0,
      }
    end
  end
  if step.deep then
    for _, item in ipairs(element.items) do take_attributes(step, item, result) end
  end
end

local function select_xml(root, path)
  local steps, why = read_xpath(path)
  if not steps then return bad(path, why) end
  local current = { { items = { root }, attributes = {} } }
  for _, step in ipairs(steps) do
    local result = {}
    for _, element in ipairs(current) do
      if element.items and step.attribute then take_attributes(step, element, result)
      elseif element.items and step.text then result[#result + 1] = element
      elseif element.items then take_elements(step, element, result) end
    end
    current = result
  end
  local nodes = {}
  for _, item in ipairs(current) do
    if item.kind then
      nodes[#nodes + 1] = item
    elseif item.text then
      nodes[#nodes + 1] = {
        kind = "string", value = item.text, first = item.text_first, last = item.text_last,
        open = 0,
      }
    end
  end
  return nodes
end

--- The nodes that a path leads to.
---@param root table
---@param path string
---@param is_xml boolean?
---@return table[]? nodes, slipway.Error? err
function M.select(root, path, is_xml)
  return (is_xml and select_xml or select_json)(root, path)
end

return M
