-- bump-my-version and bump2version: [tool.bumpversion], .bumpversion.toml, .bumpversion.cfg, [bumpversion] of setup.cfg.
local expression = require "importer.expression"
local files_of = require "importer.files"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local handlers = {
  current_version = changed(nil, "Slipway takes the version from tag and manifest; this copy is no longer read"),
  commit = taken(nil, "a release is a commit"), tag = taken(nil, "a release is a tag"),
  tag_name = function(value)
    local tag = expression.tag(value, { "{new_version}" })
    return tag and taken { tag = tag } or none("a tag here is a fixed text around the version", 'tag = "v{version}"')
  end,
  tag_message = changed(nil, "the tag's message is the release notes"), message = changed(nil, 'the commit is called "Release 1.2.0"; slipway eject release lets you change it'),
  sign_tags = function(value) return value and changed(nil, "signed when git says so: git config tag.gpgsign true") or taken() end,
  allow_dirty = function(value) return value and none("the work tree has to be clean", "commit or stash first") or taken() end,
  parse = changed(nil, "versions are those of scheme: semver, pep440 or calver"), serialize = changed(nil, "versions are those of scheme: semver, pep440 or calver"),
  search = changed(nil, "the place of the version is found, or marked with `slipway: version`"), replace = changed(nil, "the place of the version is found, or marked"),
  regex = changed(nil, "the place of the version is found, or marked"), ignore_missing_version = taken(nil, "files that do not agree are told"), ignore_missing_files = taken(nil, "files that do not agree are told"),
  commit_args = none("git is called by Slipway itself", "slipway eject release"), files = function(value) return files_of.versions(value) end,
  parts = none("parts of a version are those of its scheme", "scheme"), pre_commit_hooks = function(value) return files_of.hooks(value, "they ran before the commit; here they run on the released commit") end,
  setup_hooks = none("a hook is a step of a recipe", "slipway eject release"), post_commit_hooks = none("a hook is a step of a recipe", "slipway eject release"), allow_shell_hooks = none("there is no shell", "argument lists"),
  pep621_info = taken(nil, "the manifest is found"), moveable_tags = none("tags stay where they are", "slipway eject release, and add p:point"), no_regex = taken(nil, "places are found, not searched for"),
  no_configured_files = taken(nil, "the manifests are found"), included_paths = none("commits belong to packages by path", "packages = { … }"), excluded_paths = none("commits belong to packages by path", "packages = { … }"),
}

-- The older INI form: [bumpversion] and [bumpversion:file:PATH].
local function ini(files, path)
  local text = files.read(path)
  if not text or not ("\n" .. text):find "\n%[bumpversion" then return nil end
  local root, at, line_start = { kind = "table", keys = {}, map = {}, first = 1 }, nil, 1
  local paths = { kind = "array", items = {}, first = 1 }
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do
    local section = line:match "^%[(.-)%]"
    local key, value = line:match "^([%w_]+)%s*=%s*(.-)%s*$"
    if section then
      at = section == "bumpversion" and root or nil
      local file = section:match "^bumpversion:file:(.+)$"
      if file then paths.items[#paths.items + 1] = { kind = "string", value = file:match "^[^%s(]+", first = line_start } end
    elseif at and key then
      local word = ({ ["true"] = true, ["false"] = false })[value:lower()]
      if word == nil then word = value end
      at.keys[#at.keys + 1], at.map[key] = key, { kind = "string", value = word, first = line_start }
    end
    line_start = line_start + #line + 1
  end
  if #paths.items > 0 then
    paths.first = paths.items[1].first
    root.keys[#root.keys + 1], root.map.files = "files", paths
  end
  return { path = path, text = text, node = root }
end

return {
  name = "bump-my-version",
  --- What becomes of a project's bump-my-version settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, { { ".bumpversion.toml", "tool", "bumpversion" }, { "pyproject.toml", "tool", "bumpversion" } })
    if err then return nil, err end
    doc = doc or ini(files, ".bumpversion.cfg") or ini(files, "setup.cfg")
    if not doc then return nil end
    local list = settings.list("bump-my-version", doc)
    list.walk(handlers)
    if not doc.node.map.tag_name then list.add("tag_name (default)", nil, taken({ tag = "v{version}" }, "v{new_version}")) end
    list.add("the part on the command line", nil, changed(nil, "the commits decide; by hand as before: slipway run release --level minor"))
    return list.entries
  end,
}
