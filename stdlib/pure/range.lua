-- Ranges of versions: npm's language and Cargo's. Both become a list of alternatives, each a list
-- of comparators { op = "", "<", "<=", ">" or ">=", version = } that all must hold. Cargo's own
-- questions (pre-releases, requirement upgrades) are in pure.cargo_range.
local errors = require "pure.errors"
local options_of = require "pure.options"
local semver = require "pure.semver"
local door = require "door.semver"

local M = {}

local range_meta = { __name = "slipway.range" }

local function invalid(text)
  return nil, errors.new {
    code = "version.range",
    message = ("'%s' is not a range of versions"):format(text:sub(1, 120)),
    hint = "for example ^1.2, ~1.2.3, >=1.2 <2, 1.x, 1.2 - 2.3, or several joined by ||",
  }
end

local function next_text(digits)
  local number = math.tointeger(digits)
  return number and number < 999999999999999999 and tostring(number + 1) or door.increment(digits)
end

local function is_x(id) return id == nil or id == "x" or id == "X" or id == "*" end

local function component(text, loose)
  if is_x(text) and text then return text end
  if not text:find("^%d+$") then return nil end
  if #text > 1 and text:sub(1, 1) == "0" then
    if not loose then return nil end
    text = text:gsub("^0+(%d)", "%1")
  end
  return text
end

-- "1", "1.x", "v1.2.3-rc.1": M, m, p (nil where absent), pre. Nil when it is none of these.
local function partial(text, loose)
  local body = text:match("^[v=%s]*(.*)$"):gsub("%+[%w.-]*$", "")
  local M_, m, rest = body:match("^([^.]+)%.([^.]+)%.(.+)$")
  if not M_ then
    M_, m = body:match("^([^.]+)%.([^.]+)$")
    if not M_ then M_ = body:match("^[^.]+$") end
  end
  if not M_ then return nil end
  local p, pre
  if rest then
    p, pre = rest:match("^(%d+)(.*)$")
    if not p then p, pre = rest:match("^([xX*])(.*)$") end
    if not p then return nil end
    if pre == "" then
      pre = nil
    else
      if pre:sub(1, 1) == "-" then pre = pre:sub(2) elseif not loose then return nil end
      local checked = semver.parse("1.0.0-" .. pre, { loose = loose })
      if not checked then return nil end
      pre = checked.pre
    end
  end
  M_ = component(M_, loose)
  if not M_ then return nil end
  if m then
    m = component(m, loose)
    if not m then return nil end
  end
  if p then
    p = component(p, loose)
    if not p then return nil end
  end
  return { M = M_, m = m, p = p, pre = pre }
end

local function lower(M_, m, p, pre) return { op = ">=", text = ("%s.%s.%s%s"):format(M_, m, p, pre or "") } end
local function below(M_, m, p) return { op = "<", text = ("%s.%s.%s-0"):format(M_, m, p) } end
local nothing = { op = "<", text = "0.0.0-0" }
local anything = { op = "", text = "" }

local function tilde(v, zero)
  if is_x(v.M) then return { anything } end
  if is_x(v.m) then return { lower(v.M, 0, 0, zero), below(next_text(v.M), 0, 0) } end
  if is_x(v.p) then return { lower(v.M, v.m, 0, zero), below(v.M, next_text(v.m), 0) } end
  return { lower(v.M, v.m, v.p, v.pre and "-" .. v.pre), below(v.M, next_text(v.m), 0) }
end

local function caret(v, zero)
  if is_x(v.M) then return { anything } end
  if is_x(v.m) then return { lower(v.M, 0, 0, zero), below(next_text(v.M), 0, 0) } end
  local low = is_x(v.p) and lower(v.M, v.m, 0, zero) or lower(v.M, v.m, v.p, v.pre and "-" .. v.pre)
  if v.M ~= "0" then return { low, below(next_text(v.M), 0, 0) } end
  if v.m ~= "0" or is_x(v.p) then return { low, below(v.M, next_text(v.m), 0) } end
  return { low, below(v.M, v.m, next_text(v.p)) }
end

