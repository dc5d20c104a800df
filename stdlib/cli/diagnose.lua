-- What the log of a failed build or CI run means: slipway doctor --log FILE, slipway help diagnosis.
local diagnosis = require "pure.diagnosis"
local errors = require "pure.errors"
local file = require "door.file"
local output = require "cli.output"

local M = {}

-- A log larger than this is read from its end, where failures stand.
local LARGEST = 64 * 1024 * 1024

--- The known failures, as help shows them.
function M.list(out)
  out.say "What failed logs mean; slipway doctor --log FILE looks for these, and for `diagnosis` of slipway.lua:\n"
  for _, entry in ipairs(diagnosis.all()) do
    out.say("  " .. out.paint("bold", entry.name))
    output.block(out, "    ", entry.cause)
    output.block(out, "    next: ", entry.remedy)
  end
end

local function read(path)
  local text, err
  if path == "-" then text = io.read "a" else text, err = file.read(path) end
  if not text then return nil, err end
  return #text > LARGEST and text:sub(-LARGEST) or text
end

--- Exit 0 when something is known of it, 3 when not.
local function diagnose(context, path)
  local text, err = read(path)
  if not text then return nil, errors.at(errors.adopt(err), "read the log") end
  local engine = context:engine()
  local own = engine and engine.project.config.diagnosis
  local found = diagnosis.find(text, own, 5)
  context.out.object("diagnosis", { found = found })
  for _, entry in ipairs(found) do
    output.block(context.out, ("  line %d "):format(entry.number), entry.line)
    output.block(context.out, "    cause  ", entry.cause)
    output.block(context.out, "    remedy ", entry.remedy)
  end
  if #found == 0 then
    context.out.say "nothing in this log is known; its last lines:"
    context.out.say(diagnosis.tail(text, 10))
  end
  return #found > 0 and 0 or 3
end

return setmetatable(M, { __call = function(_, context, path) return diagnose(context, path) end })
