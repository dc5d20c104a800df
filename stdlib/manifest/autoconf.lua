-- configure.ac: the second argument of AC_INIT, followed through one m4_define.
local mask = require "pure.mask"
local sites = require "pure.sites"

--- Past blanks.
local function skip(text, i) return text:match("^%s*()", i) end

--- One argument of a macro: its text without quotes and the bytes it takes.
local function read_argument(text, i)
  i = skip(text, i)
  if text:sub(i, i) == "[" then
    local body = text:match("^%b[]", i)
    if not body then return nil end
    return { text = body:sub(2, -2), first = i + 1, last = i + #body - 2 }, skip(text, i + #body)
  end
  local first, depth = i, 0
  while i <= #text do
    local mark = text:sub(i, i)
    if depth == 0 and (mark == "," or mark == ")") then break end
    if mark == "(" then depth = depth + 1 elseif mark == ")" then depth = depth - 1 end
    i = i + 1
  end
  local body = text:sub(first, i - 1):match("^(.-)%s*$")
  return { text = body, first = first, last = first + #body - 1 }, i
end

local function arguments_of(text, open)
  local list, i = {}, open
  while true do
    local argument
    argument, i = read_argument(text, i)
    if not argument then return nil end
    list[#list + 1] = argument
    if text:sub(i, i) ~= "," then return list end
    i = i + 1
  end
end

local function defined(text, name)
  for _, macro in ipairs { "m4_define", "AC_DEFUN", "define" } do
    local at = 1
    while true do
      local open = text:match("%f[%w_]" .. macro .. "%(()", at)
      if not open then break end
      local list = arguments_of(text, open)
      if list and list[1] and list[1].text == name and list[2] then return list[2] end
      at = open
    end
  end
end

local function locate(text)
  local masked = mask.comments(text, "m4")
  local open = masked:match("%f[%w_]AC_INIT%(()")
  if not open then return { sites = {}, quiet = true } end
  local list = arguments_of(masked, open)
  if not list then
    return nil, sites.fault(text, open, "manifest.malformed", "AC_INIT is not closed")
  end
  local name, version = list[1], list[2]
  local found = { sites = {}, name = name and name.text:find("^[%w._ -]+$") and name.text or nil }
  if version and version.text:find("^[%a_][%w_]*$") then version = defined(masked, version.text) end
  if version and version.text:find("^v?%d") then
    found.sites[1] = sites.version(text, version.first, version.last)
  elseif list[2] then
    found.answer = sites.dynamic("the version is computed")
  end
  return found
end

return sites.format {
  name = "autoconf", title = "configure.ac",
  matches = sites.named { "configure.ac", "configure.in" }, locate = locate,
}
