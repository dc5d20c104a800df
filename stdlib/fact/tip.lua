-- The commit a local branch is at, for recipes that continue it.
local errors = require "pure.errors"

return {
  name = "tip", summary = "The commit a local branch is at.", signature = "facts:tip(branch) → oid",
  ask = function(world, branch)
    local oid, err = world.repo:ref("refs/heads/" .. branch)
    if oid or err then return oid, err end
    return nil, errors.new { code = "git.no_such_revision", message = ("there is no branch '%s'"):format(branch), hint = "git branch --list" }
  end,
}
