-- One release: by version, by tag, or the latest.
local errors = require "pure.errors"
local history = require "repository.history"
local tags = require "repository.tags"
local version = require "pure.version"

local function latest(world)
  local best
  for _, v in ipairs(tags.all(world)) do
    if history.is_stable(v) and (not best or v > best) then best = v end
  end
  return best
end

return {
  name = "release", summary = "One release by version or tag, or \"latest\".",
  signature = "facts:release(name) → { version, tag, commit, is_latest }",
  ask = function(world, name)
    local newest = latest(world)
    local v
    if name == "latest" then v = newest else v = tags.version_of(world.project, tostring(name)) or version.parse(tostring(name)) end
    local tag = v and tags.name_of(world.project, v)
    local found, err
    if tag then found, err = world.repo:tag(tag) end
    if err then return nil, err end
    if not found or not found.commit then
      return nil, errors.new {
        code = "release.not_found", message = name == "latest" and "there is no release yet" or ("there is no release '%s'"):format(tostring(name)),
        hint = "git tag --list; git fetch --tags",
      }
    end
    return { version = v, tag = tag, commit = found.commit, is_latest = newest ~= nil and tostring(newest) == tostring(v) }
  end,
}
