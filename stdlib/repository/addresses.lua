-- Where commits, comparisons and issues of this project are shown: the forge that slipway.lua names, else what
-- the remote's address tells. nil when neither is known.
local changelog = require "pure.changelog"

---@param world table
---@return table? links  for pure.changelog
return function(world)
  local forge = world.config.forge or {}
  local base = forge.url or (forge.kind == "github" and "https://github.com") or nil
  if base and forge.repo then return changelog.links(base:gsub("/+$", "") .. "/" .. forge.repo, forge.kind or "github") end
  local remote = world.project.remote and world.repo:remote(world.project.remote)
  return remote and changelog.links_of_remote(remote.url, forge.kind) or nil
end
