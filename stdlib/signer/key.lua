-- Where a signer's key comes from. A key named in slipway.lua is a file, something the signing program finds itself
-- (a fingerprint, an agent's key), or a reference to a secret: that one is laid into a private folder for the one call
-- that needs it, and never passes through Lua.
local errors = require "pure.errors"
local references = require "secret.references"

local M = {}

--- Is this a reference to a secret?
M.is_reference = references.is_reference

--- A path of slipway.lua: below the project, or from "~/".
---@param world table
---@param path string
---@return string
function M.path(world, path)
  if path:sub(1, 1) == "/" then return path end
  if path:sub(1, 2) == "~/" then return (world.home or "") .. path:sub(2) end
  return world.project.root .. "/" .. path
end

---@return slipway.Secret? secret, slipway.Error?
function M.resolve(world, reference)
  local secret, err = world.secret.resolve { ref = reference, dir = world.project.root }
  if secret then return secret end
  return nil, err
end

--- A folder that only this user can read, for the duration of `body(folder)`; nothing of it stays.
---@param world table
---@param body fun(folder: string): any, slipway.Error?
---@return any, slipway.Error?
function M.in_private_folder(world, body)
  local folder, err = world.file.temp_dir "slipway-key"
  if not folder then return nil, err end
  local ok, value, failed = pcall(body, folder)
  world.file.remove_tree { path = folder, below = folder:match "^(.*)/" }
  if not ok then error(value, 0) end
  return value, failed
end

--- Calls `body(path)` with the path of the key: the named file, or the secret in a file of its own for that long.
---@param world table
---@param key string
---@param body fun(path: string): any, slipway.Error?
---@return any, slipway.Error?
function M.with_file(world, key, body)
  if not M.is_reference(key) then return body(M.path(world, key)) end
  if key:sub(1, 5) == "file:" then return body(M.path(world, key:sub(6))) end
  return M.in_private_folder(world, function(folder)
    local secret, err = M.resolve(world, key)
    if not secret then return nil, err end
    local path = folder .. "/key"
    local written, failed = M.call(world, { argv = { "install", "-m", "600", "/dev/stdin", path }, input_secret = { secret } }, "lay the key down")
    if not written then return nil, failed end
    return body(path)
  end)
end

--- Runs a signing program; its refusal is an error with its last words.
---@param world table
---@param o table     as for process.run
---@param what string  for the message: "sign pelican.tar.gz"
---@param code string?
---@return slipway.ProcessResult?, slipway.Error?
function M.call(world, o, what, code)
  o.timeout = o.timeout or 600000
  local result, err = world.process.run(o)
  if not result then return nil, err end
  if result.code == 0 then return result end
  local said = (result.err ~= "" and result.err or result.out):gsub("%s+$", "")
  return nil, errors.new {
    code = code or "sign.failed", message = ("%s could not %s"):format(o.argv[1], what), cause = said ~= "" and said or ("it ended with " .. result.code),
    hint = "slipway help config: artifacts.sign",
  }
end

return M
