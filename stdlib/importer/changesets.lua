-- changesets: .changeset/config.json, and the changesets that wait.
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local several = none("it is about several packages", "packages = { … }: slipway help config")

local function is_empty(value) return type(value) ~= "table" or #value == 0 end

local function group(key)
  return function(value) return is_empty(value) and taken() or taken { ["packages." .. key] = value } end
end

local function ignored(value)
  return is_empty(value) and taken() or none("it keeps packages out of releases", "packages = { … } names the folders of those that are released")
end

local handlers = {
  ["$schema"] = taken(nil, "it is about the editor"),
  changelog = changed(nil, "the notes come from commits, or from what stands under Unreleased in the changelog; authors and links from the forge"),
  commit = function(value)
    if value then return taken(nil, "a release is one commit") end
    return changed(nil, "a release makes its commit itself")
  end,
  fixed = group "fixed", linked = group "linked", ignore = ignored,
  access = none("it is about the npm registry", "registries = { … }"),
  baseBranch = function(value) return taken { trunk = value:gsub("^origin/", "") } end,
  updateInternalDependencies = changed(nil, "requirements between members move along with the version"),
  privatePackages = several, bumpVersionsWithWorkspaceProtocolOnly = changed(nil, "requirements between members move along with the version"),
  snapshot = none("there are no snapshot versions", "slipway run alpha"), prettier = taken(nil, "files keep their own form"),
}

local rank = { patch = 1, minor = 2, major = 3 }

-- What the changesets that wait ask for: the highest level.
local function waiting(files)
  local highest, count
  for _, name in ipairs(files.list ".changeset") do
    local text = name:find "%.md$" and name ~= "README.md" and files.read(".changeset/" .. name)
    local front = text and text:gsub("\r", ""):match "^%-%-%-\n(.-)\n?%-%-%-"
    if front then
      count = (count or 0) + 1
      for level in front:gmatch ":%s*[\"']?(%a+)" do
        if rank[level] and (not highest or rank[level] > rank[highest]) then highest = level end
      end
    end
  end
  return highest, count
end

return {
  name = "changesets",
  --- What becomes of a project's changesets; nil when it has none.
  import = function(files)
    local doc, err = settings.open(files, ".changeset/config.json")
    if not doc then return nil, err end
    local list = settings.list("changesets", doc)
    list.walk(handlers)
    list.add("how the version is decided", nil, changed(nil, "files in .changeset decided; here the commits do: slipway next --why"))
    local level, count = waiting(files)
    if level then
      list.add(("%d changesets that wait"):format(count), nil, none(("they ask for %s"):format(level),
        ("slipway run release --level %s makes that release; move their texts under Unreleased in the changelog first"):format(level)))
    end
    if files.project.tag then
      list.add("the tag's name (default)", nil, taken({ tag = "v{version}" }, "of a repository with one package"))
    else
      list.add("the tag's name (default)", nil, taken({ tag = "{name}@{version}" }, "of a repository with several packages"))
      list.add("dependants (default)", nil, taken({ ["packages.dependants"] = "needed" }, "released when their requirement no longer admits the version"))
    end
    return list.entries
  end,
}
