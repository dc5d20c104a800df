-- Branches that have lived for long: work that is not on the trunk yet.
local tags = require "repository.tags"

local M = {}

-- More commits than these nobody counts on one branch.
local DEPTH <const> = 200

-- Lines of releases live on: hotfix/v1.1.1, release-1.2, stable/2.x, 45-x-y, 1.8.
local lines = { "^release[/-]", "^stable[/-]", "^maint[/-]", "^v?%d+[.-][%dx]+", "^v?%d+%.x$" }

local function is_line(project, name)
  if name == project.trunk or name == "HEAD" then return true end
  local hotfix = name:match "^hotfix/(.+)$"
  if hotfix then return tags.version_of(project, hotfix) ~= nil end
  for _, pattern in ipairs(lines) do
    if name:find(pattern) then return true end
  end
  return false
end

-- When the oldest commit of a branch that the trunk has not was made; where the newest is old enough
-- already, its own time.
local function began(world, tip, trunk, seconds)
  if world.time - tip.committer.time > seconds then
    return not world.repo:is_ancestor(tip.oid, trunk) and tip.committer.time or nil
  end
  local oldest
  for commit in assert(world.repo:log { from = tip.oid, hide = { trunk }, limit = DEPTH, brief = true }) do
    oldest = math.min(oldest or commit.time, commit.time)
  end
  return oldest
end

-- The tips of the branches that are no lines of releases, newest first.
local function tips(world, prefix)
  local list = {}
  for _, ref in ipairs(world.repo:refs(prefix) or {}) do
    local name = ref.name:sub(#prefix + 1)
    local tip = not is_line(world.project, name) and world.repo:commit(ref.oid)
    if tip then list[#list + 1] = { name = name, tip = tip } end
  end
  table.sort(list, function(a, b)
    if a.tip.committer.time ~= b.tip.committer.time then return a.tip.committer.time > b.tip.committer.time end
    return a.name < b.name
  end)
  return list
end

--- The branches of the remote, as last fetched (the local ones without a remote), with work older than
--- `seconds` that is not on the trunk; of the `limit` that were touched last. The trunk and lines of
--- releases are none.
---@param world table
---@param o { seconds: integer, limit: integer }
---@return { name: string, days: integer, author: string }[]
function M.stale(world, o)
  local project = world.project
  local prefix = project.remote and ("refs/remotes/%s/"):format(project.remote) or "refs/heads/"
  local trunk = world.repo:ref(prefix .. project.trunk) or world.repo:ref("refs/heads/" .. project.trunk)
  if not trunk then return {} end
  local list, known = {}, tips(world, prefix)
  for i = 1, math.min(o.limit, #known) do
    local tip = known[i].tip
    local oldest = began(world, tip, trunk, o.seconds)
    if oldest and world.time - oldest > o.seconds then
      list[#list + 1] = { name = known[i].name, days = (world.time - oldest) // 86400, author = tip.author.name }
    end
  end
  return list
end

return M
