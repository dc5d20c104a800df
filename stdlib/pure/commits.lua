-- From a raw commit to a Change: what it is (a conventional change, a merge, a revert, a fixup, or
-- something that does not conform), what it says, what it refers to and what it takes back.
local door = require "door.conventional"

local M = {}

---@class slipway.Change: slipway.Conventional
---@field oid string?
---@field message string
---@field subject string         the first line
---@field kind "change"|"revert"|"merge"|"fixup"|"other"
---@field conforms boolean       follows Conventional Commits
---@field problem string?        why it does not
---@field type string?           lower case
---@field description string?
---@field reverts string[]?      commits it takes back (full or short hashes)
---@field reverts_subject string? subject of the commit it takes back
---@field fixes string?          subject that a fixup! or squash! belongs to
---@field may_revert boolean?    the text speaks of a revert
---@field release_as string?     the version a Release-As footer asks for
---@field part integer?          which commit of a squash this is

-- The types of the Angular convention, which Conventional Commits names beside feat and fix (item 14).
local usual_types = {
  feat = true, fix = true, docs = true, style = true, refactor = true, perf = true, test = true, build = true, ci = true, chore = true, revert = true,
}

--- Is it a type that people write on purpose? "gitk: …" conforms too, by accident.
---@param kind string?
---@return boolean
function M.is_usual_type(kind) return usual_types[kind] ~= nil end

-- The blank line before a body is often forgotten; a change does not stop being one for that.
local lenient = { tight = true }

