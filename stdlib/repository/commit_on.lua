-- A commit on a branch, made in the object store from the branch's own tree and some changed files. Used by
-- the verbs bump and commit, which differ in where the files come from.
local tip = require "repository.tip"

local M = {}

local function expected(world, a, files)
  return world.repo:write_commit { base = a.at, files = files, parents = { a.at }, message = a.message, time = world.time, sign = false }
end

--- Is the branch's tip the commit we would make? Compared by parent, tree and subject: signing and the user's
--- commit-msg hook may change the rest.
local function is_ours(world, a, tree, found)
  local commit = found and world.repo:commit(found)
  if not commit or commit.tree ~= tree or #commit.parents ~= 1 or commit.parents[1] ~= a.at then return false end
  return commit.subject == a.message:match("^[^\n]*")
end

---@param world table
---@param a { on: string, at: oid, message: string }
---@param files { path: string, content: string?, remove: boolean? }[]
---@return string state, any value, table? half
function M.verify(world, a, files)
  local made, err = expected(world, a, files)
  if not made then return "unknown", err end
  local found = world.repo:ref("refs/heads/" .. a.on)
  if is_ours(world, a, made.tree, found) then
    local state, why, half = tip.state(world, a.on, a.at, found)
    local value = { commit = found, tree = made.tree }
    return state, state == "same" and value or why, half and value or nil
  end
  local held = tip.held(world, a.on)
  if held then return "different", held end
  return tip.state(world, a.on, a.at, a.at) == "same" and "absent" or "different",
    ("%s is at %s, expected %s"):format(a.on, tostring(found):sub(1, 10), a.at:sub(1, 10))
end

---@return { commit: oid, tree: oid }?, slipway.Error?
function M.apply(world, a, files)
  local plain = expected(world, a, files)
  local found = world.repo:ref("refs/heads/" .. a.on)
  -- A run that was killed between the ref and the files finds its commit here and only moves the files.
  local to = plain and is_ours(world, a, plain.tree, found) and found
  if not to then
    local made, err = world.repo:write_commit {
      base = a.at, files = files, parents = { a.at }, message = a.message, time = world.time, hooks = true,
    }
    if not made then return nil, err end
    to = made.commit
    world.checkpoint "commit-made"
  end
  local ok, err = tip.advance(world, { branch = a.on, from = a.at, to = to, reason = "slipway: " .. a.message:match("^[^\n]*") })
  if not ok then return nil, err end
  return { commit = to }
end

function M.undo(world, a, done)
  return tip.retreat(world, { branch = a.on, from = a.at, to = done.commit, reason = "slipway: undo" })
end

return M
