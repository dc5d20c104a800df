-- TOML 1.0 scalars: strings, numbers, booleans, dates. Each reader takes the text and the position of
-- the first byte and returns the value's kind, the value, and the position after it. A fault is
-- raised as { at =, message = } and becomes an error value at the module's door (pure.toml).
local M = {}

--- Raises a fault at a byte position; caught by pure.toml.
---@param at integer
---@param message string
function M.fail(at, message) error({ at = at, message = message }, 0) end

local fail = M.fail

local escapes = { b = "\b", t = "\t", n = "\n", f = "\f", r = "\r", ['"'] = '"', ["\\"] = "\\" }

--- Reads the escape whose backslash stands at `i`; returns its text and the position after it.
local function read_escape(text, i)
  local letter = text:sub(i + 1, i + 1)
  if escapes[letter] then return escapes[letter], i + 2 end
  local length = letter == "u" and 4 or letter == "U" and 8
  if not length then fail(i, "unknown escape \\" .. letter) end
  local digits = text:match("^%x+", i + 2) or ""
  if #digits < length then fail(i, ("\\%s needs %d hexadecimal digits"):format(letter, length)) end
  local code = tonumber(digits:sub(1, length), 16)
  if code > 0x10FFFF or (code >= 0xD800 and code <= 0xDFFF) then
    fail(i, "the escape is no Unicode scalar value")
  end
  return utf8.char(code), i + 2 + length
end

