-- From changes to Markdown: whole changelogs, one release, and the file they are kept in.
local commits = require "pure.commits"
local errors = require "pure.errors"
local file = require "pure.changelog_file"
local groups = require "pure.changelog_groups"
local links = require "pure.changelog_links"
local template = require "pure.template"
local markdown = require "pure.markdown"

local M = {
  insert = file.insert, notes = file.notes, written = file.written, sections = file.sections,
  links = links.of, links_of_remote = links.of_remote, header = file.header,
}

---@class slipway.Release
---@field version string|slipway.Version|nil  nil: not released yet
---@field tag string?
---@field date integer|string|nil             seconds, or "2026-11-21"
---@field previous string?                    tag of the release before
---@field commits (slipway.Change|slipway.Commit|string)[]  newest first; raw ones are parsed
---@field notes string?                       hand-written; stands in front of the lists
---@field contributors { name: string, first: boolean? }[]?

-- Seconds to a calendar day (Howard Hinnant, chrono-compatible low-level date algorithms).
local function day_of(seconds)
  local z = seconds // 86400 + 719468
  local era = z // 146097
  local doe = z - era * 146097
  local yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
  local doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
  local mp = (5 * doy + 2) // 153
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  return ("%04d-%02d-%02d"):format(year, month, doy - (153 * mp + 2) // 5 + 1)
end

local function date_of(release)
  local date = release.date
  return type(date) == "number" and day_of(math.tointeger(date) or math.floor(date)) or date
end

local function changes_of(release)
  local changes = {}
  for i, commit in ipairs(release.commits or {}) do
    local parsed = type(commit) == "table" and commit.subject and commit.footers
    changes[i] = parsed and commit or commits.parse(commit)
  end
  return changes
end

local CLOSING = {
  close = true, closes = true, closed = true, fix = true, fixes = true, fixed = true,
  resolve = true, resolves = true, resolved = true,
}

-- Issues that the text behind the subject names: { closes = {…}, references = {…} }, each once.
local function issues_of(change, shown)
  local found, seen = { closes = {}, references = {} }, {}
  local texts = { change.body or "" }
  for _, footer in ipairs(change.footers) do
    if not footer.breaking then
      texts[#texts + 1] = footer.token .. (footer.separator == " #" and " #" or " ") .. footer.value
    end
  end
  local all = table.concat(texts, "\n")
  if not all:find("#", 1, true) then return found end
  local function read(line)
    line = line:gsub("`[^`]*`", "")
    local kind = "references"
    for word, project, number in (" " .. line):gmatch "([^#]-)([%w_.%-/]*)#(%d%w*)%f[^%w]" do
      local verb
      for w in word:lower():gmatch "%a+" do verb = w end
      if verb and verb ~= "and" then kind = CLOSING[verb] and "closes" or "references" end
      project = project:find "^[%w_.%-]+/[%w_.%-]+$" and project or ""
      local key = project .. "#" .. number
      if project ~= "" then kind = "references" end
      if not seen[key] and not shown:find(key .. "%f[^%w]") then
        seen[key] = true
        table.insert(found[kind], { project = project, number = number })
      end
    end
  end
  for line in all:gmatch "[^\n]+" do
    if line:find("#", 1, true) then read(line) end
  end
  return found
end

local function issue_list(list, addresses)
  local texts = {}
  for i, issue in ipairs(list) do texts[i] = links.reference(addresses, issue.project, issue.number) end
  return table.concat(texts, " ")
end

local function commit_link(change, addresses)
  local oid = change.oid
  local address = oid and links.address(addresses, "commit", { oid = oid })
  return address and (" ([%s](%s))"):format(oid:sub(1, 7), address) or ""
end

local marks, mark_count = {}, 0

-- Histories have few scopes and many commits.
local function scope_mark(change)
  local scope = change.scope
  if not scope then return "" end
  local mark = marks[scope]
  if not mark then
    if mark_count > 1000 then marks, mark_count = {}, 0 end
    mark = groups.scope(change) and ("**%s:** "):format(markdown.line(scope)) or ""
    marks[scope], mark_count = mark, mark_count + 1
  end
  return mark
end

-- Hash and issues, behind the description.
local function tail_of(change, description, addresses)
  local tail = addresses and commit_link(change, addresses) or ""
  if not change.message:find("#", #change.subject + 1, true) then return tail end
  local issues = issues_of(change, description)
  if #issues.closes > 0 then tail = tail .. ", closes " .. issue_list(issues.closes, addresses) end
  if #issues.references > 0 then tail = tail .. ", references " .. issue_list(issues.references, addresses) end
  return tail
end

-- One list entry; `parts` (for templates) gives what it is made of too.
local function entry_of(change, addresses, parts)
  local description = change.description or change.subject
  local shown = links.line(description, addresses)
  if shown == "" then shown = "(no description)" end
  local tail = tail_of(change, description, addresses)
  local entry = { text = scope_mark(change) .. shown .. tail }
  if parts then
    entry.scope, entry.description, entry.tail, entry.type = groups.scope(change) or false, shown, tail, change.type or false
    entry.breaking, entry.oid, entry.hash = change.breaking and true or false, change.oid or "", (change.oid or ""):sub(1, 7)
  end
  return entry
end

local function breaking_entries(changes, addresses)
  local entries, seen = {}, {}
  for _, change in ipairs(changes) do
    for _, note in ipairs(commits.notes(change)) do
      local lines = links.block(note.text, addresses)
      for i = 2, #lines do lines[i] = lines[i] ~= "" and "  " .. lines[i] or "" end
      local whole = scope_mark(change) .. table.concat(lines, "\n")
      if not seen[whole] then
        seen[whole] = true
        entries[#entries + 1] = { text = whole, scope = groups.scope(change) or false }
      end
    end
  end
  return entries
end

-- Everything a page says about one release, ready to be laid out.
local function describe(release, o)
  local style = o.style or "keepachangelog"
  local version = release.version and tostring(release.version)
  local arranged, breaking = groups.arrange(changes_of(release), o.groups or groups[style], version)
  local described = {}
  for i, group in ipairs(arranged) do
    local entries = {}
    for j, change in ipairs(group.changes) do entries[j] = entry_of(change, o.links, o.template) end
    described[i] = { title = group.title, changes = entries }
  end
  local here = release.tag or version or "HEAD"
  local compare = release.previous and links.address(o.links, "compare", { from = release.previous, to = here })
  local people = {}
  for i, person in ipairs(release.contributors or {}) do
    people[i] = { name = markdown.line(person.name), first = person.first or false }
  end
  return {
    version = version or false, tag = release.tag or false, date = date_of(release) or false,
    previous = release.previous or false, notes = release.notes and release.notes:gsub("%s+$", "") or false,
    address = compare or (not release.previous and release.tag and links.address(o.links, "tag", { tag = release.tag })) or false,
    breaking = breaking_entries(breaking, o.links), groups = described, contributors = people,
    empty = #described == 0 and not release.notes,
  }
end

local LAYOUT = {
  keepachangelog = {
    bullet = "- ", breaking = "Breaking changes", date = " - %s", brackets = true,
  },
  conventional = {
    bullet = "* ", breaking = "⚠ BREAKING CHANGES", date = " (%s)", brackets = false,
  },
}

--- Why nothing can be written with these options, before anything is; nil when all is well.
---@param o slipway.ChangelogStyle
---@return slipway.Error?
function M.unusable(o)
  if o.template then
    local _, err = template.compile(o.template)
    return err
  end
  if o.style == nil or LAYOUT[o.style] then return nil end
  return errors.new {
    code = "changelog.unknown_style", message = ("'%s' is no style of a changelog"):format(o.style), hint = "keepachangelog or conventional",
  }
end

local function heading(page, layout)
  local name = page.version or "Unreleased"
  if page.address then
    name = ("[%s](%s)"):format(name, page.address)
  elseif layout.brackets then
    name = "[" .. name .. "]"
  end
  return "## " .. name .. (page.version and page.date and layout.date:format(page.date) or "")
end

local function add_list(out, title, entries, layout)
  if #entries == 0 then return end
  out[#out + 1] = ("\n### %s\n\n"):format(title)
  local bullet, at = layout.bullet, #out
  for i = 1, #entries do out[at + i] = bullet .. entries[i].text .. "\n" end
end

local function lay_out(page, layout)
  local out = { heading(page, layout), "\n" }
  if page.notes then out[#out + 1] = "\n" .. page.notes .. "\n" end
  add_list(out, layout.breaking, page.breaking, layout)
  for _, group in ipairs(page.groups) do add_list(out, group.title, group.changes, layout) end
  if page.empty then out[#out + 1] = "\nNo notable changes.\n" end
  local people = {}
  for i, person in ipairs(page.contributors) do
    people[i] = { text = person.name .. (person.first and " made their first contribution" or "") }
  end
  add_list(out, "Contributors", people, layout)
  return table.concat(out)
end

---@class slipway.ChangelogStyle
---@field style "keepachangelog"|"conventional"|nil
---@field template string?   pure.template over { releases = { … } }; help changelog lists the names
---@field links { commit: string?, compare: string?, issue: string?, user: string?, tag: string? }?
---@field groups slipway.ChangelogGroup[]?
---@field header string|false|nil

--- One release as Markdown, from its heading to its last line.
---@param release slipway.Release
---@param o slipway.ChangelogStyle?
---@return string?, slipway.Error?
function M.section(release, o)
  o = o or {}
  if o.template then return template.render(o.template, { releases = { describe(release, o) } }, markdown.line) end
  local bad = M.unusable(o)
  if bad then return nil, bad end
  return lay_out(describe(release, o), LAYOUT[o.style or "keepachangelog"])
end

--- A whole changelog, newest release first as given.
---@param o slipway.ChangelogStyle | { releases: slipway.Release[] }
---@return string?, slipway.Error?
function M.render(o)
  if o.template then
    local pages = {}
    for i, release in ipairs(o.releases) do pages[i] = describe(release, o) end
    return template.render(o.template, { releases = pages }, markdown.line)
  end
  local out = {}
  if o.header ~= false then out[1] = o.header or file.header end
  for _, release in ipairs(o.releases) do
    local text, err = M.section(release, o)
    if not text then return nil, err end
    out[#out + 1] = text
  end
  return table.concat(out, "\n")
end

return M
