-- Builds on the nodes of a Slurm cluster, over a folder that all of them share (`dir`). Targets that are ready together
-- go as one array; each task is watched by itself. A task whose node was lost is submitted again in a folder of its own,
-- so that whatever the lost one may still write is never taken. A killed Slipway finds its tasks again.
local errors = require "pure.errors"
local joined = require "builder.joined"
local json = require "door.json"
local canon = require "door.canon"
local schema = require "pure.schema"
local script = require "builder.script"
local staging = require "builder.staging"
local workspace = require "builder.workspace"

local M = { kind = "slurm" }

local states = {} -- those that were asked for last, by the name of the place

local function environment(world) return { SLURM_CONF = world.getenv "SLURM_CONF", LC_ALL = "C.UTF-8" } end

local function ask(world, argv)
  local result, err = world.process.run { argv = argv, dir = "/", env = environment(world), timeout = 60000 }
  if not result then return nil, err end
  if result.code ~= 0 then
    return nil, errors.new { code = "build.place", message = ("'%s' ended with %d"):format(argv[1], result.code), cause = (result.err:match "([^\n]+)\n*$"), retry = true }
  end
  return result.out
end

local function record_path(world, job) return ("%s/slurm-%s.json"):format(world.run.dir, job.target) end

local function remember(world, task)
  return world.file.write {
    path = record_path(world, task.job), text = canon.encode { id = task.id, work = task.work, number = task.number, name = task.name, index = task.index },
  }
end

-- A task that was lost or cancelled may still write for a while: its number, and so its folder, is not used again.
local function forget_task(world, job, number)
  return world.file.write { path = record_path(world, job), text = canon.encode { number = number, lost = true } }
end

-- Submitting -----------------------------------------------------------------------------------

--- What a killed Slipway finds again is written down before anything is submitted, under the name that the job will have.
local function mark(world, tasks)
  local name = ("slipway-%s-%s-%d"):format(world.run.id, tasks[1].job.target, tasks[1].number)
  for i, task in ipairs(tasks) do
    task.name, task.index = name, i - 1
    local ok, err = remember(world, task)
    if not ok then return nil, err end
  end
  return name
end

