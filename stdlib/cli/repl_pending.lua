-- The list that waits for apply(): shown, performed, forgotten, taken back.
local errors = require "pure.errors"
local interrupt = require "cli.repl_interrupt"
local output = require "cli.output"
local run_view = require "cli.run_view"
local text_door = require "door.text"

local M = {}

-- A person tells commits apart by ten digits.
local function brief(text)
  return (
    text:gsub("%f[%w]" .. ("%x"):rep(40) .. "%f[%W]", function(oid) return oid:sub(1, 10) end)
  )
end

local function step_text(out, step)
  local tail = step.undo and "undo: " .. step.undo
    or step.retract and "no undo; " .. step.retract
    or ""
  return ("  %s %s  %s"):format(out.symbols[step.class], output.pad(brief(step.describe), 56), tail)
end

local function pending_list(repl)
  local steps = repl.session.pending()
  local list = table.move(steps, 1, #steps, 1, {})
  return setmetatable(list, {
    __tostring = function()
      if #list == 0 then return "nothing is pending" end
      local lines = { ("pending %d"):format(#list) }
      for _, step in ipairs(list) do
        lines[#lines + 1] = step_text(repl.out, step)
      end
      return table.concat(lines, "\n")
    end,
  })
end

--- One line after an entry that changed the list.
---@param repl table
function M.tell(repl)
  local out = repl.out
  local ok, steps = pcall(repl.session.pending)
  if not ok then
    local err = errors.is(steps) and steps or { message = tostring(steps) }
    return out.complain(
      ("pending, but no plan yet: %s     discard() forgets the list"):format(err.message)
    )
  end
  if #steps == repl.pending then return end
  local parts, undo = {}, {}
  for i = repl.pending + 1, #steps do
    parts[#parts + 1] = ("%s %s"):format(out.symbols[steps[i].class], brief(steps[i].describe))
  end
  for _, step in ipairs(steps) do
    if step.undo and not undo[step.undo] then
      undo[step.undo] = true
      undo[#undo + 1] = step.undo
    end
  end
  repl.pending = #steps
  if #parts == 0 then return end
  local line = ("pending %d   %s"):format(#steps, table.concat(parts, "   "))
  if #undo > 0 then line = line .. "     undo: " .. table.concat(undo, ", ") end
  out.say(text_door.truncate(line, output.columns()))
end

--- Asks for leave to perform the list.
---@param repl table
function M.asker(repl)
  local ask = repl.context:asker()
  return function(question)
    local steps, leaving = question.plan.steps, 0
    for _, step in ipairs(steps) do
      leaving = leaving + ((step.class == "remote" or step.class == "final") and 1 or 0)
    end
    local where = leaving == 0 and "nothing leaves this machine"
      or leaving == 1 and "1 leaves this machine"
      or leaving .. " leave this machine"
    repl.out.say(("%d step%s, %s."):format(#steps, #steps == 1 and "" or "s", where))
    return ask(question)
  end
end

--- In live mode: performs what an entry has planned, or forgets it when the answer is no.
---@param repl table
function M.settle(repl)
  if not repl.live or repl.pending == 0 then return end
  local ok, err = pcall(repl.env.apply)
  if ok then return end
  repl.failed = true
  repl.out.complain(tostring(errors.adopt(err)))
  repl.env.discard()
end

--- pending(), discard(), apply(), undo() and live().
---@param repl table
function M.add_words(repl)
  local env, session, out = repl.env, repl.session, repl.out
  function env.pending() return pending_list(repl) end
  function env.discard()
    local count = session.discard()
    repl.pending = 0
    out.say(
      count == 0 and "nothing was pending"
        or ("forgot %d step%s"):format(count, count == 1 and "" or "s")
    )
  end
  function env.apply(how)
    local result = interrupt.unwatched(session.apply, how)
    if not result then return out.say "nothing is pending" end
    repl.pending = 0
    run_view.close(out, result)
    if result.outcome == "done" then
      out.say "   undo() takes it back     :save NAME makes a recipe of this session"
    end
    if result.outcome ~= "done" then repl.failed = true end
  end
  --- In live mode each entry that plans something asks at once; live(false) goes back to plan mode.
  function env.live(on)
    repl.live = on ~= false
    repl.prompts.first = repl.prompts[repl.live and "live" or "plan"]
    out.say(
      repl.live and "each change is asked for at once; live(false) collects them again"
        or "changes wait for apply()"
    )
    if repl.live then M.settle(repl) end
  end
  function env.undo() run_view.close(out, interrupt.unwatched(session.undo)) end
end

return M
