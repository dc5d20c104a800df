-- commitizen: .cz.toml, cz.toml, .cz.json, cz.json, .cz.yaml, cz.yaml, [tool.commitizen] of pyproject.toml.
local expression = require "importer.expression"
local files_of = require "importer.files"
local peers = require "pure.peers"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local places = {
  { ".cz.toml", "tool", "commitizen" }, { "cz.toml", "tool", "commitizen" }, { ".cz.json", "commitizen" }, { "cz.json", "commitizen" },
  { ".cz.yaml", "commitizen" }, { "cz.yaml", "commitizen" }, { "pyproject.toml", "tool", "commitizen" },
}

local tag_names = { "${version}", "$version" }
local in_parts = { "${major}.${minor}.${patch}${prerelease}", "$major.$minor.$patch$prerelease", "$major.$minor.$patch" }

local function tag_format(value)
  for _, name in ipairs(in_parts) do
    local at, stop = value:find(name, 1, true)
    if at then value = value:sub(1, at - 1) .. "$version" .. value:sub(stop + 1) end
  end
  local tag = expression.tag(value, tag_names)
  if tag then return taken { tag = tag } end
  return none("a tag here is a fixed text around the version", 'tag = "v{version}" or another fixed text around {version}')
end

local schemes = {
  pep440 = taken({ scheme = "pep440" }),
  semver2 = taken({ scheme = "semver" }),
  semver = changed({ scheme = "semver" }, "commitizen's semver names a pre-release 1.1.0-a0; here it is 1.1.0-alpha.1, as its semver2 with an offset of 1"),
}

local function version_scheme(value)
  return schemes[value] or none("a scheme of one's own is Python code", "semver, pep440 or calver fit, or a recipe sets the version: slipway run release --version X")
end

local providers = {
  commitizen = changed(nil, "Slipway takes the version from tag and manifest; the copy in this file is no longer read"),
  scm = changed(nil, "Slipway takes the version from the tag in any case, and from the manifests before the first"),
}

local function version_provider(value)
  if value == "pep621" or value == "poetry" or value == "uv" or value == "cargo" or value == "npm" or value == "composer" then
    return taken(nil, "the manifest carries the version; slipway help manifests")
  end
  return providers[value] or none("a provider of one's own is Python code", "name its file under manifests, with a line marked `slipway: version`")
end

local function major_version_zero(value)
  if not value then return taken() end
  return changed({ ["rules.zero"] = "minor" }, "at 0.x breaking changes raise the minor, as there. commitizen goes on so at 1.x, in silence; "
    .. 'here a breaking change at 1.x is major. To keep that: rules = { breaking = "minor" }')
end

local levels = { MAJOR = "major", MINOR = "minor", PATCH = "patch" }

-- { "^feat": "MINOR", "^.+!$": "MAJOR" } as rules, when its patterns are words.
local function bump_map(map)
  local types, breaking = { feat = "none", feature = "none", fix = "none", perf = "none", revert = "none" }, nil
  for pattern, increment in pairs(map) do -- order: a set of rules
    local level = levels[increment] or "none"
    local words = expression.types(pattern)
    if pattern:find "!" or pattern:find "BREAKING" then
      breaking = level
    elseif words then
      for _, word in ipairs(words) do types[word] = level end
    else
      return none(("the pattern %s is more than a commit type"):format(pattern), "slipway help config: rules.when matches messages by Lua patterns")
    end
  end
  return taken { ["rules.types"] = types, ["rules.breaking"] = breaking }
end

local wizard = none("it belongs to cz commit, the questions before a commit", "keep commitizen for that, or any commit template")

local function checks(value)
  return files_of.hooks(value, "it ran before the version was changed; here it runs on the released commit")
end

