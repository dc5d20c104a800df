-- Builds one target in a clean checkout and keeps what it produces, with digests.
local errors = require "pure.errors"
local product = require "builder.product"
local schema = require "pure.schema"
local verb = require "pure.declare"
local workspace = require "builder.workspace"

local function outside(path)
  return errors.new { code = "step.outside", message = ("'%s' is not inside the project"):format(path), hint = "mend produce in slipway.lua" }
end

--- Takes the produced files out of the checkout.
local function collect(world, a, folder)
  local paths = {}
  local target = product.folder(world, "build", a.target)
  local ok, err = world.file.mkdir { path = target, parents = true }
  if not ok then return nil, err end
  for _, produced in ipairs(a.produce) do
    if not schema.is_inside(produced) then return nil, outside(produced) end
    local from, name = folder .. "/" .. produced, produced:match "([^/]+)$"
    if not world.file.stat(from) then
      return nil, errors.new {
        code = "build.no_product", message = ("the build of %s did not produce %s"):format(a.target, produced),
        hint = "compare produce in slipway.lua with the log below " .. world.run.dir .. "/logs",
      }
    end
    ok, err = world.file.copy { from = from, to = target .. "/" .. name }
    if not ok then return nil, err end
    paths[#paths + 1] = { name = name, path = target .. "/" .. name }
  end
  return product.write(world, "build", a.target, paths)
end

return verb {
  name = "build", class = "local", summary = "Build a target in a clean checkout and keep its files.",
  params = { commit = "commit", target = "name", run = "list", produce = "list", env = "map?", timeout = "duration?" },
  returns = { files = "artifacts" },
  parallel = true, undo_says = "delete the files",
  label = function(a) return "the files of " .. a.target end,
  example = 'p:build { commit = bump.commit, target = "linux", run = { { "make" } }, produce = { "pelican" } }',
  describe = function(a) return ("build %s: %s"):format(a.target, table.concat(a.produce, ", ")) end,
  verify = function(world, a)
    local files = product.read(world, "build", a.target)
    if files then return "same", { files = files } end
    return "absent" -- a product that is not whole is built again
  end,
  apply = function(world, a)
    local folder, err = workspace.checkout(world, a.commit, "build-" .. a.target)
    if not folder then return nil, err end
    local ok, failed = workspace.run(world, folder, a.run, { name = "build-" .. a.target, env = a.env, timeout = a.timeout })
    if not ok then return nil, failed end
    local files, missing = collect(world, a, folder)
    if not files then return nil, missing end
    workspace.remove(world, folder)
    return { files = files }
  end,
  undo = function(world, a) return product.remove(world, "build", a.target) end,
}
