-- Moving a branch from one commit to another, and with it index and files where it is checked out.
-- Every verb that continues a branch does it here, so that a crash in between is mended in one place.
local errors = require "pure.errors"

local M = {}

local function checked_out(world, branch)
  local head = world.repo:info().head
  return head.branch == branch
end

-- The folder of another worktree of this repository that has the branch checked out: moving it here would make all that
-- the move brings look like the user's own changes there, to be committed away.
local function elsewhere(world, branch)
  local info = world.repo:info()
  local common = info.common_dir:gsub("/+$", "")
  local heads = {}
  if world.repo:config "core.bare" ~= "true" then heads[1] = { at = common .. "/HEAD", folder = common:match "^(.*)/[^/]*$" } end
  for _, name in ipairs(world.file.list(common .. "/worktrees") or {}) do
    local back = world.file.read(("%s/worktrees/%s/gitdir"):format(common, name)) or name
    heads[#heads + 1] = { at = ("%s/worktrees/%s/HEAD"):format(common, name), folder = back:gsub("%s+$", ""):gsub("/%.git$", "") }
  end
  for _, head in ipairs(heads) do
    if (world.file.read(head.at) or ""):match "^ref: refs/heads/([^\n]+)" == branch and world.file.stat(head.folder) then return head.folder end
  end
end

--- Why a branch cannot be moved from here, or nil when it can.
---@return string? why
function M.held(world, branch)
  local folder = not checked_out(world, branch) and elsewhere(world, branch)
  return folder and ("%s is checked out in %s; there: git switch --detach"):format(branch, folder) or nil
end

--- Where a branch and its files stand between two commits.
---@param world table
---@param branch string
---@param from oid
---@param to oid
---@return "absent"|"same"|"different"|"unknown" state, string? why, boolean? half  half: one of branch and files is there already
function M.state(world, branch, from, to)
  local tip, err = world.repo:ref("refs/heads/" .. branch)
  if err then return "unknown", err end
  if not tip then return "different", ("the branch %s does not exist"):format(branch) end
  if tip ~= to and tip ~= from then
    return "different", ("%s is at %s, expected %s"):format(branch, tip:sub(1, 10), from:sub(1, 10))
  end
  if not checked_out(world, branch) then
    local why = tip ~= to and M.held(world, branch)
    if why then return "different", why end
    return tip == to and "same" or "absent"
  end
  if tip == from and not world.repo:commit(to) then return "absent" end -- still to be fetched or made
  if from == to then return "same" end
  local files, failed = world.repo:files_state { from = from, at = to }
  if not files then return "unknown", failed end
  if tip == to and files == "same" then return "same" end
  if files == "mixed" then return "different", "files that the release changes were edited meanwhile", tip == to end
  return "absent", nil, tip == to or files == "same"
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

local marker = "Taken back by slipway undo."

--- The message of a commit that takes others back; `is_taken_back` knows it again.
---@param subject string  of the newest commit that is taken back
---@return string
function M.revert_message(subject) return ("Revert \"%s\"\n\n%s"):format(subject, marker) end

--- Does a commit between `to` and `tip` take `to` back already?
---@param world table
---@param to oid
---@param tip oid
---@return boolean
function M.is_taken_back(world, to, tip)
  local subject = world.repo:commit(to).subject
  for commit in assert(world.repo:log { from = tip, hide = { to } }) do
    if commit.message:find(marker, 1, true) and commit.subject == ("Revert \"%s\""):format(subject) then return true end
  end
  return false
end

--- The commits of `from..to`, newest first.
---@return oid[]
function M.between(world, from, to)
  local commits = {}
  for commit in assert(world.repo:log { from = to, hide = { from } }) do commits[#commits + 1] = commit.oid end
  return commits
end

--- Others have committed on top: what we did is reverted there, so that the tree is as if we had not been.
local function revert_on_top(world, o, tip)
  if M.is_taken_back(world, o.to, tip) then return true end
  local made, err = world.repo:revert {
    commits = M.between(world, o.from, o.to), onto = tip, time = world.time, message = M.revert_message(world.repo:commit(o.to).subject),
  }
  if not made then return nil, err end
  return M.advance(world, { branch = o.branch, from = tip, to = made.commit, reason = o.reason })
end

local function moved_on(world, o, tip)
  if tip and world.repo:is_ancestor(o.to, tip) then
    if o.stays then return true end
    return revert_on_top(world, o, tip)
  end
  return nil, errors.new {
    code = "step.different", message = ("%s is at %s by now and no longer holds what the run made; it is left as it is"):format(o.branch, tostring(tip):sub(1, 10)),
    hint = ("git log %s..%s"):format(o.to:sub(1, 10), o.branch),
  }
end

--- Takes a branch back: moved back while it is where we left it and nobody has edited since; reverted on top when
--- others have committed. `stays`: then it is left alone instead (being level with the remote hurts nobody).
---@param world table
---@param o { branch: string, from: oid, to: oid, reason: string, stays: boolean? } from: where it stood before, to: where we left it
---@return true?, slipway.Error?
function M.retreat(world, o)
  if o.from == o.to then return true end
  local name = "refs/heads/" .. o.branch
  local tip = world.repo:ref(name)
  if tip ~= o.to and tip ~= o.from then return moved_on(world, o, tip) end
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
