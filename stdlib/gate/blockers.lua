-- Gate: no issue with one of these labels is open, P0 and P1 for example.
local lists = require "gate.lists"

return {
  needs_forge = true,
  title = function(_, labels) return ("no issue labelled %s is open"):format(table.concat(labels, " or ")) end,
  ---@param labels string[]
  judge = function(world, labels)
    local open, err = world.forge.issues { any = labels, state = "open", kind = "issue" }
    if not open then return nil, err end
    if #open == 0 then return { ok = true } end
    return { ok = false, why = lists.named(open), hint = "solve them, or take the label off with a reason" }
  end,
}
