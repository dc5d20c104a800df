-- slipway doctor --drift: does the configuration of another release tool, still in the project, agree with slipway.lua?
local drift = require "importer.drift"
local errors = require "pure.errors"
local json = require "door.json"
local known = require "importer.known"
local output = require "cli.output"
local show = require "pure.show"
local surroundings = require "cli.init_surroundings"

local M = {}

-- Keys that have a value without being written, and where a project keeps it.
local found_as = { tag = "tag_pattern", scheme = "scheme", trunk = "trunk", project = "name", manifests = "manifests" }

local function holding_in(project)
  return function(key)
    local value = project.config[key]
    if value == nil and found_as[key] then return project[found_as[key]] end
    return value
  end
end

local function text_of(value)
  return value == nil and "nothing" or show.value(value, { depth = 4, width = 60, items = 8, text = 200 })
end

local function tell(out, found, sources)
  for _, one in ipairs(found) do
    out.say("  differs  " .. out.paint("bold", one.key))
    for _, said in ipairs(one.said) do output.block(out, "           ", said, "dim") end
    output.block(out, "           there ", text_of(one.there))
    output.block(out, "           here  ", text_of(one.here))
  end
  local files = table.concat(sources, ", ")
  if #found == 0 then
    output.block(out, "", ("slipway.lua agrees with %s"):format(files))
    return
  end
  output.block(out, "", ("%d setting%s of slipway.lua say%s something else than %s; slipway.lua decides"):format(#found, #found == 1 and "" or "s", #found == 1 and "s" or "", files))
  out.say "  next   change slipway.lua, or delete what no other tool reads any more"
end

--- Exit 0 when both agree, 8 when they differ.
---@param context slipway.Context
---@return integer?, slipway.Error?
function M.run(context)
  local reading, err = context:reading()
  if not reading then return nil, err end
  local around, failed = surroundings(context)
  if not around then return nil, failed end
  local entries, sources = known.import_all(known.names(), around.files)
  if #entries == 0 then
    return nil, errors.new { code = "import.not_found", message = "there is no configuration of another release tool here", hint = "slipway doctor" }
  end
  local found = drift.find(entries, around.project, holding_in(reading.project))
  context.out.object("drift", { sources = json.array(sources), differences = json.array(found) })
  tell(context.out, found, sources)
  return #found == 0 and 0 or 8
end

return M
