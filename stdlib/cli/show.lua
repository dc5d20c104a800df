-- slipway show RUN: one run, step by step, from its journal.
local clock = require "door.clock"
local json = require "door.json"
local output = require "cli.output"
local errors = require "pure.errors"
local file = require "door.file"
local sorted_keys = require "pure.sorted_keys"
local store = require "run.store"
local times_view = require "cli.times_view"

local M = {}

local function last_id(project)
  local list = store.list(project)
  return list[#list] and list[#list].id
end

--- The log of a build or check, as it was written; "build-" may be left out.
local function show_log(out, run, name)
  local folder = run.dir .. "/logs"
  for _, candidate in ipairs { name, "build-" .. name } do
    local text = not name:find "/" and file.read(("%s/%s.log"):format(folder, candidate))
    if text then
      out.object("log", { run = run.id, log = candidate, text = text })
      out.say((text:gsub("\n$", "")))
      return 0
    end
  end
  local names = {}
  for _, entry in ipairs(file.list(folder) or {}) do names[#names + 1] = entry:match "^build%-(.+)%.log$" or entry:match "^(.+)%.log$" end
  return nil, errors.new {
    code = "run.no_log", message = ("the run %s has no log '%s'"):format(run.id, name), hint = #names > 0 and "logs: " .. table.concat(names, ", ") or "it has built nothing yet",
  }
end

local function plain(project, run)
  local steps = {}
  for i, step in ipairs(run.plan.steps) do
    local now = run.state.steps[step.id]
    steps[i] = { id = step.id, verb = step.verb, phase = step.phase, describe = step.describe, class = step.class, state = now.state, value = now.value, ms = now.ms, error = now.error }
  end
  return { run = run.id, recipe = run.plan.recipe, title = run.plan.title, digest = run.plan.digest, time = run.time, outcome = run.state.outcome or "open", steps = json.array(steps), times = times_view.plain(project, run), notes = json.array(run.state.notes), approval = run.state.approval }
end

local function values(out, value)
  local keys = sorted_keys(value)
  for _, key in ipairs(keys) do
    if type(value[key]) ~= "table" then out.say(("          %s = %s"):format(key, tostring(value[key]))) end
  end
end

function M.run(context, words)
  local o, err = context:parse("show", words, function(parser)
    parser:argument("run"):args "?"
    parser:option "--log"
  end)
  if not o then return err == 0 and 0 or nil, err end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  local id = o.run or last_id(engine.project)
  if not id then
    context.out.object("run", { run = nil, steps = json.array {} })
    context.out.say "no runs yet"
    return 0
  end
  local run, missing = store.open(engine.project, id)
  if not run then return nil, missing end
  local out, state = context.out, run.state
  if o.log then
    run.journal:close()
    return show_log(out, run, o.log)
  end
  out.object("run", plain(engine.project, run))
  out.say(("%s  %s  plan %s  %s"):format(out.paint("bold", run.plan.title), run.id, run.plan.digest:sub(1, 12), state.outcome or "open"))
  out.say(("  begun %s%s"):format(clock.iso(run.time), state.approval and "   approved: " .. state.approval.approval or ""))
  for _, step in ipairs(run.plan.steps) do
    local now = state.steps[step.id]
    out.say(("  %s %s  %s"):format(output.pad(now.state, 9), step.describe, now.ms and output.duration(now.ms) or ""))
    if now.error then out.say("          " .. out.paint("red", now.error.message)) end
    values(out, now.value)
  end
  for _, note in ipairs(state.notes) do out.say("  note      " .. note.text) end
  times_view.say(out, engine.project, run)
  if not state.sealed then out.say(("Go on:  slipway resume %s      Take back:  slipway undo %s"):format(run.id, run.id)) end
  run.journal:close()
  return 0
end

return M
