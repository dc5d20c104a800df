-- From what importers say, and what a project shows by itself, to the settings of slipway.lua: who decides where two
-- tools differ, and which entry ends in which key. The text is importer/page.lua's.
local sorted_keys = require "pure.sorted_keys"
local tag_names = require "pure.tag_names"

local M = {}

local SEPARATOR = "\1"

local function is_map(value)
  if type(value) ~= "table" or next(value) == nil then return false end
  for key in pairs(value) do -- order: all are looked at
    if type(key) ~= "string" then return false end
  end
  return true
end

--- Do two values of settings say the same?
---@return boolean
local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in pairs(a) do -- order: any difference is one
    if not same(value, b[key]) then return false end
  end
  for key in pairs(b) do -- order: any difference is one
    if a[key] == nil then return false end
  end
  return true
end

M.same = same

-- One tool decides how versions are counted, and where pages go; the rest may come from several.
local whole = { rules = true, forge = true, scheme = true }

-- What is false in one tool and filled by another is filled: a tool that writes no changelog beside one that does.
local function yields(config, path) return path == "changelog" and config.values[path] == false end

local function put(config, path, value, entry)
  local top = path:match "^[^\1]+"
  local decided = whole[top] and config.decided[top]
  if decided and decided ~= entry.tool then return decided end
  local there = config.values[path]
  if there ~= nil and not same(there, value) and not yields(config, path) then return config.owner[path] end
  config.values[path], config.owner[path] = value, entry.tool
  if whole[top] then config.decided[top] = entry.tool end
  entry.key = entry.key or top
end

local function put_all(config, path, value, entry)
  if not is_map(value) then return put(config, path, value, entry) end
  local refused
  for _, key in ipairs(sorted_keys(value)) do
    refused = put_all(config, path .. SEPARATOR .. key, value[key], entry) or refused
  end
  return refused
end

local function append(config, path, list, entry)
  local top = path:match "^[^\1]+"
  local decided = whole[top] and config.decided[top]
  if decided and decided ~= entry.tool then return decided end
  if whole[top] then config.decided[top] = entry.tool end
  local all = config.values[path] or {}
  for _, item in ipairs(list) do
    local known = false
    for _, other in ipairs(all) do known = known or same(item, other) end
    if not known then all[#all + 1] = item end
  end
  config.values[path], config.owner[path] = all, entry.tool
  entry.key = entry.key or top
end

-- Files that carry the version: found already, readable as they are, or in need of a mark.
local function place_files(config, entry, project)
  local extra, left = {}, {}
  for _, path in ipairs(entry.files) do
    if project.found[path] then -- nothing to say
    elseif project.reads(path) then extra[#extra + 1] = path
    else left[#left + 1] = path end
  end
  if #extra > 0 then append(config, "manifests", extra, entry) end
  if #left > 0 then
    entry.verdict = #extra > 0 and "changed" or "none"
    entry.why = ("no version is found in %s without a mark"):format(table.concat(left, ", "))
    entry.instead = "mark the line with `slipway: version` in a comment and list the file under manifests; slipway help manifests"
  elseif #extra == 0 then
    entry.why = entry.why or "found without being named"
  end
end

-- A pattern that none of the tags fits is a setting nobody uses any more; one without a name cannot tell packages apart
-- that are tagged each by its own.
local function fits_no_tag(entry, key, project)
  if key ~= "tag" then return false end
  local pattern, why = entry.set.tag, nil
  if project.several and not tag_names.names_package(pattern) then
    why = "each package is tagged by its own name; how they look is found"
  elseif project.tags_like and project.tags_like(pattern) == false then
    why = ("no tag here looks like %s; how they look is found"):format(pattern)
  end
  if why then entry.verdict, entry.why = "changed", why end
  return why ~= nil
end

local function nested(values)
  local config = {}
  for _, path in ipairs(sorted_keys(values)) do
    local at, parts = config, {}
    for part in path:gmatch "[^\1]+" do parts[#parts + 1] = part end
    for i = 1, #parts - 1 do
      if type(at[parts[i]]) ~= "table" then at[parts[i]] = {} end
      at = at[parts[i]]
    end
    if at[parts[#parts]] == nil or type(at[parts[#parts]]) ~= "table" then at[parts[#parts]] = values[path] end
  end
  return config
end

-- A tool may allow values that make no sense here.
local function is_no_value(entry, path, key)
  local value, err = require("pure.config").check(nested { [path] = entry.set[key] })
  if value then return false end
  entry.key, entry.verdict, entry.why, entry.instead = nil, "none", err.message:gsub("^slipway%.lua: ", ""), "slipway help config"
  return true
end

local function take_setting(config, entry, key)
  local list, path = key:match "%+$", key:gsub("%+$", ""):gsub("%.", SEPARATOR)
  if config.strict and is_no_value(entry, path, key) then return end
  local decided = (list and append or put_all)(config, path, entry.set[key], entry)
  if not decided then return end
  entry.verdict = "changed"
  local said = ("%s decides here"):format(decided)
  entry.why = entry.why and said .. "; " .. entry.why or said
end

local function take(config, entry, project)
  for _, key in ipairs(sorted_keys(entry.set or {})) do
    if not fits_no_tag(entry, key, project) then take_setting(config, entry, key) end
  end
  if entry.files then place_files(config, entry, project) end
end

-- A changelog that is only a file is said by its name.
local function simplify(config, project)
  local changelog = config.changelog
  if type(changelog) == "table" then
    changelog.file = changelog.file or project.changelog
    if next(changelog, next(changelog)) == nil and changelog.file then config.changelog = changelog.file end
  end
  if config.manifests then
    local all = { table.unpack(project.manifests) }
    for _, path in ipairs(config.manifests) do all[#all + 1] = path end
    config.manifests = all
  end
end

---@class slipway.importer.Project
---@field manifests string[]          found by Slipway
---@field found table<string, true>   the same as a set
---@field reads fun(path: string): boolean   is a version read from that file as it is?
---@field changelog string            the changelog's file, there or to come
---@field has_changelog boolean
---@field trunk string?
---@field tag string                  pattern of the tags that are there
---@field several boolean?             are there packages, each tagged by its name?
---@field tags_like fun(pattern: string): boolean?   does any tag fit it? nil: there are none, or it names packages
---@field checks string[][]?

local function composed(entries, project, strict)
  local config = { values = {}, owner = {}, decided = {}, strict = strict }
  for _, entry in ipairs(entries) do take(config, entry, project) end
  local result = nested(config.values)
  simplify(result, project)
  local owner = {}
  for path, tool in pairs(config.owner) do owner[path:match "^[^\1]+"] = tool end -- order: one of them is enough
  if result.changelog == nil and #entries > 0 and not project.has_changelog then result.changelog, owner.changelog = false, "found" end
  local function find(key, value)
    if result[key] == nil and value ~= nil then result[key], owner[key] = value, "found" end
  end
  find("trunk", project.trunk)
  find("tag", project.tag)
  find("changelog", project.changelog)
  find("checks", project.checks)
  return result, owner
end

--- The settings, and each entry with the key it ended in.
---@param entries slipway.importer.Entry[]  of all tools, the ones that decide versions first
---@param project slipway.importer.Project
---@return table config, table<string, string> owner  by top key: who said it
function M.settings(entries, project)
  local result, owner = composed(entries, project, false)
  if require("pure.config").check(result) then return result, owner end
  return composed(entries, project, true) -- one of the tools says what cannot stand here: it is told and left out
end

return M
