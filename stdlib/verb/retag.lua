-- Moves an annotated tag that nobody has installed from yet. The tag it replaces is named by its object, and
-- undo puts that very object back.
local verb = require "pure.declare"

local function ref(a) return "refs/tags/" .. a.name end

local function compare(world, a)
  local tag, err = world.repo:tag(a.name)
  if err then return "unknown", err end
  if not tag or tag.oid == a.replaces then return "absent" end -- no tag: killed between taking it away and making it
  if tag.annotated and tag.commit == a.at then return "same", { oid = tag.oid, name = a.name } end
  return "different", ("%s is at %s, neither what it was nor what it becomes"):format(a.name, tostring(tag.commit):sub(1, 10))
end

return verb {
  name = "retag", class = "local", summary = "Move an annotated tag of a version that is not public yet.",
  params = { name = "text", replaces = "oid", at = "commit", message = "text?", sign = "boolean?" }, returns = { oid = "oid", name = "text" },
  undo_says = "put the old tag back",
  label = function(a) return a.name end,
  example = 'p:retag { name = "v1.2.0", replaces = old.oid, at = mended.commit, message = "Release 1.2.0" }',
  describe = function(a) return ("move the tag %s to %s"):format(a.name, #tostring(a.at) == 40 and a.at:sub(1, 10) or tostring(a.at)) end,
  verify = compare,
  apply = function(world, a)
    local state, there = compare(world, a)
    if state == "same" then return there end
    if world.repo:ref(ref(a)) then
      local ok, err = world.repo:delete_ref { name = ref(a), expect = a.replaces }
      if not ok then return nil, err end
    end
    if world.checkpoint then world.checkpoint "old-tag-gone" end
    local oid, err = world.repo:create_tag { name = a.name, target = a.at, message = a.message or a.name, time = world.time, sign = a.sign }
    if not oid then return nil, err end
    return { oid = oid, name = a.name }
  end,
  undo = function(world, a, done)
    local now = world.repo:ref(ref(a))
    if now == a.replaces then return true end
    return world.repo:update_ref { name = ref(a), to = a.replaces, expect = now and done.oid or "", reason = "slipway: undo" }
  end,
}
