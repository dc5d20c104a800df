-- The steps of a run for trace viewers (Perfetto, chrome://tracing): one complete event each, in rows that never overlap.
-- The form is Google's "Trace Event Format": JSON Object Format, phases "X" and "M"; times in microseconds.
local json = require "door.json"

local M = {}

local PROCESS <const> = 1

-- Steps that run side by side get rows of their own: the first row that is free when a step begins.
local function row_for(rows, began, ended)
  for i, busy_until in ipairs(rows) do
    if busy_until <= began then
      rows[i] = ended
      return i
    end
  end
  rows[#rows + 1] = ended
  return #rows
end

local function named(kind, name, row) return { ph = "M", pid = PROCESS, tid = row or 0, name = kind, args = { name = name } } end

--- The text of a trace of what cli.report's data says.
---@param data table
---@return string
function M.text(data)
  local timed, rows, events = {}, {}, { named("process_name", ("%s %s"):format(data.recipe, data.title)) }
  for _, step in ipairs(data.steps) do
    if step.ms and step.ended_ms then timed[#timed + 1] = { step = step, began = step.ended_ms - step.ms } end
  end
  table.sort(timed, function(a, b)
    if a.began ~= b.began then return a.began < b.began end
    return a.step.id < b.step.id
  end)
  for _, one in ipairs(timed) do
    local step = one.step
    events[#events + 1] = {
      ph = "X", pid = PROCESS, tid = row_for(rows, one.began, step.ended_ms), ts = one.began * 1000, dur = step.ms * 1000,
      name = step.describe, cat = step.phase, args = { step = step.id, verb = step.verb, state = step.state, class = step.class, error = step.error },
    }
  end
  for row in ipairs(rows) do events[#events + 1] = named("thread_name", row == 1 and "steps" or ("steps, side by side %d"):format(row), row) end
  return assert(json.encode { traceEvents = json.array(events), displayTimeUnit = "ms", otherData = { run = data.run, outcome = data.outcome, slipway = data.slipway } }) .. "\n"
end

return M
