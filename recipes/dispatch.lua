-- Starts a CI workflow with inputs and watches that very run.
---@type slipway.Recipe
return {
  name = "dispatch", summary = "Start a CI workflow with inputs and watch that very run to its verdict.",
  sample = [[
dispatch start bundle.yml
  start   » start bundle.yml on main with version=v1.2.0      undo: cancel the run
  watch   $ watch bundle.yml of the run (40m)]],
  params = {
    workflow = { type = "text", help = "file name of the workflow" },
    ref      = { type = "text", optional = true, help = "branch or tag to run it on; default: the trunk" },
    inputs   = { type = "list", default = {}, help = "its inputs: name=value, with commas between" },
    title    = { type = "text", optional = true, help = "text that the run's title shows, when others start runs too" },
    publishes = { type = "boolean", default = false, help = "the run publishes: it cannot be taken back" },
    within   = { type = "duration", default = "40m", help = "limit; then it is undecided, not failed" },
    rerun    = { type = "integer", default = 0, help = "run failed jobs again so many times" },
  },
  plan = function(p, facts, arg)
    local inputs = {}
    for _, pair in ipairs(arg.inputs) do
      local name, value = pair:match "^([%w_-]+)=(.*)$"
      p:require("an input is name=value", { ok = name ~= nil, why = ("'%s' is not"):format(pair) })
      if name then inputs[name] = value end
    end
    p:channel "dispatch"
    p:require("a forge is configured", { ok = facts.project.has_forge, why = "slipway.lua has no forge", hint = "slipway help config" })
    p:title(("start %s"):format(arg.workflow))
    p:phase "start"
    local started = p:dispatch {
      workflow = arg.workflow, ref = arg.ref or facts.project.trunk, inputs = inputs, title = arg.title, publishes = arg.publishes or nil,
    }
    p:phase "watch"
    p:watch { run = started.run, workflow = arg.workflow, within = arg.within, rerun = arg.rerun }
    return { run = started.run, url = started.url }
  end,
}
