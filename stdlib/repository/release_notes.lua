-- Notes of a release from its commits: the section for the changelog file, and the same without its heading
-- for tag messages and release pages.
local M = {}

---@param world table
---@param o { version: any, previous: any, commits: slipway.Commit[] }  commits newest first
---@return { section: string, body: string }?, slipway.Error?
function M.section(world, o)
  local changelog = require "pure.changelog"
  local commits = require "pure.commits"
  local changes = {}
  for i, commit in ipairs(o.commits) do changes[i] = commits.parse(commit) end
  local settings = type(world.config.changelog) == "table" and world.config.changelog or {}
  local text, err = changelog.section({
    version = tostring(o.version), date = world.clock.date(world.time), previous = o.previous and tostring(o.previous) or nil, commits = changes,
  }, { style = settings.style })
  if not text then return nil, err end
  local body = text:gsub("^#+ [^\n]*\n+", "")
  return { section = text, body = (body:gsub("%s+$", "")) }
end

return M
