-- Python's versions (PEP 440) as values: parsed, ordered, bumped, matched against specifiers, and
-- carried over to SemVer and back. The scanner and the order are C (door.pep440).
local door = require "door.pep440"
local errors = require "pure.errors"
local manners = require "pure.manners"

local M = {}

---@class slipway.Pep440: slipway.Version
---@field epoch integer|string
---@field release (integer|string)[]
---@field pre_kind "a"|"b"|"rc"|nil
---@field pre_number integer|string|nil
---@field post integer|string|nil
---@field dev integer|string|nil
---@field local_version string?
---@field is_prerelease boolean      a pre-release or a development release
---@field is_devrelease boolean
---@field is_postrelease boolean

local meta = { __name = "slipway.version" }
local methods = {}
meta.__index = methods
manners.dress(meta, methods)

function meta.__eq(a, b)
  return a.scheme == b.scheme and door.compare(a.text, b.text) == 0
end
function meta.__lt(a, b) return errors.raise(M.compare(a, b)) < 0 end
function meta.__le(a, b) return errors.raise(M.compare(a, b)) <= 0 end

local function dress(fields)
  fields.scheme = "pep440"
  fields.major, fields.minor, fields.patch = fields.release[1], fields.release[2] or 0, fields.release[3] or 0
  fields.pre = fields.pre_kind and fields.pre_kind .. fields.pre_number or nil
  fields.build = fields.local_version
  fields["local"] = fields.local_version
  fields.is_prerelease = fields.pre_kind ~= nil or fields.dev ~= nil
  fields.is_devrelease = fields.dev ~= nil
  fields.is_postrelease = fields.post ~= nil
  return setmetatable(fields, meta)
end

--- Any spelling that PEP 440 allows; the text of the value is the normal form.
---@param text string
---@return slipway.Pep440?, slipway.Error?
function M.parse(text)
  local fields, err = door.parse(text)
  if not fields then return nil, errors.adopt(err) end
  return dress(fields)
end

---@param value any
---@return boolean
function M.is(value) return getmetatable(value) == meta end

---@param value slipway.Pep440|string
---@return slipway.Pep440?, slipway.Error?
function M.read(value)
  if M.is(value) then return value end
  if type(value) == "table" and type(value.text) == "string" then value = value.text end
  return M.parse(value)
end

---@param a slipway.Pep440|string
---@param b slipway.Pep440|string
---@return integer?, slipway.Error?
function M.compare(a, b)
  local left, right, err
  left, err = M.read(a)
  if not left then return nil, err end
  right, err = M.read(b)
  if not right then return nil, err end
  return door.compare(left.text, right.text)
end

--- The normal form of any allowed spelling: "1.0-ALPHA" → "1.0a0".
---@param text string
---@return string?, slipway.Error?
function M.normalize(text)
  local v, err = M.parse(text)
  if not v then return nil, err end
  return v.text
end

--- The form used to find equal versions: normal, without trailing zeros. A text that is no version
--- is returned as it is, as packaging does.
---@param text string
---@param options { strip_trailing_zero: boolean? }?
---@return string
function M.canonicalize(text, options)
  local v = M.parse(text)
  if not v then return text end
  if options and options.strip_trailing_zero == false then return v.text end
  local release = table.concat(v.release, ".")
  local short, cut = release, 1
  while cut > 0 do short, cut = short:gsub("%.0$", "") end
  return (v.text:gsub(release:gsub("%.", "%%."), short, 1))
end

--- Without the local part: "1.0a1+deadbeef" → "1.0a1".
---@param version slipway.Pep440|string
---@return string?, slipway.Error?
function M.public(version)
  local v, err = M.read(version)
  if not v then return nil, err end
  return (v.text:gsub("%+.*", ""))
end

--- Epoch and release only: "1!1.0a1.post5" → "1!1.0".
---@param version slipway.Pep440|string
---@return string?, slipway.Error?
function M.base(version)
  local v, err = M.read(version)
  if not v then return nil, err end
  return (v.text:match("^%d+!") or "") .. table.concat(v.release, ".")
end

function methods:public() return M.public(self) end
function methods:base() return M.base(self) end

-- ---- bumping (pure.pep440_bump), specifiers (pure.specifier), the mapping to SemVer ----

