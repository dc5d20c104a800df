-- Writes a sentence into the run's record.
local verb = require "pure.declare"

return verb {
  name = "note", class = "read", summary = "Write a sentence into the run's record.",
  params = { text = "text" }, returns = { text = "text" },
  example = 'p:note { text = "docs move by hand tomorrow" }',
  describe = function(a) return "note: " .. a.text end,
  verify = function() return "absent" end,
  apply = function(world, a)
    world.run.note(a.text)
    return { text = a.text }
  end,
}
