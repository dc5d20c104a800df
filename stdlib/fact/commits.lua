-- Commits named by a person (ids, tags, a..b ranges), as ids, oldest first.
return {
  name = "commits", summary = "Names of commits and ranges as ids, oldest first.", signature = "facts:commits(names) → oids",
  ask = function(world, names)
    local oids = {}
    for _, name in ipairs(names) do
      local from, to = name:match("^(.-)%.%.(.+)$")
      if from then
        local base, missing = world.repo:resolve(from)
        if not base then return nil, missing end
        local walk, err = world.repo:log { from = to, hide = { base } }
        if not walk then return nil, err end
        local range = {}
        for commit in walk do table.insert(range, 1, commit.oid) end
        table.move(range, 1, #range, #oids + 1, oids)
      else
        local oid, missing = world.repo:resolve(name)
        if not oid then return nil, missing end
        oids[#oids + 1] = oid
      end
    end
    return oids
  end,
}
