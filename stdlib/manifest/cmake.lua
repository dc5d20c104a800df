-- CMakeLists.txt: project(name VERSION x). CMake knows numbers only (a.b.c.d), so a pre-release is
-- written without its label. A variable in its place is followed to the set() that fills it.
local sites = require "pure.sites"

local function fail(at, message) error({ at = at, message = message }, 0) end

--- Past white space and comments, also bracket comments.
local function skip(text, i)
  while true do
    i = text:match("^%s*()", i)
    if text:sub(i, i) ~= "#" then return i end
    local level = text:match("^#%[(=*)%[", i)
    if level then
      local _, stop = text:find("]" .. level .. "]", i, true)
      if not stop then fail(i, "the bracket comment is not closed") end
      i = stop + 1
    else
      i = text:match("^[^\n]*()", i)
    end
  end
end

--- One argument: { text, first, last } without its quotes, and the position after it.
local function read_argument(text, i)
  local level = text:match("^%[(=*)%[", i)
  if level then
    local open = i + #level + 2
    local stop = text:find("]" .. level .. "]", open, true)
    if not stop then fail(i, "the bracket argument is not closed") end
    return { text = text:sub(open, stop - 1), first = open, last = stop - 1 }, stop + #level + 2
  end
  if text:sub(i, i) == '"' then
    local at = i + 1
    while true do
      local stop = text:find('[\\"]', at)
      if not stop then fail(i, "the string is not closed") end
      if text:sub(stop, stop) == '"' then
        return { text = text:sub(i + 1, stop - 1), first = i + 1, last = stop - 1, quoted = true }, stop + 1
      end
      at = stop + 2
    end
  end
  local word = text:match('^[^%s()#"]+', i)
  if not word then fail(i, "an argument is missing") end
  return { text = word, first = i, last = i + #word - 1 }, i + #word
end

--- The arguments up to the closing parenthesis; nested parentheses are arguments like others.
local function read_arguments(text, i, start)
  local list, depth = {}, 0
  while true do
    i = skip(text, i)
    local mark = text:sub(i, i)
    if mark == "" then fail(start, "the command is not closed") end
    if mark == "(" then
      depth, i = depth + 1, i + 1
    elseif mark == ")" then
      if depth == 0 then return list, i + 1 end
      depth, i = depth - 1, i + 1
    else
      list[#list + 1], i = read_argument(text, i)
    end
  end
end

local function read_commands(text)
  local commands, i = {}, 1
  while true do
    i = skip(text, i)
    if i > #text then return commands end
    local name, open = text:match("^([%a_][%w_]*)%s*%(()", i)
    if not name then fail(i, "a command is expected") end
    local arguments, after = read_arguments(text, open, i)
    commands[#commands + 1] = { name = name:lower(), arguments = arguments }
    i = after
  end
end

--- The last set(NAME value) before the project, for VERSION ${NAME}.
local function assignment(commands, name, before)
  for n = before - 1, 1, -1 do
    local command = commands[n]
    if command.name == "set" and command.arguments[1] and command.arguments[1].text == name then
      return command.arguments[2]
    end
  end
end

--- 1.2.0-rc.1 → 1.2.0
local function numbers_only(version) return version:match("^%d[%d.]*%d") or version:match("^%d+") end

local function version_site(text, argument)
  return sites.version(text, argument.first, argument.last, numbers_only)
end

local function find(text)
  local commands = read_commands(text)
  for n, command in ipairs(commands) do
    if command.name == "project" then
      local name, found = command.arguments[1], { sites = {} }
      found.name = name and not name.text:find("${", 1, true) and name.text or nil
      for m, argument in ipairs(command.arguments) do
        if m > 1 and argument.text == "VERSION" and not argument.quoted then
          local value = command.arguments[m + 1]
          local variable = value and value.text:match("^%${([%w_.-]+)}$")
          if variable then value = assignment(commands, variable, n) end
          if value and value.text:find("^%d") then
            found.sites[1] = version_site(text, value)
          else
            found.answer = sites.dynamic("project() takes its version from " .. (variable or "elsewhere"))
          end
        end
      end
      return found
    end
  end
  return { sites = {}, quiet = true }
end

local function locate(text)
  local ok, found = pcall(find, text)
  if ok then return found end
  if type(found) ~= "table" or not found.at then error(found, 0) end
  return nil, sites.fault(text, found.at, "manifest.malformed", found.message)
end

return sites.format {
  name = "cmake", title = "CMakeLists.txt", core_only = true,
  matches = sites.named { "CMakeLists.txt" }, locate = locate,
}
