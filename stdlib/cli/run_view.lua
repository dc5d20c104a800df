-- What a run looks like while it goes: one line a step, and a summary that says what is done, what is not
-- and what to type.
local ci_log = require "cli.ci_log"
local errors = require "pure.errors"
local output = require "cli.output"
local host = require "door.host"
local json = require "door.json"
local times_view = require "cli.times_view"

local M = {}

local symbol_of = { done = "done", adopted = "kept", skipped = "skipped", failed = "failed", unknown = "failed", undone = "undone", waiting = "waiting" }
local color_of = { done = "green", adopted = "green", failed = "red", unknown = "red", undone = "yellow", waiting = "yellow" }
local word_of = { adopted = "already there", skipped = "left out", unknown = "UNKNOWN", failed = "FAIL", waiting = "waiting" }

local function show_step(out, event)
  local state = event.error and event.error.code == "gate.waiting" and "waiting" or event.state -- a gate that waits has not failed
  local symbol = out.symbols[symbol_of[state] or "done"]
  if color_of[state] then symbol = out.paint(color_of[state], symbol) end
  local width = output.width()
  local phase = width >= 64 and output.pad(event.step.phase, 11) .. " " or "" -- a narrow screen has no room for it
  local took = event.value and event.value.took or event.ms -- a build's own time, without the wait for its turn
  local tail = word_of[state] or (took and output.duration(took)) or ""
  if event.value and event.value.debt then tail = out.paint("yellow", "left as a debt") end
  output.row(out, {
    head = (" %s %s"):format(output.pad(symbol, out.unicode and 1 or 4), phase), left = event.step.describe, right = tail,
    columns = math.max(20, width - (phase ~= "" and 30 or 18) - (out.unicode and 0 or 3)),
  })
end

local shows = {}

