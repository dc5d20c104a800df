-- slipway cancel [RUN] --reason TEXT: ends an open run without taking anything back.
local errors = require "pure.errors"
local json = require "door.json"
local output = require "cli.output"

local M = {}

M.help = { { "RUN", "the open run; may be left out when there is one" }, { "--reason TEXT", "why; the journal keeps it" } }

function M.run(context, words)
  local o, err = context:parse("cancel", words, function(parser)
    parser:argument("run"):args "?"
    parser:option "--reason"
  end)
  if not o then return err == 0 and 0 or nil, err end
  local reason = o.reason or context:ask "Why is it cancelled? "
  if not reason or not reason:find "%S" then
    return nil, errors.new { code = "usage.wrong", message = "cancel needs --reason TEXT; the journal keeps it", hint = "slipway cancel --reason TEXT" }
  end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  local result, refused = require("run.cancel").cancel(engine, o.run, reason)
  if not result then return nil, refused end
  local out = context.out
  out.object("cancel", { run = result.run, outcome = "cancelled", reason = reason, remains = json.array(result.remains), note = result.note })
  out.say(("%s %s, run %s: the record is closed, its channel is free"):format(out.paint("yellow", "cancelled"), result.plan.title, result.run))
  for i, step in ipairs(result.remains) do
    output.block(out, i == 1 and "   remains  " or "            ", step.describe .. (step.sure and "" or "  (it may have happened; look)"))
  end
  out.say(#result.remains == 0 and "   nothing of it remains" or ("   next     slipway undo %s   takes back what remains"):format(result.run))
  if result.note then output.block(out, "   note     ", "the lock on the remote is still there: " .. result.note) end
  return 0
end

return M
