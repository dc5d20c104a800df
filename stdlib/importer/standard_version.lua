-- standard-version and commit-and-tag-version: .versionrc in all its forms, "standard-version" of package.json.
local files_of = require "importer.files"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local places = {
  { ".versionrc" }, { ".versionrc.json" }, { ".versionrc.cjs" }, { ".versionrc.mjs" }, { ".versionrc.js" }, { "package.json", "standard-version" },
  { "package.json", "commit-and-tag-version" },
}

local function groups(value)
  local list, by_title = {}, {}
  for _, item in ipairs(value) do
    local title = item.section or item.type
    local group = by_title[title]
    if not group then
      group = { title = title, types = {}, hidden = item.hidden or nil }
      by_title[title], list[#list + 1] = group, group
    end
    group.types[#group.types + 1] = item.type
  end
  return taken { ["changelog.groups"] = list }
end

-- Addresses with the tool's own names, where ours are the same.
local function address(key, names)
  return function(value)
    local text = value
    for theirs, ours in pairs(names) do text = text:gsub("{{" .. theirs .. "}}", "{" .. ours .. "}") end -- order: a set of names
    if text:find "{{" then return changed(nil, "links are made from the address of the forge; changelog.links says others") end
    return taken { ["changelog.links." .. key] = text }
  end
end

local commands = none("a hook is a step of a recipe", "slipway eject release, and add p:run { argv = { … }, undo = { … } }")

local function skip(value)
  if type(value) ~= "table" then return taken() end
  if value.changelog then return taken { changelog = false } end
  if value.bump or value.commit or value.tag then return none("a release has all its steps", "slipway run release --only NAME performs one of them") end
  return taken()
end

local handlers = {
  types = groups, header = changed(nil, "the head of an existing file stays as it is"),
  tagPrefix = function(value) return taken { tag = value .. "{version}" } end, ["tag-prefix"] = function(value) return taken { tag = value .. "{version}" } end,
  infile = function(value) return taken { ["changelog.file"] = value } end,
  bumpFiles = function(value) return files_of.versions(value) end,
  packageFiles = taken(nil, "the version is read from tag and manifest"),
  releaseCommitMessageFormat = changed(nil, 'the commit is called "Release 1.2.0"; slipway eject release lets you change it'),
  preset = taken(nil, "conventional commits"), preMajor = function(value) return value and taken { ["rules.zero"] = { breaking = "minor", minor = "patch" } } or taken() end,
  commitUrlFormat = address("commit", { hash = "oid" }), compareUrlFormat = address("compare", { previousTag = "from", currentTag = "to" }), issueUrlFormat = address("issue", { id = "number" }),
  userUrlFormat = address("user", { user = "name" }), issuePrefixes = changed(nil, "issues are known by #"),
  sign = function(value) return value and changed(nil, "signed when git says so: git config tag.gpgsign true") or taken() end, noVerify = none("the hooks of this clone are respected", "nothing to do"),
  commitAll = changed(nil, "only what the release changes is committed"), firstRelease = changed(nil, "a first release is seen by itself"),
  prerelease = none("it is said when the pre-release is made", "slipway run alpha --id beta"), releaseAs = none("it is said for one release", "slipway run release --version X"),
  npmPublishHint = taken(nil, "nothing is uploaded without registries"), silent = taken(nil, "-q"), dryRun = none("there is no switch that makes a run harmless", "slipway plan release"),
  gitTagFallback = taken(nil, "the version is taken from the tags"), path = none("commits belong to packages by path", "packages = { … }"), releaseCount = taken(nil, "a release adds its section"),
  skip = skip, ["scripts.prerelease"] = function(value) return files_of.hooks(value, "it ran first; here it runs on the released commit") end, ["scripts.*"] = commands,
  ["scripts.prebump"] = commands, signoff = changed(nil, "git config format.signOff, or the hooks of this clone"),
}

return {
  name = "standard-version",
  --- What becomes of a project's standard-version settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, places)
    if not doc then return nil, err end
    local list, map = settings.list("standard-version", doc), doc.node.map
    list.walk(handlers)
    if not map.tagPrefix and not map["tag-prefix"] then list.add("tagPrefix (default)", nil, taken({ tag = "v{version}" }, "v")) end
    if not map.types then list.add("types (default)", nil, taken({ ["changelog.style"] = "conventional" })) end
    list.add("which commits raise what (default)", nil, taken({ rules = { reverts = false, other = "patch", unconventional = "patch", types = { feature = "minor" }, zero = { breaking = "minor", minor = "patch" } } },
      "conventional-changelog: breaking major, feat minor, all else patch; below 1.0.0 one less"))
    return list.entries
  end,
}
