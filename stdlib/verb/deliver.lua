-- Copies built files into a folder of the work tree, which then holds exactly these.
local errors = require "pure.errors"
local product = require "builder.product"
local schema = require "pure.schema"
local verb = require "pure.declare"

local function refuse(message, hint) return errors.new { code = "step.outside", message = message, hint = hint } end

--- The folder as it is in fact: below the work tree, and not led out of it by a link.
local function folder_of(world, a)
  if not schema.is_inside(a.to) then return nil, refuse(("'%s' is not inside the project"):format(a.to)) end
  local root = world.file.realpath(world.project.root) or world.project.root
  local folder = root .. "/" .. a.to
  local above = folder
  repeat
    local real = world.file.realpath(above)
    if real and real ~= above then return nil, refuse(("'%s' leads through a link"):format(a.to), "name the folder itself") end
    above = above:match "^(.+)/"
  until real or #above <= #root
  return folder
end

--- What is in the folder: how many of the files, and the first name that is none of them or differs.
local function compare(world, folder, files)
  local wanted, same = {}, 0
  for _, file in ipairs(files) do wanted[file.name] = file end
  for _, name in ipairs(world.file.list(folder) or {}) do
    local file = wanted[name]
    if not file then return same, ("%s is in the folder, too"):format(name) end
    if world.digest.sha256 { file = folder .. "/" .. name } ~= file.sha256 then return same, ("%s in the folder is another file"):format(name) end
    same = same + 1
  end
  return same
end

return verb {
  name = "deliver", class = "local", summary = "Copy built files into a folder of the work tree; it then holds exactly these.",
  params = { files = "artifacts", to = "path" }, returns = { files = "artifacts" },
  undo_says = "delete the copies",
  example = 'p:deliver { files = built.files, to = "dist" }',
  describe = function(a) return ("copy the files to %s"):format(a.to) end,
  verify = function(world, a)
    local folder, err = folder_of(world, a)
    if not folder then return "different", err end
    local files = product.flatten(a.files)
    local same, other = compare(world, folder, files)
    if other then return "different", errors.new { code = "step.different", message = ("%s: %s"):format(a.to, other), hint = "empty the folder, or name another" } end
    if same == #files then return "same", { files = files } end
    return "absent"
  end,
  apply = function(world, a)
    local folder, err = folder_of(world, a)
    if not folder then return nil, err end
    local ok, failed = world.file.mkdir { path = folder, parents = true }
    if not ok then return nil, failed end
    local files = product.flatten(a.files)
    for _, file in ipairs(files) do
      ok, failed = world.file.copy { from = file.path, to = folder .. "/" .. file.name }
      if not ok then return nil, failed end
    end
    return { files = files }
  end,
  undo = function(world, a)
    local folder, err = folder_of(world, a)
    if not folder then return nil, err end
    for _, file in ipairs(product.flatten(a.files)) do
      local path = folder .. "/" .. file.name
      if world.file.stat(path) and world.digest.sha256 { file = path } == file.sha256 then
        local ok, failed = world.file.remove(path)
        if not ok then return nil, failed end
      end
    end
    local left = world.file.list(folder)
    if left and #left == 0 then world.file.remove(folder) end
    return true
  end,
}
