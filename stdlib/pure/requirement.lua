-- Requirements on another package's version, rewritten so that they admit a new version of it and
-- keep the manner in which their author wrote them: the operator, the blanks, the number of parts.
--
--   cargo, npm   ^1.2.0 → ^2.0.0    ~1.2 → ~2.0    =1.2.3 → =2.0.0    1.2 → 2.0    1.x → 2.x
--   python       ==1.2.0 → ==2.0.0  ~=1.2 → ~=2.0  >=1.0 stays, since it admits what is newer
-- What points at the source instead of a version (workspace:*, link:, file:, a URL, a tag) stays.
local errors = require "pure.errors"

local M = {}

--- The numbers of a dotted version, as many as are written; nil for anything else.
local function numbers(text)
  local core = text:match("^v?(%d[%d.]*)")
  if not core then return nil end
  local list = {}
  for number in core:gmatch("%d+") do list[#list + 1] = number end
  return list
end

--- `version` with as many parts as `old` has: 1.2 → 2.0. A pre-release is always written out, since
--- only a full version can name one.
local function as_long_as(old, version)
  local wanted = old:match("^v?(%d[%d.]*)$")
  local parts = wanted and numbers(wanted)
  if not parts or #parts >= 3 or version:find("[-+]") then return version end
  local new = numbers(version)
  return table.concat(new, ".", 1, math.min(#parts, #new))
end

--- 1.2.x for 2.1.0 is 2.1.x.
local function widen(old, new)
  local at = 0
  return (old:gsub("[^.]+", function(part)
    at = at + 1
    return not part:find("^[xX*]$") and new[at] or nil
  end))
end

--- 1.x, 1.2.*: kept when the new version still matches; else moved, or written out where `whole` asks.
local function wildcard(old, version, whole)
  local new, at = numbers(version), 0
  for part in old:gmatch("[^.]+") do
    at = at + 1
    if part:find("^[xX*]$") then return old end
    if part ~= new[at] then return whole and version or widen(old, new) end
  end
  return old
end

local function compound(old, version)
  return nil, errors.new {
    code = "manifest.requirement",
    message = ("the range %q does not admit %s and cannot be rewritten without a guess"):format(old, version),
    hint = "write the range by hand, or as one comparison such as ^" .. version,
  }
end

--- Does a range that is not rewritten admit the version? By the rules of the tool that reads it.
local function admits(body, version, dialect)
  local range = require "pure.range"
  return range.satisfies(version, body, dialect == "cargo" and { dialect = "cargo" } or nil) == true
end

local function is_compound(text)
  return text:find("||", 1, true) or text:find(" - ", 1, true) or text:find(",", 1, true)
    or text:find("^[^%s]*%d[^%s]*%s+[^%s]") ~= nil
end

local function rewrite_semver(old, version, dialect)
  local body = old:match("^%s*(.-)%s*$")
  if body == "" or body == "*" or body:find("^[xX]$") then return nil end
  if is_compound(body) then
    if admits(body, version, dialect) then return nil end
    return compound(old, version)
  end
  local operator, blank, bound = body:match("^([<>=~^]*)(%s*)(v?%d[%w.+*-]*)$")
  if not operator then return nil end
  if operator:find("^<") then
    if admits(body, version, dialect) then return nil end
    return compound(old, version)
  end
  local v = bound:match("^v") or ""
  local plain = bound:sub(#v + 1)
  local new
  if plain:find("^[%d.]*%.[xX*]") then
    new = wildcard(plain, version, dialect == "cargo")
  else
    new = as_long_as(plain, version)
  end
  return (old:gsub("^(%s*).-(%s*)$", function(before, after) return before .. operator .. blank .. v .. new .. after end))
end

local function rewrite_npm(old, version)
  local scheme, rest = old:match("^(workspace:)(.*)$")
  if scheme then
    local new, err = rewrite_semver(rest, version, "npm")
    return new and scheme .. new, err
  end
  local alias, wanted = old:match("^(npm:@?[^@]+@)(.+)$")
  if alias then
    local new, err = rewrite_semver(wanted, version, "npm")
    return new and alias .. new, err
  end
  if old:find("[:/]") then return nil end
  return rewrite_semver(old, version, "npm")
end

local moving = { ["=="] = true, ["==="] = true, ["~="] = true, ["^"] = true, ["~"] = true, [""] = true }

--- PEP 440 comparisons. What has a lower bound only, admits the new version and stays.
local function rewrite_python(old, version)
  local operator, blank, bound = old:match("^%s*([=~!<>^]*)(%s*)(v?%d[%w.+*!-]*)%s*$")
  if operator and moving[operator] then
    local new = operator == "~=" and as_long_as(bound, version) or bound:find("%*$") and bound or version
    if bound:find("%.%*$") then new = widen(bound, numbers(version)) end
    return (old:gsub("[=~!<>^]*%s*v?%d[%w.+*!-]*", function() return operator .. blank .. new end, 1))
  end
  return nil
end

local rewriters = {
  cargo = function(old, version) return rewrite_semver(old, version, "cargo") end,
  npm = rewrite_npm,
  python = rewrite_python,
}

--- Does a requirement admit a version, by the rules of the tool that reads it? What points at the source does.
---@param language "cargo"|"npm"|"python"
---@param text string
---@param version string
---@return boolean
function M.admits(language, text, version)
  if language == "python" then
    local ok = require("pure.specifier").satisfies(version, text:match "^%s*[\"']?(.-)[\"']?%s*$")
    return ok ~= false
  end
  local body = text:gsub("^workspace:", ""):gsub("^npm:@?[^@]+@", "")
  if body == "*" or body == "^" or body == "~" or body == "" or body:find "[:/]" then return true end
  return admits(body, version, language)
end

--- The requirement rewritten; nil when it stays as it is, nil and an error when it cannot stay and
--- cannot be rewritten either.
---@param language "cargo"|"npm"|"python"
---@param old string
---@param version string
---@return string? new, slipway.Error? err
function M.rewrite(language, old, version)
  local new, err = rewriters[language](old, version)
  if new == old then return nil end
  return new, err
end

return M
