-- Writes one checksum file for a set of built files, in the form that sha256sum -c reads.
local product = require "builder.product"
local verb = require "pure.declare"

local function lines(a)
  local list = {}
  for _, file in ipairs(product.flatten(a.files)) do list[#list + 1] = ("%s  %s\n"):format(file.sha256, file.name) end
  table.sort(list, function(x, y) return x:sub(67) < y:sub(67) end)
  return table.concat(list)
end

return verb {
  name = "checksum", class = "local", summary = "Write a checksum file for built files.",
  params = { files = "artifacts", name = "name" }, returns = { files = "artifacts" },
  undo_says = "delete the file",
  label = function(a) return a.name end,
  example = 'p:checksum { files = { packed.files }, name = "SHA256SUMS" }',
  describe = function(a) return "checksums in " .. a.name end,
  verify = function(world, a)
    local files = product.read(world, "checksum", a.name)
    if files and world.file.read(files[1].path) == lines(a) then return "same", { files = files } end
    return "absent"
  end,
  apply = function(world, a)
    local folder = product.folder(world, "checksum", a.name)
    local ok, err = world.file.mkdir { path = folder, parents = true }
    if ok then ok, err = world.file.write { path = folder .. "/" .. a.name, text = lines(a) } end
    if not ok then return nil, err end
    local files, failed = product.write(world, "checksum", a.name, { { name = a.name, path = folder .. "/" .. a.name } })
    if not files then return nil, failed end
    return { files = files }
  end,
  undo = function(world, a) return product.remove(world, "checksum", a.name) end,
}
