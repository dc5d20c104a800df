-- Times of a run, one line each: builds, and the phases that have a budget or took a while.
local json = require "door.json"
local output = require "cli.output"
local times = require "run.times"

local M = {}

-- Phases that are shorter and have no budget are not worth a line.
local WORTH_MS = 2000

local function words_of(out, entry)
  local words = output.duration(entry.ms)
  if entry.budget then words = ("%s of %s"):format(words, output.duration(entry.budget)) end
  if entry.over then words = out.paint("red", words .. ", over budget") end
  local before = {}
  for i, ms in ipairs(entry.earlier) do before[i] = output.duration(ms) end
  if #before > 0 then words = words .. "   before: " .. table.concat(before, ", ") end
  return words
end

--- Says how long it took.
---@param out slipway.Output
---@param project table
---@param run table
function M.say(out, project, run)
  local first, column = true, math.min(24, math.max(12, output.width() - 22))
  for _, entry in ipairs(times.of(project, run)) do
    if entry.budget or not entry.phase and entry.name ~= "all" or entry.phase and entry.ms >= WORTH_MS then
      local name = (entry.phase or entry.name == "all") and entry.name or "  " .. entry.name -- builds are parts of a phase
      output.block(out, ("%s%s "):format(first and "   times    " or "            ", output.pad(name, column)), words_of(out, entry))
      first = false
    end
  end
end

--- The same for programs.
---@param project table
---@param run table
---@return table[]
function M.plain(project, run)
  local list = {}
  for i, entry in ipairs(times.of(project, run)) do
    list[i] = { name = entry.name, ms = entry.ms, budget = entry.budget, over = entry.over, earlier = json.array(entry.earlier) }
  end
  return json.array(list)
end

return M
