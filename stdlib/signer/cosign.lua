-- Signatures by cosign with a key of one's own (keyless signing needs a browser or a CI's identity; `key` left out asks
-- cosign for it). `key` is cosign.key or a reference to its text, `password` opens it, `public` is cosign.pub.
local errors = require "pure.errors"
local key = require "signer.key"

local M = { suffix = ".cosign.sig" }

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

-- cosign 3 puts a signature into a bundle unless it is told otherwise; cosign 2 does not know the word.
local function plain_words(world)
  local result = world.process.run { argv = { "cosign", "version" } }
  local major = result and tonumber((result.out .. result.err):match "GitVersion:%s*v(%d+)")
  if major and major >= 3 then return { "--new-bundle-format=false", "--use-signing-config=false" } end
  return {}
end

function M.sign(world, o, file, to)
  local given, err = secrets(world, o)
  if not given then return nil, err end
  local argv = { "cosign", "sign-blob", "--yes", "--tlog-upload=false", "--output-signature", to }
  table.move(plain_words(world), 1, 2, #argv + 1, argv)
  if o.key then
    table.move({ "--key", given.SLIPWAY_COSIGN_KEY and "env://SLIPWAY_COSIGN_KEY" or key.path(world, (o.key:gsub("^file:", ""))) }, 1, 2, #argv + 1, argv)
  end
  argv[#argv + 1] = file
  local env = not o.password and { COSIGN_PASSWORD = "" } or nil
  local ok, failed = key.call(world, { argv = argv, secrets = given, env = env }, "sign " .. file:match "[^/]+$")
  return ok and true, failed
end

function M.verify(world, o, file, signature)
  if not o.public then
    return nil, errors.new { code = "sign.no_key", message = "cosign needs the public key to verify what it has signed", hint = 'artifacts.sign: public = "cosign.pub"' }
  end
  local result, failed = world.process.run {
    argv = { "cosign", "verify-blob", "--insecure-ignore-tlog=true", "--key", key.path(world, o.public), "--signature", signature, file }, timeout = 600000,
  }
  if not result then return nil, failed end
  if result.code == 0 then return "cosign:" .. o.public end
  return nil, errors.new { code = "sign.invalid", message = ("the signature of %s is not good"):format(file:match "[^/]+$"), cause = result.err:gsub("%s+$", "") }
end

function M.keyid(_, o) return "cosign:" .. (o.public or o.key or "keyless") end

return M
