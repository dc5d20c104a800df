-- Creates a local branch.
local verb = require "pure.declare"

return verb {
  name = "branch", class = "local", summary = "Create a branch.",
  params = { name = "text", at = "commit" }, returns = { name = "text", commit = "oid" },
  tip = { branch = "name", at = "at", result = "at" },
  undo_says = "delete",
  label = function(a) return a.name end,
  example = 'p:branch { name = "hotfix/v1.1.1", at = base.commit }',
  describe = function(a) return ("branch %s at %s"):format(a.name, tostring(a.at):sub(1, 10)) end,
  verify = function(world, a)
    local found, err = world.repo:ref("refs/heads/" .. a.name)
    if err then return "unknown", err end
    if not found then return "absent" end
    if found == a.at then return "same", { name = a.name, commit = a.at } end
    return "different", ("a branch %s exists at %s"):format(a.name, found:sub(1, 10))
  end,
  apply = function(world, a)
    if world.repo:ref("refs/heads/" .. a.name) == a.at then return { name = a.name, commit = a.at } end
    local ok, err = world.repo:update_ref { name = "refs/heads/" .. a.name, to = a.at, expect = "", reason = "slipway: branch" }
    if not ok then return nil, err end
    return { name = a.name, commit = a.at }
  end,
  undo = function(world, a)
    local found = world.repo:ref("refs/heads/" .. a.name)
    if not found then return true end
    return world.repo:delete_ref { name = "refs/heads/" .. a.name, expect = a.at }
  end,
}
