-- Starts a CI run with inputs and finds that very run. Before it asks, it writes down the newest run there is; so the
-- run is found again when the answer is lost, and is never started twice. Where the forge does not let us, a person
-- does it: the step says what to click and waits.
local canon = require "door.canon"
local errors = require "pure.errors"
local follow = require "forge.follow"
local json = require "door.json"
local verb = require "pure.declare"

local function mark_path(world, a)
  local name = (world.step and world.step.id or "dispatch") .. "-" .. a.workflow
  return ("%s/dispatch-%s.json"):format(world.run.dir, name:gsub("[^%w._-]", "_"))
end

local function read_mark(world, a)
  local text = world.file.read(mark_path(world, a))
  return text and json.decode(text)
end

local function write_mark(world, a, mark)
  local ok, err = world.file.write { path = mark_path(world, a), text = canon.encode(mark) }
  if not ok then return nil, err end
  return mark
end

local function value_of(run) return { run = run.id, url = run.url } end

--- The runs that were started since the mark and may be ours.
local function candidates(world, a, mark)
  local runs, err = world.forge.runs { event = "workflow_dispatch", workflow = a.workflow, ref = a.ref, after = mark.after }
  if not runs then return nil, err end
  if not a.title then return runs end
  local list = {}
  for _, run in ipairs(runs) do
    if run.title:find(a.title, 1, true) then list[#list + 1] = run end
  end
  return list
end

local function inputs_told(a)
  local names, parts = {}, {}
  for name in pairs(a.inputs or {}) do names[#names + 1] = name end -- order: sorted below
  table.sort(names)
  for i, name in ipairs(names) do parts[i] = ("%s=%s"):format(name, tostring(a.inputs[name])) end
  return #parts > 0 and " with " .. table.concat(parts, ", ") or ""
end

local function by_hand(world, a, why)
  return errors.new {
    code = "gate.waiting", message = ("%s on %s%s has to be started by hand: %s"):format(a.workflow, a.ref, inputs_told(a), world.forge.dispatch_page(a.workflow)),
    cause = why, hint = "start it there; slipway resume   finds the run and goes on",
  }
end

-- After these it is certain that nothing was started.
local refused = { ["forge.auth"] = true, ["forge.forbidden"] = true, ["forge.not_found"] = true, ["forge.conflict"] = true, ["forge.refused"] = true }

local function find_ours(world, a, mark)
  local runs, err = candidates(world, a, mark)
  if not runs then return nil, err end
  if #runs <= 1 then return runs[1] end
  local names = {}
  for i, run in ipairs(runs) do names[i] = "#" .. run.id end
  return nil, errors.new {
    code = "ci.ambiguous", retry = false, message = ("%d runs of %s were started meanwhile: %s"):format(#runs, a.workflow, table.concat(names, ", ")),
    hint = "name text of the run's title: p:dispatch { title = … }, with run-name in the workflow",
  }
end

local function start(world, a)
  local newest, err = world.forge.runs { limit = 1 }
  if not newest then return nil, err end
  local mark, failed = write_mark(world, a, { after = newest[1] and newest[1].id or 0 })
  if not mark then return nil, failed end
  if world.checkpoint then world.checkpoint "dispatch-marked" end
  local made, why = world.forge.dispatch { workflow = a.workflow, ref = a.ref, inputs = a.inputs }
  if made then
    mark.run = made.id
    return write_mark(world, a, mark)
  end
  if why.code == "forge.cannot_dispatch" then
    mark.manual = true
    write_mark(world, a, mark)
    return nil, by_hand(world, a, why.cause)
  end
  if refused[why.code] then world.file.remove(mark_path(world, a)) end
  return nil, why
end

return verb {
  name = "dispatch", class = "remote", forward = true, summary = "Start a CI run with inputs, and find that very run.",
  params = { workflow = "text", ref = "text", inputs = "map?", title = "text?", publishes = "boolean?" },
  returns = { run = "integer", url = "text" },
  undo_says = "cancel the run", retract = "slipway help dispatch: a run that publishes is not taken back; cancel it in the browser while it runs",
  raise_class = function(a) if a.publishes then return "final" end end,
  label = function(a) return "the run of " .. a.workflow end,
  example = 'p:dispatch { workflow = "bundle.yml", ref = "main", inputs = { version = "v1.2.0" }, publishes = true }',
  describe = function(a) return ("start %s on %s%s"):format(a.workflow, a.ref, inputs_told(a)) end,
  verify = function(world, a)
    local mark = read_mark(world, a)
    if not mark or (world.step and world.step.again and not mark.run) then return "absent" end
    if mark.run then
      local run, err = world.forge.run(mark.run)
      if not run then return "unknown", err end
      return "same", value_of(run)
    end
    local run, err = find_ours(world, a, mark)
    if run then return "same", value_of(run) end
    if err then return "unknown", err end
    if mark.manual then return "absent" end
    return "unknown", ("whether %s was started is not to be seen yet"):format(a.workflow)
  end,
  apply = function(world, a)
    local mark = read_mark(world, a)
    if mark and not (world.step and world.step.again) then
      local run = mark.run and world.forge.run(mark.run) or not mark.run and find_ours(world, a, mark)
      if run then return value_of(run) end
      if mark.manual then return nil, by_hand(world, a) end
    end
    local started, err = start(world, a)
    if not started then return nil, err end
    return follow.wait(world, { default = "30s", within = "30s" }, function()
      local run = started.run and world.forge.run(started.run) or not started.run and find_ours(world, a, started)
      return run and value_of(run) or nil, "the run is not listed yet"
    end)
  end,
  undo = function(world, a)
    local mark = read_mark(world, a)
    if not mark then return true end
    local run, err
    if mark.run then run, err = world.forge.run(mark.run) else run, err = find_ours(world, a, mark) end
    if err then return nil, err end
    if run and run.state ~= "done" then
      local ok, failed = world.forge.cancel(run)
      if not ok then return nil, failed end
    elseif run and run.verdict ~= "cancelled" then
      return nil, errors.new { code = "step.different", message = ("%s has ended (%s); what it did stays"):format(a.workflow, tostring(run.verdict)), hint = run.url }
    end
    world.file.remove(mark_path(world, a))
    return true
  end,
}
