-- slipway undo [RUN]: takes a run's effects back, last first.
local engines = require "run.engine"
local errors = require "pure.errors"
local output = require "cli.output"
local run_view = require "cli.run_view"

local M = {}

local function preview(context, engine, o)
  local found, err = engines.preview_undo(engine, o.run, o.to)
  if not found then return nil, err end
  local steps = {}
  for i, step in ipairs(found.undo) do steps[i] = { id = step.id, describe = step.describe, undo = step.undo } end
  context.out.object("undo", { run = found.run, preview = true, steps = require("door.json").array(steps), pivot = found.pivot and found.pivot.id or nil })
  context.out.say(("undo of run %s would, in this order:"):format(found.run))
  local column = 4
  for _, step in ipairs(found.undo) do column = math.max(column, #(step.undo or "")) end
  for _, step in ipairs(found.undo) do output.block(context.out, ("   %s  "):format(output.pad(step.undo or "undo", column)), step.describe) end
  if found.pivot then
    context.out.say(("   and stop at: %s"):format(found.pivot.describe))
    context.out.say(("   which cannot be undone; what is left: %s"):format(found.pivot.retract))
  elseif #found.undo == 0 then
    context.out.say "   do nothing: there is nothing left to take back"
  end
  if o.preview then context.out.say("Do it:  slipway undo " .. found.run) end
  return 0
end

--- On a terminal a person is asked first; elsewhere the command itself is the answer.
local function agreed(context, engine, o)
  if o.yes or not require("door.host").is_terminal(0) or o.no_input or context.out.json then return true end
  local shown, err = preview(context, engine, o)
  if not shown then return nil, err end
  local answer = context:ask "Take it back? [y/N] "
  if answer and answer:lower():find "^y" then return true end
  return nil, errors.new { code = "run.declined", message = "the answer was no; nothing was taken back", hint = "slipway undo --yes" }
end

function M.run(context, words)
  local o, err = context:parse("undo", words, function(parser)
    parser:argument("run"):args "?"
    parser:option "--to"
    parser:flag "--preview"
    parser:flag "--yes"
  end)
  if not o then return err == 0 and 0 or nil, err end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  if o.preview then return preview(context, engine, o) end
  local yes, no = agreed(context, engine, o)
  if not yes then return nil, no end
  local result, stopped = engines.undo(engine, o.run, { on = run_view.listener(context.out, o.progress), to = o.to })
  if not result then return nil, stopped end
  run_view.close(context.out, result)
  return run_view.exit_code(result)
end

return M
