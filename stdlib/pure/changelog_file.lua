-- A changelog file as people keep it: where its releases are, what one of them says, and putting a new
-- one in without touching any other byte.
local errors = require "pure.errors"
local header = require "pure.changelog_header"

local M = {}

-- The version a heading names ("unreleased" for that section), or nil.
local function version_in(title)
  local text = title:gsub("^%[", ""):gsub("^%s+", "")
  if text:lower():find "^unreleased" then return "unreleased" end
  local first = text:match "^[Vv]ersion%s+(%S+)" or text:match "^[Rr]elease%s+(%S+)" or text:match "^(%S+)"
  if not first then return nil end
  first = first:gsub("%].*$", ""):gsub("^.*@", ""):gsub("^[Vv]%f[%d]", ""):gsub("[,:]$", "")
  if first:find "^%d[%w.]*[%w.%-+!]*$" and first:find "%." then return first end
  local tail = first:match "[%-/_][Vv]?(%d+%.[%w.%-+!]*)$"
  return tail
end

--- Every line as { from, to, text } (to: last byte, the line end included).
local function lines_of(text)
  local lines, at = {}, 1
  while at <= #text do
    local stop = text:find("\n", at, true) or #text
    lines[#lines + 1] = { from = at, to = stop, text = (text:sub(at, stop):gsub("\r?\n$", "")) }
    at = stop + 1
  end
  return lines
end

-- Headings outside code fences and HTML comments.
local function headings_of(text)
  local found, fence, comment = {}, nil, false
  local lines = lines_of(text)
  for i, line in ipairs(lines) do
    local mark = line.text:match "^ ? ? ?(```+)" or line.text:match "^ ? ? ?(~~~+)"
    if fence then
      if mark and mark:sub(1, #fence) == fence and line.text:find "^%s*[`~]+%s*$" then fence = nil end
    elseif comment then
      comment = not line.text:find("-->", 1, true)
    elseif mark then
      fence = mark
    else
      local plain = line.text:gsub("^\u{FEFF}", "")
      local marks, title = plain:match "^ ? ? ?(#+)%s+(.-)%s*#*%s*$"
      local under = lines[i + 1] and (lines[i + 1].text:match "^(=)=+%s*$" or lines[i + 1].text:match "^(%-)%-%-+%s*$")
      if marks and #marks <= 6 then
        found[#found + 1] = { level = #marks, title = title, from = line.from, to = line.to }
      elseif under and plain:find "%S" and not plain:find "^%s*[%-*+>|]" then
        found[#found + 1] = { level = under == "=" and 1 or 2, title = plain, from = line.from, to = lines[i + 1].to }
      end
      comment = line.text:find("<!--", 1, true) ~= nil and not line.text:find("-->", 1, true)
    end
  end
  return found
end

---@class slipway.ChangelogSection
---@field version string  "unreleased" for that one
---@field from integer    first byte of the heading
---@field body integer    first byte behind the heading
---@field to integer      last byte before the next release

-- Reference definitions ("[1.2.0]: https://…") behind the last release belong to the file.
local function end_of_last(text)
  local lines = lines_of(text)
  local at = #lines
  while at > 0 and (lines[at].text:find "^%s*$" or lines[at].text:find "^%[[^%]]+%]:%s") do at = at - 1 end
  local stop = at > 0 and lines[at].to or 0
  local defined = text:find("\n%[[^%]\n]+%]:%s", math.max(stop, 1))
  return defined and stop or #text
end

---@param text string
---@return slipway.ChangelogSection[]
function M.sections(text)
  local sections, headings = {}, headings_of(text)
  for i, heading in ipairs(headings) do
    local version = heading.level <= 3 and version_in(heading.title)
    local inside = sections[#sections] and heading.level > sections[#sections].level and heading.level == 3
    if version and not (inside and not heading.title:find "%d+%.%d+%.%d") then
      if sections[#sections] then sections[#sections].to = heading.from - 1 end
      sections[#sections + 1] = {
        version = version, level = heading.level, from = heading.from, body = heading.to + 1, to = heading.to, heading = i,
      }
    end
  end
  local last = sections[#sections]
  if last then last.to = math.max(end_of_last(text), last.to) end
  return sections
end

local function same_version(a, b) return a:gsub("^[Vv]%f[%d]", "") == b:gsub("^[Vv]%f[%d]", "") end

---@param text string
---@param version string
---@return slipway.ChangelogSection?
function M.find(text, version)
  for _, section in ipairs(M.sections(text)) do
    if same_version(section.version, version) then return section end
  end
  return nil
end

--- The version of the newest release that a changelog tells, or nil.
---@param text string
---@return string?
function M.newest(text)
  for _, section in ipairs(M.sections(text)) do
    if section.version ~= "unreleased" then return section.version end
  end
  return nil
end

local function trim(text) return (text:gsub("^%s*\n", ""):gsub("^%s+", ""):gsub("%s+$", "")) end

--- What a hand-written section says, without its heading. `version` may be "unreleased".
---@param text string?
---@param version string|slipway.Version
---@return string?, slipway.Error?
function M.notes(text, version)
  local wanted = tostring(version)
  if wanted:lower() == "unreleased" then wanted = "unreleased" end
  local section = text and M.find(text, wanted)
  if not section then
    return nil, errors.new {
      code = "changelog.no_section", message = ("the changelog has no section for %s"):format(wanted),
      hint = ("add a heading \"## %s\" with its notes"):format(wanted),
    }
  end
  return trim(text:sub(section.body, section.to):gsub("\r\n", "\n"))
end

--- A whole section as it stands, heading included, without the blank lines around it; nil when there is none.
---@param text string
---@param version string|slipway.Version
---@return string?
function M.written(text, version)
  local section = M.find(text, tostring(version))
  return section and trim(text:sub(section.from, section.to):gsub("\r\n", "\n")) .. "\n" or nil
end

-- The Unreleased section loses what the new section says in the same words: it has been released.
local function move_unreleased(text, addition)
  local section = M.find(text, "unreleased")
  if not section then return text end
  local body = text:sub(section.body, section.to)
  local words = trim(body:gsub("\r\n", "\n"))
  if words == "" or not addition:find(words, 1, true) then return text end
  local newline = text:find "\r\n" and "\r\n" or "\n"
  return text:sub(1, section.body - 1) .. newline .. text:sub(section.to + 1)
end

-- Where a new release goes: in front of the newest one, behind Unreleased, else at the end of the text.
local function place(text)
  for _, section in ipairs(M.sections(text)) do
    if section.version ~= "unreleased" then return section.from end
  end
  return end_of_last(text) + 1
end

--- Puts a section into the text of a changelog; every other byte stays, except that an "Unreleased"
--- section whose words the new one repeats is emptied. The same section again changes nothing.
---@param text string?     nil or "": a new file with the usual header
---@param addition string  as made by changelog.section
---@param o { version: string|slipway.Version, header: string? }
---@return string?, slipway.Error?
function M.insert(text, addition, o)
  local version = tostring(o.version)
  local section = trim(addition)
  if text == nil or text == "" then return (o.header or header) .. "\n" .. section .. "\n" end
  local there = M.find(text, version)
  if there then
    if trim(text:sub(there.from, there.to):gsub("\r\n", "\n")) == section then return text end
    return nil, errors.new {
      code = "changelog.exists", message = ("the changelog already has another section for %s"):format(version),
      hint = "remove it, or let it be the notes of the release: changelog.notes",
    }
  end
  text = move_unreleased(text, section)
  local at = place(text)
  local before, after = text:sub(1, at - 1), text:sub(at)
  local gap = (before == "" or before:find "\n\r?\n$") and "" or before:find "\n$" and "\n" or "\n\n"
  local tail = after:find "^\r?\n" and "\n" or after == "" and "\n" or "\n\n"
  local inserted = gap .. section .. tail
  if text:find "\r\n" then inserted = inserted:gsub("\n", "\r\n") end
  return before .. inserted .. after
end

return M
