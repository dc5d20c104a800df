-- Creates an annotated tag. A tag is never moved: one of that name elsewhere stops the run.
local verb = require "pure.declare"

local function compare(world, a)
  local tag, err = world.repo:tag(a.name)
  if err then return "unknown", err end
  if not tag then return "absent" end
  if not tag.annotated then return "different", ("%s exists and is not annotated"):format(a.name) end
  if tag.commit ~= a.at then return "different", ("%s exists at %s"):format(a.name, tostring(tag.commit):sub(1, 10)) end
  return "same", { oid = tag.oid, name = a.name }
end

return verb {
  name = "tag", class = "local", summary = "Create an annotated tag.",
  params = { name = "text", at = "commit", message = "text?", sign = "boolean?" }, returns = { oid = "oid", name = "text" },
  undo_says = "delete",
  label = function(a) return a.name end,
  example = 'p:tag { name = "v1.2.0", at = bump.commit, message = "Release 1.2.0" }',
  describe = function(a) return ("tag %s at %s (annotated)"):format(a.name, #tostring(a.at) == 40 and a.at:sub(1, 10) or tostring(a.at)) end,
  verify = compare,
  apply = function(world, a)
    local state, there = compare(world, a)
    if state == "same" then return there end
    local oid, err = world.repo:create_tag { name = a.name, target = a.at, message = a.message or a.name, time = world.time, sign = a.sign }
    if not oid then return nil, err end
    return { oid = oid, name = a.name }
  end,
  undo = function(world, a, done)
    if not world.repo:ref("refs/tags/" .. a.name) then return true end
    return world.repo:delete_ref { name = "refs/tags/" .. a.name, expect = done.oid }
  end,
}
