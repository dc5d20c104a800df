-- All verbs by name: the stock ones (stdlib/verb), then the project's own once they are trusted.
local errors = require "pure.errors"
local host = require "door.host"

local M = {}

---@return string[]  names of the stock verbs
function M.names()
  local names = {}
  for _, path in ipairs(host.sources "stdlib/verb/") do names[#names + 1] = path:match("([%w_]+)%.lua$") end
  return names
end

--- The stock verbs, and those of the project (`own`: name → source text).
---@param own { name: string, text: string }[]?
---@return table<string, slipway.Verb>?, slipway.Error?
function M.load(own)
  local verbs = {}
  for _, name in ipairs(M.names()) do verbs[name] = require("verb." .. name) end
  for _, source in ipairs(own or {}) do
    local chunk, why = load(source.text, "@slipway/verbs/" .. source.name .. ".lua", "t")
    local ok, declared
    if chunk then ok, declared = pcall(chunk) else declared = why end
    if not ok then
      return nil, errors.new { code = "verb.invalid", message = ("slipway/verbs/%s.lua: %s"):format(source.name, tostring(declared)) }
    end
    if type(declared) ~= "table" or declared.name ~= source.name or type(declared.verify) ~= "function" then
      return nil, errors.new { code = "verb.invalid", message = ("slipway/verbs/%s.lua must return verb { name = \"%s\", … } of pure.declare"):format(source.name, source.name) }
    end
    if verbs[declared.name] then
      return nil, errors.new { code = "verb.invalid", message = ("slipway/verbs/%s.lua: there is already a verb '%s'"):format(source.name, declared.name) }
    end
    verbs[declared.name] = declared
  end
  return verbs
end

--- What a recipe's process needs to know of them: no functions.
---@param verbs table<string, slipway.Verb>
---@return table<string, table>
function M.signatures(verbs)
  local signatures = {}
  for name, verb in pairs(verbs) do -- order: a table by name
    signatures[name] = { params = verb.params, returns = verb.returns, tip = verb.tip }
  end
  return signatures
end

return M
