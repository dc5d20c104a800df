-- slipway runs: every run of this clone. slipway runs prune: removes records of runs that have ended.
local clock = require "door.clock"
local errors = require "pure.errors"
local file = require "door.file"
local json = require "door.json"
local output = require "cli.output"
local store = require "run.store"

local M = {}

local function prune(context, engine, keep)
  local removed, list = {}, store.list(engine.project)
  local ended = {}
  for _, entry in ipairs(list) do
    if not entry.open and not entry.error then ended[#ended + 1] = entry end
  end
  for i = 1, #ended - keep do
    local ok, err = file.remove_tree { path = store.dir(engine.project) .. "/runs/" .. ended[i].id, below = store.dir(engine.project) }
    if not ok then return nil, err end
    removed[#removed + 1] = ended[i].id
  end
  context.out.object("prune", { removed = json.array(removed) })
  context.out.say(("removed %d record%s; the newest %d stay"):format(#removed, #removed == 1 and "" or "s", keep))
  return 0
end

function M.run(context, words)
  local o, err = context:parse("runs", words, function(parser)
    parser:argument("action"):args "?"
    parser:option("--keep"):convert(math.tointeger)
  end)
  if not o then return err == 0 and 0 or nil, err end
  if o.action and o.action ~= "prune" then
    return nil, errors.new { code = "usage.wrong", message = ("runs knows 'prune', not '%s'"):format(o.action), hint = "slipway runs" }
  end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  if o.action then return prune(context, engine, o.keep or 20) end
  local list = store.list(engine.project)
  local plain = {}
  for i, entry in ipairs(list) do
    plain[i] = { id = entry.id, recipe = entry.recipe, outcome = entry.outcome, open = entry.open, time = entry.time, title = entry.title, version = entry.version, channel = entry.channel }
  end
  context.out.object("runs", { runs = json.array(plain) })
  if #list == 0 then context.out.say "no runs yet; slipway plan release shows what one would do" end
  local column = 0
  for _, entry in ipairs(list) do column = math.max(column, #entry.id) end
  for _, entry in ipairs(list) do -- the id begins with the day
    local state = entry.open and context.out.paint("yellow", "open") or entry.outcome
    local head = ("%s  %s  %s  "):format(output.pad(entry.id, column), clock.iso(entry.time):sub(12, 19) .. "Z", output.pad(state, 9))
    output.block(context.out, head, entry.title or (entry.error and entry.error.message) or "")
  end
  return 0
end

return M
