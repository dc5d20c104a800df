-- Writes a file in the work tree. What was there before is kept with the run, so that undo can put it back.
local errors = require "pure.errors"
local verb = require "pure.declare"

local function target(world, a) return world.project.root .. "/" .. a.path end
local function backup(world, a) return ("%s/before-%s"):format(world.run.dir, world.digest.sha256(a.path):sub(1, 16)) end

local function inside(a)
  if a.path:sub(1, 1) == "/" or ("/" .. a.path .. "/"):find("/../", 1, true) then
    return nil, errors.new { code = "step.outside", message = ("'%s' is not inside the project"):format(a.path) }
  end
  return true
end

--- Keeps what was there, once: "=" and the bytes, or "-" for no file.
local function keep(world, a)
  if world.file.stat(backup(world, a)) then return true end
  local before, err = world.file.read(target(world, a))
  if not before and err.code ~= "file.not_found" then return nil, err end
  return world.file.write { path = backup(world, a), text = before and "=" .. before or "-" }
end

return verb {
  name = "file", class = "local", summary = "Write a file in the work tree.",
  params = { path = "path", content = "text" }, returns = { path = "path" },
  undo_says = "restore",
  example = 'p:file { path = "docs/version.txt", content = "1.2.0\\n" }',
  describe = function(a) return ("write %s (%d bytes)"):format(a.path, #a.content) end,
  verify = function(world, a)
    local ok, err = inside(a)
    if not ok then return "different", err end
    if world.file.read(target(world, a)) == a.content then return "same", { path = a.path } end
    return "absent"
  end,
  apply = function(world, a)
    local ok, err = keep(world, a)
    if ok then ok, err = world.file.mkdir { path = target(world, a):match "^(.*)/", parents = true } end
    if ok then ok, err = world.file.write { path = target(world, a), text = a.content } end
    if not ok then return nil, err end
    return { path = a.path }
  end,
  undo = function(world, a)
    local kept = world.file.read(backup(world, a))
    if not kept then return true end
    local now = world.file.read(target(world, a))
    local before = kept:sub(1, 1) == "=" and kept:sub(2) or nil
    if now == before then return true end
    if now ~= a.content then
      return nil, errors.new { code = "step.different", message = ("%s was edited since; it is left as it is"):format(a.path) }
    end
    if before then return world.file.write { path = target(world, a), text = before } end
    return world.file.remove(target(world, a))
  end,
}