-- A comparator with x in it: ">1.x", "1.2.*", "x".
local function x_range(op, v, zero)
  if (is_x(v.M) and not is_x(v.m)) or (is_x(v.m) and v.p and not is_x(v.p)) then return nil end
  if is_x(v.M) then return { (op == ">" or op == "<") and nothing or anything } end
  if op == "" or op == "=" then
    return is_x(v.m) and { lower(v.M, 0, 0, zero), below(next_text(v.M), 0, 0) }
      or { lower(v.M, v.m, 0, zero), below(v.M, next_text(v.m), 0) }
  end
  local major, minor = v.M, is_x(v.m) and "0" or v.m
  if op == ">" or op == "<=" then
    if is_x(v.m) then major = next_text(major) else minor = next_text(minor) end
    op = op == ">" and ">=" or "<"
  end
  local pre = op == "<" and "-0" or zero or ""
  return { { op = op, text = ("%s.%s.0%s"):format(major, minor, pre) } }
end

local function plain(op, body, v, loose)
  local junk = body:match("^[v=%s]*")
  if not loose and junk ~= "" and junk ~= "v" then return nil end
  local text = ("%s.%s.%s%s"):format(v.M, v.m, v.p, v.pre and "-" .. v.pre or "")
  return { { op = op == "=" and "" or op, text = text } }
end

local function comparator(text, loose, zero)
  if text == "" then return { anything } end
  local sign, body = text:match("^(~>?)(.*)$")
  if not sign then sign, body = text:match("^(%^)(.*)$") end
  local op
  if not sign then op, body = text:match("^([<>]?=?)(.*)$") end
  if op and body == "" then return { anything } end
  local v = partial(body, loose)
  if not v then return nil end
  if sign then return (sign == "^" and caret or tilde)(v, zero) end
  if is_x(v.M) or is_x(v.m) or is_x(v.p) then return x_range(op, v, zero) end
  return plain(op, body, v, loose)
end

