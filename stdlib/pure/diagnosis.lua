-- What the log of a failed command or CI run means: phrases → cause → remedy. The known failures are data
-- (pure/diagnosis_table.lua), a project adds its own by `diagnosis` in slipway.lua; its own come first.
local known = require "pure.diagnosis_table"

local M = {}

-- Longer lines are shown cut; nobody reads them whole.
local SHOWN = 200

---@class slipway.Diagnosis
---@field name string     stable, for programs
---@field cause string    what has happened, in a sentence
---@field remedy string   what to do or type
---@field line string?    the line of the log that tells
---@field number integer? its number

-- Colours, and the time stamps that CI puts before each line.
local function plain(line)
  line = line:gsub("\27%[[%d;]*%a", ""):gsub("%c", " "):gsub("^%d%d%d%d%-%d%d%-%d%dT[%d:.]+Z? ?", ""):gsub("^%s+", ""):gsub("%s+$", "")
  return #line > SHOWN and line:sub(1, SHOWN) .. "…" or line
end

local function line_at(text, position)
  local first = position
  while first > 1 and text:byte(first - 1) ~= 10 do first = first - 1 end
  return text:sub(first, (text:find("\n", position, true) or #text + 1) - 1), first
end

local function number_of(text, position)
  local _, count = text:sub(1, position - 1):gsub("\n", "")
  return count + 1
end

-- All phrases of a group on one line; a phrase is plain text in lower case.
local function find_phrases(text, lower, phrases)
  local from = 1
  while true do
    local at = lower:find(phrases[1], from, true)
    if not at then return nil end
    local line, first = line_at(text, at)
    local all = true
    for i = 2, #phrases do all = all and line:lower():find(phrases[i], 1, true) ~= nil end
    if all then return line, first end
    from = first + #line + 1
  end
end

local function as_groups(match)
  local groups = {}
  for i, entry in ipairs(type(match) == "table" and match or { match }) do
    local group = {}
    for j, phrase in ipairs(type(entry) == "table" and entry or { entry }) do group[j] = phrase:lower() end
    groups[i] = group
  end
  return groups
end

local function look(text, lower, entry)
  for _, group in ipairs(as_groups(entry.match)) do
    local line, first = find_phrases(text, lower, group)
    if line then return { name = entry.name, cause = entry.cause, remedy = entry.remedy, line = plain(line), number = number_of(text, first) } end
  end
end

--- What a log tells. The first finding is the most telling one.
---@param text string
---@param own { name: string?, match: string|table, cause: string, remedy: string }[]?  from slipway.lua
---@param limit integer?  at most so many; default 3
---@return slipway.Diagnosis[]
function M.find(text, own, limit)
  local found, lower = {}, text:lower()
  for _, list in ipairs { own or {}, known } do
    for i, entry in ipairs(list) do
      if #found >= (limit or 3) then return found end
      local hit = look(text, lower, entry)
      if hit then
        hit.name = hit.name or "own " .. i
        found[#found + 1] = hit
      end
    end
  end
  return found
end

--- The last lines of a log, without colours and time stamps.
---@param text string
---@param count integer
---@return string
function M.tail(text, count)
  local lines = {}
  for line in text:gmatch "[^\n]+" do
    local shown = plain(line)
    if shown ~= "" then lines[#lines + 1] = shown end
    if #lines > count then table.remove(lines, 1) end
  end
  return table.concat(lines, "\n")
end

--- All known failures, for help.
---@return { name: string, match: table, cause: string, remedy: string }[]
function M.all() return known end

return M
