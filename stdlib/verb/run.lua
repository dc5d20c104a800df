-- Runs one command of the project. With `creates` it knows whether it has happened; with `undo` it can be taken
-- back; without, it counts as final.
local errors = require "pure.errors"
local verb = require "pure.declare"

local function execute(world, argv, a)
  if a.hold then
    local result, err = world.process.run { argv = argv, dir = world.project.root, env = a.env, hold = true }
    return result and { code = 0 }, err
  end
  local result, err = world.process.run { argv = argv, dir = world.project.root, env = a.env }
  if not result then return nil, err end
  if result.code == 0 then return { code = 0 } end
  return nil, errors.new {
    code = "run.command_failed", message = ("'%s' ended with %d"):format(table.concat(argv, " "), result.code), cause = result.err ~= "" and result.err or nil,
  }
end

-- Without something to look at, only a mark in the run's folder tells that the command has succeeded.
local function mark(world, a) return ("%s/ran-%s"):format(world.run.dir, world.digest.sha256(table.concat(a.argv, "\0")):sub(1, 16)) end

local function has_happened(world, a)
  return world.file.stat(a.creates and world.project.root .. "/" .. a.creates or mark(world, a)) ~= nil
end

return verb {
  name = "run", class = "local", summary = "Run one command in the project's folder.",
  params = { argv = "list", creates = "path?", undo = "list?", env = "map?", hold = "boolean?" }, returns = { code = "integer" },
  undo_says = "run its undo command",
  raise_class = function(a) if not a.undo and not a.hold then return "final" end end,
  example = 'p:run { argv = { "make", "docs" }, creates = "docs/index.html", undo = { "make", "clean-docs" } }',
  describe = function(a) return "run " .. table.concat(a.argv, " ") end,
  verify = function(world, a)
    if has_happened(world, a) then return "same", { code = 0 } end
    return "absent"
  end,
  apply = function(world, a)
    local done, err = execute(world, a.argv, a)
    if not done then return nil, err end
    if a.creates and not world.file.stat(world.project.root .. "/" .. a.creates) then
      return nil, errors.new { code = "run.command_failed", message = ("'%s' did not create %s"):format(table.concat(a.argv, " "), a.creates) }
    end
    if not a.creates then
      local ok, failed = world.file.write { path = mark(world, a), text = "" }
      if not ok then return nil, failed end
    end
    return done
  end,
  undo = function(world, a)
    if not a.undo or not has_happened(world, a) then return true end
    local done, err = execute(world, a.undo, a)
    if not done then return nil, err end
    if world.file.stat(mark(world, a)) then world.file.remove(mark(world, a)) end
    return true
  end,
}
