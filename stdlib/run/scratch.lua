-- The scratch store of a project: objects fetched or made while looking ahead land there, below the user's cache.
local cache_dir = require "run.cache_dir"
local digest = require "door.digest"
local file = require "door.file"
local git = require "door.git"

---@param project table
---@return table? repo, slipway.Error?
return function(project)
  local key = digest.sha256(project.info.common_dir):sub(1, 16)
  local dir = cache_dir() .. "/scratch/" .. key
  local ok, err = file.mkdir { path = dir, parents = true }
  if not ok then return nil, err end
  return git.open { path = project.root, scratch = dir }
end
