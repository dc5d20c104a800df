-- Moving a branch from one commit to another, and with it index and files where it is checked out.
-- Every verb that continues a branch does it here, so that a crash in between is mended in one place.
local errors = require "pure.errors"

local M = {}

local function checked_out(world, branch)
  local head = world.repo:info().head
  return head.branch == branch
end

--- Where a branch and its files stand between two commits.
---@param world table
---@param branch string
---@param from oid
---@param to oid
---@return "absent"|"same"|"different"|"unknown" state, string? why
function M.state(world, branch, from, to)
  local tip, err = world.repo:ref("refs/heads/" .. branch)
  if err then return "unknown", err end
  if not tip then return "different", ("the branch %s does not exist"):format(branch) end
  if tip ~= to and tip ~= from then
    return "different", ("%s is at %s, expected %s"):format(branch, tip:sub(1, 10), from:sub(1, 10))
  end
  if not checked_out(world, branch) then return tip == to and "same" or "absent" end
  if tip == from and not world.repo:commit(to) then return "absent" end -- still to be fetched or made
  if from == to then return "same" end
  local files, failed = world.repo:files_state { from = from, at = to }
  if not files then return "unknown", failed end
  if tip == to and files == "same" then return "same" end
  if files == "mixed" then return "different", "files that the release changes were edited meanwhile" end
  return "absent"
end

--- Moves the branch; repeatable from any half-done state.
---@param world table
---@param o { branch: string, from: oid, to: oid, reason: string }
---@return true?, slipway.Error?
function M.advance(world, o)
  local name = "refs/heads/" .. o.branch
  local tip = world.repo:ref(name)
  if tip ~= o.to then
    local ok, err = world.repo:update_ref { name = name, to = o.to, expect = o.from, reason = o.reason }
    if not ok then return nil, err end
  end
  world.checkpoint "branch-moved"
  if not checked_out(world, o.branch) or o.from == o.to then return true end
  if world.repo:files_state { from = o.from, at = o.to } == "same" then return true end
  return world.repo:move_files { from = o.from, to = o.to }
end

--- Moves the branch back, if it is still where we left it and nobody has edited since.
---@param world table
---@param o { branch: string, from: oid, to: oid, reason: string } from: where it stood before, to: where we left it
---@return true?, slipway.Error?
function M.retreat(world, o)
  if o.from == o.to then return true end
  local name = "refs/heads/" .. o.branch
  local tip = world.repo:ref(name)
  if tip ~= o.to and tip ~= o.from then
    return nil, errors.new {
      code = "step.different", message = ("%s has moved on to %s; it is not moved back"):format(o.branch, tostring(tip):sub(1, 10)),
      hint = ("git log %s..%s"):format(o.to:sub(1, 10), o.branch),
    }
  end
  local here = checked_out(world, o.branch)
  if here then
    local files, err = world.repo:files_state { from = o.to, at = o.from }
    if not files then return nil, err end
    if files == "mixed" then
      return nil, errors.new {
        code = "git.would_overwrite", message = "files of the release were edited since; they are not taken back",
        hint = "git stash, then: slipway undo",
      }
    end
  end
  if tip == o.to then
    local ok, err = world.repo:update_ref { name = name, to = o.from, expect = o.to, reason = o.reason }
    if not ok then return nil, err end
  end
  if not here or world.repo:files_state { from = o.to, at = o.from } == "same" then return true end
  return world.repo:move_files { from = o.to, to = o.from }
end

return M
