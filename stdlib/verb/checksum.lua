-- Writes checksums of built files in the form that sha256sum -c reads: one file for all, or with `each` one beside
-- every file.
local product = require "builder.product"
local verb = require "pure.declare"

local function line(file) return ("%s  %s\n"):format(file.sha256, file.name) end

--- Name and text of every checksum file.
local function wanted(a)
  local files, list = product.flatten(a.files), {}
  table.sort(files, function(x, y) return x.name < y.name end)
  if a.each then
    for i, file in ipairs(files) do list[i] = { name = file.name .. ".sha256", text = line(file) } end
    return list
  end
  local lines = {}
  for i, file in ipairs(files) do lines[i] = line(file) end
  return { { name = a.name, text = table.concat(lines) } }
end

local function is_whole(world, a, made)
  local list = wanted(a)
  if #list ~= #made then return false end
  for i, entry in ipairs(list) do
    if made[i].name ~= entry.name or world.file.read(made[i].path) ~= entry.text then return false end
  end
  return true
end

return verb {
  name = "checksum", class = "local", summary = "Write checksum files for built files.",
  params = { files = "artifacts", name = "name", each = "boolean?" }, returns = { files = "artifacts" },
  undo_says = "delete the file",
  label = function(a) return a.name end,
  example = 'p:checksum { files = { packed.files }, name = "SHA256SUMS" }',
  describe = function(a) return a.each and "a checksum file beside every file" or "checksums in " .. a.name end,
  verify = function(world, a)
    local files = product.read(world, "checksum", a.name)
    if files and is_whole(world, a, files) then return "same", { files = files } end
    return "absent"
  end,
  apply = function(world, a)
    local frozen, changed = product.frozen(world, a.files)
    if not frozen then return nil, changed end
    local folder = product.folder(world, "checksum", a.name)
    local ok, err = world.file.mkdir { path = folder, parents = true }
    if not ok then return nil, err end
    local made = {}
    for i, entry in ipairs(wanted(a)) do
      made[i] = { name = entry.name, path = folder .. "/" .. entry.name }
      ok, err = world.file.write { path = made[i].path, text = entry.text }
      if not ok then return nil, err end
    end
    local files, failed = product.write(world, "checksum", a.name, made)
    if not files then return nil, failed end
    return { files = files }
  end,
  undo = function(world, a) return product.remove(world, "checksum", a.name) end,
}
