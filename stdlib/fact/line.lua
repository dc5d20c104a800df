-- A hotfix line: does it exist, where is it, what stands on it since its base?
local history = require "repository.history"

return {
  name = "line", summary = "A branch from a release: where it is and what it has since.",
  signature = "facts:line{ name =, base = } → { exists, tip, commits }",
  ask = function(world, o)
    local tip, err = world.repo:ref("refs/heads/" .. o.name)
    if err then return nil, err end
    if not tip then return { exists = false, tip = o.base, commits = {} } end
    local commits, unread = history.commits(world, tip, o.base)
    if not commits then return nil, unread end
    local oids = {}
    for i = #commits, 1, -1 do oids[#oids + 1] = commits[i].oid end
    return { exists = true, tip = tip, commits = oids }
  end,
}
