-- Open issues that weigh on a release, by the labels that slipway.lua calls P0 and P1.
return {
  name = "severe", summary = "Open issues of priority P0 and P1.", signature = "facts:severe() → { p0, p1, issues = { { number, title, label }… } }",
  ask = function(world)
    local result = { p0 = 0, p1 = 0, issues = {} }
    if not world.forge then return result end
    local labels = (world.config.signoff or {}).labels or {}
    for _, rank in ipairs { "p0", "p1" } do
      local list, err = world.forge.issues { any = labels[rank] or { rank:upper() }, state = "open", kind = "issue" }
      if not list then return nil, err end
      result[rank] = #list
      for _, issue in ipairs(list) do result.issues[#result.issues + 1] = { number = issue.number, title = issue.title, label = rank:upper() } end
    end
    return result
  end,
}
