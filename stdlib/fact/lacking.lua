-- Which of these commits does a branch not have?
local remote_view = require "repository.remote_view"

return {
  name = "lacking", summary = "Those of the commits that are not reachable from a commit.", signature = "facts:lacking(commits, at) → oids",
  ask = function(world, commits, at)
    local repo, missing = remote_view.reader(world, at), {}
    for _, oid in ipairs(commits) do
      local reached, err = repo:is_ancestor(oid, at)
      if reached == nil then return nil, err end
      if not reached then missing[#missing + 1] = oid end
    end
    return missing
  end,
}
