-- cocogitto: cog.toml.
local files_of = require "importer.files"
local peers = require "pure.peers"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

-- Types with their own titles and levels.
local function commit_types(value)
  local groups, set, names = {}, {}, {}
  for name in pairs(value) do names[#names + 1] = name end -- order: sorted below
  table.sort(names)
  for _, name in ipairs(names) do
    local kind = value[name]
    if type(kind) == "table" then
      if kind.bump_minor then set["rules.types." .. name] = "minor" elseif kind.bump_patch then set["rules.types." .. name] = "patch" end
      if kind.changelog_title or kind.omit_from_changelog then
        groups[#groups + 1] = { title = kind.changelog_title or name, types = { name }, hidden = kind.omit_from_changelog or nil, order = kind.order or 1000 }
      end
    end
  end
  table.sort(groups, function(a, b)
    if a.order ~= b.order then return a.order < b.order end
    return a.title < b.title
  end)
  for _, group in ipairs(groups) do group.order = nil end
  if #groups > 0 then set["changelog.groups"] = groups end
  return changed(set, "types that are not named here stand under Other")
end

local hooks = none("what follows a release is a step of a recipe", "slipway eject release, and add p:run { argv = { … }, undo = { … } }")
local in_packages = taken(nil, "it stands in packages")
local whole = none("the repository as a whole has no version beside its packages'", "a tag of your own: p:tag in a recipe")

local handlers = {
  tag_prefix = function(value) return taken { tag = value .. "{version}" } end,
  from_latest_tag = taken(nil, "history is read from the last release on"),
  ignore_merge_commits = taken(nil, "merges have no vote"), ignore_fixup_commits = taken(nil, "fixups have no vote"),
  disable_changelog = function(value) return value and taken { changelog = false } or taken() end,
  disable_bump_commit = function(value)
    if not value then return taken() end
    return none("manifests and changelog are changed by a commit", "without manifests and with changelog = false there is none")
  end,
  branch_whitelist = function(list)
    local trunk
    for _, name in ipairs(list) do trunk = trunk or (not name:find "[*?%[]" and name or nil) end
    local set = trunk and { trunk = trunk } or nil
    if #list == 1 and set then return taken(set) end
    return changed(set, "a release is made from the trunk; repairs have lines of their own: slipway run hotfix")
  end,
  skip_ci = none("the commit carries no word for a CI", "slipway eject release, and put it into the message"), skip_untracked = taken(nil, "only tracked files count as changes"),
  pre_bump_hooks = function(value)
    return files_of.hooks(value, "they ran before the bump; here they run on the released commit", function(name) return name == "cargo-set-version" or name == "cog" end)
  end,
  post_bump_hooks = hooks, bump_profiles = hooks, git_hooks = none("the hooks of this clone are git's", "git config core.hooksPath"),
  commit_types = commit_types, scopes = function(value) return taken { ["rules.scopes"] = value } end,
  ["changelog.path"] = function(value) return taken { ["changelog.file"] = value } end,
  ["changelog.template"] = changed(nil, "the changelog's own style; changelog.template takes a template of Slipway's own"),
  ["changelog.remote"] = taken(nil, "links go to the forge of the remote"), ["changelog.repository"] = taken(nil, "links go to the forge of the remote"),
  ["changelog.owner"] = taken(nil, "links go to the forge of the remote"), ["changelog.authors"] = none("authors are taken from the commits and the forge", "nothing to do"),
  packages = taken(nil, "one by one, below"), monorepo_version_separator = in_packages,
  generate_mono_repository_global_tag = function(value) return value and whole or taken() end,
  generate_mono_repository_package_tags = function(value) return value == false and none("a package's release is its tag", "nothing to do") or taken() end,
  pre_package_bump_hooks = hooks, post_package_bump_hooks = hooks,
}

-- What stands at one package.
local of_package = {
  path = in_packages, include = in_packages, ignore = in_packages, changelog_path = in_packages,
  bump_order = changed(nil, "what is needed is released first"),
  public_api = changed(nil, "every package has a version of its own"),
  pre_bump_hooks = hooks, post_bump_hooks = hooks, bump_profiles = hooks,
}

local function texts(node)
  local list = {}
  for i, item in ipairs(node and node.kind == "array" and node.items or {}) do list[i] = item.value end
  return #list > 0 and list or nil
end

local function text_of(node, key)
  local item = node.map[key]
  return item and item.kind == "string" and item.value or nil
end

-- "core-v{version}": package, separator, prefix, as cocogitto writes its tags.
local function packages_of(doc)
  local node, list = doc.node.map.packages, {}
  if not node or node.kind ~= "table" then return nil end
  local separator = text_of(doc.node, "monorepo_version_separator") or "-"
  local prefix = text_of(doc.node, "tag_prefix") or ""
  for _, name in ipairs(node.keys) do
    local own = node.map[name]
    local path = own.kind == "table" and text_of(own, "path")
    if path then
      local file = text_of(own, "changelog_path")
      path = path:gsub("^%./", ""):gsub("(.)/+$", "%1")
      list[#list + 1] = {
        name = name, path = path, tag = name .. separator .. prefix .. "{version}",
        changelog = file and file:sub(1, #path + 1) == path .. "/" and file:sub(#path + 2) or nil,
        include = texts(own.map.include), ignore = texts(own.map.ignore),
      }
    end
  end
  return #list > 0 and list or nil
end

local function tell_packages(list, doc)
  local node = doc.node.map.packages
  for _, name in ipairs(node.keys) do
    if node.map[name].kind == "table" then
      local at, inner = ("packages.%s"):format(name), {}
      for _, key in ipairs(node.map[name].keys) do inner[("%s.%s"):format(at, key)] = of_package[key] end
      list.walk(inner, node.map[name], at)
    end
  end
end

return {
  name = "cocogitto",
  --- What becomes of a project's cocogitto settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, { { "cog.toml" }, { ".config/cog.toml" } })
    if not doc then return nil, err end
    local list = settings.list("cocogitto", doc)
    local several = packages_of(doc)
    list.walk(several and setmetatable({ tag_prefix = in_packages }, { __index = handlers }) or handlers)
    if several then
      tell_packages(list, doc)
      list.add("several packages", doc.node.map.packages, taken({ packages = several }, "each with its own tag"), ("%d packages"):format(#several))
    end
    if not several and not doc.node.map.tag_prefix then list.add("tag_prefix (default)", nil, taken({ tag = "{version}" }, "none")) end
    list.add("which commits raise what (default)", nil, taken({ rules = peers.rules "cocogitto" }, "feat minor, fix patch; at 0.x a breaking change raises the minor"))
    return list.entries
  end,
}
