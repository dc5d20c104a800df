-- Writes a file in the work tree. What was there before is kept with the run, so that undo can put it back.
local errors = require "pure.errors"
local schema = require "pure.schema"
local verb = require "pure.declare"

local function target(world, a) return world.project.root .. "/" .. a.path end
local function backup(world, a) return ("%s/before-%s"):format(world.run.dir, world.digest.sha256(a.path):sub(1, 16)) end

--- The folder that the path leads to in fact, as far as it exists: a link may lead out of the project.
local function real_folder(world, path)
  local folder = path:match "^(.*)/"
  while folder and folder ~= "" do
    local real = world.file.realpath(folder)
    if real then return real end
    folder = folder:match "^(.*)/"
  end
  return "/"
end

local function inside(world, a)
  local root = world.file.realpath(world.project.root) or world.project.root
  local full = target(world, a)
  local link = world.file.stat(full, { follow = false })
  local real = (link and link.kind == "link") and (world.file.realpath(full) or "/") or real_folder(world, full)
  if not schema.is_inside(a.path) or (real .. "/"):sub(1, #root + 1) ~= root .. "/" or (real .. "/"):find("/.git/", #root + 1, true) then
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
    local ok, err = inside(world, a)
    if not ok then return "different", err end
    if world.file.read(target(world, a)) == a.content then return "same", { path = a.path } end
    return "absent"
  end,
  apply = function(world, a)
    local ok, err = inside(world, a)
    if ok then ok, err = keep(world, a) end
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
