-- Builds on this machine, in a clean checkout; as many at once as `build.jobs` says.
local errors = require "pure.errors"
local machine = require "builder.machine"
local open = require "builder.open"
local outputs = require "builder.outputs"
local slots = require "builder.slots"
local workspace = require "builder.workspace"

local M = { kind = "here" }

--- Files of the checkout that a pattern with * in its last part means; without one the path itself.
local function matching(world, folder)
  return function(pattern)
    if not pattern:find("*", 1, true) then return { pattern } end
    local where, last = pattern:match "^(.*/)([^/]*)$"
    where, last = where or "", last or pattern
    local test = "^" .. last:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*") .. "$"
    local found = {}
    for _, name in ipairs(world.file.list(folder .. "/" .. where) or {}) do
      if name:find(test) then found[#found + 1] = where .. name end
    end
    return found
  end
end

M.matching = matching

--- Tool caches: one folder for each target of this project.
---@return string
function M.cache(world, target)
  return ("%s/builds/%s/%s"):format(world.cache_dir, world.digest.sha256(world.project.root):sub(1, 12), target)
end

local function fresh(world, folder)
  if world.file.stat(folder) then
    local ok, err = world.file.remove_tree { path = folder, below = folder:match "^(.*)/" }
    if not ok then return nil, err end
  end
  return world.file.mkdir { path = folder, parents = true }
end

M.fresh = fresh

--- Where things are for a build on this machine.
local function places(world, job, source)
  local dir = job.dir and source .. "/" .. job.dir or source
  return {
    source = source, dir = dir, out = source .. ".out", side = source .. ".side", cache = M.cache(world, job.target), tools = world.cache_dir .. "/tools",
    program = machine.programs(world.config, world.process.which), read = function(path) return world.file.read(dir .. "/" .. path) end,
    matching = matching(world, dir), environment = machine.environment(world), home = world.getenv "HOME", native = machine.is_native(world, job.on),
  }
end

--- Everything that a child gets besides PATH, HOME and the like: nothing of the caller's flags.
---@return table<string, string>
function M.environment(at, steps, job, epoch)
  local env = { SOURCE_DATE_EPOCH = tostring(epoch), TZ = "UTC", LC_ALL = "C.UTF-8" }
  for _, more in ipairs { at.environment, steps.env or {}, job.env or {} } do
    for name, value in pairs(more) do env[name] = value end -- order: a set
  end
  return env
end

--- Writes the texts that a builder wants beside the checkout.
function M.write_texts(world, side, texts)
  for _, text in ipairs(texts or {}) do
    local ok, err = world.file.write { path = side .. "/" .. text.path, text = text.text, mode = text.executable and 493 or 420 }
    if not ok then return nil, err end
  end
  return true
end

--- The name of the checkout. Each performance has its own: what a killed Slipway has left running goes on writing into
--- the former one, which is thrown away here.
local function folder_name(world, target)
  local base, stem, number = workspace.base(world), "build-" .. target, 0
  for _, name in ipairs(world.file.list(base) or {}) do
    local rest = name:sub(1, #stem) == stem and name:sub(#stem + 1):gsub("%.out$", ""):gsub("%.side$", ""):gsub("%.out%.cmake$", "")
    local former = rest == "" and 1 or rest and math.tointeger(tonumber(rest:match "^~(%d+)$"))
    if former then
      number = math.max(number, former)
      world.file.remove_tree { path = base .. "/" .. name, below = base } -- it may still be written to: then some of it stays
    end
  end
  return number == 0 and stem or ("%s~%d"):format(stem, number + 1)
end

local function prepare(world, job, commit)
  local folder, err = workspace.checkout(world, commit, folder_name(world, job.target))
  if not folder then return nil, err end
  local at = places(world, job, world.file.realpath(folder) or folder)
  for _, made in ipairs { at.out, at.side } do
    local ok, failed = fresh(world, made)
    if not ok then return nil, failed end
  end
  for _, kept in ipairs { at.cache, at.tools } do
    local ok, failed = world.file.mkdir { path = kept, parents = true }
    if not ok then return nil, failed end
  end
  return at
end

local function clear(world, at)
  for _, folder in ipairs { at.source, at.out, at.side, at.out .. ".cmake" } do workspace.remove(world, folder) end
end

local function make(world, a, job, to)
  local at, err = prepare(world, job, a.commit)
  if not at then return nil, err end
  local builder = open.builder(job.builder)
  local steps = builder.steps(job, at)
  local ok, failed = M.write_texts(world, at.side, steps.texts)
  if not ok then return nil, failed end
  local commit = world.repo:commit(a.commit)
  local env = M.environment(at, steps, job, commit and commit.committer.time or world.time)
  ok, failed = workspace.run(world, at.dir, steps.commands, { name = "build-" .. job.target, env = env, timeout = a.timeout, secrets = a.secrets })
  if not ok then return nil, failed end
  local function found(file) return world.file.stat(file.from) and file.from or file.also and world.file.stat(file.also) and file.also end
  ok, failed = outputs.complete(job, steps, {
    exists = found, listing = steps.exact and world.file.list(steps.exact) or nil,
  })
  if not ok then return nil, failed end
  local names = {}
  for i, file in ipairs(steps.files) do
    ok, failed = world.file.copy { from = found(file), to = to .. "/" .. file.as }
    if not ok then return nil, failed end
    names[i] = file.as
  end
  local kept, wrong = outputs.accept(world, job, to, names)
  if not kept then return nil, wrong end
  clear(world, at)
  return kept
end

--- Builds and leaves the files in the folder `to`.
---@param world table
---@param _ table  the place; there is nothing to know about this one
---@param a table  arguments of the step
---@param job table
---@param to string
---@return table[]? files, slipway.Error|string where
function M.build(world, _, a, job, to)
  local release = slots.take(world, "here", (world.config.build or {}).jobs or 2)
  if not release then return nil, errors.new { code = "run.interrupted", message = "interrupted while waiting for a free place" } end
  local began = world.clock.now_ms()
  local ok, files, err = pcall(make, world, a, job, to)
  release()
  if not ok then error(files, 0) end
  if not files then return nil, err end
  return files, "here", world.clock.now_ms() - began
end

return M
