-- Builds one target in a clean checkout, here or elsewhere, and keeps what it produces, with digests. One target is
-- built once at a time, by whatever program takes its lock.
local errors = require "pure.errors"
local locks = require "builder.locks"
local open = require "builder.open"
local place = require "builder.place"
local product = require "builder.product"
local schema = require "pure.schema"
local verb = require "pure.declare"

local function outside(path)
  return errors.new { code = "step.outside", message = ("'%s' is not inside the project"):format(path), hint = "mend produce in slipway.lua" }
end

local function names(paths)
  local list = {}
  for i, path in ipairs(paths) do list[i] = path:match "[^/]+$" end
  return list
end

local function fresh(world, folder)
  if world.file.stat(folder) then
    local ok, err = world.file.remove_tree { path = folder, below = world.run.dir }
    if not ok then return nil, err end
  end
  return world.file.mkdir { path = folder, parents = true }
end

-- What failed for a reason that another place would not mend.
local everywhere = { ["run.interrupted"] = true, ["process.cancelled"] = true, ["step.outside"] = true, ["config.invalid"] = true, ["gate.waiting"] = true }

local function dispatched(a) return place.uses(a.places, "actions") end

--- The places in their order, until one has built it.
local function at_places(world, a, job)
  local to, last = product.folder(world, "build", a.target), nil
  local wanted = a.places and #a.places > 0 and a.places or { { name = "here", kind = "here" } }
  for i, where in ipairs(wanted) do
    local ok, err = fresh(world, to)
    if not ok then return nil, err end
    local files, told, ms = place.open(where.kind).build(world, where, a, job, to)
    if files and where.kind ~= "actions" and dispatched(a) then place.open("actions").given_up(world, a) end
    if files then return files, told, ms end
    last = told
    if everywhere[last.code] or world.interrupted() then return nil, last end
    if wanted[i + 1] then world.run.note(("%s could not be built at %s: %s; next: %s"):format(a.target, where.name, last.message, wanted[i + 1].name)) end
  end
  return nil, last
end

local function perform(world, a)
  for _, path in ipairs(a.produce) do
    if not schema.is_inside(path) then return nil, outside(path) end
  end
  local job, err = open.job(a)
  if not job then return nil, err end
  local lock, held = locks.take(world, a)
  if not lock then return nil, held end
  local files, where, ms = at_places(world, a, job)
  local ours, lost = lock.check()
  lock.release()
  if not files then return nil, where end
  if not ours then return nil, lost end
  local made, failed = product.made(world, "build", a.target, { where = where, took = ms })
  if not made then return nil, failed end
  local kept, unkept = product.write(world, "build", a.target, files)
  if not kept then return nil, unkept end
  return { files = kept, where = where, took = ms }
end

return verb {
  name = "build", class = "local", summary = "Build a target in a clean checkout and keep its files.",
  params = {
    commit = "commit", target = "name", run = "list?", produce = "list", env = "map?", timeout = "duration?", builder = "text?", platform = "text?", variant = "text?",
    settings = "map?", version = "text?", project = "text?", group = "text?", dir = "path?", lock = "text?", limits = "map?", pins = "map?", places = "list?", secrets = "list?",
  },
  returns = { files = "artifacts", where = "text", took = "integer" },
  parallel = true, undo_says = "delete the files",
  raise_class = function(a) if dispatched(a) then return "remote" end end,
  label = function(a) return "the files of " .. a.target end,
  example = 'p:build { commit = bump.commit, target = "linux", run = { { "make" } }, produce = { "pelican" } }',
  describe = function(a)
    local first = a.places and a.places[1]
    return ("build %s%s: %s%s"):format(a.target, first and first.kind ~= "here" and " at " .. first.name or "", table.concat(names(a.produce), ", "),
      a.secrets and (" (given %s)"):format(table.concat(a.secrets, ", ")) or "")
  end,
  verify = function(world, a)
    local files = product.read(world, "build", a.target)
    if files then
      local made = product.made(world, "build", a.target)
      return "same", { files = files, where = made.where, took = made.took }
    end
    return "absent", nil, dispatched(a) and place.open("actions").begun(world, a) or nil -- a product that is not whole is built again
  end,
  apply = perform,
  undo = function(world, a)
    if dispatched(a) then
      local ok, err = place.open("actions").undo(world, a)
      if not ok then return nil, err end
    end
    return product.remove(world, "build", a.target)
  end,
}
