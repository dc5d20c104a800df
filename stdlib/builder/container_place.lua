-- Builds on this machine in a container: the checkout is mounted, the tools are those of the image.
local engine = require "builder.engine"
local errors = require "pure.errors"
local script = require "builder.script"
local slots = require "builder.slots"
local staging = require "builder.staging"
local workspace = require "builder.workspace"

local M = { kind = "container" }

local function make(world, place, a, job, to)
  local base = world.cache_dir .. "/containers"
  local work = staging.work(world, job, base, 1)
  local staged, err = staging.prepare(world, { place = place, a = a, job = job, base = base, work = work, attempt = 1 })
  if not staged then return nil, err end
  if world.file.stat(work) then world.file.remove_tree { path = work, below = base } end
  for _, folder in ipairs { base, staged.at.cache, staged.at.tools, world.run.dir .. "/logs" } do
    local ok, failed = world.file.mkdir { path = folder, parents = true }
    if not ok then return nil, failed end
  end
  local ok, failed = world.file.rename { from = staged.folder, to = work }
  if not ok then return nil, failed end
  local name, log = engine.name(("%s-%s"):format(world.run.id, job.target)), ("%s/logs/build-%s.log"):format(world.run.dir, job.target)
  local argv = engine.run(place, { name = name, mounts = { work, staged.at.cache, staged.at.tools }, argv = { "sh", work .. "/build.sh" } })
  world.process.run { argv = engine.kill(place, name), dir = "/", timeout = 20000 } -- a killed Slipway has left it running
  world.progress("builds in " .. place.image)
  local seconds = a.timeout and require("pure.schema").seconds(a.timeout)
  local result, broken = world.process.run { argv = argv, dir = "/", log = log, timeout = seconds and math.floor(seconds * 1000) or nil }
  if not result then
    world.process.run { argv = engine.kill(place, name), dir = "/", timeout = 20000 }
    return nil, broken
  end
  if result.code ~= 0 then return nil, workspace.failure("build-" .. job.target .. " in " .. place.image, { "the build" }, result, log) end
  local files, wrong = staging.receive(world, job, staged.steps, work, to)
  world.file.remove_tree { path = work, below = base }
  if not files then return nil, wrong end
  return files
end

function M.build(world, place, a, job, to)
  local release = slots.take(world, place.name, place.slots or (world.config.build or {}).jobs or 2)
  if not release then return nil, errors.new { code = "run.interrupted", message = "interrupted while waiting for a free place" } end
  local began = world.clock.now_ms()
  local ok, files, err = pcall(make, world, place, a, job, to)
  release()
  if not ok then error(files, 0) end
  if not files then return nil, err end
  return files, place.name, world.clock.now_ms() - began
end

function M.check(world, place)
  local argv = engine.ask(place)
  local result, err = world.process.ask(argv)
  if result and result.code == 0 then return { { name = argv[1], ok = true } } end
  local why = result and (result.err:match "([^\n]+)\n*$" or "it ended with " .. result.code) or tostring(errors.adopt(err))
  return { { name = argv[1], ok = false, code = "build.place", why = why, hint = script.line(argv) } }
end

return M