local handlers = {
  name = function(value)
    if value == "cz_conventional_commits" then return taken(nil, "conventional commits are what Slipway reads") end
    return none("the rules of this style are Python code", "rules = { … } says which commit type raises what: slipway help config")
  end,
  version = changed(nil, "Slipway takes the version from tag and manifest; this copy is no longer read"),
  version_provider = version_provider, version_scheme = version_scheme, version_type = version_scheme, tag_format = tag_format,
  legacy_tag_formats = none("one tag format is read", "older tags under another name do not count as releases; tag the last one anew if they matter"),
  ignored_tag_formats = taken(nil, "tags that are no versions are passed over in any case"),
  bump_message = changed(nil, 'the commit is called "Release 1.2.0"; slipway eject release lets you change it'),
  update_changelog_on_bump = function(value)
    if value then return taken(nil, "every release writes its section") end
    return taken { changelog = false }
  end,
  changelog_file = function(value) return taken { ["changelog.file"] = value } end,
  changelog_format = function(value)
    if value == "markdown" then return taken() end
    return none("the changelog is written in Markdown", "convert the file once, or changelog = false")
  end,
  changelog_incremental = taken(nil, "a release adds its section and leaves the rest of the file as it is"),
  changelog_start_rev = taken(nil, "only what is new since the last release is written"),
  changelog_merge_prerelease = taken(nil, "a final release tells everything since the last final one"),
  major_version_zero = major_version_zero,
  prerelease_offset = function(value)
    if value == 1 then return taken(nil, "pre-releases count from 1") end
    return changed(nil, "pre-releases count from 1: 1.2.0-alpha.1")
  end,
  annotated_tag = function(value)
    if value then return taken(nil, "tags are annotated") end
    return changed(nil, "tags are annotated")
  end,
  annotated_tag_message = changed(nil, "the tag's message is the release notes"),
  gpg_sign = changed(nil, "tags are signed when git says so: git config tag.gpgsign true"),
  pre_bump_hooks = checks,
  post_bump_hooks = none("what follows a release is a step of a recipe", "slipway eject release, and add p:run { argv = { … }, undo = { … } }"),
  version_files = function(value) return files_of.versions(value, function(text) return text:match "^([^:]+)" end) end,
  encoding = taken(nil, "everything is UTF-8"),
  template = none("its templates are Jinja", "changelog.template takes a template of Slipway's own: slipway help config"),
  extras = none("they feed a Jinja template", "changelog.template"),
  ["customize.bump_map"] = bump_map,
  ["customize.bump_map_major_version_zero"] = changed({ ["rules.zero"] = "minor" }, "at 0.x breaking changes raise the minor"),
  ["customize.bump_pattern"] = changed(nil, "commits are read as Conventional Commits; rules.types and rules.when decide"),
  ["customize.change_type_map"] = none("headings belong to groups of commit types", "changelog.groups = { { title = …, types = { … } } }"),
  ["customize.change_type_order"] = none("headings stand in the order of the groups", "changelog.groups"),
  ["customize.commit_parser"] = changed(nil, "commits are read as Conventional Commits"),
  ["customize.changelog_pattern"] = changed(nil, "which types appear is said by changelog.groups; hidden = true leaves one out"),
}
for _, name in ipairs {
  "retry_after_failure", "allow_abort", "message_length_limit", "body_length_limit", "allowed_prefixes", "breaking_change_exclamation_in_title",
  "use_shortcuts", "style", "always_signoff", "customize.questions", "customize.message_template", "customize.example", "customize.schema",
  "customize.schema_pattern", "customize.info", "customize.info_path",
} do
  handlers[name] = wizard
end

return {
  name = "commitizen",
  --- What becomes of a project's commitizen settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, places)
    if not doc then return nil, err end
    local list = settings.list("commitizen", doc)
    list.walk(handlers)
    local function default(name, verdict)
      if not doc.node.map[name] then list.add(name .. " (default)", nil, verdict) end
    end
    default("tag_format", taken({ tag = "{version}" }, "$version"))
    default("version_scheme", taken({ scheme = "pep440" }, "pep440"))
    default("update_changelog_on_bump", taken({ changelog = false }, "false"))
    local writes = doc.node.map.update_changelog_on_bump
    if writes and settings.value(writes) then default("changelog_file", taken({ ["changelog.file"] = "CHANGELOG.md" }, "CHANGELOG.md")) end
    if not (doc.node.map.customize and doc.node.map.customize.map.bump_map) then
      list.add("which commits raise what (default)", nil, taken({ rules = peers.rules "commitizen" }, "as cz bump counts: refactor is a patch, a revert is nothing"))
    end
    return list.entries
  end,
}
