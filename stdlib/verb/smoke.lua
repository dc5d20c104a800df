-- Installs a published version in an empty folder with the ecosystem's own client, and runs the project's commands on it.
local errors = require "pure.errors"
local publication = require "registry.publication"
local schema = require "pure.schema"
local sorted_keys = require "pure.sorted_keys"
local verb = require "pure.declare"

--- A fresh folder with the files that the client needs.
local function prepare_folder(world, a)
  local base = ("%s/smoke/%s"):format(world.cache_dir, world.run.id)
  local folder = ("%s/%s-%s"):format(base, a.registry, world.digest.sha256(a.package):sub(1, 8))
  if world.file.stat(folder) then
    local gone, err = world.file.remove_tree { path = folder, below = base }
    if not gone then return nil, err end
  end
  local ok, err = world.file.mkdir { path = folder, parents = true }
  if not ok then return nil, err end
  return folder, base
end

local function write_files(world, folder, files)
  local paths = sorted_keys(files)
  for _, path in ipairs(paths) do
    local full = folder .. "/" .. path
    local ok, err = world.file.mkdir { path = full:match "^(.*)/", parents = true }
    if ok then ok, err = world.file.write { path = full, text = files[path] } end
    if not ok then return nil, err end
  end
  return true
end

local function run_all(world, a, folder, commands, how)
  local log_dir = world.run.dir .. "/logs"
  local ok, err = world.file.mkdir { path = log_dir, parents = true }
  if not ok then return nil, err end
  local log = ("%s/smoke-%s-%s.log"):format(log_dir, a.registry, world.digest.sha256(a.package):sub(1, 8))
  local path, env = world.getenv "PATH" or "/usr/bin:/bin", {}
  for name, value in pairs(how.env or {}) do env[name] = value end -- order: a set
  env.PATH = how.path and how.path .. ":" .. path or path
  for _, argv in ipairs(commands) do
    world.progress("smoke: " .. table.concat(argv, " "))
    local result, failed = world.process.run {
      argv = argv, dir = folder, secrets = how.secrets, log = log, timeout = 600000, env = env,
    }
    if not result then return nil, failed end
    if result.code ~= 0 then
      return nil, errors.new {
        code = "registry.smoke", message = ("%s %s: '%s' ended with %d"):format(a.package, a.version, table.concat(argv, " "), result.code),
        cause = (result.err ~= "" and result.err or result.out):sub(-400), hint = "the whole log: " .. log,
      }
    end
  end
  return true
end

--- Installs; a client may see an older index than we did, so it is tried again within the limit.
local function install(world, a, folder, how)
  local limit, pause = world.clock.now() + (schema.seconds(a.within) or 60), 1000
  while true do
    local ok, err = run_all(world, a, folder, how.commands, how)
    if ok then return true end
    if err.code ~= "registry.smoke" or world.clock.now() >= limit or (world.interrupted and world.interrupted()) then return nil, err end
    world.clock.sleep(pause)
    pause = math.min(pause * 2, 15000)
  end
end

return verb {
  name = "smoke", class = "read", summary = "Install a published version in an empty folder, with the ecosystem's own client, and try it.",
  params = { registry = "text", kind = "text", package = "text", version = "text", where = "text?", run = "list?", within = "duration?" },
  returns = { version = "text" },
  example = 'p:smoke { registry = "crates", kind = "cargo", package = "pelican", version = "1.2.0", run = { { "pelican", "--version" } } }',
  describe = function(a) return ("install %s %s from %s in an empty folder%s"):format(a.package, a.version, a.registry, a.run and " and try it" or "") end,
  verify = function() return "absent" end,
  apply = function(world, a)
    local registry, err = publication.open(world, a)
    if not registry then return nil, err end
    local published, unseen = registry.look(a.package, a.version)
    if not published then return nil, unseen or errors.new { code = "registry.not_found", message = ("%s %s is not on %s"):format(a.package, a.version, registry.where) } end
    local folder, base = prepare_folder(world, a)
    if not folder then return nil, base end
    local how = registry.install(a.package, a.version, folder, a.run)
    local ok, failed = write_files(world, folder, how.files)
    if ok then ok, failed = install(world, a, folder, how) end
    if ok and a.run then ok, failed = run_all(world, a, folder, a.run, how) end
    if not ok then return nil, failed end
    world.file.remove_tree { path = folder, below = base }
    return { version = a.version }
  end,
}
