-- Brings the trunk level with the remote: fetches and rebases what is only here onto it. It must make
-- exactly the commit that facts:synced() has looked ahead to.
local errors = require "pure.errors"
local tip = require "repository.tip"
local verb = require "pure.declare"

local function bring(world, a)
  if world.repo:commit(a.to) then return true end
  local ok, err = world.repo:fetch { remote = a.remote, refs = { "refs/heads/" .. a.upstream }, credential = world.credential() }
  if not ok then return nil, err end
  if a.to == a.expect then return true end
  local made, failed = world.repo:rebase { branch = a.from, onto = a.expect }
  if not made then return nil, failed end
  if made.commit ~= a.to then
    return nil, errors.new { code = "plan.stale", message = ("the rebase gives %s, the plan expected %s"):format(made.commit:sub(1, 10), a.to:sub(1, 10)) }
  end
  return true
end

-- After a merge on the forge the branch here follows, if nobody has worked on it meanwhile: what people did goes first.
local function stays(world, a, why)
  local now = world.repo:ref("refs/heads/" .. a.branch)
  if now and world.repo:is_ancestor(a.to, now) then return { commit = a.to } end
  return { commit = a.to, debt = ("%s stays where it is: %s; when it suits you: git pull"):format(a.branch, why) }
end

local function unwelcome(world, a, state, why)
  if state == "different" then return why end
  return state == "absent" and not world.repo:is_ancestor(a.from, a.to) and "the merge does not hold its own commits" or nil
end

return verb {
  name = "sync", class = "local", summary = "Bring the trunk level with the remote, rebasing what is only here.",
  params = { branch = "text", upstream = "text", remote = "text", from = "oid", to = "oid", expect = "oid", gently = "boolean?" },
  returns = { commit = "oid" },
  tip = { branch = "branch", at = "from", result = "commit" },
  undo_says = "move back",
  label = function(a) return tostring(a.to):sub(1, 10) end,
  example = 'p:sync { branch = "main", upstream = "main", remote = "origin", from = here, to = ahead.commit, expect = ahead.remote }',
  describe = function(a)
    if a.gently then return ("%s follows to the merged commit, if nobody has moved it"):format(a.branch) end
    if a.from == a.to then return ("%s level with %s/%s"):format(a.branch, a.remote, a.upstream) end
    return ("%s %s → %s, rebased on %s/%s"):format(a.branch, a.from:sub(1, 10), a.to:sub(1, 10), a.remote, a.upstream)
  end,
  verify = function(world, a)
    if a.gently then
      local ok, err = bring(world, a)
      if not ok then return "unknown", err end
    end
    local state, why, half = tip.state(world, a.branch, a.from, a.to)
    local left = a.gently and unwelcome(world, a, state, why)
    if left then return "same", stays(world, a, tostring(left)) end
    return state, state == "same" and { commit = a.to } or why, half and { commit = a.to } or nil
  end,
  apply = function(world, a)
    local ok, err = bring(world, a)
    if not ok then return nil, err end
    world.checkpoint "fetched"
    ok, err = tip.advance(world, { branch = a.branch, from = a.from, to = a.to, reason = "slipway: sync with " .. a.remote })
    if not ok then return nil, err end
    return { commit = a.to }
  end,
  undo = function(world, a)
    if a.gently and world.repo:ref("refs/heads/" .. a.branch) ~= a.to then return true end
    return tip.retreat(world, { branch = a.branch, from = a.from, to = a.to, reason = "slipway: undo sync", stays = true })
  end,
}
