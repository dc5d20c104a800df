-- What a release takes in: one entry for a project, one for each package that has something to release, in the
-- order of their needs. Everything a recipe says about a release stands in its entry.
local errors = require "pure.errors"
local history = require "repository.history"
local release_notes = require "repository.release_notes"
local remote_view = require "repository.remote_view"
local tags = require "repository.tags"

--- Lines for what changed only because of others.
local function updates_of(entry, by_name)
  local lines = {}
  for _, name in ipairs(entry.updates) do
    local need = by_name[name]
    if need.version then lines[#lines + 1] = ("- %s %s"):format(name, tostring(need.version)) end
  end
  return #lines > 0 and "### Dependencies\n\n" .. table.concat(lines, "\n") or nil
end

local function finished(world, at, o)
  local version = tostring(o.version)
  local notes, err = release_notes.section(world, { version = version, previous = o.previous, at = at, commits = o.commits, updates = o.updates })
  if not notes then return nil, err end
  return {
    name = world.project.name, version = o.version, current = o.current, old = o.current, previous = o.previous, first = o.first or false,
    tag = tags.name_of(world.project, version), manifests = world.project.manifests, options = world.project.manifest_options or nil, notes = notes, base = o.base, reason = o.reason,
    because = o.because and #o.because > 0 and o.because or nil, title = ("%s %s"):format(world.project.name, version),
  }
end

local function change(one)
  if one.current then return ("%s → %s"):format(tostring(one.current), tostring(one.version)) end
  return tostring(one.version) .. ", the first release"
end

local function of_project(world, o)
  local result, err = history.required(world, o.at, { level = o.level, version = o.version, pre = o.pre })
  if not result then return nil, err end
  local commits, unread = history.commits(world, o.at, result.notes_since)
  if not commits then return nil, unread end
  local one, failed = finished(world, o.at, {
    version = result.version, current = result.current, previous = result.previous, first = result.first, base = result.base, commits = commits,
  })
  if not one then return nil, failed end
  local setting = world.config.changelog
  one.main, one.label = true, tostring(one.version)
  one.changelog = setting ~= false and (type(setting) == "table" and setting.file or type(setting) == "string" and setting or "CHANGELOG.md") or nil
  return {
    list = { one }, writes = #one.manifests > 0 or one.changelog ~= nil, version = one.label, channel = o.pre or "main", message = "Release " .. one.label,
    title = ("%s %s"):format(world.project.name, change(one)),
  }
end

--- "core 0.3.1, cli 1.1.1", and how many more.
local function joined(list, tell)
  local texts = {}
  for i, one in ipairs(list) do
    if i <= 3 then texts[i] = tell(one) end
  end
  local more = #list - #texts
  return table.concat(texts, ", ") .. (more > 0 and (" and %d more"):format(more) or "")
end

local function message_of(list)
  if #list <= 3 then return "Release " .. joined(list, function(one) return one.label end) end
  local lines = {}
  for i, one in ipairs(list) do lines[i] = "- " .. one.label end
  return ("Release %d packages\n\n%s"):format(#list, table.concat(lines, "\n"))
end

--- The one version of all, or how many there are: what --confirm has to name.
local function version_of(list)
  local version = tostring(list[1].version)
  for _, one in ipairs(list) do
    if tostring(one.version) ~= version then return ("%d packages"):format(#list) end
  end
  return version
end

local function of_packages(world, o)
  local releases = require "repository.releases"
  local entries, err = releases.all(world, o.at, { package = o.package, level = o.level, version = o.version, pre = o.pre, promote = o.promote })
  if not entries then return nil, err end
  local by_name, list, names, channels, writes = {}, {}, {}, {}, false
  for _, entry in ipairs(entries) do by_name[entry.name] = entry end
  for _, entry in ipairs(entries) do
    if entry.moves then
      local commits, unread = entry.view.world.commits_since(o.at, entry.notes_since)
      if not commits then return nil, unread end
      local one, failed = finished(entry.view.world, o.at, {
        version = entry.version, current = entry.current, previous = entry.previous, first = entry.first, base = entry.base, commits = commits,
        reason = entry.reason, because = entry.because, updates = updates_of(entry, by_name),
      })
      if not one then return nil, failed end
      local package = entry.package
      one.package, one.label, one.changelog = package.name, one.title, package.changelog or nil
      one.path, one.kind, one.private, one.inherits = package.path, package.kind, package.private, package.inherits
      one.main = package.path == "." or package.name == world.config.project
      list[#list + 1] = one
      names[#list], writes = one.name, writes or #one.manifests > 0 or one.changelog ~= nil
      channels[#list] = ("%s:%s"):format(package.name, o.pre or "main")
    end
  end
  if #list == 0 and o.promote then
    return nil, errors.new { code = "release.no_prerelease", message = "no package stands on a pre-release", hint = "slipway plan alpha   or   slipway plan release" }
  end
  if #list == 0 then return nil, releases.nothing(entries, o.package) end
  local settings = world.config.packages
  local policy = type(settings) == "table" and settings.dependants or "patch"
  return {
    list = list, names = names, writes = writes, version = version_of(list), channel = table.concat(channels, ","), message = message_of(list), files = world.project.package_files,
    title = joined(list, function(one) return ("%s %s"):format(one.name, change(one)) end), needed = policy == "needed" or policy == "none",
  }
end

return {
  name = "releases", summary = "What a release takes in: the project, or every package that has something to release.",
  signature = "facts:releases{ at =, package =, level =, version =, pre =, promote = } → { list, names, version, title, message, channel, writes }",
  ask = function(world, o)
    if world.project.remote then remote_view.get(world) end -- versions tagged there only count as taken
    o.at = o.at or world.project.head.oid
    if #world.project.packages > 0 then return of_packages(world, o) end
    if o.package and #o.package > 0 then return nil, select(2, require("manifest.monorepo").select({}, o.package)) end
    if o.promote then
      local last = history.last_release(world, o.at, history.is_any)
      o.version = last and not history.is_stable(last.version) and tostring(require("pure.version").base(last.version)) or o.version
    end
    return of_project(world, o)
  end,
}
