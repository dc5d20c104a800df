-- The options that every command knows, and the parser of one command, by argparse.
local argparse = require "argparse"
local errors = require "pure.errors"

local M = {}

local function integer_time(value)
  local seconds = math.tointeger(tonumber(value)) or require("door.clock").parse(value)
  return seconds, "not a time (seconds, or 2026-11-21T12:00:00Z)"
end

--- A parser with the global options in place.
---@param name string
---@param summary string
function M.parser(name, summary)
  local parser = argparse(name, summary):add_help(false)
  parser:help_max_width(88)
  parser:flag "-h --help"
  parser:flag "--json"
  parser:option("--progress"):choices { "auto", "plain", "none", "json" }
  parser:option("--color"):choices { "auto", "always", "never" }
  parser:flag "--ascii"
  parser:option("--hyperlinks"):choices { "auto", "never" }
  parser:flag "-q --quiet"
  parser:flag "-v --verbose"
  parser:flag "--no-input"
  parser:flag "--offline"
  parser:option("--as-of"):convert(integer_time)
  parser:option("--root")
  return parser
end

--- Parses; an unknown option is an error and nothing runs.
---@param parser table
---@param words string[]
---@return table?, slipway.Error?
function M.parse(parser, words)
  local ok, result = parser:pparse(words)
  if ok then return result end
  local message = tostring(result):gsub("\nDid you mean (.-)%?$", " (did you mean %1?)"):gsub("\n", " ")
  return nil, errors.new { code = "usage.wrong", message = message, hint = parser._name .. " --help" }
end

return M
