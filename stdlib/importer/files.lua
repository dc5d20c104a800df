-- Files and commands that other tools are told about: which of them Slipway can take over as they are.
local expression = require "importer.expression"
local settings = require "importer.settings"

local M = {}

--- Further files that carry the version. They are added by whoever composes slipway.lua, which looks into them.
---@param value any
---@param path_of (fun(text: string): string?)?
function M.versions(value, path_of)
  local paths = {}
  for _, item in ipairs(type(value) == "table" and value or { value }) do
    if type(item) == "table" then item = item.path or item.filename or item.file end
    local path = type(item) == "string" and (path_of and path_of(item) or item)
    if path then paths[#paths + 1] = path end
  end
  return { verdict = "taken", files = paths }
end

--- Commands as checks of the released commit.
---@param value any
---@param why string
---@param others (fun(name: string): boolean)?
function M.hooks(value, why, others)
  local commands, left = {}, {}
  for _, line in ipairs(type(value) == "table" and value or { value }) do
    local argv = type(line) == "string" and not line:find "{{" and not line:find "%${" and expression.argv(line)
    if argv and not (others and others(argv[1])) then commands[#commands + 1] = argv else left[#left + 1] = tostring(line) end
  end
  if #commands == 0 then
    return settings.none("it needs a shell or the tool's own variables", "a script of yours as one check: checks = { { \"sh\", \"before-release.sh\" } }")
  end
  if #left > 0 then why = ("%s; not taken, for it needs a shell: %s"):format(why, table.concat(left, "; ")) end
  return settings.changed({ ["checks+"] = commands }, why)
end

return M