local function hyphen(text, loose, zero)
  local from, to = text:match("^(%S+)%s+%-%s+(%S+)$")
  if not from then return nil end
  local a, b = partial(from, loose), partial(to, loose)
  if not a or not b then return nil end
  local list = {}
  if not is_x(a.M) then
    local open = is_x(a.m) or is_x(a.p)
    local pre = not open and a.pre and "-" .. a.pre or zero
    list[1] = lower(a.M, is_x(a.m) and 0 or a.m, open and 0 or a.p, pre)
  end
  if is_x(b.M) then -- open at the top
  elseif is_x(b.m) then list[#list + 1] = below(next_text(b.M), 0, 0)
  elseif is_x(b.p) then list[#list + 1] = below(b.M, next_text(b.m), 0)
  elseif b.pre then list[#list + 1] = { op = "<=", text = ("%s.%s.%s-%s"):format(b.M, b.m, b.p, b.pre) }
  elseif zero then list[#list + 1] = below(b.M, b.m, next_text(b.p))
  else list[#list + 1] = { op = "<=", text = ("%s.%s.%s"):format(b.M, b.m, b.p) } end
  if #list == 0 then list[1] = anything end
  return list
end

local function is_null(c) return c.op == "<" and c.text == "0.0.0-0" end
local function is_any(c) return c.text == "" end

local function trimmed(text)
  return (text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

-- One alternative, its comparators in order and each once; nil when it does not parse.
local function alternative(text, options)
  local loose, zero = options.loose, options.include_prerelease and "-0" or nil
  text = text:gsub("%+[%w-]+[%w.-]*", "")
  local list = hyphen(text, loose, zero)
  if not list then
    list = {}
    text = trimmed(text):gsub("([<>]=?) +", "%1"):gsub("= +", "="):gsub("(~>?) +", "%1"):gsub("%^ +", "^")
    if text == "" then list[1] = anything end
    for piece in text:gmatch "%S+" do
      local found = comparator(piece, loose, zero)
      if not found and not loose then return nil end
      for _, c in ipairs(found or {}) do list[#list + 1] = c end
    end
  end
  local seen, kept, all = {}, {}, options.include_prerelease and "0.0.0-0" or "0.0.0"
  for _, c in ipairs(list) do
    if c.op == ">=" and c.text == all then c = anything end
    if is_null(c) then return { c } end
    if not seen[c.op .. c.text] then
      seen[c.op .. c.text] = true
      kept[#kept + 1] = c
    end
  end
  if #kept > 1 then
    for i = #kept, 1, -1 do
      if is_any(kept[i]) then table.remove(kept, i) end
    end
  end
  return kept
end

local function read_versions(set, loose)
  for _, list in ipairs(set) do
    for i, c in ipairs(list) do
      local v
      if not is_any(c) then
        v = semver.parse(c.text, { loose = loose })
        if not v then return nil end
      end
      list[i] = { op = c.op, text = c.text, version = v }
    end
  end
  return true
end

local function shown(range)
  local alternatives = {}
  for i, list in ipairs(range.set) do
    local texts = {}
    for k, c in ipairs(list) do texts[k] = c.op .. (c.version and c.version.text or "") end
    alternatives[i] = table.concat(texts, " ")
  end
  local text = table.concat(alternatives, "||")
  return text == "" and "*" or text
end
range_meta.__tostring = shown

local function parse_npm(text, options)
  local set = {}
  local rest = trimmed(text) .. "||"
  for piece in rest:gmatch("(.-)||") do
    local list = alternative(trimmed(piece), options)
    if not list then return invalid(text) end
    if #list > 0 then set[#set + 1] = list end
  end
  if #set == 0 then return invalid(text) end
  if #set > 1 then
    local kept = {}
    for _, list in ipairs(set) do
      if not is_null(list[1]) then kept[#kept + 1] = list end
    end
    set = #kept > 0 and kept or { set[1] }
    for _, list in ipairs(set) do
      if #list == 1 and is_any(list[1]) then set = { list } break end
    end
  end
  if not read_versions(set, options.loose) then return invalid(text) end
  return setmetatable({ set = set, options = options }, range_meta)
end

local range_options = options_of.set "include_prerelease loose dialect"

--- A range as a value; tostring gives its plain comparators. Options: `include_prerelease`, `loose`,
--- `dialect = "cargo"`.
---@param text string|table
---@param options { include_prerelease: boolean?, loose: boolean?, dialect: string? }?
---@return table?, slipway.Error?
function M.range(text, options)
  if getmetatable(text) == range_meta then return text end
  options = options or {}
  options_of.only(options, range_options, "semver.range")
  if options.dialect == "cargo" then return require("pure.cargo_range").parse(text) end
  return parse_npm(tostring(text), options)
end

local function holds(c, text)
  if is_any(c) then return true end
  local order = door.compare(text, c.version.text)
  if c.op == "" then return order == 0 end
  if c.op == "<" then return order < 0 end
  if c.op == "<=" then return order <= 0 end
  if c.op == ">" then return order > 0 end
  return order >= 0
end

local function same_numbers(a, b)
  return a.major == b.major and a.minor == b.minor and a.patch == b.patch
end

local function list_holds(list, version, options)
  for _, c in ipairs(list) do
    if not holds(c, version.text) then return false end
  end
  if not version.pre or options.include_prerelease then return true end
  for _, c in ipairs(list) do -- a pre-release must be asked for, at the same three numbers
    if c.version and c.version.pre and same_numbers(c.version, version) then return true end
  end
  return false
end

local function range_holds(range, version)
  if range.cargo then return require("pure.cargo_range").holds(range, version) end
  for _, list in ipairs(range.set) do
    if list_holds(list, version, range.options) then return true end
  end
  return false
end

--- Is the version in the range? A text that is no version is in no range.
---@param version slipway.Version|string
---@param range string|table
---@param options table?
---@return boolean?, slipway.Error?
function M.satisfies(version, range, options)
  local r, err = M.range(range, options)
  if not r then return nil, err end
  local v = semver.read(version, options)
  return v ~= nil and range_holds(r, v)
end

local sides = {
  [">"] = { further = function(o) return o > 0 end, comp = ">" },
  ["<"] = { further = function(o) return o < 0 end, comp = "<" },
}

local zero_version = { op = ">=", text = "0.0.0", version = semver.parse "0.0.0" }

local function beyond(version, list, side)
  local high, low
  for _, c in ipairs(list) do
    if is_any(c) then c = zero_version end
    high, low = high or c, low or c
    if side.further(door.compare(c.version.text, high.version.text)) then
      high = c
    elseif side.further(door.compare(low.version.text, c.version.text)) then
      low = c
    end
  end
  local comp, or_equal = side.comp, side.comp .. "="
  if high.op == comp or high.op == or_equal then return false end
  local order = door.compare(version.text, low.version.text)
  if (low.op == "" or low.op == comp) and not side.further(order) then return false end
  if low.op == or_equal and order ~= 0 and not side.further(order) then return false end
  return true
end

--- Is the version beyond the whole range, above (">") or below ("<")?
---@param version slipway.Version|string
---@param range string|table
---@param hilo ">"|"<"
---@param options table?
---@return boolean?, slipway.Error?
function M.outside(version, range, hilo, options)
  local side = assert(sides[hilo], "outside: '>' or '<' expected")
  local r, err = M.range(range, options)
  if not r then return nil, err end
  local v
  v, err = semver.read(version, options)
  if not v then return nil, err end
  if range_holds(r, v) then return false end
  for _, list in ipairs(r.set) do
    if not beyond(v, list, side) then return false end
  end
  return true
end

function M.gtr(version, range, options) return M.outside(version, range, ">", options) end
function M.ltr(version, range, options) return M.outside(version, range, "<", options) end

local function best(list, range, options, better)
  local r, err = M.range(range, options)
  if not r then return nil, err end
  local found, found_item
  for _, item in ipairs(list) do
    local v = semver.read(item, options)
    if v and range_holds(r, v) and (not found or better(door.compare(v.text, found.text))) then
      found, found_item = v, item
    end
  end
  return found_item
end

--- The highest of the list that is in the range, as it stands in the list; nil when none is.
---@param list (slipway.Version|string)[]
function M.max_satisfying(list, range, options)
  return best(list, range, options, function(order) return order > 0 end)
end

---@param list (slipway.Version|string)[]
function M.min_satisfying(list, range, options)
  return best(list, range, options, function(order) return order < 0 end)
end

local function least(list)
  local found
  for _, c in ipairs(list) do
    local v = c.version or zero_version.version
    if c.op == ">" then
      v = v.pre and semver.new { major = v.major, minor = v.minor, patch = v.patch, pre = v.pre .. ".0" }
        or semver.bump(v, "patch")
    end
    if c.op ~= "<" and c.op ~= "<=" and (not found or door.compare(v.text, found.text) > 0) then found = v end
  end
  return found
end

--- The lowest version that is in the range; nil when nothing is.
---@param range string|table
---@param options table?
---@return slipway.Version?, slipway.Error?
function M.min_version(range, options)
  local r, err = M.range(range, options)
  if not r then return nil, err end
  for _, text in ipairs { "0.0.0", "0.0.0-0" } do
    local v = semver.parse(text)
    if range_holds(r, v) then return v end
  end
  local found
  for _, list in ipairs(r.set) do
    local v = least(list)
    if v and (not found or door.compare(v.text, found.text) < 0) then found = v end
  end
  return found and range_holds(r, found) and found or nil
end

--- Is there a version in both ranges?
function M.intersects(a, b, options) return require("pure.range_sets").intersects(a, b, options) end

--- Is every version of `sub` also in `dom`?
function M.subset(sub, dom, options) return require("pure.range_sets").subset(sub, dom, options) end

--- A dependant's requirement after a release, in the requirement's own form: "^1.0", 1.1.0 → "^1.1";
--- nil when it may stay as it is.
---@param requirement string
---@param version slipway.Version|string
---@return string?, slipway.Error?
function M.requirement(requirement, version)
  return require("pure.cargo_range").upgrade(requirement, version)
end

M.holds, M.list_holds, M.is_any = holds, list_holds, is_any

return M
