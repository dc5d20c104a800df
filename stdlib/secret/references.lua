-- Every reference to a secret that slipway.lua makes, by the place where it stands: "forge.token", "secrets.push".
local sorted_keys = require "pure.sorted_keys"
local M = {}

local schemes = { env = true, file = true, op = true, pass = true, keyring = true, gh = true, oidc = true, ["git-credential"] = true }

-- Commands and texts hold no references, whatever they look like.
local never = { checks = true, targets = true, artifacts = true, rules = true, changelog = true, manifests = true, tag = true, text = true, subject = true, run = true }

---@param text any
---@return boolean
function M.is_reference(text)
  local scheme = type(text) == "string" and text:match "^([%l-]+):"
  return scheme ~= nil and schemes[scheme] == true
end

local function is_list_of_references(value)
  if type(value) ~= "table" or #value == 0 then return false end
  for _, item in ipairs(value) do
    if not M.is_reference(item) then return false end
  end
  return true
end

local function collect(value, where, found)
  if M.is_reference(value) or is_list_of_references(value) then
    found[#found + 1] = { name = where, refs = type(value) == "table" and value or { value } }
  elseif type(value) == "table" then
    for _, key in ipairs(sorted_keys(value)) do
      local item = value[key]
      local label = type(item) == "table" and type(item.name) == "string" and item.name or tostring(key)
      if not never[key] then collect(item, where == "" and label or where .. "." .. label, found) end
    end
  end
end

--- All of them, sorted by place.
---@param config table  slipway.lua
---@return { name: string, refs: string[] }[]
function M.list(config)
  local found = {}
  collect(config, "", found)
  for _, signer in ipairs(type(config.artifacts) == "table" and config.artifacts.sign or {}) do
    collect({ key = signer.key, password = signer.password }, "artifacts.sign." .. tostring(signer.by), found)
  end
  return found
end

return M