local function hashes(message)
  local list = {}
  if not message:find("his reverts commit", 1, true) then return list end
  for hash in message:gmatch "[Tt]his reverts commits? (%x%x%x%x%x%x%x+)" do list[#list + 1] = hash end
  if #list > 0 then -- "This reverts commit a, reversing changes made to b": b is not taken back
    for rest in message:gmatch "[Tt]his reverts commits? %x+((, %x%x%x%x%x%x%x+)+)" do
      for hash in rest:gmatch "%x%x%x%x%x%x%x+" do list[#list + 1] = hash end
    end
  end
  return list
end

local function revert_of(change)
  local subject = change.subject
  local named = subject:match '^[Rr]evert:? "(.*)"' or subject:match "^[Rr]evert:? '(.*)'"
  local reapplied = subject:match '^[Rr]eapply "(.*)"'
  if reapplied then return nil end
  local list = hashes(change.message)
  if change.conforms and change.type == "revert" then
    for _, footer in ipairs(change.footers) do
      local token = footer.token:lower()
      if token == "refs" or token == "reverts" or token == "ref" then
        for hash in footer.value:gmatch "%f[%w]%x%x%x%x%x%x%x+%f[%W]" do list[#list + 1] = hash end
      end
    end
    return list, named or change.description
  end
  if named or (#list > 0 and not change.conforms) then return list, named end
  if #list > 0 then return list, nil end
end

local function release_as(footers)
  for _, footer in ipairs(footers) do
    if footer.token:lower() == "release-as" then return footer.value end
  end
end

local function many_parents(parents)
  return parents ~= nil and (type(parents) == "table" and #parents or parents) > 1
end

-- What follows the first line of a message that does not conform.
local function body_of(message)
  local rest = message:match "^%s*[^\n]*\n(.*)$"
  rest = rest and rest:gsub("^%s*\n", ""):gsub("%s+$", "")
  return rest ~= "" and rest or nil
end

local meta = { __name = "slipway.change" }
function meta.__tostring(change) return change.subject end

-- Only these can be left to the scanner; a header or types of the project's own need pure.conventional.
local function needs_rules(options)
  return options.header or options.types or options.scopes or options.comment
end

local function by_rules(message, options)
  local change = door.change(message)
  if change.kind == "fixup" then return change end
  local rules = { tight = true }
  for key, value in pairs(options) do rules[key] = value end -- order: a copy has none
  local commit, err = require("pure.conventional").parse(message, rules)
  change.conforms, change.problem = commit ~= nil, err and err.message or nil
  change.kind = commit and "change" or (change.kind == "merge" and "merge" or "other")
  for _, key in ipairs { "type", "scope", "description", "body", "footers", "marked", "breaking" } do
    change[key] = commit and commit[key]
  end
  change.type, change.footers = change.type and change.type:lower(), change.footers or {}
  change.breaking = change.breaking or false
  return change
end

local function for_door(options)
  local o = { tight = true }
  for _, key in ipairs { "strict_scope", "no_space", "strict_footers", "loose_footers", "notes", "brief" } do
    o[key] = options[key]
  end
  return o
end

local raw_keys = { "oid", "author", "email", "time", "parents", "paths" }

-- What the scanner cannot see: reverts, merges by their parents, Release-As, bodies of other commits.
local function completed(change, raw)
  if raw then
    for _, key in ipairs(raw_keys) do change[key] = raw[key] end
  end
  if change.footers[1] then change.release_as = release_as(change.footers) end
  if not change.conforms and change.kind ~= "fixup" then
    if many_parents(change.parents) then change.kind = "merge" end
    change.body = body_of(change.message)
  end
  if change.may_revert and change.kind ~= "fixup" then
    local list, named = revert_of(change)
    if list then change.kind, change.reverts, change.reverts_subject = "revert", list, named end
  end
  return setmetatable(change, meta)
end

-- What the scanner, or the project's own rules, make of a message.
local function read(message, options)
  if not options then return door.change(message) end
  return needs_rules(options) and by_rules(message, options) or door.change(message, for_door(options))
end

-- A squash of Azure DevOps or Bitbucket is the commit whose message it carries; a merge of theirs is not.
local function carried(change, raw, options)
  if not change.carries then return change end
  local inner = not (raw and many_parents(raw.parents)) and read(change.carries, options)
  change.carries = nil
  if not inner or not inner.conforms then return change end
  inner.message, inner.subject, inner.carries = change.message, change.subject, nil
  return inner
end

--- One raw commit (its message, or { oid, message, parents, … }) → one Change. `brief = true` leaves
--- out the body and the footers that decide nothing about a version: for long histories.
---@param raw string|table
---@param options (slipway.ConventionalOptions|{ brief: boolean? })?
---@return slipway.Change
function M.parse(raw, options)
  local is_table = type(raw) == "table"
  local message = is_table and raw.message or raw
  raw = is_table and raw or nil
  return completed(carried(read(message, options), raw, options), raw)
end

-- ---- squashed commits ----

local override = "BEGIN_COMMIT_OVERRIDE%s*\n(.-)\n?%s*END_COMMIT_OVERRIDE"
local nested = "BEGIN_NESTED_COMMIT%s*\n(.-)\n?%s*END_NESTED_COMMIT"

-- "* feat: a" lines of a squash, each with what follows it up to the next.
local function bullets(body, options)
  local parts, current = {}, nil
  for line in (body .. "\n"):gmatch "(.-)\n" do
    local text = line:match "^%* (.+)$"
    if text and require("pure.conventional").parse(text, options) then
      current = { text }
      parts[#parts + 1] = current
    elseif current then
      current[#current + 1] = line
    end
  end
  for i, lines in ipairs(parts) do parts[i] = table.concat(lines, "\n"):gsub("%s+$", "") end
  return parts
end

local usual_types = {
  feat = true, fix = true, docs = true, style = true, refactor = true, perf = true, test = true, build = true, ci = true,
  chore = true, revert = true,
}

-- Paragraphs that begin like a commit of a usual type, each with what follows it up to the next: the
-- first of them is the commit itself.
local function paragraphs(message)
  local parts, after_blank = { {} }, false
  for line in (message .. "\n"):gmatch "(.-)\r?\n" do
    local header = after_blank and (line:match "^(%a+)!?: %S" or line:match "^(%a+)%b()!?: %S")
    if header and usual_types[header:lower()] then parts[#parts + 1] = {} end
    local part = parts[#parts]
    part[#part + 1] = line
    after_blank = not line:find "%S"
  end
  for i, lines in ipairs(parts) do parts[i] = table.concat(lines, "\n"):gsub("%s+$", "") end
  return parts
end

--- One raw commit → its Changes: one, or several when it is a squash that lists them.
--- `squash = "all"` takes the listed commits as changes of their own beside the first line;
--- "listed" takes only them; "paragraphs" takes every paragraph that begins like a commit, as
--- release-please does; nil or false leaves the commit whole.
---@param raw string|table
---@param options (slipway.ConventionalOptions|{ squash: "all"|"listed"|"paragraphs"|false|nil })?
---@return slipway.Change[]
function M.split(raw, options)
  local message = type(raw) == "table" and raw.message or raw
  local marked = message:find("BEGIN_", 1, true)
  local replaced = marked and message:match(override)
  local squash = options and options.squash
  local plain
  if options then
    plain = {}
    for key, value in pairs(options) do -- order: a copy has none
      if key ~= "squash" then plain[key] = value end
    end
  end
  local function one(text, part)
    local piece = { message = text }
    if type(raw) == "table" then piece = setmetatable(piece, { __index = raw }) end
    local change = M.parse(piece, plain)
    change.part = part
    return change
  end
  if not marked and not squash then return { M.parse(raw, plain) } end
  if replaced then
    local list = {}
    for piece in (replaced .. "\n\n"):gmatch "(.-)\n\n+" do
      if #list > 0 and not require("pure.conventional").parse(piece, lenient) then
        list[#list] = list[#list] .. "\n\n" .. piece
      elseif piece:find "%S" then
        list[#list + 1] = piece
      end
    end
    for i, text in ipairs(list) do list[i] = one(text, #list > 1 and i or nil) end
    return list
  end
  local changes = {}
  local inner = {}
  local outer = marked and message:gsub(nested, function(text) inner[#inner + 1] = text return "" end) or message
  if #inner == 0 and squash == "paragraphs" then
    inner = paragraphs(outer)
    outer = table.remove(inner, 1)
  elseif #inner == 0 and squash then inner = bullets(outer, lenient) end
  if #inner == 0 then return { M.parse(raw, plain) } end
  if squash ~= "listed" then changes[1] = one(outer:gsub("%s+$", ""), 1) end
  for _, text in ipairs(inner) do changes[#changes + 1] = one(text, #changes + 1) end
  return changes
end

-- ---- what a change says ----

--- Texts about the breaking change: the footers, or the description where only "!" stands.
---@param change slipway.Change
---@return { title: string, text: string }[]
function M.notes(change)
  local list = {}
  for _, footer in ipairs(change.footers or {}) do
    if footer.breaking then list[#list + 1] = { title = footer.token, text = footer.value } end
  end
  if #list == 0 and change.breaking then
    list[1] = { title = "BREAKING CHANGE", text = change.description }
  end
  return list
end

--- Issues, closing words, mentions: pure.references.
---@param change slipway.Change|string
function M.references(change, options) return require("pure.references").find(change, options) end
function M.closes(change, options) return require("pure.references").closes(change, options) end
function M.mentions(change) return require("pure.references").mentions(change) end

-- ---- reverted work ----

local short = 7 -- git's shortest hash in texts

local function add(map, key, value)
  if key == nil then return end
  local list = map[key]
  if list then list[#list + 1] = value else map[key] = { value } end
end

local function index(changes)
  local by = { oid = {}, subject = {}, description = {} }
  for i, change in ipairs(changes) do
    add(by.oid, change.oid and change.oid:sub(1, short), i)
    add(by.subject, change.subject, i)
    add(by.description, change.description, i)
  end
  return by
end

local function by_hash(changes, at, by)
  local found = {}
  for _, hash in ipairs(changes[at].reverts) do
    hash = hash:lower()
    for _, i in ipairs(by.oid[hash:sub(1, short)] or {}) do
      local oid = changes[i].oid
      if oid:sub(1, #hash) == hash or hash:sub(1, #oid) == oid then found[#found + 1] = i end
    end
  end
  return found
end

-- The changes that the one at `at` takes back: by hash where hashes are known, else by subject, or
-- by description ("revert: the description"); the nearest that no other revert has taken.
local function targets(changes, at, by, taken)
  local change = changes[at]
  local found = by_hash(changes, at, by)
  if #found > 0 or (change.oid and #change.reverts > 0) or not change.reverts_subject then return found end
  for _, list in ipairs { by.subject[change.reverts_subject] or {}, by.description[change.reverts_subject] or {} } do
    for _, i in ipairs(list) do
      if i ~= at and not taken[i] then return { i } end
    end
  end
  return found
end

--- Which changes leave both bump and notes because they were taken back within the list. A revert of
--- a revert brings the work back. Returns index → index of the revert for what was taken back, and
--- index → true for a revert that found its target here (it says nothing itself).
---@param changes slipway.Change[]
---@return table<integer, integer> taken_back, table<integer, boolean> spent
function M.reverted(changes)
  local reverts = {}
  for i, change in ipairs(changes) do
    if change.kind == "revert" then reverts[#reverts + 1] = i end
  end
  if #reverts == 0 then return {}, {} end
  local by = index(changes)
  local taken, spent, standing = {}, {}, {}
  for _, at in ipairs(reverts) do
    for _, target in ipairs(targets(changes, at, by, taken)) do
      taken[target], spent[at] = at, true
    end
  end
  -- A revert stands unless one that stands takes it back.
  local function stands(i, depth)
    if standing[i] == nil then standing[i] = not taken[i] or depth > #reverts or not stands(taken[i], depth + 1) end
    return standing[i]
  end
  local gone = {}
  for target, revert in pairs(taken) do -- order: a set is filled
    if stands(revert, 0) then gone[target] = revert end
  end
  return gone, spent
end

return M
