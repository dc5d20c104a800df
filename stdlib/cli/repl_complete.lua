-- What Tab offers at the prompt: names, fields, verbs and their parameters, facts, tags and branches.
local chunk = require "cli.repl_chunk"
local facts = require "run.facts"

local M = {}

local keywords = {
  "and",
  "break",
  "do",
  "else",
  "elseif",
  "end",
  "false",
  "for",
  "function",
  "if",
  "in",
  "local",
  "nil",
  "not",
  "or",
  "repeat",
  "return",
  "then",
  "true",
  "until",
  "while",
}

local planning = { "channel", "phase", "require", "title", "version", "warn" }

--- What stands before the cursor, read from left to right: is a string open, which brackets are.
---@param text string
---@return { string_from: integer?, braces: integer[] }
local function scan(text)
  local open, i, string_from, mark = {}, 1, nil, nil
  while i <= #text do
    local c = text:sub(i, i)
    if string_from then
      if c == "\\" then
        i = i + 1
      elseif c == mark then
        string_from = nil
      end
    elseif c == '"' or c == "'" then
      string_from, mark = i + 1, c
    elseif c == "{" or c == "(" then
      open[#open + 1] = i
    elseif c == "}" or c == ")" then
      open[#open] = nil
    end
    i = i + 1
  end
  return { string_from = string_from, braces = open }
end

local function starting(names, prefix)
  local found, seen = {}, {}
  for _, name in ipairs(names) do
    if name:sub(1, #prefix) == prefix and not seen[name] then
      seen[name] = true
      found[#found + 1] = name
    end
  end
  table.sort(found)
  return found
end

-- The verb whose argument table is open at the cursor, and what was typed of it.
local function open_verb(text, braces)
  for i = #braces, 1, -1 do
    if text:sub(braces[i], braces[i]) == "{" then
      local verb = text:sub(1, braces[i] - 1):match "p%s*:%s*([%w_]+)%s*%(?%s*$"
      return verb, text:sub(braces[i] + 1)
    end
  end
end

local function parameters(verb, typed)
  local names = {}
  for name in pairs(verb.params) do -- order: sorted by `starting`
    if not typed:find("%f[%w_]" .. name .. "%s*=") then names[#names + 1] = name .. " = " end
  end
  return names
end

local function refs(engine, typed)
  local names = {}
  for _, prefix in ipairs { "refs/tags/", "refs/heads/", "refs/remotes/" } do
    for _, ref in ipairs(engine and engine.project.repo:refs(prefix) or {}) do
      names[#names + 1] = ref.name:sub(#prefix + 1)
      if typed:find "^refs" then names[#names + 1] = ref.name end
    end
  end
  return names
end

local function verb_names(engine)
  local names = {}
  for name in pairs(engine and engine.verbs or {}) do
    names[#names + 1] = name
  end -- order: sorted by `starting`
  return names
end

local function members(o, path)
  if path == "p" then
    local names = verb_names(o.engine)
    table.move(planning, 1, #planning, #names + 1, names)
    return names
  end
  if path == "facts" then
    local names = facts.names()
    names[#names + 1] = "project"
    return names
  end
  if path == "git" then return o.git_names() end
  local value = o.env
  for name in path:gmatch "[%w_]+" do
    local ok, found = pcall(function() return value[name] end)
    if not ok or found == nil then return {} end
    value = found
  end
  return chunk.names_of(value)
end

--- Candidates for the text before the cursor, and where the completed word starts.
---@param o { env: table, engine: table?, globals: fun(): string[], git_names: fun(): string[], commands: string[], topics: fun(): string[] }
---@param line string
---@param cursor integer  bytes before the cursor
---@return string[] candidates, integer from
function M.candidates(o, line, cursor)
  local text = line:sub(1, cursor)
  if text:find "^%s*:%w*$" then
    local from = text:find ":"
    return starting(o.commands, text:sub(from)), from
  end
  if text:find "^%s*!" then return {}, cursor + 1 end
  local state = scan(text)
  if state.string_from then
    local names = text:find "help[%s(]*[\"'][^\"']*$" and o.topics()
      or refs(o.engine, text:sub(state.string_from))
    return starting(names, text:sub(state.string_from)), state.string_from
  end
  local path, word = text:match "([%a_][%w_.]*)%s*[.:]%s*([%w_]*)$"
  if path then return starting(members(o, path), word), cursor - #word + 1 end
  word = text:match "[%w_]*$"
  local from = cursor - #word + 1
  local verb_name, typed = open_verb(text, state.braces)
  local verb = verb_name and o.engine and o.engine.verbs[verb_name]
  if verb and text:sub(1, from - 1):find "[{,;]%s*$" then
    return starting(parameters(verb, typed), word), from
  end
  local names = o.globals()
  table.move(keywords, 1, #keywords, #names + 1, names)
  return starting(names, word), from
end

return M