---@param version slipway.Pep440|string
---@param level string?
---@param options table?
---@return slipway.Pep440?, slipway.Error?
function M.bump(version, level, options)
  return require("pure.pep440_bump").bump(version, level, options)
end
function methods:bump(level, options) return M.bump(self, level, options) end

--- Is the version one that the specifiers (">=1.0,<2,!=1.3") allow?
---@param version slipway.Pep440|string
---@param specifiers string
---@param options { prereleases: boolean? }?
---@return boolean?, slipway.Error?
function M.satisfies(version, specifiers, options)
  return require("pure.specifier").satisfies(version, specifiers, options)
end

local long = { a = "alpha", b = "beta", rc = "rc" }
local short = { alpha = "a", a = "a", beta = "b", b = "b", rc = "rc", c = "rc", pre = "rc", preview = "rc" }

local function three(release)
  return ("%s.%s.%s"):format(release[1], release[2] or 0, release[3] or 0)
end

--- The same version in SemVer's words: 1.0.0a2.dev1 → 1.0.0-alpha.2.dev.1. With `style = "short"`
--- as commitizen's older scheme writes it: 1.0.0-a2-dev1. What SemVer has no place for (an epoch, a
--- fourth number) is refused.
---@param version slipway.Pep440|string
---@param options { style: "short"|nil }?
---@return slipway.Version|string|nil, slipway.Error?
function M.to_semver(version, options)
  local v, err = M.read(version)
  if not v then return nil, err end
  local compact = options and options.style == "short"
  if (v.epoch ~= 0 or #v.release > 3) and not compact then
    return nil, errors.new {
      code = "version.invalid",
      message = v.text .. " has no equal in SemVer: " .. (v.epoch ~= 0 and "it has an epoch" or "it has more than three numbers"),
    }
  end
  local dot, parts = compact and "" or ".", {}
  if v.pre_kind then
    parts[1] = (compact and v.pre_kind or long[v.pre_kind]) .. dot .. v.pre_number
  end
  if v.post then parts[#parts + 1] = "post" .. dot .. v.post end
  if v.dev then parts[#parts + 1] = "dev" .. dot .. v.dev end
  local joined = table.concat(parts, compact and "-" or ".")
  local text = (compact and v.epoch ~= 0 and v.epoch .. "!" or "")
    .. (compact and #v.release > 3 and table.concat(v.release, ".") or three(v.release))
    .. (joined ~= "" and "-" .. joined or "") .. (v.local_version and "+" .. v.local_version or "")
  return require("pure.semver").parse(text)
end

--- A SemVer version in Python's words: 1.0.0-alpha.2 → 1.0.0a2. Refused when its pre-release is not
--- one that PEP 440 knows.
---@param version slipway.Version|string
---@return slipway.Pep440?, slipway.Error?
function M.from_semver(version)
  local semver = require "pure.semver"
  local v, err = semver.read(version)
  if not v then return nil, err end
  local tail, list = "", semver.identifiers((v.pre or ""):gsub("%-", "."):gsub("(%a)(%d)", "%1.%2"))
  local i = 1
  while list[i] do
    local word, number = list[i], list[i + 1] and list[i + 1]:match("^%d+$")
    local kind = short[word:lower()]
    if kind and tail == "" then tail = kind .. (number or "0")
    elseif word == "dev" or word == "post" then tail = tail .. "." .. word .. (number or "0")
    elseif word:find("^%d+$") and #list == 1 then tail = "rc" .. word
    else
      return nil, errors.new {
        code = "version.invalid",
        message = ("%s has no equal in PEP 440: it does not know the pre-release '%s'"):format(v.text, v.pre),
        hint = "alpha, beta, rc, post and dev, each with a number",
      }
    end
    i = i + (number and 2 or 1)
  end
  return M.parse(("%s.%s.%s%s%s"):format(v.major, v.minor, v.patch, tail, v.build and "+" .. v.build:gsub("%-", ".") or ""))
end

--- A project's name as indexes compare it: "Foo__Bar" → "foo-bar".
---@param name string
---@return string
function M.canonicalize_name(name) return (name:lower():gsub("[-_.]+", "-")) end

return M
