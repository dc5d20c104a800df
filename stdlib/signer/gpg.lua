-- Detached OpenPGP signatures by gpg. `key` is a fingerprint or name in the user's keyring (the agent holds what opens it,
-- or `password` does), or a reference to an armored secret key, which is imported into a keyring that lives for one call.
-- `public` is a file with the public key, relative to the project; without it the keyring that signed is asked.
local errors = require "pure.errors"
local key = require "signer.key"

local M = { suffix = ".asc" }

local function base(o, home)
  local argv = { "gpg", "--batch", "--no-tty", "--yes" }
  local used = home or o.home
  if used then table.move({ "--homedir", used }, 1, 2, #argv + 1, argv) end
  return argv
end

local function with(argv, ...)
  local all = table.move(argv, 1, #argv, 1, {})
  return table.move({ ... }, 1, select("#", ...), #all + 1, all)
end

-- gpg starts an agent for a keyring; that of a keyring of ours ends with it.
local function in_own_keyring(world, body)
  return key.in_private_folder(world, function(home)
    local value, err = body(home)
    world.process.run { argv = { "gpgconf", "--homedir", home, "--kill", "all" } }
    return value, err
  end)
end

local function detach(world, o, home, user, file, to)
  local argv, secret = base(o, home), nil
  if o.password then
    local err
    secret, err = key.resolve(world, o.password)
    if not secret then return nil, err end
    argv = with(argv, "--pinentry-mode", "loopback", "--passphrase-fd", "0")
  end
  if user then argv = with(argv, "--local-user", user) end
  argv = with(argv, "--armor", "--detach-sign", "--output", to, file)
  return key.call(world, { argv = argv, input_secret = secret and { secret } }, "sign " .. file:match "[^/]+$")
end

-- The secret key is read into the keyring.
local function import_secret(world, o, home)
  local secret, err = key.resolve(world, o.key)
  if not secret then return nil, err end
  return key.call(world, { argv = with(base(o, home), "--import"), input_secret = { secret } }, "read the key")
end

function M.sign(world, o, file, to)
  if not key.is_reference(o.key) then
    local ok, err = detach(world, o, o.home and key.path(world, o.home), o.key, file, to)
    return ok and true, err
  end
  return in_own_keyring(world, function(home)
    local ok, err = import_secret(world, o, home)
    if ok then ok, err = detach(world, o, home, nil, file, to) end
    return ok and true, err
  end)
end

--- The fingerprints of the key that made a good signature: of the signing key and of its primary key.
local function fingerprints(text)
  local signing = text:match "%[GNUPG:%] VALIDSIG (%x+)"
  return signing, text:match "%[GNUPG:%] VALIDSIG [^\n]- (%x+)\r?\n" or signing
end

-- What slipway.lua calls a key fits a fingerprint, the end of one, or a name in the keyring.
local function is_meant(world, o, home, primary, signing)
  local wanted = o.key and not key.is_reference(o.key) and o.key or nil
  if not wanted then return true end
  local digits = wanted:gsub("%s", ""):gsub("^0x", ""):upper()
  if digits:find "^%x+$" and #digits >= 16 then return primary:sub(-#digits) == digits or signing:sub(-#digits) == digits end
  local listed = world.process.run { argv = with(base(o, home), "--with-colons", "--list-keys", wanted) }
  return listed ~= nil and listed.out:find(primary, 1, true) ~= nil
end

local function check(world, o, home, file, signature, any)
  local result, err = world.process.run { argv = with(base(o, home), "--status-fd", "1", "--verify", signature, file) }
  if not result then return nil, err end
  local signing, primary = fingerprints(result.out)
  if result.code ~= 0 or not signing then
    return nil, errors.new { code = "sign.invalid", message = ("the signature of %s is not good"):format(file:match "[^/]+$"), cause = result.err:match "[^\n]+$" or result.err }
  end
  if not any and not is_meant(world, o, home, primary, signing) then
    return nil, errors.new { code = "sign.invalid", message = ("%s was signed by %s, not by %s"):format(file:match "[^/]+$", primary, o.key) }
  end
  return "gpg:" .. primary
end

function M.verify(world, o, file, signature)
  if o.public then
    return in_own_keyring(world, function(home)
      local ok, err = key.call(world, { argv = with(base(o, home), "--import", key.path(world, o.public)) }, "read the public key", "sign.no_key")
      if not ok then return nil, err end
      return check(world, o, home, file, signature, true)
    end)
  end
  if key.is_reference(o.key) then
    return in_own_keyring(world, function(home)
      local ok, err = import_secret(world, o, home)
      if not ok then return nil, err end
      return check(world, o, home, file, signature, true)
    end)
  end
  return check(world, o, o.home and key.path(world, o.home), file, signature)
end

function M.keyid(_, o) return "gpg:" .. (o.key and not key.is_reference(o.key) and o.key or "default") end

return M
