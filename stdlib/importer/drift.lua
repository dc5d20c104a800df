-- Where the configuration of another tool, still in the project, says something else than slipway.lua by now. Only
-- slipway.lua counts; this is for whoever keeps both for a while.
local compose = require "importer.compose"
local page = require "importer.page"
local sorted_keys = require "pure.sorted_keys"

local M = {}

---@class slipway.importer.Drift
---@field key string     dotted, of slipway.lua
---@field here any       what holds now, by slipway.lua or because it is found; nil: nothing
---@field there any      what the other tool's settings come to
---@field said string[]  those settings: where they stand and what they say

local function is_list(value) return type(value) == "table" and (value[1] ~= nil or next(value) == nil) end

-- A list of the other tool may have been added to here.
local function holds(here, there)
  if not (is_list(here) and is_list(there)) then return compose.same(here, there) end
  for _, item in ipairs(there) do
    local found = false
    for _, own in ipairs(here) do found = found or compose.same(own, item) or type(own) == "table" and own.path == item end
    if not found then return false end
  end
  return true
end

local function differences(list, key, here, there)
  if type(there) ~= "table" or is_list(there) or type(here) ~= "table" then
    if not holds(here, there) then list[#list + 1] = { key = key, here = here, there = there } end
    return
  end
  for _, name in ipairs(sorted_keys(there)) do differences(list, key .. "." .. name, here[name], there[name]) end
end

-- A changelog that is only a file is said by its name.
local function spelled_out(top, value)
  return top == "changelog" and type(value) == "string" and { file = value } or value
end

local function said_for(entries, top)
  local said = {}
  for _, entry in ipairs(entries) do
    if entry.key == top then said[#said + 1] = page.said(entry) end
  end
  return said
end

--- What differs, in the order of keys; settings that are found without any tool are not compared.
---@param entries slipway.importer.Entry[]
---@param project slipway.importer.Project
---@param holding fun(key: string): any   what holds for a top key of slipway.lua
---@return slipway.importer.Drift[]
function M.find(entries, project, holding)
  local settings, owner = compose.settings(entries, project)
  local list = {}
  for _, top in ipairs(sorted_keys(settings)) do
    if owner[top] and owner[top] ~= "found" then
      local before = #list
      differences(list, top, spelled_out(top, holding(top)), spelled_out(top, settings[top]))
      for i = before + 1, #list do list[i].said = said_for(entries, top) end
    end
  end
  return list
end

return M
