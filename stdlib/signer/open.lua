-- Opens a signer by the name of its program. This file also documents what every signer offers:
--
--   suffix                       what the name of a signature ends with: ".asc"
--   sign(world, o, file, to)     → true     signs the file at path `file` into `to`; the program asks its agent for the
--                                           key, or gets it by `o.key`
--   verify(world, o, file, sig)  → signer   who signed, as text; nil, err (sign.invalid) when it was not that key
--   keyid(world, o)              → text     names the public key in an envelope
--   bytes_of(text), text_of(bytes)          the signature that its file of text says, and back (optional)
--
-- o = { by, key, password?, public?, identity?, home? }, from slipway.lua: artifacts.sign
local errors = require "pure.errors"
local near = require "pure.near"

local M = {}

M.names = { "cosign", "gpg", "minisign", "ssh" }

---@param by string
---@return table? signer, slipway.Error?
function M.get(by)
  if near.contains(M.names, by) then return require("signer." .. by) end
  return nil, errors.new { code = "sign.unknown", message = ("there is no signer '%s'; there are %s"):format(tostring(by), table.concat(M.names, ", ")), hint = "slipway help config: artifacts.sign" }
end

--- Which signer made a file of this name: "a.tar.gz.asc" → "gpg", "a.tar.gz".
---@param name string
---@return string? by, string? signed
function M.of_name(name)
  for _, by in ipairs(M.names) do
    local suffix = M.get(by).suffix
    if #name > #suffix and name:sub(-#suffix) == suffix then return by, name:sub(1, -#suffix - 1) end
  end
end

return M
