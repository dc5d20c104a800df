-- From a raw commit to a Change: what it is (a conventional change, a merge, a revert, a fixup, or
-- something that does not conform), what it says, what it refers to and what it takes back.
local conventional = require "pure.conventional"

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
---@field release_as string?     the version a Release-As footer asks for
---@field part integer?          which commit of a squash this is

-- The blank line before a body is often forgotten; a change does not stop being one for that.
local lenient = { tight = true }

local function first_line(message)
  local line = message:match "^%s*([^\r\n]*)"
  return (line:gsub("%s+$", ""))
end

local function hashes(message)
  local list = {}
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

local function is_merge(subject, raw)
  if raw and raw.parents and (type(raw.parents) == "table" and #raw.parents or raw.parents) > 1 then
    return true
  end
  return subject:find "^Merge %S" ~= nil
end

local function footer_value(change, name)
  for _, footer in ipairs(change.footers or {}) do
    if footer.token:lower() == name then return footer.value end
  end
end

-- What follows the first line of a message that does not conform.
local function body_of(message)
  local rest = message:match "^%s*[^\n]*\n(.*)$"
  rest = rest and rest:gsub("^%s*\n", ""):gsub("%s+$", "")
  return rest ~= "" and rest or nil
end

local function describe(change, raw, options)
  local subject = change.subject
  local fixed = subject:match "^fixup! (.+)$" or subject:match "^squash! (.+)$" or subject:match "^amend! (.+)$"
  if fixed then
    change.kind, change.fixes = "fixup", fixed
    return
  end
  local commit, err = conventional.parse(change.message, options)
  if commit then
    for key, value in pairs(commit) do change[key] = value end -- order: a copy has none
    change.type = change.type and change.type:lower()
    change.conforms = true
    change.release_as = footer_value(change, "release-as")
  else
    change.problem = err.message
    change.body = body_of(change.message)
  end
  local list, named = revert_of(change)
  if list then change.kind, change.reverts, change.reverts_subject = "revert", list, named return end
  if not commit and is_merge(subject, raw) then change.kind = "merge" return end
  change.kind = commit and "change" or "other"
end

local meta = { __name = "slipway.change" }
function meta.__tostring(change) return change.subject end

local function copy_options(options)
  if not options then return lenient end
  local copy = { tight = true }
  for key, value in pairs(options) do copy[key] = value end -- order: a copy has none
  return copy
end

--- One raw commit (its message, or { oid, message, parents, … }) → one Change.
---@param raw string|table
---@param options slipway.ConventionalOptions?
---@return slipway.Change
function M.parse(raw, options)
  local message = type(raw) == "table" and raw.message or raw
  local change = {
    message = message, subject = first_line(message), conforms = false, breaking = false, footers = {},
  }
  if type(raw) == "table" then
    for _, key in ipairs { "oid", "author", "email", "time", "parents", "paths" } do change[key] = raw[key] end
  end
  describe(change, raw ~= message and raw or nil, options and copy_options(options) or lenient)
  return setmetatable(change, meta)
end

-- ---- squashed commits ----

local override = "BEGIN_COMMIT_OVERRIDE%s*\n(.-)\n?%s*END_COMMIT_OVERRIDE"
local nested = "BEGIN_NESTED_COMMIT%s*\n(.-)\n?%s*END_NESTED_COMMIT"

-- "* feat: a" lines of a squash, each with what follows it up to the next.
local function bullets(body, options)
  local parts, current = {}, nil
  for line in (body .. "\n"):gmatch "(.-)\n" do
    local text = line:match "^%* (.+)$"
    if text and conventional.parse(text, options) then
      current = { text }
      parts[#parts + 1] = current
    elseif current then
      current[#current + 1] = line
    end
  end
  for i, lines in ipairs(parts) do parts[i] = table.concat(lines, "\n"):gsub("%s+$", "") end
  return parts
end

--- One raw commit → its Changes: one, or several when it is a squash that lists them.
--- `squash = "all"` takes the listed commits as changes of their own beside the first line;
--- "listed" takes only them; nil or false leaves the commit whole.
---@param raw string|table
---@param options (slipway.ConventionalOptions|{ squash: "all"|"listed"|false|nil })?
---@return slipway.Change[]
function M.split(raw, options)
  local message = type(raw) == "table" and raw.message or raw
  local replaced = message:match(override)
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
  if replaced then
    local list = {}
    for piece in (replaced .. "\n\n"):gmatch "(.-)\n\n+" do
      if #list > 0 and not conventional.parse(piece, lenient) then
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
  local outer = message:gsub(nested, function(text) inner[#inner + 1] = text return "" end)
  if #inner == 0 and squash then inner = bullets(outer, lenient) end
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

local function index(changes)
  local by_oid, by_subject = {}, {}
  for i, change in ipairs(changes) do
    if change.oid then by_oid[#by_oid + 1] = { change.oid, i } end
    local list = by_subject[change.subject] or {}
    list[#list + 1] = i
    by_subject[change.subject] = list
  end
  return by_oid, by_subject
end

local function by_hash(change, by_oid)
  local found = {}
  for _, hash in ipairs(change.reverts or {}) do
    for _, entry in ipairs(by_oid) do
      if entry[1]:sub(1, #hash) == hash or hash:sub(1, #entry[1]) == entry[1] then found[#found + 1] = entry[2] end
    end
  end
  return found
end

-- The changes that the one at `at` takes back: by hash where hashes are known, else by subject, or
-- by description ("revert: the description"); the nearest that no other revert has taken.
local function targets(changes, at, by_oid, by_subject, taken)
  local change = changes[at]
  local found = by_hash(change, by_oid)
  if #found > 0 or (#by_oid > 0 and #change.reverts > 0) or not change.reverts_subject then return found end
  for _, i in ipairs(by_subject[change.reverts_subject] or {}) do
    if i ~= at and not taken[i] then return { i } end
  end
  for i, other in ipairs(changes) do
    if i ~= at and not taken[i] and other.description == change.reverts_subject then return { i } end
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
  local by_oid, by_subject = index(changes)
  local taken, spent, standing = {}, {}, {}
  for _, at in ipairs(reverts) do
    for _, target in ipairs(targets(changes, at, by_oid, by_subject, taken)) do
      taken[target], spent[at] = at, true
    end
  end
  -- A revert stands unless one that stands takes it back.
  local function stands(i, depth)
    if standing[i] == nil then standing[i] = not taken[i] or depth > #reverts or not stands(taken[i], depth + 1) end
    return standing[i]
  end
  local gone = {}
  for target, by in pairs(taken) do -- order: a set is filled
    if stands(by, 0) then gone[target] = by end
  end
  return gone, spent
end

return M
