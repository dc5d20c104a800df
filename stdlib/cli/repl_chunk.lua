-- One entry at the prompt: is it whole, what is it, and where in it did an error happen.
local errors = require "pure.errors"
local near = require "pure.near"
local show = require "pure.show"

local M = {}

-- A quoted text ends on its line; everything else may go on.
local function unfinished(problem)
  return problem ~= nil and problem:find "<eof>'?$" ~= nil and not problem:find "unfinished string"
end

--- Compiles an entry: as an expression, else as statements. "more" when its end is missing.
---@param text string
---@param number integer  of this entry, in error texts and for p's `where`
---@param env table
---@return function|"more"|nil chunk, string|boolean|nil  problem, or true for an expression
function M.compile(text, number, env)
  local name = ("=[%d]"):format(number)
  local chunk, as_expression = load("return " .. text, name, "t", env)
  if chunk then
    -- Its values go through a function, since a call in tail position would leave no line for an error.
    local kept = load("return (...)(" .. text .. "\n)", name, "t", env)
    return kept and function()
      return kept(function(...) return ... end)
    end or chunk,
      true
  end
  local as_statements
  chunk, as_statements = load(text, name, "t", env)
  if chunk then return chunk, false end
  if unfinished(as_statements) or unfinished(as_expression) then return "more" end
  -- The reading that came further tells more.
  local first = text:match "^%s*([%w_]+)" or text:match "^%s*(%p)"
  local stuck = first and as_statements:find(("near '%s'"):format(first), 1, true)
  return nil, stuck and as_expression or as_statements
end

-- Where an error happened ---------------------------------------------------------------------------

--- For xpcall: the error with the entry and the line that were being executed.
---@param raised any
---@return { raised: any, number: integer?, line: integer? }
function M.handler(raised)
  for level = 2, 200 do
    local info = debug.getinfo(level, "Sl")
    if not info then break end
    local number = info.source:match "^=%[(%d+)%]$"
    if number and info.currentline > 0 then
      return { raised = raised, number = math.tointeger(tonumber(number)), line = info.currentline }
    end
  end
  return { raised = raised }
end

local function line_of(text, number)
  local at = 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    at = at + 1
    if at == number then return line end
  end
end

-- The name that a message is about: (field 'x'), near 'x', verb 'x'.
local function culprit(message)
  for _, pattern in ipairs { "%(%a+ '([^']+)'%)", "near '([^']+)'", "'([^']+)'" } do
    local name = message:match(pattern)
    if name and name ~= "?" then return name end
  end
end

local function find_word(line, word)
  if not word or word == "" then return nil end
  local from = 1
  while true do
    local first, last = line:find(word, from, true)
    if not first then return nil end
    local before, after = line:sub(first - 1, first - 1), line:sub(last + 1, last + 1)
    local inside = word:find "^[%w_]" and (before:find "[%w_]" or after:find "[%w_]")
    if not inside then return first, last end
    from = first + 1
  end
end

local function resolve(env, path)
  local value = env
  for name in path:gmatch "[%w_]+" do
    local ok, next_value = pcall(function() return value[name] end)
    if not ok then return nil end
    value = next_value
  end
  return value
end

--- Names a value has, for suggestions and completion; those of its metatable's __index table too.
---@param value any
---@return string[]
function M.names_of(value)
  local names, seen, depth = {}, {}, 0
  while value ~= nil and depth < 4 do
    if type(value) == "table" then
      for _, key in ipairs(show.keys(value)) do
        if show.is_name(key) and not seen[key] then
          seen[key] = true
          names[#names + 1] = key
        end
      end
    end
    local meta = debug.getmetatable(value)
    local index = type(meta) == "table" and rawget(meta, "__index")
    value = type(index) == "table" and index or nil
    depth = depth + 1
  end
  table.sort(names)
  return names
end

-- " (did you mean x?)" for a name Lua did not find.
local function suggestion(message, line, env, globals)
  local kind, name = message:match "%((%a+) '([^']+)'%)"
  if kind == "global" then return #name > 2 and near.suggest(name, globals) or "" end
  if (kind == "field" or kind == "method") and line then
    local owner = line:match("([%a_][%w_.]*)%s*[.:]%s*" .. name)
    local value = owner and resolve(env, owner)
    if owner == "p" or owner == "facts" then return "" end -- they suggest themselves
    if value ~= nil then return near.suggest(name, M.names_of(value)) end
  end
  return ""
end

--- What to tell of an error: lines of text, the first with number, line and column.
---@param o { texts: table<integer, string>, number: integer, raised: any, line: integer?, env: table, globals: string[] }
---@return { head: string, source: string?, mark: string?, error: slipway.Error? }
function M.explain(o)
  local err = errors.is(o.raised) and errors.adopt(o.raised) or nil
  local message = err and err.message
    or type(o.raised) == "string" and o.raised
    or show.value(o.raised)
  local number, line_number = o.number, o.line
  local said_number, said_line, rest = message:match "^%[(%d+)%]:(%d+): (.*)$"
  if said_number then
    number, line_number, message =
      math.tointeger(tonumber(said_number)), math.tointeger(tonumber(said_line)), rest
  end
  local line = line_number and o.texts[number] and line_of(o.texts[number], line_number)
  local first, last
  if line then
    first, last = find_word(line, culprit(message))
  end
  if line and not first and line:find "%S" then
    first, last = line:find "%S.*"
  end
  if not err then message = message .. suggestion(message, line, o.env, o.globals) end
  local where = ("[%d]"):format(number)
  if line_number then
    where = ("%s:%d%s"):format(where, line_number, first and ":" .. first or "")
  end
  local out = { head = where .. ": " .. message, error = err }
  if line and line:find "%S" and first then
    local function columns(text) return utf8.len(text) or #text end
    out.source = line:gsub("\t", " ")
    out.mark = (" "):rep(columns(line:sub(1, first - 1)))
      .. "^"
      .. ("~"):rep(math.max(0, columns(line:sub(first, last)) - 1))
  end
  return out
end

return M
