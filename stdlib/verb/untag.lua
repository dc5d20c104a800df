-- Deletes a tag here and on the remote, each only where it is the object that was planned. Undo puts that very
-- object back on both.
local errors = require "pure.errors"
local verb = require "pure.declare"

local function ref(a) return "refs/tags/" .. a.name end

--- The tag's object on the remote, "" when it is not there.
local function there(world, a)
  if not a.remote then return "" end
  local found, err = world.repo:ls_remote { remote = a.remote, patterns = { ref(a) }, credential = world.credential() }
  if not found then return nil, err end
  return found.refs[ref(a)] or ""
end

local function send(world, a, to, expect)
  local answer, err = world.repo:push { remote = a.remote, refs = { { name = ref(a), to = to, expect = expect } }, credential = world.credential() }
  if not answer then return nil, err end
  if answer.ok then return true end
  local state = answer.refs[ref(a)] or {}
  return nil, errors.new {
    code = "push.rejected", message = ("%s refused to change %s: %s"):format(a.remote, a.name, state.why or state.state or "no reason given"),
    hint = "the forge may keep tags of public releases: leave the tag",
  }
end

local function compare(world, a)
  local far, err = there(world, a)
  if not far then return err.retry and "unknown" or "different", err end
  local here = world.repo:ref(ref(a)) or ""
  for _, side in ipairs { { here, a.here, "here" }, { far, a.there, "on " .. tostring(a.remote) } } do
    if side[1] ~= "" and side[1] ~= side[2] then return "different", ("%s is another tag %s than was planned"):format(a.name, side[3]) end
  end
  if here == "" and far == "" then return "same", {} end
  local begun = here ~= a.here or far ~= a.there
  return "absent", nil, begun and {} or nil
end

return verb {
  name = "untag", class = "remote", summary = "Delete a tag here and on the remote.",
  params = { name = "text", here = "text", there = "text", remote = "text?" }, returns = {},
  undo_says = "put it back",
  label = function(a) return a.name end,
  example = 'p:untag { name = "v1.2.0", here = old.here, there = old.there, remote = "origin" }',
  describe = function(a) return ("delete the tag %s here%s"):format(a.name, a.remote and " and on " .. a.remote or "") end,
  verify = compare,
  apply = function(world, a)
    local far, err = there(world, a)
    if not far then return nil, err end
    if far ~= "" then
      local ok, failed = send(world, a, nil, a.there)
      if not ok then return nil, failed end
    end
    if world.checkpoint then world.checkpoint "remote-tag-gone" end
    if a.here ~= "" then
      local ok, failed = world.repo:delete_ref { name = ref(a), expect = a.here }
      if not ok then return nil, failed end
    end
    return {}
  end,
  undo = function(world, a)
    if a.here ~= "" and not world.repo:ref(ref(a)) then
      local ok, err = world.repo:update_ref { name = ref(a), to = a.here, expect = "", reason = "slipway: undo" }
      if not ok then return nil, err end
    end
    local far, err = there(world, a)
    if not far then return nil, err end
    if far ~= "" or a.there == "" then return true end
    return send(world, a, a.there, "")
  end,
}
