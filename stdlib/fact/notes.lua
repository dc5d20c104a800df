-- The release notes of a version: the changelog section that the release will add.
local history = require "repository.history"
local release_notes = require "repository.release_notes"

return {
  name = "notes", summary = "The changelog section of the coming release, as Markdown.",
  signature = "facts:notes{ version =, at =, since =, commits =, package = } → text",
  ask = function(world, o)
    local commits, err
    if o.package then
      world, err = require("repository.monorepo").world_of(world, o.package)
      if not world then return nil, err end
    end
    if o.commits then
      commits = {}
      for i, oid in ipairs(o.commits) do
        commits[i], err = world.repo:commit(oid)
        if not commits[i] then return nil, err end
      end
    else
      commits, err = history.commits(world, o.at, o.since)
      if not commits then return nil, err end
    end
    return release_notes.section(world, { version = o.version, previous = o.previous, at = o.at, commits = commits })
  end,
}
