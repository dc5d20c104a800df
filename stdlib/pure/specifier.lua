-- PEP 440's version specifiers: ">=1.0,<2,!=1.3.*,~=1.4.2". All clauses must hold.
local errors = require "pure.errors"
local pep440 = require "pure.pep440"

local M = {}

local function invalid(text)
  return nil, errors.new {
    code = "version.range",
    message = ("'%s' is not a version specifier"):format(text:sub(1, 120)),
    hint = "for example >=1.0,<2 or ~=1.4.2 or ==1.2.* or !=1.3",
  }
end

local function without_local(v) return v.local_version and pep440.parse(pep440.public(v)) or v end

local function starts_with(v, prefix)
  local p = prefix.release
  if v.epoch ~= prefix.epoch then return false end
  for i = 1, #p do
    if (v.release[i] or 0) ~= p[i] then return false end
  end
  if not prefix.is_prerelease and not prefix.is_postrelease then return true end
  return v.pre == prefix.pre and (prefix.post == nil or v.post == prefix.post)
end

local tests = {}

tests["=="] = function(v, c)
  if c.star then return starts_with(v, c.version) end
  local left = c.version.local_version and v or without_local(v)
  return pep440.compare(left, c.version) == 0
end
tests["!="] = function(v, c) return not tests["=="](v, c) end
tests["==="] = function(v, c) return v.text:lower() == c.text:lower() end
tests[">="] = function(v, c) return pep440.compare(without_local(v), c.version) >= 0 end
tests["<="] = function(v, c) return pep440.compare(without_local(v), c.version) <= 0 end

local function equals(text, limit) return pep440.compare(text, limit) == 0 end

-- An exclusive limit lets in no pre-release, post-release or local form of the limit itself.
tests["<"] = function(v, c)
  if pep440.compare(v, c.version) >= 0 then return false end
  if c.version.is_prerelease or not v.is_prerelease then return true end
  local announced = v.pre_kind and pep440.base(v) or pep440.public(v):gsub("%.dev%d+$", "")
  return not equals(announced, c.version)
end
tests[">"] = function(v, c)
  if pep440.compare(v, c.version) <= 0 then return false end
  local public = pep440.public(v)
  if v.local_version and equals(public, c.version) then return false end
  return c.version.is_postrelease or not v.is_postrelease or not equals(public:gsub("%.post%d+.*$", ""), c.version)
end

tests["~="] = function(v, c)
  local prefix = { epoch = c.version.epoch, release = {} }
  for i = 1, #c.version.release - 1 do prefix.release[i] = c.version.release[i] end
  return tests[">="](v, c) and starts_with(v, prefix)
end

local function clause(text)
  local op, rest = text:match("^%s*([=!<>~]=?=?)%s*(.-)%s*$")
  if not op or not tests[op] or rest == "" then return nil end
  if op == "===" then return { op = op, text = rest } end
  local body = rest:match("^(.*)%.%*$")
  if body and op ~= "==" and op ~= "!=" then return nil end
  local v = pep440.parse(body or rest)
  if not v or (body and (v.local_version or v.dev)) then return nil end
  if v.local_version and op ~= "==" and op ~= "!=" then return nil end
  if op == "~=" and #v.release < 2 then return nil end
  return { op = op, version = v, star = body ~= nil, text = rest }
end

---@param text string
---@return table[]?, slipway.Error?
function M.parse(text)
  local list = {}
  for piece in (text .. ","):gmatch("([^,]*),") do
    if piece:find "%S" then
      local c = clause(piece)
      if not c then return invalid(text) end
      list[#list + 1] = c
    end
  end
  return list
end

-- Pre-releases are let in when a clause names one, as packaging does.
local function wants_prereleases(list)
  for _, c in ipairs(list) do
    local named = c.version or pep440.read(c.text)
    if named and named.is_prerelease and c.op ~= "!=" then return true end
  end
  return false
end

---@param version slipway.Pep440|string
---@param specifiers string
---@param options { prereleases: boolean? }?
---@return boolean?, slipway.Error?
function M.satisfies(version, specifiers, options)
  local list, err = M.parse(specifiers)
  if not list then return nil, err end
  local v = pep440.read(version)
  if not v then return false end
  local allowed = options and options.prereleases
  if allowed == nil then allowed = wants_prereleases(list) end
  if v.is_prerelease and not allowed then return false end
  for _, c in ipairs(list) do
    if not tests[c.op](v, c) then return false end
  end
  return true
end

return M
