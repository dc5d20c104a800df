-- Signatures by minisign. `key` is the secret key file or a reference to its text, `password` opens it (none for a key
-- made with -W), `public` is the public key itself ("RW…") or its file.
local errors = require "pure.errors"
local key = require "signer.key"

local M = { suffix = ".minisig" }

function M.sign(world, o, file, to)
  return key.with_file(world, o.key, function(path)
    local secret, err
    if o.password then
      secret, err = key.resolve(world, o.password)
      if not secret then return nil, err end
    end
    local name = file:match "[^/]+$"
    local argv = { "minisign", "-S", "-s", path, "-m", file, "-x", to, "-t", "file:" .. name, "-c", "signature of " .. name }
    if not secret then argv[#argv + 1] = "-W" end
    local ok, failed = key.call(world, { argv = argv, input_secret = secret and { secret } }, "sign " .. name)
    return ok and true, failed
  end)
end

local function public_words(world, o)
  if not o.public then
    return nil, errors.new { code = "sign.no_key", message = "minisign needs the public key to verify what it has signed", hint = 'artifacts.sign: public = "RW…" or the file minisign.pub' }
  end
  if o.public:find "^RW[%w+/=]+$" and #o.public == 56 then return { "-P", o.public } end
  return { "-p", key.path(world, o.public) }
end

function M.verify(world, o, file, signature)
  local words, err = public_words(world, o)
  if not words then return nil, err end
  local result, failed = world.process.run { argv = { "minisign", "-V", "-Q", "-m", file, "-x", signature, words[1], words[2] }, timeout = 600000 }
  if not result then return nil, failed end
  local name = file:match "[^/]+$"
  if result.code ~= 0 then
    return nil, errors.new { code = "sign.invalid", message = ("the signature of %s is not good"):format(name), cause = (result.out .. result.err):gsub("%s+$", "") }
  end
  -- The trusted comment is signed too: a signature of another file cannot be passed off under this name.
  local named = result.out:match "^file:([^\r\n]*)"
  if named and named ~= name and not o.any_name then
    return nil, errors.new { code = "sign.invalid", message = ("the signature of %s was made for %s"):format(name, named) }
  end
  return "minisign:" .. (M.keyid(world, o):match ":(.*)$")
end

--- The key's own number: eight bytes behind the algorithm, as minisign prints it.
function M.keyid(world, o)
  local text = o.public or ""
  if not text:find "^RW[%w+/=]+$" then text = ((world.file.read(key.path(world, text)) or ""):match "\n(RW[%w+/=]+)") or "" end
  return "minisign:" .. (text ~= "" and text:sub(1, 14) or "key")
end

return M
