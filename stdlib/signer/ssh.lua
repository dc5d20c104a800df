-- Signatures by ssh-keygen -Y, namespace "file". `key` is a private key file, a public key file whose private half an
-- agent holds, or a reference to a secret. `public` is the public key file, or a list of allowed signers; default: the
-- key's own ".pub". `identity` is who signs, as allowed signers name it.
local errors = require "pure.errors"
local key = require "signer.key"

local M = { suffix = ".sig" }

function M.sign(world, o, file, to)
  return key.with_file(world, o.key, function(path)
    -- ssh-keygen writes FILE.sig beside the file: it gets a name of ours to do it under.
    return key.in_private_folder(world, function(folder)
      local held = folder .. "/" .. file:match "[^/]+$"
      local ok, err = world.file.link { target = file, path = held }
      if not ok then return nil, err end
      local env, secret = {}, nil
      if o.password then
        secret, err = key.resolve(world, o.password)
        if not secret then return nil, err end
        ok, err = world.file.write { path = folder .. "/ask", text = "#!/bin/sh\nprintf '%s\\n' \"$SLIPWAY_KEY_PASSWORD\"\n", mode = 448 }
        if not ok then return nil, err end
        env = { SSH_ASKPASS = folder .. "/ask", SSH_ASKPASS_REQUIRE = "force", DISPLAY = "none" }
      end
      ok, err = key.call(world, {
        argv = { "ssh-keygen", "-Y", "sign", "-q", "-n", "file", "-f", path, held }, env = env, secrets = secret and { SLIPWAY_KEY_PASSWORD = secret },
      }, "sign " .. file:match "[^/]+$")
      if not ok then return nil, err end
      ok, err = world.file.copy { from = held .. ".sig", to = to }
      return ok, err
    end)
  end)
end

local function identity(o) return o.identity or "slipway" end

--- The public half: as configured, else beside the private key, else from the private key itself.
local function public_key(world, o)
  if o.public and o.public:find "^[%w@.-]+ AAAA" then return o.public end
  if o.public then return world.file.read(key.path(world, o.public)) end
  if not key.is_reference(o.key) or o.key:sub(1, 5) == "file:" then
    local path = key.path(world, (o.key:gsub("^file:", "")))
    local text = world.file.read(path:find "%.pub$" and path or path .. ".pub")
    if text then return text end
  end
  return key.with_file(world, o.key, function(path)
    local result, err = key.call(world, { argv = { "ssh-keygen", "-y", "-f", path } }, "read the key", "sign.no_key")
    return result and result.out, err
  end)
end

--- A list of allowed signers, made of a public key where that is all there is.
local function allowed(o, text)
  if text:find "^[%w@.-]+ AAAA" then return ("%s namespaces=\"file\" %s\n"):format(identity(o), text:match "^%S+ %S+") end
  return text
end

function M.verify(world, o, file, signature)
  local public, err = public_key(world, o)
  if not public then return nil, err end
  return key.in_private_folder(world, function(folder)
    local list = folder .. "/allowed"
    local ok, failed = world.file.write { path = list, text = allowed(o, public) }
    if not ok then return nil, failed end
    local result, broken = world.process.run {
      argv = { "ssh-keygen", "-Y", "verify", "-f", list, "-I", identity(o), "-n", "file", "-s", signature }, input_file = file, timeout = 600000,
    }
    if not result then return nil, broken end
    if result.code == 0 then return "ssh:" .. (result.out:match "(SHA256:%S+)" or identity(o)) end
    return nil, errors.new { code = "sign.invalid", message = ("the signature of %s is not good"):format(file:match "[^/]+$"), cause = (result.out .. result.err):gsub("%s+$", "") }
  end)
end

function M.keyid(_, o) return "ssh:" .. identity(o) end

return M
