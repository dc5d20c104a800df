-- python-semantic-release: [tool.semantic_release] of pyproject.toml, releaserc.toml.
local expression = require "importer.expression"
local files_of = require "importer.files"
local peers = require "pure.peers"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local function tags(level)
  return function(value)
    local set = {}
    for _, name in ipairs(value) do set["rules.types." .. name] = level end
    return taken(set)
  end
end

local function file_before_colon(text) return text:match "^([^:]+)" end

local handlers = {
  version_toml = function(value) return files_of.versions(value, file_before_colon) end,
  version_variables = function(value) return files_of.versions(value, file_before_colon) end,
  tag_format = function(value)
    local tag = expression.tag(value, { "{version}" })
    return tag and taken { tag = tag } or none("a tag here is a fixed text around the version", 'tag = "v{version}"')
  end,
  commit_parser = function(value)
    if value == "conventional" or value == "angular" or value == "conventional-monorepo" then return taken(nil, "conventional commits") end
    return none("other parsers are Python code", "rules = { … }: rules.header reads other first lines")
  end,
  ["commit_parser_options.minor_tags"] = tags "minor", ["commit_parser_options.patch_tags"] = tags "patch", ["commit_parser_options.major_tags"] = tags "major",
  ["commit_parser_options.allowed_tags"] = taken(nil, "types without a rule raise nothing"), ["commit_parser_options.other_allowed_tags"] = taken(nil, "types without a rule raise nothing"),
  ["commit_parser_options.default_bump_level"] = function(value)
    local level = ({ [0] = "none", "patch", "minor", "major" })[value]
    return level and taken { ["rules.other"] = level } or none("a level is 0 to 3", "rules.other")
  end,
  ["commit_parser_options.parse_squash_commits"] = changed(nil, "squash bodies are read when rules.squash says so"),
  ["commit_parser_options.ignore_merge_commits"] = taken(nil, "merges have no vote"),
  major_on_zero = function(value)
    if value then return taken(nil, "a breaking change at 0.x is major") end
    return taken { ["rules.zero.breaking"] = "minor" }
  end,
  allow_zero_version = function(value)
    if value then return taken(nil, "0.x stays 0.x") end
    return changed(nil, "it goes to 1.0.0 at once; here: slipway run release --version 1.0.0")
  end,
  ["branches.*"] = none("a recipe decides what is released from where", "slipway run alpha, slipway run hotfix"),
  build_command = none("builds are targets", 'targets = { dist = { run = { … }, produce = { … } } }'),
  assets = changed(nil, "manifests, lock files and the changelog are committed"),
  commit_message = changed(nil, 'the commit is called "Release 1.2.0"; slipway eject release lets you change it'),
  commit_author = none("the one who releases is the author", "git config user.name"), no_git_verify = none("the hooks of this clone are respected", "nothing to do"),
  ["changelog.changelog_file"] = function(value) return taken { ["changelog.file"] = value } end,
  ["changelog.default_templates.changelog_file"] = function(value) return taken { ["changelog.file"] = value } end,
  ["changelog.mode"] = taken(nil, "a release adds its section and leaves the rest as it is"), ["changelog.exclude_commit_patterns"] = changed(nil, "a group with hidden = true leaves a type out: changelog.groups"),
  ["remote.type"] = changed(nil, "forge in slipway.lua says where pages go"), ["remote.name"] = function(value) return taken { remote = value } end,
  ["remote.token"] = changed(nil, 'a reference: forge.token = "env:NAME"'), ["remote.ignore_token_for_push"] = taken(nil, "git's own credentials push"),
  ["publish.upload_to_vcs_release"] = changed(nil, "artifacts stand on the page when forge is there"), ["publish.dist_glob_patterns"] = changed(nil, "artifacts are named, none is found by a pattern"),
  logging_use_named_masks = taken(nil, "every secret is masked"), repo_dir = taken(nil, "--root"),
}

local function branches(list, doc)
  local node = doc.node.map.branches
  local main = node and node.map and node.map.main
  local match = main and main.map.match and main.map.match.value
  local words = match and match:gsub("^%(?", ""):gsub("%)?$", "")
  local trunk = words and words:match "^([%w_-]+)"
  if node then
    list.add("branches", node, changed(trunk and { trunk = trunk } or nil, "a release is made from the trunk; pre-releases: slipway run alpha --id rc, older lines: slipway run hotfix"))
  end
end

return {
  name = "python-semantic-release",
  --- What becomes of a project's python-semantic-release settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, { { "releaserc.toml", "semantic_release" }, { "pyproject.toml", "tool", "semantic_release" } })
    if not doc then return nil, err end
    local list = settings.list("python-semantic-release", doc)
    local own = setmetatable({ branches = taken(nil, "told below") }, { __index = handlers })
    list.walk(own)
    branches(list, doc)
    local map = doc.node.map
    if not map.tag_format then list.add("tag_format (default)", nil, taken({ tag = "v{version}" }, "v{version}")) end
    list.add("which commits raise what (default)", nil, taken({ rules = peers.rules "python-semantic-release" }, "feat minor, fix and perf patch"))
    if not map.allow_zero_version then
      list.add("allow_zero_version (default)", nil, changed(nil, "since its version 10 it goes from 0.x to 1.0.0 at once; here 0.x stays: slipway run release --version 1.0.0"))
    end
    return list.entries
  end,
}
