-- Signs built files, one signature a file, and verifies each signature right after it was made. The program and the key
-- are those of slipway.lua (stdlib/signer, one file a program).
local errors = require "pure.errors"
local product = require "builder.product"
local signers = require "signer.open"
local verb = require "pure.declare"

--- Is there a good signature for every file, made for the file as it is now?
local function is_whole(world, a, signer, made)
  local by_name = {}
  for _, file in ipairs(made) do by_name[file.name] = file end
  local wanted = product.flatten(a.files)
  if #wanted ~= #made then return false end
  for _, file in ipairs(wanted) do
    local signature = by_name[file.name .. signer.suffix]
    if not signature or not signer.verify(world, a, file.path, signature.path) then return false end
  end
  return true
end

local function sign_one(world, a, signer, file, folder)
  local to = ("%s/%s%s"):format(folder, file.name, signer.suffix)
  if world.file.stat(to) then world.file.remove(to) end
  world.progress(("%s: signing %s"):format(a.by, file.name))
  local ok, err = signer.sign(world, a, file.path, to)
  if not ok then return nil, err end
  local who, bad = signer.verify(world, a, file.path, to)
  if not who then return nil, errors.at(errors.adopt(bad), "just after signing") end
  return { name = file.name .. signer.suffix, path = to }
end

return verb {
  name = "sign", class = "local", summary = "Sign built files and verify the signatures.",
  params = { name = "name", files = "artifacts", by = "text", key = "text?", password = "text?", public = "text?", identity = "text?", home = "text?" },
  returns = { files = "artifacts" },
  undo_says = "delete the signatures",
  label = function(a) return ("the %s signatures"):format(a.by) end,
  example = 'p:sign { name = "gpg", files = { sums.files }, by = "gpg", key = "release@example.test" }',
  describe = function(a)
    local signer = signers.get(a.by)
    return ("sign with %s%s"):format(a.by, signer and (", files *" .. signer.suffix) or "")
  end,
  verify = function(world, a)
    local signer, err = signers.get(a.by)
    if not signer then return "different", err end
    local made = product.read(world, "sign", a.name)
    if made and is_whole(world, a, signer, made) then return "same", { files = made } end
    return "absent" -- a signature that is not good is made again
  end,
  apply = function(world, a)
    local signer, err = signers.get(a.by)
    if not signer then return nil, err end
    local files, changed = product.frozen(world, a.files)
    if not files then return nil, changed end
    local folder = product.folder(world, "sign", a.name)
    local ok, failed = world.file.mkdir { path = folder, parents = true }
    if not ok then return nil, failed end
    local made = {}
    for i, file in ipairs(files) do
      made[i], failed = sign_one(world, a, signer, file, folder)
      if not made[i] then return nil, failed end
    end
    local written, broken = product.write(world, "sign", a.name, made)
    return written and { files = written }, broken
  end,
  undo = function(world, a) return product.remove(world, "sign", a.name) end,
}
