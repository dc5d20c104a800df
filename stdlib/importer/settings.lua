-- A configuration file of another tool as a list of settings, and what becomes of each in slipway.lua. An importer
-- names the settings it knows; what it does not know is told as such, so that no line of the old file is lost.
local errors = require "pure.errors"
local json_edit = require "pure.json_edit"
local place = require "pure.place"
local toml = require "pure.toml"
local yaml_edit = require "pure.yaml_edit"

local M = {}

---@class slipway.importer.Verdict
---@field verdict "taken"|"changed"|"none"
---@field set table<string, any>?  dotted keys of slipway.lua; a name ending in "+" adds to a list
---@field why string?              what is different, or why there is nothing like it
---@field instead string?          what to do

---@class slipway.importer.Entry: slipway.importer.Verdict
---@field tool string
---@field file string
---@field line integer?
---@field name string
---@field value any

--- The setting stands in slipway.lua; without `set` Slipway does so anyway.
function M.taken(set, why) return { verdict = "taken", set = set, why = why } end

--- It stands there, with another meaning in a detail.
function M.changed(set, why) return { verdict = "changed", set = set, why = why } end

--- Slipway has nothing like it.
function M.none(why, instead) return { verdict = "none", why = why, instead = instead } end

-- Reading -----------------------------------------------------------------------------------------

local words = { ["true"] = true, ["yes"] = true, ["on"] = true, ["false"] = false, ["no"] = false, ["off"] = false }

local function scalar(node)
  if not node.plain then return node.value end
  local text = node.value
  if words[text:lower()] ~= nil then return words[text:lower()] end
  if text == "" or text == "~" or text == "null" then return nil end
  return math.tointeger(tonumber(text)) or text
end

--- A node as a plain value.
---@param node table
---@return any
function M.value(node)
  if node.kind == "table" then
    local result = {}
    for _, key in ipairs(node.keys) do result[key] = M.value(node.map[key]) end
    return result
  elseif node.kind == "array" then
    local result = {}
    for i, item in ipairs(node.items) do
      local value = M.value(item)
      result[i] = value == nil and false or value
    end
    return result
  end
  return scalar(node)
end

-- The object literal of a configuration written in JavaScript, everything before and behind it blanked.
local function literal(text)
  local start
  for _, pattern in ipairs { "module%.exports%s*=%s*(){", "export%s+default%s+(){", "const%s+[%w_]+%s*=%s*(){", "const%s+[%w_]+%s*:%s*[%w_.<>]+%s*=%s*(){" } do
    start = start or text:match(pattern)
  end
  if not start then return nil end
  local depth, stop = 0, nil
  for at, mark in text:sub(start):gmatch "()([{}])" do
    depth = depth + (mark == "{" and 1 or -1)
    if depth == 0 then
      stop = start + at - 1
      break
    end
  end
  return stop and text:sub(1, start - 1):gsub("[^\n]", " ") .. text:sub(start, stop)
end

local function parse(text, language)
  if language == "toml" then return toml.parse(text) end
  if language == "yaml" then
    local documents, err = yaml_edit.parse(text)
    return documents and (documents[1] or { kind = "table", keys = {}, map = {} }), err
  end
  if language == "js" then
    local object = literal(text)
    if not object then return nil, errors.new { code = "manifest.malformed", message = "it is a program, not a plain object" } end
    return json_edit.parse(object, "json5")
  end
  return json_edit.parse(text, language)
end

local by_ending = { toml = "toml", json = "jsonc", json5 = "json5", yaml = "yaml", yml = "yaml", js = "js", cjs = "js", mjs = "js", ts = "js" }

local function language_of(path, text)
  local name = path:match "[^/]*$"
  local ending = name:match "[^.]%.([%w]+)$"
  if ending and by_ending[ending] then return by_ending[ending] end
  return text:find "^%s*[{/]" and "jsonc" or "yaml"
end

--- Reads a file, or the table inside it that `at` leads to.
---@param files { read: fun(path: string): string? }
---@param path string
---@param at string[]?  keys that lead to the tool's table
---@return { path: string, text: string, node: table }?, slipway.Error?  nil, nil: there is no such file or table
function M.open(files, path, at)
  local text = files.read(path)
  if not text then return nil end
  local node, err = parse(text, language_of(path, text))
  if not node then
    return nil, errors.new { code = "import.unreadable", message = ("%s: %s"):format(path, err.message), hint = "slipway init --import none   leaves it out" }
  end
  for _, key in ipairs(at or {}) do
    node = node.kind == "table" and node.map[key] or nil
    if not node then return nil end
  end
  if node.kind ~= "table" then return nil end
  return { path = path, text = text, node = node }
end

--- The first of several places that is there: { path, at… } each.
function M.first(files, places)
  for _, entry in ipairs(places) do
    local doc, err = M.open(files, entry[1], { table.unpack(entry, 2) })
    if doc or err then return doc, err end
  end
end

-- Walking -----------------------------------------------------------------------------------------

local function join(prefix, key) return prefix == "" and key or prefix .. "." .. key end

local function judge(handler, value, name)
  if type(handler) == "function" then
    -- Handlers are written for what the tool accepts; a value of another kind is told, and stops nothing.
    local ok, answer = pcall(handler, value, name)
    handler = ok and answer or (not ok and M.none("its value is of a kind that it cannot have there", "write what you mean by it; slipway help config"))
  end
  return handler or M.none "nothing here is like it"
end

--- A new list of entries for one tool and file.
---@param tool string
---@param doc { path: string, text: string, node: table }
---@return { entries: slipway.importer.Entry[], add: fun(name: string, node: table?, verdict: table, value: any), walk: fun(handlers: table, node: table?, prefix: string?) }
function M.list(tool, doc)
  local list = { entries = {} }

  function list.add(name, node, verdict, value)
    local entry = { tool = tool, file = doc.path, name = name, line = node and node.first and place.line(doc.text, node.first) or nil }
    if value == nil and node then value = M.value(node) end
    entry.value = value
    for key, item in pairs(verdict) do entry[key] = item end -- order: a copy has none
    list.entries[#list.entries + 1] = entry
  end

  --- Every setting below a table, in the order of the file. A handler is a verdict, a function of the value, or
  --- false: the handlers below it speak.
  function list.walk(handlers, node, prefix)
    node, prefix = node or doc.node, prefix or ""
    for _, key in ipairs(node.keys) do
      local name, item = join(prefix, key), node.map[key]
      local handler = handlers[name]
      if handler == nil and prefix ~= "" then handler = handlers[prefix .. ".*"] end
      if handler == nil and item.kind == "table" or handler == false then
        if item.kind == "table" then list.walk(handlers, item, name) end
      elseif handler == nil then
        list.add(name, item, M.none("Slipway does not know this setting", "see what it did there, then: slipway help config"))
      else
        list.add(name, item, judge(handler, M.value(item), name))
      end
    end
  end
  return list
end

--- What a tool does without being told.
function M.default(list, name, verdict) list.add(name, nil, verdict, nil) end

return M
