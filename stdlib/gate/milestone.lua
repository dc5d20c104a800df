-- Gate: nothing of the version's milestone is open any more.
local lists = require "gate.lists"

return {
  needs_forge = true,
  title = function(version, pattern) return ("the milestone %s is done"):format(lists.fill(pattern, version)) end,
  ---@param pattern string its title, with {version}
  ---@param o { version: string }
  judge = function(world, pattern, o)
    local title = lists.fill(pattern, o.version)
    local all, err = world.forge.milestones { state = "all" }
    if not all then return nil, err end
    local found
    for _, milestone in ipairs(all) do
      if milestone.title == title then found = milestone end
    end
    if not found then return { ok = false, why = ("there is no milestone '%s'"):format(title), hint = "make it on the forge, or mend gates.milestone in slipway.lua" } end
    local open, failed = world.forge.issues { milestone = title, state = "open" }
    if not open then return nil, failed end
    if #open == 0 then return { ok = true } end
    return { ok = false, why = ("%d open: %s"):format(#open, lists.named(open)), hint = "merge or close them, or move them to the next milestone" }
  end,
}
