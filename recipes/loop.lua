-- Starts a long-running program of the project, such as a server that reloads or tests that watch; Ctrl-C ends it.
---@type slipway.Recipe
return {
  name = "loop", summary = "Start a long-running program of the project: a reloading server, watching tests.",
  sample = [[
loop serve
  loop   ! run uv run fastapi dev src/my_app/main.py     undo: nothing to undo]],
  params = {
    name = { type = "text", optional = true, help = "which of the loops in slipway.lua; may be left out where there is one" },
  },
  plan = function(p, facts, arg)
    local loops, names = facts.project.loops, {}
    for name in pairs(loops) do names[#names + 1] = name end
    local name = arg.name or (#names == 1 and names[1]) or nil
    p:title(name or "?")
    p:require("one of the project's loops is named", {
      ok = name ~= nil and loops[name] ~= nil,
      why = #names == 0 and "slipway.lua names no loops" or "there are " .. table.concat(names, ", "),
      hint = #names == 0 and 'loops = { serve = { "uv", "run", "fastapi", "dev", "src/my_app/main.py" } } in slipway.lua' or "slipway run loop --name " .. (names[1] or "NAME"),
    })
    if not loops[name] then return end
    p:phase "loop"
    p:run { argv = loops[name], hold = true }
  end,
}
