-- Is everything there that builds need? Programs in their pinned versions, Rust targets, settings that would spoil a
-- build, locks, places. All is tried; every complaint is a check of its own.
local locks = require "builder.locks"
local machine = require "builder.machine"
local open = require "builder.open"
local place = require "builder.place"
local sorted_keys = require "pure.sorted_keys"

local M = {}

local function failed(name, code, why, hint) return { name = name, ok = false, code = code, why = why, hint = hint } end

--- Does "zig 0.13.0" fit the pin "0.13"?
---@param text string  what a program says of its version
---@param pin string
---@return boolean fits, string? version
function M.fits(text, pin)
  local version = text:match "%d+%.%d[%w.+-]*" or text:match "%d+"
  return version ~= nil and (version == pin or version:sub(1, #pin + 1) == pin .. "."), version
end

-- A folder that the program names must exist: how rustc tells of a target's libraries.
local function check_folder(world, program, name, result)
  local folder = result.out:match "[^\n]+"
  if result.code == 0 and folder and world.file.stat(folder) then return { name = name, ok = true } end
  return failed(name, "build.tool_missing", name .. " is not installed", program.fix)
end

local function check_program(world, program, pins)
  local name = program.folder and program.name or "program " .. program.name
  local result = world.process.ask(program.argv, machine.environment(world))
  if not result then return failed(name, "build.tool_missing", ("%s was not found"):format(program.argv[1]), program.fix) end
  if program.folder then return check_folder(world, program, name, result) end
  if result.code ~= 0 then
    local said = (result.err .. result.out):match "[^\n]+"
    return failed(name, "build.tool_missing", ("'%s' ended with %d%s"):format(table.concat(program.argv, " "), result.code, said and ": " .. said or ""), program.fix)
  end
  local pin = pins[program.name]
  if not pin then return { name = name, ok = true } end
  local fits, version = M.fits(result.out .. result.err, pin)
  if fits then return { name = ("%s %s"):format(name, pin), ok = true } end
  return failed(("%s %s"):format(name, pin), "build.tool_version", ("%s is %s, the target pins %s"):format(program.name, version or "of no known version", pin), program.fix)
end

local function reads(world, at)
  local home = world.getenv "CARGO_HOME" or (world.getenv "HOME" or "") .. "/.cargo"
  return {
    project = function(path) return (world.repo:read { at = at, path = path }) end,
    cargo_home = function(path) return (world.file.read(home .. "/" .. path)) end,
  }
end

local function add(list, seen, check)
  local key = check.name .. "\0" .. (check.why or "")
  if seen[key] then return end
  seen[key] = true
  list[#list + 1] = check
end

local function check_lock(world, args)
  if not args.lock then return nil end
  local holder = world.lock.show(locks.path(world, args.lock))
  if not holder or not holder.alive then return nil end
  local who = holder.script and "a script" or ("process %s on %s%s"):format(tostring(holder.pid), tostring(holder.host), holder.reason and ": " .. holder.reason or "")
  return failed(("no other build of %s is at work"):format(args.target), "lock.held", "its lock is held by " .. who,
    ("slipway lock show %s; slipway lock break %s --reason TEXT"):format(args.target, args.target))
end

--- What a program pins beyond those that its builder names: python = "3.13".
local function other_pins(world, job, named, list, seen)
  local names = sorted_keys(job.pins)
  for _, name in ipairs(names) do
    if not named[name] then
      local program = name == "python" and "python" .. job.pins.python or name
      add(list, seen, check_program(world, { name = name, argv = { program, "--version" }, fix = ("install %s %s"):format(name, job.pins[name]) }, job.pins))
    end
  end
end

local function check_here(world, job, at, list, seen)
  local builder = open.builder(job.builder)
  local program = machine.programs(world.config, world.process.which)
  local named = {}
  for _, needed in ipairs(builder.programs(job, program, machine.is_native(world, job.on))) do
    named[needed.name] = true
    add(list, seen, check_program(world, needed, job.pins))
  end
  other_pins(world, job, named, list, seen)
end

local function check_settings(world, job, at, list, seen)
  local builder = open.builder(job.builder)
  for _, problem in ipairs(builder.problems and builder.problems(job, reads(world, at)) or {}) do
    local check = failed(problem.say, problem.code, problem.why, problem.hint)
    check.fallback = problem.advice -- told, and no reason to stop
    add(list, seen, check)
  end
end

--- All checks for the builds, each once. Those of a place that is only fallen back to, and mere
--- advice, are marked `fallback`.
---@param world table  of facts
---@param builds table[]  from the fact `builds`
---@param at oid
---@return { name: string, ok: boolean, why: string?, hint: string?, code: string?, fallback: boolean? }[]
function M.checks(world, builds, at)
  local list, seen = {}, {}
  for _, args in ipairs(builds) do
    local job = open.job(args)
    for i, where in ipairs(args.places or { { kind = "here", name = "here" } }) do
      local before = #list
      if where.kind == "here" then
        check_here(world, job, at, list, seen)
      else
        for _, check in ipairs(place.open(where.kind).check(world, where, job, at)) do add(list, seen, check) end
      end
      for n = before + 1, #list do list[n].fallback = list[n].fallback or i > 1 or nil end
    end
    check_settings(world, job, at, list, seen)
    local held = check_lock(world, args)
    if held then add(list, seen, held) end
  end
  return list
end

return M
