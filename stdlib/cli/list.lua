-- slipway list: recipes with their one line.
local output = require "cli.output"
local recipes = require "run.recipe"

local M = {}

function M.run(context, words)
  local o, err = context:parse("list", words, function() end)
  if not o then return err == 0 and 0 or nil, err end
  local engine = context:engine()
  local project = engine and engine.project
  local plain = {}
  for _, entry in ipairs(recipes.list(project)) do
    local opened, broken = recipes.open(project, entry.name)
    local summary = opened and opened.meta.summary or context.out.paint("red", "does not load: ") .. broken.message
    plain[#plain + 1] = { name = entry.name, origin = entry.origin, summary = summary, params = opened and opened.meta.params or nil }
    output.block(context.out, ("  %s "):format(output.pad(entry.name, 12)), summary .. (entry.origin == "project" and "  (this project's)" or ""))
    if opened then opened.child:close() end
  end
  context.out.object("list", { recipes = plain })
  context.out.say "slipway help RECIPE tells its parameters; slipway plan RECIPE shows its steps"
  return 0
end

return M