--- "basic": `i` is the opening quote.
function M.basic(text, i)
  local start, parts = i, {}
  i = i + 1
  while true do
    local stop = text:find('["\\\n]', i)
    local mark = stop and text:sub(stop, stop)
    if not stop or mark == "\n" then fail(start, "the string is not closed on its line") end
    parts[#parts + 1] = text:sub(i, stop - 1)
    if mark == '"' then return table.concat(parts), stop + 1 end
    parts[#parts + 1], i = read_escape(text, stop)
  end
end

--- 'literal': `i` is the opening quote.
function M.literal(text, i)
  local stop = text:find("['\n]", i + 1)
  if not stop or text:sub(stop, stop) == "\n" then
    fail(i, "the string is not closed on its line")
  end
  return text:sub(i + 1, stop - 1), stop + 1
end

--- Position of the content of a multi-line string: a newline right after the quotes is not part of it.
local function after_opening(text, i)
  if text:sub(i + 3, i + 3) == "\n" then return i + 4 end
  if text:sub(i + 3, i + 4) == "\r\n" then return i + 5 end
  return i + 3
end

--- A run of quotes at `i` that closes a multi-line string: up to two of them belong to the content.
local function closing(text, i, quote)
  local run = #text:match("^" .. quote .. "+", i)
  if run < 3 then return nil, run end
  if run > 5 then fail(i, "too many quotes") end
  return run - 3, run
end

--- """basic""": escapes, and a backslash at the end of a line swallows white space.
function M.multi_basic(text, i)
  local start, parts = i, {}
  i = after_opening(text, i)
  while true do
    local stop = text:find('["\\]', i)
    if not stop then fail(start, "the multi-line string is not closed") end
    parts[#parts + 1] = text:sub(i, stop - 1)
    if text:sub(stop, stop) == '"' then
      local kept, run = closing(text, stop, '"')
      parts[#parts + 1] = ('"'):rep(kept or run)
      if kept then return table.concat(parts), stop + run end
      i = stop + run
    elseif text:find("^\\[ \t]*\r?\n", stop) then
      i = select(2, text:find("^\\[ \t\r\n]*", stop)) + 1
    else
      parts[#parts + 1], i = read_escape(text, stop)
    end
  end
end

--- '''literal''': nothing is special but the closing quotes.
function M.multi_literal(text, i)
  local start, parts = i, {}
  i = after_opening(text, i)
  while true do
    local stop = text:find("'", i, true)
    if not stop then fail(start, "the multi-line string is not closed") end
    parts[#parts + 1] = text:sub(i, stop - 1)
    local kept, run = closing(text, stop, "'")
    parts[#parts + 1] = ("'"):rep(kept or run)
    if kept then return table.concat(parts), stop + run end
    i = stop + run
  end
end

---@param text string
---@param i integer  position of the opening quote
---@return string value, integer after, integer quotes  how many bytes the opening takes (1 or 3)
function M.string(text, i)
  if text:sub(i, i + 2) == '"""' then
    local value, after = M.multi_basic(text, i)
    return value, after, 3
  elseif text:sub(i, i + 2) == "'''" then
    local value, after = M.multi_literal(text, i)
    return value, after, 3
  end
  local read = text:sub(i, i) == '"' and M.basic or M.literal
  local value, after = read(text, i)
  return value, after, 1
end

local month_days = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function is_leap(year) return year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) end

local function is_date(date)
  local year, month, day = date:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  if not year then return false end
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  if not month_days[month] or day < 1 or day > month_days[month] then return false end
  return not (month == 2 and day == 29 and not is_leap(year))
end

local function is_time(time)
  local hour, minute, second, fraction = time:match("^(%d%d):(%d%d):(%d%d)(.*)$")
  if not hour or tonumber(hour) > 23 or tonumber(minute) > 59 or tonumber(second) > 60 then
    return false
  end
  return fraction == "" or fraction:find("^%.%d+$") ~= nil
end

local function is_offset(offset)
  if offset == "Z" or offset == "z" then return true end
  local hour, minute = offset:match("^[+-](%d%d):(%d%d)$")
  return hour ~= nil and tonumber(hour) <= 23 and tonumber(minute) <= 59
end

local stamp = { __name = "toml.datetime", __tostring = function(self) return self.text end }
stamp.__index = stamp

--- One of the four date and time forms, or nil when `token` is none.
---@param token string
---@return { form: string, text: string }?
function M.datetime(token)
  local form
  local date, rest = token:match("^(%d+%-%d+%-%d+)(.*)$")
  if not date then
    form = is_time(token) and "time-local" or nil
  elseif not is_date(date) then
    return nil
  elseif rest == "" then
    form = "date-local"
  else
    local time, offset = rest:match("^[Tt ]([%d:.]+)(.*)$")
    if not time or not is_time(time) then return nil end
    form = offset == "" and "datetime-local" or is_offset(offset) and "datetime" or nil
  end
  return form and setmetatable({ form = form, text = token }, stamp)
end

local prefixed = {
  ["0x"] = { 16, "^[%x_]+$" }, ["0o"] = { 8, "^[0-7_]+$" }, ["0b"] = { 2, "^[01_]+$" },
}

--- Underscores stand between digits only; returns the text without them, or nil.
local function without_underscores(digits)
  if digits:find("^_") or digits:find("_$") or digits:find("__", 1, true) then return nil end
  return (digits:gsub("_", ""))
end

--- Whole numbers fit 64 bits or are no TOML that can be read without loss.
local function read_whole(digits, base)
  local limit = base == 10 and "9223372036854775808" or nil
  local plain = digits:gsub("^[+-]", ""):gsub("^0+(.)", "%1")
  if limit then
    local negative = digits:sub(1, 1) == "-"
    if #plain > 19 or (#plain == 19 and (plain > limit or (plain == limit and not negative))) then
      return nil
    end
    return negative and plain == limit and math.mininteger or math.tointeger(tonumber(digits:gsub("^%+", ""), 10))
  end
  if #plain * (base == 16 and 4 or base == 8 and 3 or 1) > 66 then return nil end
  local value = 0
  for digit in plain:gmatch(".") do
    if value > (math.maxinteger - tonumber(digit, 16)) // base then return nil end
    value = value * base + tonumber(digit, 16)
  end
  return value
end

local function read_decimal(token)
  local sign, rest = token:match("^([+-]?)(.*)$")
  local whole = rest:match("^[%d_]+$") and without_underscores(rest)
  if whole and not whole:find("^0%d") then
    local value = read_whole(sign .. whole, 10)
    if value == nil then return nil, "the number does not fit 64 bits" end
    return "integer", value
  end
  local head, fraction, exponent = rest:match("^([%d_]+)(%.?[%d_]*)([eE]?[+-]?[%d_]*)$")
  head = head and without_underscores(head)
  if not head or head:find("^0%d") then return nil end
  if fraction ~= "" then
    local digits = without_underscores(fraction:sub(2))
    if not digits or digits == "" or fraction:sub(1, 1) ~= "." then return nil end
    fraction = "." .. digits
  end
  if exponent ~= "" then
    local mark, power = exponent:match("^([eE][+-]?)(.+)$")
    power = power and without_underscores(power)
    if not power or power:find("[^%d]") then return nil end
    exponent = mark .. power
  end
  local value = tonumber(sign:gsub("%+", "") .. head .. fraction .. exponent)
  return value and "float", value and value + 0.0
end

local words = {
  ["true"] = { "boolean", true }, ["false"] = { "boolean", false },
  inf = {
    "float", math.huge }, ["+inf"] = { "float", math.huge }, ["-inf"] = { "float", -math.huge,
  },
  nan = { "float", 0 / 0 }, ["+nan"] = { "float", 0 / 0 }, ["-nan"] = { "float", 0 / 0 },
}

--- Everything that is not a string, an array or a table.
---@param text string
---@param i integer
---@return string kind, any value, integer after
function M.bare(text, i)
  local token = text:match("^[%w_+%-.:]+", i) or ""
  if token:find("^%d%d%d%d%-%d%d%-%d%d$") then
    token = token .. (text:match("^ %d[%w_+%-.:]*", i + #token) or "")
  end
  local after = i + #token
  if token == "" then fail(i, "a value is missing") end
  local word = words[token]
  if word then return word[1], word[2], after end
  local moment = M.datetime(token)
  if moment then return "datetime", moment, after end
  local base = prefixed[token:sub(1, 2)]
  if base then
    local digits = token:sub(3):find(base[2]) and without_underscores(token:sub(3))
    local value = digits and read_whole(digits, base[1])
    if value == nil then fail(i, token .. " is no number") end
    return "integer", value, after
  end
  local kind, value = read_decimal(token)
  if not kind then fail(i, type(value) == "string" and value or token .. " is no value") end
  return kind, value, after
end

return M
