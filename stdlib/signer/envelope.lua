-- Signs a statement and checks a signed one (pure/provenance.lua says what it looks like). The signature is that of the
-- configured program over DSSE's encoding of the statement.
local errors = require "pure.errors"
local key = require "signer.key"
local provenance = require "pure.provenance"
local signers = require "signer.open"

local M = {}

-- Signers sign files: the encoding gets one for the moment, always of the same name, which some signatures name.
local function with_encoding(world, payload, body)
  return key.in_private_folder(world, function(folder)
    local ok, err = world.file.write { path = folder .. "/statement", text = provenance.encoding(payload) }
    if not ok then return nil, err end
    return body(folder .. "/statement", folder .. "/signature")
  end)
end

--- The envelope of a statement.
---@param world table
---@param o table  signer, as in artifacts.sign
---@param payload string
---@return string? envelope, slipway.Error?
function M.seal(world, o, payload)
  local signer, err = signers.get(o.by)
  if not signer then return nil, err end
  return with_encoding(world, payload, function(file, to)
    local ok, failed = signer.sign(world, o, file, to)
    if not ok then return nil, failed end
    local who, bad = signer.verify(world, o, file, to)
    if not who then return nil, bad end
    local signature = world.file.read(to)
    return provenance.envelope(payload, signer.keyid(world, o), signer.bytes_of and signer.bytes_of(signature) or signature)
  end)
end

--- Who signed the envelope; nil, err when nobody whom slipway.lua knows did.
---@param world table
---@param list table[]  signers, as in artifacts.sign
---@param opened table  from provenance.open
---@return string? who, slipway.Error?
function M.check(world, list, opened)
  local last
  for _, entry in ipairs(opened.signatures) do
    local by = entry.keyid:match "^(%l+):"
    for _, o in ipairs(list) do
      local signer = o.by == by and signers.get(o.by)
      if signer then
        local who, err = with_encoding(world, opened.payload, function(file, to)
          local ok, failed = world.file.write { path = to, text = signer.text_of and signer.text_of(entry.sig) or entry.sig }
          if not ok then return nil, failed end
          return signer.verify(world, o, file, to)
        end)
        if who then return who end
        last = err
      end
    end
  end
  return nil, last or errors.new { code = "sign.invalid", message = "nobody whom artifacts.sign names has signed it" }
end

return M
