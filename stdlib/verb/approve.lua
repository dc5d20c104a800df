-- A person decides. Asked on a terminal, or answered by `slipway resume --yes` / `--no`; otherwise the run parks.
local errors = require "pure.errors"
local verb = require "pure.declare"

local function answer(world, a)
  local answers = world.run.answers
  if answers.yes then return "yes" end
  if answers.no then return "no" end
  return answers.ask and answers.ask { kind = "yes", text = a.text }
end

return verb {
  name = "approve", class = "read", summary = "Wait until a person says yes.",
  params = { text = "text" }, returns = { by = "text" },
  example = 'p:approve { text = "QE has signed off" }',
  describe = function(a) return "approval: " .. a.text end,
  verify = function() return "absent" end,
  apply = function(world, a)
    local said = answer(world, a)
    if said == nil or said == "" then
      return nil, errors.new { code = "gate.waiting", message = a.text .. ": waiting for a person", hint = "slipway resume --yes   or   slipway resume --no" }
    end
    if not said:lower():find "^y" then
      return nil, errors.new { code = "run.declined", message = a.text .. ": the answer was no", hint = "slipway undo, or slipway resume --yes" }
    end
    return { by = world.run.user or "?" }
  end,
}
