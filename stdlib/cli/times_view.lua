-- Times of a run, one line each: builds, and the phases that have a budget or took a while.
local json = require "door.json"
local output = require "cli.output"
local times = require "run.times"

local M = {}

-- Phases that are shorter and have no budget are not worth a line.
local WORTH_MS = 2000

local function line(out, entry)
  local words = output.duration(entry.ms)
  if entry.budget then words = ("%s of %s"):format(words, output.duration(entry.budget)) end
  if entry.over then words = out.paint("red", words .. ", over budget") end
  local before = {}
  for i, ms in ipairs(entry.earlier) do before[i] = output.duration(ms) end
  if #before > 0 then words = words .. "   before: " .. table.concat(before, ", ") end
  return ("%s %s"):format(output.pad(((entry.phase or entry.name == "all") and "" or "  ") .. entry.name, 24), words)
end

--- Says how long it took.
---@param out slipway.Output
---@param project table
---@param run table
function M.say(out, project, run)
  local first = true
  for _, entry in ipairs(times.of(project, run)) do
    if entry.budget or not entry.phase and entry.name ~= "all" or entry.phase and entry.ms >= WORTH_MS then
      out.say((first and "   times    " or "            ") .. line(out, entry))
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
