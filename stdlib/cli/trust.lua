-- slipway trust: accepts the project's own verbs as they are now.
local M = {}

function M.run(context, words)
  local o, err = context:parse("trust", words, function(parser) parser:flag "--origin" end)
  if not o then return err == 0 and 0 or nil, err end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  local names, refused = require("run.trust").accept(engine.project, o.origin)
  if not names then return nil, refused end
  context.out.object("trust", { accepted = require("door.json").array(names) })
  for _, name in ipairs(names) do context.out.say("trusted " .. name) end
  if #names == 0 then context.out.say "this project has no verbs of its own (slipway/verbs/*.lua); nothing needs trust" end
  return 0
end

return M
