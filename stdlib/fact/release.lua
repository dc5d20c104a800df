-- One release: by version, by tag, or the latest.
local errors = require "pure.errors"
local history = require "repository.history"
local tags = require "repository.tags"
local version = require "pure.version"

--- The newest stable version; of those below `limit`, where one is given.
local function latest(world, limit)
  local best
  for _, v in ipairs(tags.all(world)) do
    if history.is_stable(v) and (not limit or v < limit) and (not best or v > best) then best = v end
  end
  return best
end

--- Of several packages: the world of the one that the name is about. A tag tells by itself.
local function of_package(world, name, package)
  local monorepo = require "repository.monorepo"
  local owner = package or (monorepo.of_tag(world, name) or {}).name
  if owner then return monorepo.world_of(world, owner) end
  return nil, errors.new {
    code = "package.which", message = ("release %s of which of %d packages?"):format(name, #world.project.packages),
    hint = "name its tag, or --package NAME",
  }
end

return {
  name = "release", summary = "One release by version or tag, or \"latest\".",
  signature = "facts:release(name, package?) → { version, tag, commit, previous, is_latest, name, package, pattern, manifests, changelog, main }",
  ask = function(world, name, package)
    local several, err = #world.project.packages > 0
    local root = world
    if several or package then
      world, err = of_package(world, tostring(name), package)
      if not world then return nil, err end
    end
    local project = world.project
    local newest = latest(world)
    local v
    if name == "latest" then v = newest else v = tags.version_of(project, tostring(name)) or version.parse(tostring(name)) end
    local tag = v and tags.name_of(project, v)
    local found
    if tag then found, err = world.repo:tag(tag) end
    if err then return nil, err end
    if not found or not found.commit then
      return nil, errors.new {
        code = "release.not_found", message = name == "latest" and "there is no release yet" or ("there is no release '%s'"):format(tostring(name)),
        hint = "git tag --list; git fetch --tags",
      }
    end
    local one, setting = world.package, world.config.changelog
    local main = not one or one.path == "." or one.name == root.config.project
    local before = latest(world, v)
    return {
      previous = before and tags.name_of(project, before) or nil, version = v, tag = tag, commit = found.commit, is_latest = main and newest ~= nil and tostring(newest) == tostring(v),
      name = project.name, package = one and one.name, path = one and one.path, pattern = project.tag_pattern,
      manifests = project.manifests, options = project.manifest_options or nil, main = main,
      inherits = one and one.inherits, files = one and root.project.package_files,
      changelog = setting ~= false and (type(setting) == "table" and setting.file or type(setting) == "string" and setting or "CHANGELOG.md") or nil,
    }
  end,
}
