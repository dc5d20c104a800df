-- The next version, from the commits since the last release.
local history = require "repository.history"
local remote_view = require "repository.remote_view"

return {
  name = "next", summary = "The next version and why.",
  signature = "facts:next{ at =, level =, version =, pre = } → { version, current, tag, since, level, votes, first }",
  ask = function(world, o)
    if world.project.remote then remote_view.get(world) end -- versions tagged there only count as taken
    local result, err = history.required(world, o.at or world.project.head.oid, { level = o.level, version = o.version, pre = o.pre })
    if not result then return nil, err end
    return {
      version = result.version, current = result.current, tag = result.tag, since = result.since, level = result.level,
      notes_since = result.notes_since, previous = result.previous, first = result.first or false, count = result.count, base = result.base,
    }
  end,
}
