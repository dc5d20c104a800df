-- A person decides. Asked on a terminal, or answered by `slipway resume --yes`, `--no` or `--answer WORD`; otherwise
-- the run parks. With `choices` the answer is one of them, and a fork at the end of the plan can follow it.
local errors = require "pure.errors"
local near = require "pure.near"
local verb = require "pure.declare"

-- An answer from the command line is for the question that was open when it was typed, not for those after it.
local function take(answers)
  local said = answers.word or (answers.yes and "yes") or (answers.no and "no") or nil
  answers.word, answers.yes, answers.no = nil, nil, nil
  return said
end

local function answer(world, a)
  local answers = world.run.answers
  return take(answers) or answers.ask and answers.ask { kind = a.choices and "choice" or "yes", text = a.text, choices = a.choices }
end

local function waiting(a)
  local hint = a.choices and ("slipway resume --answer %s"):format(table.concat(a.choices, "|")) or "slipway resume --yes   or   slipway resume --no"
  return nil, errors.new { code = "gate.waiting", message = a.text .. ": waiting for a person", hint = hint }
end

--- The decision that the words mean; nil when they mean none.
local function decision(a, said)
  if a.choices then return near.contains(a.choices, said) and said or nil end
  return said:lower():find "^y" and "yes" or nil
end

return verb {
  name = "approve", class = "read", summary = "Wait until a person says yes, or chooses.",
  params = { text = "text", choices = "list?" }, returns = { by = "text", decision = "text" },
  example = 'p:approve { text = "QE has signed off", choices = { "ship", "hotfix", "abort" } }',
  describe = function(a) return ("approval: %s%s"):format(a.text, a.choices and " (" .. table.concat(a.choices, ", ") .. ")" or "") end,
  verify = function() return "absent" end,
  apply = function(world, a)
    local said = answer(world, a)
    if said == nil or said == "" then return waiting(a) end
    local decided = decision(a, said)
    if decided then return { by = world.run.user or "?", decision = decided } end
    if a.choices then
      return nil, errors.new { code = "gate.waiting", message = ("%s: '%s' is none of %s"):format(a.text, said, table.concat(a.choices, ", ")), hint = "slipway resume --answer " .. a.choices[1] }
    end
    return nil, errors.new { code = "run.declined", message = a.text .. ": the answer was no", hint = "slipway undo, or slipway resume --yes" }
  end,
}
