-- What every command has: its options, its output, the engine when it needs one, and a way to ask.
local errors = require "pure.errors"
local host = require "door.host"
local near = require "pure.near"
local output = require "cli.output"

local M = {}

---@class slipway.Context
---@field out slipway.Output
---@field options table

function M.new() return setmetatable({ out = output.new {} }, { __index = M }) end

--- Parses the words of a command; `declare(parser)` adds its own options. Returns nil, 0 after --help.
---@param name string
---@param words string[]
---@param declare fun(parser: table)?
---@return table? options, slipway.Error|integer?
function M:parse(name, words, declare)
  if #words == 0 and not declare then
    self.options = {}
    return self.options
  end
  if near.contains(words, "--help") or near.contains(words, "-h") then
    require("cli.help").command(self, name)
    return nil, 0
  end
  local options = require "cli.options"
  local parser = options.parser("slipway " .. name, "")
  if declare then declare(parser) end
  local parsed, err = options.parse(parser, words)
  if near.contains(words, "--json") then self.out = output.new { json = true } end
  if not parsed then return nil, err end
  self.options = parsed
  self.out = output.new {
    json = parsed.json, color = parsed.color, ascii = parsed.ascii, quiet = parsed.quiet, verbose = parsed.verbose, progress = parsed.progress,
    hyperlinks = parsed.hyperlinks,
  }
  return parsed
end

--- The engine for the project in the current folder (or --root).
---@return slipway.Engine?, slipway.Error?
function M:engine()
  local o = self.options or {}
  return require("run.engine").open { root = o.root, offline = o.offline, time = o.as_of }
end

--- The project and a world to read it by, for commands that only look.
---@return table?, slipway.Error?
function M:reading()
  local o = self.options or {}
  return require("run.reading").open { root = o.root, offline = o.offline, time = o.as_of }
end

--- Asks a person; nil when nobody can be asked.
---@param prompt string
---@return string?
function M:ask(prompt)
  if (self.options or {}).no_input or self.out.json or not host.is_terminal(0) then return nil end
  return require("door.term").ask { prompt = prompt }
end

--- The question of run/engine.lua, put to a person.
function M:asker()
  return function(question)
    if question.kind == "choice" then return self:ask(("%s (%s): "):format(question.text, table.concat(question.choices, ", "))) end
    if question.kind == "yes" then return self:ask(question.text and question.text .. "? [y/N] " or "Go on? [y/N] ") end
    local several = question.expect and not question.expect:find "^%d+%." -- of several packages: "3 packages"
    return self:ask(("This cannot be undone. Type %s to go on (Enter stops): "):format(several and ('"%s"'):format(question.expect) or "the version"))
  end
end

--- An error when a command needs a repository and there is none is the same everywhere.
M.errors = errors

return M
