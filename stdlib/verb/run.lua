-- Runs one command of the project. With `creates` it knows whether it has happened; with `undo` it can be taken
-- back; without, it counts as final.
local errors = require "pure.errors"
local verb = require "pure.declare"

local function execute(world, argv, a)
  local secrets, unknown
  if a.secrets then
    secrets, unknown = world.secret.variables(a.secrets)
    if not secrets then return nil, unknown end
  end
  local result, err = world.process.run { argv = argv, dir = world.project.root, env = a.env, secrets = secrets, hold = a.hold }
  if result and a.hold then return { code = 0 } end
  if not result then return nil, err end
  if result.code == 0 then return { code = 0 } end
  return nil, errors.new {
    code = "run.command_failed", message = ("'%s' ended with %d"):format(table.concat(argv, " "), result.code), cause = result.err ~= "" and result.err or nil,
  }
end

-- What cannot be looked at is told by a mark in the run's folder: "begun" before the command starts, "done" after it has
-- succeeded. Two steps with the same command are two commands.
local function mark(world, a)
  local name = world.step and world.step.id or world.digest.sha256(table.concat(a.argv, "\0")):sub(1, 16)
  return ("%s/ran-%s"):format(world.run.dir, name)
end

local function write_mark(world, a, text) return world.file.write { path = mark(world, a), text = text } end

--- A command that was begun and of which nobody saw the end is not simply run again: it may have happened.
local function half(a)
  return errors.new {
    code = "run.half_done", retry = false, message = ("it is not known whether '%s' ran to its end"):format(table.concat(a.argv, " ")),
    hint = "look, then: slipway resume --skip STEP --reason TEXT   or, to run it again: slipway resume --retry STEP",
  }
end

-- Errors after which the command may have done something.
local broken_off = { ["process.cancelled"] = true, ["process.timeout"] = true }

local function perform(world, a)
  local ok, err = write_mark(world, a, "begun")
  if not ok then return nil, err end
  local done, failed = execute(world, a.argv, a)
  if done then return done end
  if not broken_off[failed.code] then world.file.remove(mark(world, a)) end
  return nil, failed
end

return verb {
  name = "run", class = "local", summary = "Run one command in the project's folder.",
  params = { argv = "list", creates = "path?", undo = "list?", env = "map?", hold = "boolean?", secrets = "list?" }, returns = { code = "integer" },
  undo_says = "run its undo command",
  raise_class = function(a) if not a.undo and not a.hold then return "final" end end,
  example = 'p:run { argv = { "make", "docs" }, creates = "docs/index.html", undo = { "make", "clean-docs" } }',
  describe = function(a)
    return ("run %s%s"):format(table.concat(a.argv, " "), a.secrets and (" (given %s)"):format(table.concat(a.secrets, ", ")) or "")
  end,
  verify = function(world, a)
    if a.creates and world.file.stat(world.project.root .. "/" .. a.creates) then return "same", { code = 0 } end
    local said = world.file.read(mark(world, a))
    if said == "done" and not a.creates then return "same", { code = 0 } end
    if said == nil then return "absent" end
    if a.creates or a.hold or (world.step and world.step.again) then return "absent", nil, { code = 0 } end
    return "unknown", half(a), { code = 0 }
  end,
  apply = function(world, a)
    local done, err = perform(world, a)
    if not done then return nil, err end
    if a.creates and not world.file.stat(world.project.root .. "/" .. a.creates) then
      return nil, errors.new { code = "run.command_failed", message = ("'%s' did not create %s"):format(table.concat(a.argv, " "), a.creates) }
    end
    if world.checkpoint then world.checkpoint "run-command-done" end
    local ok, failed = write_mark(world, a, "done")
    if not ok then return nil, failed end
    return done
  end,
  undo = function(world, a)
    local happened = world.file.stat(mark(world, a)) or (a.creates and world.file.stat(world.project.root .. "/" .. a.creates))
    if not a.undo or not happened then return true end
    local done, err = execute(world, a.undo, a)
    if not done then return nil, err end
    if world.file.stat(mark(world, a)) then world.file.remove(mark(world, a)) end
    return true
  end,
}