function shows.run(out, event)
  if event.resumed then
    local kept = 0
    for _, step in pairs(event.state.steps) do -- order: a count
      if step.state == "done" or step.state == "adopted" or step.state == "skipped" then kept = kept + 1 end
    end
    out.say(("run %s goes on: %d of %d steps are done"):format(event.run, kept, #event.plan.steps))
  elseif event.undo then
    out.say(("run %s is taken back"):format(event.run))
  else
    out.say(("run %s"):format(event.run))
  end
end

-- What runs now, in the order in which it began: steps side by side share the one line that is replaced.
local function show_running(out)
  local list = out.running or {}
  if #list == 0 then return end
  if #list == 1 then
    local one = list[1]
    return out.fleeting((" %s %s%s"):format(out.symbols.running, one.step.describe, one.text and ": " .. one.text or ""))
  end
  local words = {}
  for i, one in ipairs(list) do words[i] = (one.step.args.target or one.step.args.name or one.step.id) .. (one.text and ": " .. one.text or "") end
  out.fleeting((" %s %d at once: %s"):format(out.symbols.running, #list, table.concat(words, " · ")))
end

local function position(list, step)
  for i, one in ipairs(list) do
    if one.step.id == step.id then return i end
  end
end

function shows.start(out, event)
  ci_log.fold(out, event.step.phase)
  out.running = out.running or {}
  if not position(out.running, event.step) then table.insert(out.running, { step = event.step }) end
  show_running(out)
end
function shows.step(out, event)
  out.clear()
  local at = position(out.running or {}, event.step)
  if at then table.remove(out.running, at) end
  show_step(out, event)
  show_running(out)
end

local function short(text)
  local line = text:gsub("%s+", " ")
  return #line > 40 and line:sub(1, 39) .. "…" or line
end

function shows.progress(out, event)
  local at = event.step and position(out.running or {}, event.step)
  if out.live and at then
    out.running[at].text = short(event.text)
    show_running(out)
  elseif out.live then
    out.fleeting("   " .. event.text)
  elseif out.verbose then
    out.say("   " .. event.text)
  end
end
function shows.waiting(out, event) out.fleeting((" %s waiting: %s"):format(out.symbols.waiting, tostring(event.text))) end
function shows.note(out, event)
  out.clear()
  output.block(out, "   ", event.text)
end

local function as_json(event)
  local object = { event = event.kind, run = event.run, state = type(event.state) == "string" and event.state or nil, ms = event.ms, text = event.text and tostring(event.text) }
  if event.step then object.step, object.verb, object.describe = event.step.id, event.step.verb, event.step.describe end
  if event.error then object.error = { code = event.error.code, message = event.error.message } end
  return object
end

--- A listener for run/engine.lua.
---@param out slipway.Output
---@param progress string?  "json": events as lines on stderr
function M.listener(out, progress)
  return function(event)
    if progress == "json" then host.write(2, json.encode(as_json(event)) .. "\n") end
    if not out.json and shows[event.kind] then shows[event.kind](out, event) end
  end
end

local function names(plan, result, wanted)
  local list = {}
  for i, step in ipairs(result.steps) do
    if wanted[step.state] and plan.steps[i].class ~= "read" then list[#list + 1] = plan.steps[i].describe end
  end
  return list
end

local function list_lines(out, word, list)
  for i, line in ipairs(list) do output.block(out, ("   %s "):format(output.pad(i == 1 and word or "", 8)), line) end
end

local url_of = { watch = "ci", dispatch = "ci" }

local closing = {}

function closing.done(out, result, project)
  local plan = result.plan
  if result.idle then
    out.say(("%s nothing of this part had to be changed"):format(out.paint("green", "done")))
    return list_lines(out, "not done", names(plan, result, { planned = true }))
  end
  out.say(("%s %s %s"):format(out.paint("green", "done"), plan.recipe, plan.title))
  local told = {}
  for i, step in ipairs(result.steps) do
    local value = step.value or {}
    if value.url and not told[value.url] then out.say(("   %s "):format(output.pad(plan.steps[i].args.registry and "registry" or url_of[plan.steps[i].verb] or "page", 8)) .. value.url) end
    told[value.url or ""] = true
    if value.debt then output.block(out, "   " .. out.paint("yellow", "debt") .. "     ", value.debt) end
  end
  if project then times_view.say(out, project, { id = result.run, plan = plan, state = result.state }) end
  out.say(("   report   slipway show %s"):format(result.run))
end

function closing.undone(out, result) out.say(("%s run %s; only its record remains"):format(out.paint("green", "undone"), result.run)) end

local function stopped(out, result)
  local plan, err = result.plan, result.error
  out.say(("%s %s at %s"):format(out.paint("red", "stopped"), errors.shown(err.code), result.step and result.step.at or plan.recipe))
  output.block(out, "   what     ", err.message)
  if err.cause then output.block(out, "   why      ", err.cause) end
  for _, path in ipairs(err.paths or {}) do output.block(out, "   log      ", path) end
  for _, found in ipairs(err.diagnosis or {}) do
    output.block(out, "   cause    ", found.cause)
    output.block(out, "   remedy   ", found.remedy)
  end
  list_lines(out, "done", names(plan, result, { done = true, adopted = true }))
  list_lines(out, "open", names(plan, result, { failed = true, unknown = true, intended = true }))
  list_lines(out, "not done", names(plan, result, { planned = true }))
  if err.hint then output.block(out, "   hint     ", err.hint) end
end

--- Commands to type, and what they do where there is room to say it.
local function next_lines(out, list)
  local longest = 0
  for _, entry in ipairs(list) do longest = math.max(longest, #entry[1]) end
  for i, entry in ipairs(list) do
    local line = (i == 1 and "   next     " or "            ") .. output.pad(entry[1], longest)
    out.say(#line + 2 + #entry[2] <= output.width() and line .. "  " .. entry[2] or (line:gsub("%s+$", "")))
  end
end

function closing.stopped(out, result)
  stopped(out, result)
  next_lines(out, {
    { "slipway resume " .. result.run, "goes on where it stopped" },
    { "slipway undo --preview " .. result.run, "shows what would be taken back" },
  })
end
closing.interrupted = closing.stopped

local function part_done(out, result, project)
  if project then times_view.say(out, project, { id = result.run, plan = result.plan, state = result.state }) end
  list_lines(out, "not done", names(result.plan, result, { planned = true }))
  next_lines(out, { { "slipway resume " .. result.run, "does the rest" } })
end

function closing.parked(out, result, project)
  if not result.error then return part_done(out, result, project) end
  out.say(("%s %s"):format(out.paint("yellow", "waiting"), result.error.message))
  if result.error.hint then out.say("   next     " .. result.error.hint) end
  out.say(("            slipway resume %s"):format(result.run))
end

function closing.refused(out, result)
  stopped(out, result)
  out.say("   nothing was changed")
end

--- The last lines of a run.
---@param out slipway.Output
---@param result table  from run/engine.lua
---@param project table?  to compare times with its budgets and its earlier runs
function M.close(out, result, project)
  out.clear()
  ci_log.unfold(out)
  local err = result.error
  out.object("run", {
    run = result.run, outcome = result.outcome, steps = result.steps, plan = result.plan.digest, next = result.next,
    error = err and { code = err.code, name = errors.shown(err.code), message = err.message, hint = err.hint, diagnosis = err.diagnosis } or nil,
  })
  closing[result.outcome](out, result, project)
  if err then ci_log.annotate(out, err, result.step and result.step.at, project and project.root) end
  if project and ci_log.kind() then
    local report = require "cli.report"
    ci_log.summarize(report.text(report.data(project, { id = result.run, plan = result.plan, state = result.state, time = result.state.open.time })))
  end
end

--- The exit code of a result: see the table in experience.md.
---@param result table
---@return integer
function M.exit_code(result)
  if result.outcome == "done" or result.outcome == "undone" then return 0 end
  if result.outcome == "parked" then return result.error and 11 or 0 end
  if result.error and result.error.code == "run.interrupted" then return 128 + (result.signal or 2) end
  if result.outcome == "refused" then return errors.exit_code(result.error) end
  -- A difference, a stale plan and a person's no keep their own codes; the effects are listed either way.
  local own = errors.exit_code(result.error)
  return (own == 1 or own == 8 or own == 9 or own == 10) and own or 7
end

return M
