-- Conventional Commits: one message → type, scope, breaking, description, body, footers. The scanner
-- is C (door.conventional); here are the rules of a project: which types and scopes it allows, a
-- header of its own, comments to strip.
local door = require "door.conventional"
local errors = require "pure.errors"
local options_of = require "pure.options"

local M = {}

---@class slipway.ConventionalOptions
---@field types string[]?          only these types conform (compared without case)
---@field scopes string[]?         only these scopes conform
---@field strict_scope boolean?    refuse "fix(): x"
---@field tight boolean?           the blank line before the body may be missing
---@field no_space boolean?        "fix:x" conforms
---@field strict_footers boolean? as git reads trailers: a value goes on only where it is indented
---@field loose_footers boolean?  footers may begin within a paragraph
---@field notes string[]?          further footer tokens that mean a breaking change
---@field header { pattern: string, fields: string[] }?  a Lua pattern for the first line instead of
---       "type(scope)!: description"; its captures are the fields, in order
---@field comment string?          strip lines that begin with it, and all below a scissors line

local door_fields = { "strict_scope", "tight", "no_space", "strict_footers", "loose_footers", "notes" }

local function for_door(options)
  local o = {}
  for _, name in ipairs(door_fields) do o[name] = options[name] end
  return o
end

local function has(list, wanted)
  wanted = wanted:lower()
  for _, item in ipairs(list) do
    if item:lower() == wanted then return true end
  end
  return false
end

local function refuse(code, message, hint)
  return nil, errors.new { code = code, message = message, hint = hint }
end

--- The message as git keeps it: without comment lines, without what a scissors line cuts off, and
--- without what `git log --show-signature` puts in front ("gpg: …").
---@param message string
---@param comment string?  default "#"
---@return string
function M.strip(message, comment)
  comment = comment or "#"
  local lines = {}
  for line in (message .. "\n"):gmatch "(.-)\r?\n" do
    if line:sub(1, #comment) == comment then
      if line:find("%-+ >8 %-+", #comment + 1) then break end
    elseif not line:find "^gpg: " then
      lines[#lines + 1] = line
    end
  end
  local text = table.concat(lines, "\n")
  return (text:gsub("^\n+", ""):gsub("%s+$", ""))
end

-- A header of the project's own: its line is replaced by one that the scanner reads, then the fields
-- are put in from the captures.
local function parse_own_header(message, options)
  local first, rest = message:match "^%s*([^\r\n]*)(.*)$"
  local captures = { first:match(options.header.pattern) }
  if captures[1] == nil then
    return refuse("commit.not_conventional",
      ("'%s' does not match the project's header pattern %s"):format(first:sub(1, 72), options.header.pattern))
  end
  local commit, err = door.parse("x: x" .. rest, for_door(options))
  if not commit then return nil, err end
  commit.type, commit.description = nil, nil
  for i, field in ipairs(options.header.fields) do
    if captures[i] and captures[i] ~= "" then commit[field] = captures[i] end
  end
  if commit.marked == "!" then commit.marked, commit.breaking = true, true end
  return commit
end

local known = options_of.set [[types scopes strict_scope tight no_space strict_footers loose_footers notes header comment
  brief]]

---@param message string
---@param options slipway.ConventionalOptions?
---@return slipway.Conventional?, slipway.Error?
function M.parse(message, options)
  if not options then
    local commit, err = door.parse(message)
    if not commit then return nil, errors.adopt(err) end
    return commit
  end
  options_of.only(options, known, "conventional.parse")
  if options.comment then message = M.strip(message, options.comment) end
  local commit, err
  if options.header then
    commit, err = parse_own_header(message, options)
  else
    commit, err = door.parse(message, for_door(options))
  end
  if not commit then return nil, errors.adopt(err) end
  if options.types and not has(options.types, commit.type or "") then
    return refuse("commit.type", ("the type '%s' is not one of this project's"):format(commit.type or ""),
      table.concat(options.types, ", "))
  end
  if options.scopes and commit.scope and not has(options.scopes, commit.scope) then
    return refuse("commit.scope", ("the scope '%s' is not one of this project's"):format(commit.scope),
      table.concat(options.scopes, ", "))
  end
  return commit
end

return M
