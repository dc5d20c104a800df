-- One milestone of the forge, and what is open in it.
return {
  name = "milestone", summary = "A milestone: is it there, what is open in it?",
  signature = "facts:milestone(title) → { ok, exists, state, open, closed, items, why }",
  ask = function(world, title)
    local list, err = world.forge.milestones { state = "all" }
    if not list then return nil, err end
    for _, milestone in ipairs(list) do
      if milestone.title == title then
        local items, failed = world.forge.issues { milestone = title, state = "open" }
        if not items then return nil, failed end
        local names = {}
        for i, item in ipairs(items) do names[i] = ("#%d %s"):format(item.number, item.title) end
        return {
          ok = #items == 0, exists = true, state = milestone.state, open = #items, closed = milestone.closed, items = items,
          why = #items > 0 and "still open: " .. table.concat(names, ", ", 1, math.min(5, #names)) or nil, hint = milestone.url,
        }
      end
    end
    return { ok = false, exists = false, open = 0, closed = 0, items = {}, why = ("there is no milestone '%s'"):format(title) }
  end,
}
