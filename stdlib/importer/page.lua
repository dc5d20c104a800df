-- The text of a slipway.lua: every setting with where it comes from, and at the end what Slipway does anyway and what it
-- has nothing like.
local config = require "pure.config"
local show = require "pure.show"

local M = {}

local WIDTH = 100

--- A comment, broken at spaces.
local function comment(lines, indent, head, text)
  local line = indent .. "-- " .. head
  local rest = indent .. "-- " .. (" "):rep(#head:gsub("[\128-\191]", ""))
  local fresh = true
  for word in text:gsub("[%c]", " "):gmatch "%S+" do
    if not fresh and utf8.len(line .. " " .. word) and utf8.len(line .. " " .. word) > WIDTH then
      lines[#lines + 1], line, fresh = line, rest, true
    end
    line = line .. (fresh and "" or " ") .. word
    fresh = false
  end
  lines[#lines + 1] = (line:gsub("%s+$", ""))
end

local function is_private(name)
  local low = name:lower()
  return low:find "token" or low:find "password" or low:find "secret"
end

--- "release.toml:4  tag-name = "v{{version}}"": where a setting stands and what it says.
---@param entry slipway.importer.Entry
---@return string
function M.said(entry)
  local where = entry.line and ("%s:%d"):format(entry.file, entry.line) or entry.file
  if entry.value == nil then return ("%s  %s"):format(where, entry.name) end
  local value = show.value(entry.value, { depth = 3, width = 1000, items = 6, text = 60 }):gsub("%c+%s*", " ")
  if is_private(entry.name) then value = "…" end
  if #value > 90 then value = value:sub(1, utf8.offset(value, 0, 88) - 1) .. "…" end
  return ("%s  %s = %s"):format(where, entry.name, value)
end

local function about(lines, entry)
  comment(lines, "  ", (entry.verdict .. "         "):sub(1, 9), M.said(entry))
  if entry.why then comment(lines, "  ", "           ", entry.why) end
  if entry.instead then comment(lines, "  ", "           do: ", entry.instead) end
end

local found_words = {
  trunk = "found: the branch that releases are made from",
  tag = "found: how the tags look, or will look",
  checks = "found: must succeed on the released commit before it is tagged",
}

local function found_word(key, value)
  if key == "changelog" then
    if value == false then return "found: there is none, and the tools above wrote none; a file name switches it on" end
    return "every release adds its section here"
  end
  return found_words[key] or "found"
end

local function value_text(value)
  return (show.value(value, { depth = 20, width = WIDTH - 24, items = 10000, text = 1000000 }):gsub("\n", "\n  "))
end

local function add_value(lines, key, value)
  lines[#lines + 1] = ("  %s = %s,"):format(key, value_text(value))
end

local function add_key(lines, key, settings, owner, entries, project)
  local value, comments = settings[key.name], {}
  for _, entry in ipairs(entries) do
    if entry.key == key.name then comments[#comments + 1] = entry end
  end
  if value == nil and #comments == 0 then
    local offer = project.offers[key.name]
    if not offer then return end
    lines[#lines + 1] = ""
    comment(lines, "  ", "", offer.why)
    local text = show.value(offer.value, { depth = 20, width = WIDTH - 16, items = 100, text = 1000 })
    lines[#lines + 1] = ("  -- %s = %s,"):format(key.name, (text:gsub("\n", "\n  -- ")))
    return
  end
  lines[#lines + 1] = ""
  if owner[key.name] == "found" then comment(lines, "  ", "", found_word(key.name, value)) end
  for _, entry in ipairs(comments) do about(lines, entry) end
  if value ~= nil then add_value(lines, key.name, value) end
end

local function add_rest(lines, entries, verdict, title)
  local first = true
  for _, entry in ipairs(entries) do
    if not entry.key and entry.verdict == verdict then
      if first then
        lines[#lines + 1] = ""
        comment(lines, "  ", "", title)
        first = false
      end
      about(lines, entry)
    end
  end
end

--- The whole file.
---@param o { name: string, settings: table, owner: table<string, string>, entries: slipway.importer.Entry[], sources: string[], project: table, date: string }
---@return string
function M.text(o)
  local lines = {}
  local from = #o.sources > 0 and ", from " .. table.concat(o.sources, ", ") or ""
  comment(lines, "", "", ("How %s is released. Written by slipway init on %s%s; from here on it is yours."):format(o.name, o.date, from))
  comment(lines, "", "", "slipway help config explains every key, slipway doctor tries what stands here.")
  lines[#lines + 1] = "return {"
  local at = #lines
  for _, key in ipairs(config.keys) do add_key(lines, key, o.settings, o.owner, o.entries, o.project) end
  add_rest(lines, o.entries, "taken", "Taken, with nothing to write: Slipway does so anyway.")
  add_rest(lines, o.entries, "changed", "Changed, with nothing to write: Slipway does it its own way.")
  add_rest(lines, o.entries, "none", "Without equivalent.")
  if lines[at + 1] == "" then table.remove(lines, at + 1) end
  lines[#lines + 1] = "}"
  return table.concat(lines, "\n") .. "\n"
end

return M
