-- Checks out a branch in the user's work tree.
local errors = require "pure.errors"
local verb = require "pure.declare"

return verb {
  name = "switch", class = "local", summary = "Check out a branch in the work tree.",
  params = { branch = "text", from = "text" }, returns = { branch = "text" },
  undo_says = "switch back",
  example = 'p:switch { branch = line, from = facts.project.head.branch }',
  describe = function(a) return ("switch to %s"):format(a.branch) end,
  verify = function(world, a)
    local head = world.repo:info().head
    if head.branch == a.branch then return "same", { branch = a.branch } end
    if head.branch == a.from or (head.detached and head.oid == a.from) then return "absent" end
    return "different", ("the work tree is on %s, expected %s"):format(head.branch or head.oid, a.from)
  end,
  apply = function(world, a)
    local ok, err = world.repo:switch { branch = a.branch }
    if not ok then return nil, err end
    return { branch = a.branch }
  end,
  undo = function(world, a)
    local head = world.repo:info().head
    if head.branch == a.from then return true end
    if head.branch ~= a.branch then
      return nil, errors.new { code = "step.different", message = ("the work tree is on %s by now; it stays there"):format(head.branch or "a detached HEAD") }
    end
    local detached = #a.from == 40 and not a.from:find "[^%x]"
    return world.repo:switch(detached and { detach = a.from } or { branch = a.from })
  end,
}
