-- Help at the prompt: help(), help(value), help "topic", name? and name?? (its source).
local chunk = require "cli.repl_chunk"
local doc = require "pure.doc"
local help = require "cli.help"
local host = require "door.host"
local near = require "pure.near"
local output = require "cli.output"
local text_door = require "door.text"

local M = {}

local overview = [[
Reading is at once: facts:clean(), git.tags …, semver.parse "1.2.0".
Changing waits: p:tag { name = "v1.2.0", at = … } joins a list.
  pending()   the list         apply()   perform it, through the same journal as a recipe
  discard()   forget it        undo()    take the last applied list back
  name?       help on a name   name??    its source         help "topic"
  _  out[n]   last values      !command  the shell          :keys  :save NAME  :quit]]

local function show_function(out, path, found)
  out.say((path:match "^(.*[.:])[%w_]+$" or "") .. found.signature)
  for _, line in ipairs(found.text) do
    out.say("  " .. line)
  end
  for _, param in ipairs(found.params) do
    out.say(("    %-12s %s"):format(param.name, param.type))
  end
  if #found.returns > 0 then out.say("  → " .. table.concat(found.returns, ", ")) end
end

local function last_name(path) return path:match "[%w_]+$" end

-- A function of C: its stub in stdlib/meta.
local function stub_of(path)
  local name = last_name(path)
  local first = path:match "^[%w_]+"
  local text = host.source("stdlib/meta/" .. first .. ".lua")
  for _, found in ipairs(text and doc.functions(text) or {}) do
    if last_name(found.name) == name then return found end
  end
end

-- Where a function of Lua is written, when that is one of our files.
local function written(value)
  local info = debug.getinfo(value, "S")
  local path = info.what == "Lua" and info.source:match "^@(stdlib/.*)$"
  local text = path and host.source(path)
  if text then return text, info.linedefined, info.lastlinedefined, path end
end

local function function_help(out, path, value)
  local text, line = written(value)
  local found = text and doc.at(text, line) or stub_of(path)
  if found then return show_function(out, path, found) end
  out.say(path .. " is a function without a description")
end

local function show_rows(out, rows)
  for _, row in ipairs(rows) do
    local line = row[2] and ("  %-44s %s"):format(row[1], row[2]) or "  " .. row[1]
    out.say(text_door.truncate(line, output.columns()))
  end
end

local function module_help(out, path, value)
  local rows = {}
  for _, name in ipairs(chunk.names_of(value)) do
    local field = rawget(value, name)
    local text, line
    if type(field) == "function" then
      text, line = written(field)
    end
    local found = text and doc.at(text, line)
      or (type(field) == "function" and stub_of(path .. "." .. name))
      or nil
    local args = found and found.signature:match "%b()$"
      or type(field) == "function" and "(…)"
      or ""
    rows[#rows + 1] = { ("%s.%s%s"):format(path, name, args), found and found.text[1] }
  end
  if #rows == 0 then return out.say(path .. " is an empty table") end
  show_rows(out, rows)
end

local function git_help(out)
  local rows = {}
  for _, found in ipairs(doc.functions(host.source "stdlib/meta/git.lua", "repo")) do
    rows[#rows + 1] = { "git:" .. found.signature, found.text[1] }
  end
  show_rows(out, rows)
end

local function show_source(out, path, value)
  local text, first, last, file = written(value)
  if not text then return out.say(path .. " is not written in Lua") end
  out.say(("-- %s:%d"):format(file, first))
  local at = 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    at = at + 1
    if at >= first and at <= last then out.say(line) end
  end
end

local function resolve(env, path)
  local value = env
  for name in path:gmatch "[%w_]+" do
    local ok, found = pcall(function() return value[name] end)
    if not ok or found == nil then return nil end
    value = found
  end
  return value
end

--- A module of the prompt or a function of one: "semver", "semver.parse", "git", "git.tag".
---@param out slipway.Output
---@param path string
---@param env table
---@param source boolean?
---@return boolean answered
function M.module(out, path, env, source)
  if path == "git" then
    git_help(out)
    return true
  end
  local stub = path:find "^git[.:]" and stub_of(path)
  if stub then
    show_function(out, path, stub)
    return true
  end
  local value = path:find "^[%a_][%w_.:]*$" and resolve(env, path) or nil
  if type(value) == "function" then
    local show = source and show_source or function_help
    show(out, path, value)
  elseif type(value) == "table" then
    module_help(out, path, value)
  end
  return type(value) == "function" or type(value) == "table"
end

--- Answers `name?`, `name??` and help(…).
---@param o { out: slipway.Output, env: table, project: table?, globals: fun(): string[] }
---@param path string
---@param source boolean?
function M.on(o, path, source)
  local out, name = o.out, last_name(path) or path
  if path == "" then return out.say(overview) end
  if path == "p" then return help.topic(out, o.project, "verbs") end
  if path == "facts" then return help.topic(out, o.project, "facts") end
  if path:find "^p[.:]" or path:find "^facts[.:]" then
    local _, err = help.topic(out, o.project, name)
    if err then out.complain(err.message) end
    return
  end
  if M.module(out, path, o.env, source) then return end
  local value = path:find "^[%w_.:]+$" and resolve(o.env, path) or nil
  if value ~= nil then
    return out.say(("%s is a %s: %s"):format(path, type(value), require("pure.show").value(value)))
  end
  local _, err = help.topic(out, o.project, path)
  if not err then return end
  local better = near.suggest(path, o.globals())
  out.complain(
    ("there is no help on '%s'%s"):format(
      path,
      better ~= "" and better or err.message:match "%(did you mean.*%)$" or ""
    )
  )
end

--- The path of a value among the names of the prompt, for help(git.tag).
---@param o { env: table, globals: fun(): string[] }
---@param value any
---@return string?
function M.path_of(o, value)
  for _, name in ipairs(o.globals()) do
    if rawequal(resolve(o.env, name), value) then return name end
  end
  for _, name in ipairs(o.globals()) do
    local module = resolve(o.env, name)
    if type(module) == "table" and name ~= "_G" then
      for _, field in ipairs(chunk.names_of(module)) do
        if rawequal(rawget(module, field), value) then return name .. "." .. field end
      end
    end
  end
end

return M