--- One array for all that wait. Each task finds its folder in the list by its number.
local function submit(world, place, tasks)
  local stem = ("%s/array-%s-%s"):format(place.dir, world.run.id, tasks[1].job.target .. "-" .. tasks[1].number)
  local folders = {}
  for i, task in ipairs(tasks) do folders[i] = task.work end
  local text = table.concat({
    "#!/bin/sh", ("work=$(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" %s)"):format(script.quoted(stem .. ".list")), "exec sh \"$work/build.sh\" >\"$work/log\" 2>&1 </dev/null", "",
  }, "\n")
  local ok, err = world.file.write { path = stem .. ".list", text = table.concat(folders, "\n") .. "\n" }
  if ok then ok, err = world.file.write { path = stem .. ".sh", text = text, mode = 493 } end
  local name
  if ok then name, err = mark(world, tasks) end
  if not name then return nil, err end
  local argv = {
    "sbatch", "--parsable", "--no-requeue", ("--array=0-%d"):format(#tasks - 1), "--job-name=" .. name, "--output=/dev/null",
    "--chdir=" .. place.dir, "--export=NONE",
  }
  for _, word in ipairs(place.args or {}) do argv[#argv + 1] = word end
  argv[#argv + 1] = stem .. ".sh"
  local out, failed = ask(world, argv)
  if not out then return nil, failed end
  world.checkpoint "slurm-submitted"
  local id = out:match "^(%d+)"
  for _, task in ipairs(tasks) do
    task.id = ("%s_%d"):format(id, task.index)
    local kept, unkept = remember(world, task)
    if not kept then return nil, unkept end
  end
  return true
end

-- Watching -------------------------------------------------------------------------------------

local function parse_states(text)
  local found = {}
  for id, state in (text or ""):gmatch "([%d_]+)|([%u_]+)" do found[id] = state end
  return found
end

--- The state of a task: squeue knows those of the last minutes, sacct older ones where accounting is kept.
local function state_of(world, place, task)
  local kept = states[place.name]
  local job = task.id:match "^%d+"
  local now = world.clock.now_ms()
  if not kept or kept.job ~= job or now - kept.at > 300 then
    local text = ask(world, { "squeue", "--noheader", "--array", "--states=all", "--jobs=" .. job, "--format=%i|%T" })
    local found = parse_states(text)
    if next(found) == nil then found = parse_states(ask(world, { "sacct", "--noheader", "--allocations", "--parsable2", "--jobs=" .. job, "--format=JobID,State" })) end
    kept = { job = job, at = now, found = found }
    states[place.name] = kept
  end
  return kept.found[task.id]
end

local ended = { COMPLETED = "done", FAILED = "failed", TIMEOUT = "failed", OUT_OF_MEMORY = "failed", DEADLINE = "failed", CANCELLED = "cancelled",
  NODE_FAIL = "lost", BOOT_FAIL = "lost", PREEMPTED = "lost", REVOKED = "lost" }

local function cancel(world, task) ask(world, { "scancel", task.id }) end

--- Waits for the end of a task: "done", "failed", "cancelled" or "lost", and Slurm's own word.
local function watch(world, place, task)
  local pause = math.floor(1000 * (schema.seconds(place.poll) or 5))
  local deadline = place.within and world.clock.now_ms() + 1000 * schema.seconds(place.within)
  local unknown, told = 0, nil
  while true do
    if world.interrupted() then
      cancel(world, task)
      return nil, errors.new { code = "run.interrupted", message = ("interrupted; the task %s was cancelled"):format(task.id) }
    end
    local state = state_of(world, place, task)
    if state and ended[state] then return ended[state], state end
    if not state then
      if world.file.stat(task.work .. "/done") then return "done", "COMPLETED" end
      unknown = unknown + 1
      if unknown > 3 then return "lost", "nothing is known of it" end
    else
      unknown = 0
    end
    if state ~= told then world.progress(("task %s: %s"):format(task.id, (state or "?"):lower())) end
    told = state
    if deadline and world.clock.now_ms() > deadline then
      cancel(world, task)
      return "cancelled", "it took longer than " .. tostring(place.within)
    end
    world.clock.sleep(pause)
  end
end

-- One target -----------------------------------------------------------------------------------

--- A task that an earlier, killed performance of this run has submitted, or was about to. Without an id the job is asked
--- for by its name; nil, number: it was never submitted, and its folder is left alone.
local function remembered(world, job)
  local text = world.file.read(record_path(world, job))
  local task = text and json.decode(text)
  if task and task.lost then return nil, task.number + 1 end
  if not task or not world.file.stat(task.work .. "/build.sh") then return nil, 1 end
  if task.id then return task end
  local out, err = ask(world, { "squeue", "--noheader", "--states=all", "--name=" .. task.name, "--format=%F" })
  local id = (out or ""):match "%d+"
  if out and not id then
    out, err = ask(world, { "sacct", "--noheader", "--allocations", "--parsable2", "--name=" .. task.name, "--format=JobID" })
    id = (out or ""):match "%d+"
    if not out then err = nil end -- there is no accounting
  end
  if err then return nil, err end
  if not id then return nil, task.number + 1 end
  task.id = ("%s_%d"):format(id, task.index)
  return task
end

--- The folder of this attempt, on the file system that the nodes see.
local function lay_out(world, staged, work)
  local ok, err = world.file.mkdir { path = work:match "^(.*)/", parents = true }
  if not ok then return nil, err end
  if world.file.stat(work) then world.file.remove_tree { path = work, below = work:match "^(.*)/" } end
  local result, failed = world.process.run { argv = { "cp", "-a", staged.folder, work }, dir = "/" }
  if not result then return nil, failed end
  if result.code ~= 0 then return nil, workspace.failure("cp", { "cp" }, result, work) end
  return true
end

local function keep_log(world, job, work)
  local text = world.file.read(work .. "/log")
  local folder = world.run.dir .. "/logs"
  world.file.mkdir { path = folder, parents = true }
  local path = ("%s/build-%s.log"):format(folder, job.target)
  if text then world.file.write { path = path, text = text } end
  return path, text or ""
end

local function failure(world, job, task, word)
  local path, text = keep_log(world, job, task.work)
  local err = workspace.failure("build-" .. job.target, { "the task " .. task.id }, { out = "", err = text, code = 1 }, path)
  if err.code == "build.failed" then err = errors.new { code = err.code, message = ("build-%s: the task %s: %s"):format(job.target, task.id, word:lower()), cause = err.cause, hint = err.hint } end
  return err
end

local function attempt(world, place, a, job, to, number, task)
  local work = task and task.work or staging.work(world, job, place.dir, number)
  local staged, err = staging.prepare(world, { place = place, a = a, job = job, base = place.dir, work = work, attempt = number })
  if not staged then return nil, err end
  if not task then
    task = { job = job, work = work, number = number }
    local ok, failed = lay_out(world, staged, work)
    if ok then ok, failed = joined.send(world, "slurm " .. place.name, task, function(tasks) return submit(world, place, tasks) end) end
    if not ok then return nil, failed end
  end
  local how, word = watch(world, place, task)
  local ended_by_itself = how == "done" or how == "failed"
  if ended_by_itself then world.file.remove(record_path(world, job)) else forget_task(world, job, number) end
  if not how then return nil, word end
  staging.clear(world, staged)
  if how == "lost" then return nil, errors.new { code = "build.lost", message = ("the task %s was lost: %s"):format(task.id, word), retry = true } end
  if how ~= "done" then return nil, failure(world, job, task, word) end
  keep_log(world, job, work)
  local files, wrong = staging.receive(world, job, staged.steps, work, to)
  world.file.remove_tree { path = work, below = place.dir }
  if not files then return nil, wrong end
  return files, task.id
end

--- Builds there; a task whose node was lost is submitted again.
function M.build(world, place, a, job, to)
  local attempts, began = place.attempts or 3, world.clock.now_ms()
  local task, number = remembered(world, job)
  if not task and errors.is(number) then return nil, number end
  number = task and task.number or number
  local last
  for _ = 1, attempts do
    local files, id = attempt(world, place, a, job, to, number, task)
    if files then return files, "task " .. id, world.clock.now_ms() - began end
    last = id
    if last.code ~= "build.lost" then return nil, last end
    world.run.note(("%s: %s; submitted again"):format(job.target, last.message))
    number, task = number + 1, nil
  end
  return nil, last
end

--- Does the cluster answer, and is the shared folder there?
function M.check(world, place)
  local checks = {}
  for _, program in ipairs { "sbatch", "squeue", "scancel" } do
    if not world.process.which(program) then
      checks[#checks + 1] = { name = "program " .. program, ok = false, code = "build.tool_missing", why = program .. " was not found", hint = "install the Slurm client" }
    end
  end
  local result, err = world.process.ask({ "sinfo", "--noheader", "--format=%a %T" }, environment(world))
  local fine = result and result.code == 0 and result.out:find "%S"
  local why = not fine and (result and (result.err:match "([^\n]+)\n*$" or "it has no partition") or tostring(errors.adopt(err))) or nil
  checks[#checks + 1] = { name = "the Slurm cluster answers", ok = fine and true or false, code = why and "build.place", why = why, hint = why and "sinfo" }
  local info = world.file.stat(place.dir)
  local folder = info ~= nil and info.kind == "folder"
  checks[#checks + 1] = {
    name = "the folder of the cluster", ok = folder, code = not folder and "build.place" or nil, why = not folder and place.dir .. " is not there" or nil,
    hint = not folder and "a folder that every node sees under this path" or nil,
  }
  return checks
end

return M
