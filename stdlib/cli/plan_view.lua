-- A plan as people read it: phases, one line a step with its mark and its undo, the pivot.
local output = require "cli.output"
local sorted_keys = require "pure.sorted_keys"
local text = require "door.text"
local M = {}

local marks = { read = "read", ["local"] = "local change", remote = "leaves this machine", final = "cannot be undone" }

local function legend(out)
  local parts = {}
  for _, class in ipairs { "read", "local", "remote", "final" } do parts[#parts + 1] = out.symbols[class] .. " " .. marks[class] end
  local width, lines = output.width(), {}
  for _, part in ipairs(parts) do
    local longer = lines[#lines] and lines[#lines] .. "   " .. part
    if longer and text.width(longer) + 2 <= width then lines[#lines] = longer else lines[#lines + 1] = part end
  end
  return lines
end

local function count(plan)
  local reads, writes = #plan.checks, 0
  for _, step in ipairs(plan.steps) do
    if step.class == "read" then reads = reads + 1 else writes = writes + 1 end
  end
  return reads, writes
end

-- A plan of many packages says the same thing many times; who wants every line has --json.
local FEW = 24

local function show_checks(out, plan)
  if #plan.checks == 0 then return end
  out.say("  preflight")
  local shown, more = 0, 0
  for _, check in ipairs(plan.checks) do
    shown = shown + 1
    if check.ok and shown > FEW then
      more = more + 1
      goto next_check
    end
    local word = check.ok and out.paint("green", "ok") or check.must and out.paint("red", "FAIL") or out.paint("yellow", "warning")
    output.row(out, { head = ("    %s "):format(out.symbols.read), left = check.say, right = word, columns = math.min(46, output.width() - 15) })
    if not check.ok then
      if check.why then output.block(out, "        why    ", check.why) end
      if check.hint then output.block(out, "        next   ", check.hint) end
    end
    ::next_check::
  end
  if more > 0 then output.row(out, { head = ("    %s "):format(out.symbols.read), left = ("%d more of these"):format(more), right = out.paint("green", "ok"), columns = math.min(46, output.width() - 15) }) end
end

local function show_step(out, step, plan)
  local tail = ""
  if step.undo then tail = "undo: " .. step.undo elseif step.class == "final" then tail = "no undo; " .. step.retract end
  local color = step.class == "final" and "red" or step.class == "remote" and "yellow" or nil
  local mark = out.symbols[step.class]
  if color then mark = out.paint(color, mark) end
  if step.id == plan.pivot then out.say("    " .. out.paint("red", "-- from here on nothing can be undone --")) end
  output.row(out, {
    head = ("    %s "):format(mark), left = step.describe, right = tail, columns = math.max(20, output.width() - 33), -- beside the longest of the usual undos
    paint = function(s) return out.paint("dim", s) end,
  })
end

-- Which recipe follows which decision; decisions that lead the same way stand together.
local function show_fork(out, after)
  local ways, words = {}, {}
  for _, choice in ipairs(sorted_keys(after)) do
    local recipe = choice ~= "step" and after[choice][1]
    if recipe then
      if not ways[recipe] then words[#words + 1] = recipe end
      ways[recipe] = ways[recipe] and ways[recipe] .. " or " .. choice or choice
    end
  end
  for i, recipe in ipairs(words) do words[i] = ("%s: %s"):format(ways[recipe], recipe) end
  output.block(out, "  then   ", table.concat(words, "   "))
end

--- The plan without the commands that follow from it.
---@param out slipway.Output
---@param plan table
---@param o { begun: boolean? }?  begun: what was required beforehand is history
function M.show(out, plan, o)
  local reads, writes = count(plan)
  local title = ("%s %s"):format(plan.recipe, plan.title)
  local about = ("recipe:%s   plan %s   reads %d, writes %d"):format(plan.recipe, plan.digest:sub(1, 8), reads, writes)
  local apart = text.width(title) + 8 + text.width(about) <= output.width()
  out.say(out.paint("bold", title) .. (apart and "        " .. about or ""))
  if not apart then output.block(out, "  ", about) end
  for _, line in ipairs(legend(out)) do out.say("  " .. out.paint("dim", line)) end
  if not (o and o.begun) then show_checks(out, plan) end
  local phase, verb, alike, hidden
  local function tell_hidden()
    if (hidden or 0) > 0 then out.say(out.paint("dim", ("      and %d more like it"):format(hidden))) end
    hidden = 0
  end
  for _, step in ipairs(plan.steps) do
    alike = step.phase == phase and step.verb == verb and alike + 1 or 1
    if alike == 1 then tell_hidden() end
    if step.phase ~= phase then
      phase = step.phase
      out.say("  " .. phase)
    end
    verb = step.verb
    if alike <= FEW or step.id == plan.pivot then show_step(out, step, plan) else hidden = hidden + 1 end
  end
  tell_hidden()
  if plan.after then show_fork(out, plan.after) end
end

--- How many places have no undo.
function M.summary(plan)
  local final = 0
  for _, step in ipairs(plan.steps) do
    if step.class == "final" then final = final + 1 end
  end
  if final == 0 then return "Everything here can be undone." end
  return ("%d place%s cannot be undone."):format(final, final == 1 and "" or "s")
end

return M
