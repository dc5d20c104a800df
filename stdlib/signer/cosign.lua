-- Signatures by cosign with a key of one's own, without its public log (keyless signing needs a browser or a CI's identity
-- and is not offered). `key` is cosign.key or a reference to its text, `password` opens it, `public` is cosign.pub.
local base64 = require "pure.base64"
local errors = require "pure.errors"
local key = require "signer.key"

local M = { suffix = ".cosign.sig" }

-- Its signature file is Base64; an envelope holds the signature itself.
function M.bytes_of(text) return base64.decode((text:gsub("%s", ""))) end
function M.text_of(bytes) return base64.encode(bytes) end

local function secrets(world, o)
  local found, err = {}
  if o.password then
    found.COSIGN_PASSWORD, err = key.resolve(world, o.password)
    if not found.COSIGN_PASSWORD then return nil, err end
  end
  if key.is_reference(o.key) and o.key:sub(1, 5) ~= "file:" then
    found.SLIPWAY_COSIGN_KEY, err = key.resolve(world, o.key)
    if not found.SLIPWAY_COSIGN_KEY then return nil, err end
  end
  return found
end

-- cosign 3 puts a signature into a bundle unless it is told otherwise; older ones do not know all of these words.
local function is_newer(world)
  local result = world.process.run { argv = { "cosign", "version" } }
  local major = result and tonumber((result.out .. result.err):match "GitVersion:%s*v(%d+)")
  return major ~= nil and major >= 3
end

local function join(argv, more) return table.move(more, 1, #more, #argv + 1, argv) end

function M.sign(world, o, file, to)
  local given, err = secrets(world, o)
  if not given then return nil, err end
  local argv = { "cosign", "sign-blob", "--yes", "--tlog-upload=false", "--output-signature", to }
  if is_newer(world) then join(argv, { "--new-bundle-format=false", "--use-signing-config=false" }) end
  join(argv, { "--key", given.SLIPWAY_COSIGN_KEY and "env://SLIPWAY_COSIGN_KEY" or key.path(world, (o.key:gsub("^file:", ""))), file })
  local env = not o.password and { COSIGN_PASSWORD = "" } or nil
  local ok, failed = key.call(world, { argv = argv, secrets = given, env = env }, "sign " .. file:match "[^/]+$")
  return ok and true, failed
end

function M.verify(world, o, file, signature)
  if not o.public then
    return nil, errors.new { code = "sign.no_key", message = "cosign needs the public key to verify what it has signed", hint = 'artifacts.sign: public = "cosign.pub"' }
  end
  local argv = { "cosign", "verify-blob", "--insecure-ignore-tlog=true", "--key", key.path(world, o.public), "--signature", signature }
  if is_newer(world) then join(argv, { "--new-bundle-format=false" }) end
  local result, failed = world.process.run { argv = join(argv, { file }), timeout = 600000 }
  if not result then return nil, failed end
  if result.code == 0 then return "cosign:" .. o.public end
  return nil, errors.new { code = "sign.invalid", message = ("the signature of %s is not good"):format(file:match "[^/]+$"), cause = result.err:gsub("%s+$", "") }
end

function M.keyid(_, o) return "cosign:" .. o.public end

return M
