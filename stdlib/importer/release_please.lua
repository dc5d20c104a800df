-- release-please: release-please-config.json and .release-please-manifest.json.
local files_of = require "importer.files"
local peers = require "pure.peers"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local propose = none("a release is a run of a recipe, not a pull request that is merged", "slipway help release; p:propose in a recipe of yours opens one")

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

-- Plugins of workspaces are not needed; components of one version are a fixed group.
local function plugins(value)
  local groups = {}
  for _, item in ipairs(value) do
    local names = type(item) == "table" and item.type == "linked-versions" and item.components
    if names then groups[#groups + 1] = ("{ \"%s\" }"):format(table.concat(names, '", "')) end
  end
  if #groups == 0 then return changed(nil, "workspaces and what their members need are found from the manifests") end
  return none("these packages have one version", ("packages = { fixed = { %s } }: names or folders"):format(table.concat(groups, ", ")))
end

local versionings = {
  default = taken(), ["always-bump-patch"] = taken { ["rules.always"] = "patch" }, ["always-bump-minor"] = taken { ["rules.always"] = "minor" },
  ["always-bump-major"] = taken { ["rules.always"] = "major" },
}

local handlers = {
  ["$schema"] = taken(nil, "it is about the editor"),
  ["release-type"] = taken(nil, "the manifests are found: slipway help manifests"),
  ["bump-minor-pre-major"] = function(value) return value and taken { ["rules.zero.breaking"] = "minor" } or taken() end,
  ["bump-patch-for-minor-pre-major"] = function(value) return value and taken { ["rules.zero.minor"] = "patch" } or taken() end,
  ["changelog-sections"] = groups,
  ["changelog-path"] = function(value) return taken { ["changelog.file"] = value } end,
  ["changelog-type"] = taken(nil, "the changelog's style is conventional"), ["changelog-host"] = taken(nil, "links go to the forge of the remote"),
  ["skip-changelog"] = function(value) return value and taken { changelog = false } or taken() end,
  versioning = function(value) return versionings[value] or none("a way of counting that Slipway does not have", "slipway run alpha for pre-releases, rules for the rest") end,
  ["extra-files"] = function(value)
    return files_of.versions(value)
  end,
  ["initial-version"] = changed(nil, "the first release has the manifest's version, else 0.1.0: slipway run release --version X"),
  ["release-as"] = none("a version is fixed for one release only", "slipway run release --version X, or a Release-As footer"),
  prerelease = changed(nil, "a page is a pre-release when its version is one"),
  ["prerelease-type"] = changed(nil, "slipway run alpha --id beta"),
  draft = changed(nil, "a page is staged as a draft and made public as the last step; slipway run release --until push stops before it"),
  ["skip-github-release"] = taken(nil, "without forge in slipway.lua there is no page"),
  ["include-v-in-tag"] = taken(nil, "it stands in tag"), ["include-component-in-tag"] = taken(nil, "it stands in tag"), ["tag-separator"] = taken(nil, "it stands in tag"),
  component = taken(nil, "it stands in tag"), ["package-name"] = taken(nil, "it stands in tag"),
  ["bootstrap-sha"] = taken(nil, "history is read from the last tag on"), ["last-release-sha"] = taken(nil, "history is read from the last tag on"),
  plugins = plugins, ["exclude-paths"] = none("commits belong to packages by path", "packages = { … }"),
  ["date-format"] = changed(nil, "dates are written 2026-11-21"), ["sequential-calls"] = taken(nil, "steps run in their order"), signoff = changed(nil, "git config format.signOff, or the hooks of this clone"),
  ["always-link-local"] = taken(nil, "requirements between members move together"), ["version-file"] = function(value) return files_of.versions(value) end,
}
for _, name in ipairs {
  "pull-request-title-pattern", "pull-request-header", "pull-request-footer", "separate-pull-requests", "group-pull-request-title-pattern", "draft-pull-request",
  "label", "release-label", "extra-label", "always-update", "reviewers", "force-tag-creation", "component-no-space", "commit-search-depth", "release-search-depth",
} do
  handlers[name] = propose
end

local function text_of(node, name)
  local item = node and node.map[name]
  return item and item.value
end

-- "component-v{version}" as release-please would name it; nil when it depends on more than this file.
local function tag_of(root, only, files)
  local function setting(name)
    local own = text_of(only, name)
    if own == nil then own = text_of(root, name) end
    return own
  end
  local v = setting "include-v-in-tag" == false and "" or "v"
  if setting "include-component-in-tag" == false then return v .. "{version}" end
  local component = setting "component" or setting "package-name"
  local kind = setting "release-type"
  if not component and (kind == "node" or kind == "rust" or kind == "python" or kind == "php") then component = files.project.name end
  if not component or component == "" then return v .. "{version}" end
  return component:gsub("^@[^/]+/", "") .. (setting "tag-separator" or "-") .. v .. "{version}"
end

-- The name that a package gives itself, where the file does not say one.
local function named(files, path)
  local text = files.read(path .. "/package.json")
  local name = text and text:match '"name"%s*:%s*"([^"]+)"'
  text = not name and (files.read(path .. "/Cargo.toml") or files.read(path .. "/pyproject.toml"))
  name = name or text and ("\n" .. text):match '\nname%s*=%s*"([^"]+)"'
  return name and name:match "[^/]+$"
end

-- Several packages, each with the tag that it has there; nil when one of them has no name of its own to be told by.
local function several(root, packages, files)
  local list = {}
  for i, path in ipairs(packages.keys) do
    local own = packages.map[path]
    local component = text_of(own, "component") or text_of(own, "package-name") or named(files, path)
    if not component and path ~= "." then return nil end
    local shown = { kind = "table", keys = own.keys, map = setmetatable({ component = { value = component } }, { __index = own.map }) }
    list[i] = { path = path, tag = tag_of(root, shown, files) }
  end
  return list
end

-- What stands at one of several packages.
local function of_one(key)
  if key == "component" or key == "package-name" or key == "release-type" or key:find "in%-tag$" then return taken(nil, "it stands in packages") end
  return none("it is said for one of several packages", "packages = { { path = … } }: slipway help config")
end

return {
  name = "release-please",
  --- What becomes of a project's release-please settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, { { "release-please-config.json" }, { ".github/release-please-config.json" } })
    if not doc then return nil, err end
    local list, packages = settings.list("release-please", doc), doc.node.map.packages
    local paths = packages and packages.keys or {}
    local own = setmetatable({ packages = taken(nil, "one by one, below") }, { __index = handlers })
    list.walk(own)
    for _, path in ipairs(paths) do
      local inner = {}
      for _, key in ipairs(packages.map[path].keys) do
        inner[("packages[%s].%s"):format(path, key)] = #paths == 1 and (handlers[key] or nil) or of_one(key)
      end
      list.walk(inner, packages.map[path], ("packages[%s]"):format(path))
    end
    if #paths <= 1 then
      list.add("the tag's name (default)", nil, taken({ tag = tag_of(doc.node, packages and packages.map[paths[1]], files) }, "from component and include-… above"))
    else
      local found = several(doc.node, packages, files)
      list.add("several packages", packages, found and taken({ packages = found }, "each with its own tag") or none("one of them has no name to be told by", "packages = { { path = …, tag = … } }"), ("%d packages"):format(#paths))
    end
    if not doc.node.map["changelog-sections"] then list.add("changelog-sections (default)", nil, taken({ ["changelog.style"] = "conventional" })) end
    list.add("which commits raise what (default)", nil, taken({ rules = peers.rules "release-please" }, "feat minor, fix, perf and deps patch"))
    list.add("several commits in one message (default)", nil, taken({ ["rules.squash"] = "paragraphs" }, "paragraphs that begin like a commit"))
    list.add("the release branch (default)", nil, taken(nil, "the remote's own"))
    local manifest = settings.open(files, ".release-please-manifest.json")
    if manifest then
      local versions = settings.list("release-please", manifest)
      versions.add("the versions", manifest.node, changed(nil, "Slipway takes the version from tag and manifest; this copy is no longer read"))
      list.entries[#list.entries + 1] = versions.entries[1]
    end
    return list.entries
  end,
}
