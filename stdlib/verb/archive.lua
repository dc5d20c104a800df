-- Packs built files, or the source of a commit, into a reproducible archive.
local deb = require "builder.deb"
local errors = require "pure.errors"
local product = require "builder.product"
local schema = require "pure.schema"
local source = require "builder.source"
local verb = require "pure.declare"
local workspace = require "builder.workspace"

--- What goes in: built files and the files named besides.
local function contents(world, a, folder)
  local files, changed = product.frozen(world, a.files)
  if not files then return nil, changed end
  local list = {}
  for _, file in ipairs(files) do list[#list + 1] = { path = file.path, as = file.name } end
  for _, name in ipairs(a.include or {}) do
    local real = schema.is_inside(name) and world.file.realpath(folder .. "/" .. name)
    if real and real:sub(1, #folder + 1) ~= folder .. "/" or not schema.is_inside(name) then
      return nil, errors.new { code = "step.outside", message = ("'%s' is not inside the project, so it cannot go into %s"):format(tostring(name), a.name), hint = "mend include in slipway.lua" }
    end
    if not world.file.stat(folder .. "/" .. name) then
      return nil, errors.new { code = "build.no_product", message = ("%s is not in the released commit, so it cannot go into %s"):format(name, a.name), hint = "mend include in slipway.lua" }
    end
    list[#list + 1] = { path = folder .. "/" .. name, as = name }
  end
  return { files = list }
end

local function package(world, a, folder, target)
  local files, changed = product.frozen(world, a.files or {})
  if not files then return nil, changed end
  local file = target .. "/" .. a.name
  local ok, err = deb.make(world, {
    with = a.with, config = a.config, folder = folder, to = file, files = files, version = a.version or "0", time = source.time(world, a.commit), name = a.name,
  })
  if not ok then return nil, err end
  return product.write(world, "archive", a.name, { { name = a.name, path = file } })
end

local function pack(world, a, folder, target)
  if a.with then return package(world, a, folder, target) end
  local file = target .. "/" .. a.name
  if not a.files then
    local ok, err = source.pack(world, { folder = folder, commit = a.commit, name = a.name, file = file, level = a.level })
    if not ok then return nil, err end
    return product.write(world, "archive", a.name, { { name = a.name, path = file } })
  end
  local what, err = contents(world, a, folder)
  if not what then return nil, err end
  what.file, what.prefix, what.time, what.level = file, source.stem(a.name), source.time(world, a.commit), a.level
  local made, failed = world.archive.create(what)
  if not made then return nil, failed end
  return product.write(world, "archive", a.name, { { name = a.name, path = file } })
end

return verb {
  name = "archive", class = "local", summary = "Pack files, or the source of a commit, into a reproducible archive.",
  params = { name = "name", commit = "commit", files = "artifacts?", include = "list?", level = "integer?", with = "text?", config = "path?", version = "text?", max_size = "text?" }, returns = { files = "artifacts" },
  parallel = true, undo_says = "delete the file",
  label = function(a) return a.name end,
  example = 'p:archive { name = "pelican-1.2.0.tar.gz", commit = bump.commit }',
  describe = function(a)
    if a.with then return ("Debian package %s by %s"):format(a.name, a.with) end
    return ("archive %s%s"):format(a.name, a.files and "" or " of the source")
  end,
  verify = function(world, a)
    local files = product.read(world, "archive", a.name)
    if files then return "same", { files = files } end
    return "absent"
  end,
  apply = function(world, a)
    local folder, err
    if not a.files or a.with or #(a.include or {}) > 0 then
      local lay = (a.files or a.with) and workspace.checkout or source.lay
      folder, err = lay(world, a.commit, "archive-" .. a.name)
      if not folder then return nil, err end
      folder = world.file.realpath(folder) or folder
    end
    local target = product.folder(world, "archive", a.name)
    local ok, failed = world.file.mkdir { path = target, parents = true }
    if not ok then return nil, failed end
    local files, unpacked = pack(world, a, folder, target)
    if folder then workspace.remove(world, folder) end
    if not files then return nil, unpacked end
    local most = a.max_size and schema.bytes(a.max_size)
    if most and files[1].size > most then
      product.remove(world, "archive", a.name)
      return nil, errors.new { code = "build.too_large", message = ("%s has %d bytes, max_size allows %d"):format(a.name, files[1].size, most), hint = "leave something out, or raise max_size in slipway.lua" }
    end
    return { files = files }
  end,
  undo = function(world, a) return product.remove(world, "archive", a.name) end,
}
