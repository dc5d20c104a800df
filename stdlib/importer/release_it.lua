-- release-it: .release-it.json, .yaml, .yml, .toml, .js as far as it is a plain object, "release-it" of package.json.
local expression = require "importer.expression"
local files_of = require "importer.files"
local peers = require "pure.peers"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local places = {
  { ".release-it.json" }, { ".release-it.js" }, { ".release-it.cjs" }, { ".release-it.mjs" }, { ".release-it.ts" }, { ".release-it.yaml" }, { ".release-it.yml" },
  { ".release-it.toml" }, { "package.json", "release-it" },
}

local function demand(what) -- a precondition that Slipway has anyway
  return function(value)
    if value then return taken(nil, what) end
    return changed(nil, what .. ", always")
  end
end

local arguments = none("git is called by Slipway itself", "slipway eject release, and change the step there")

local function forge_release(kind, files)
  return function(value)
    if not value then return taken(nil, "without forge in slipway.lua there is no page") end
    local forge = files.project.forge
    if forge and forge.kind == kind then return taken({ forge = forge }, "the token is a reference") end
    return none("the remote of this clone is none of that forge", ('forge = { kind = "%s", repo = "me/project", token = "env:TOKEN" }'):format(kind))
  end
end

local function trunk(value)
  local name = type(value) == "table" and value[1] or value
  if type(name) ~= "string" or name:find "[*?!]" then return changed(nil, "a release is made from the trunk") end
  return taken { trunk = name }
end

local handlers = {
  ["$schema"] = taken(nil, "it is about the editor"),
  ["git.tagName"] = function(value)
    local tag = expression.tag(value, { "${version}" })
    return tag and taken { tag = tag } or none("a tag here is a fixed text around the version", 'tag = "v{version}"')
  end,
  ["git.tagMatch"] = changed(nil, "tags that hold a version in the project's own form count"), ["git.tagExclude"] = changed(nil, "tags that hold a version in the project's own form count"),
  ["git.getLatestTagFromAllRefs"] = changed(nil, "the last release is one that the trunk holds; all tags count as taken"),
  ["git.requireCleanWorkingDir"] = demand "the work tree has to be clean", ["git.requireUpstream"] = taken(nil, "a missing remote is a warning"),
  ["git.requireBranch"] = trunk, ["git.requireCommits"] = taken(nil, "nothing to release is exit 3"), ["git.requireCommitsFail"] = taken(nil, "--zero-ok"),
  ["git.commit"] = demand "a release is a commit", ["git.tag"] = demand "a release is a tag", ["git.push"] = demand "branch and tag are pushed together",
  ["git.commitMessage"] = changed(nil, 'the commit is called "Release 1.2.0"; slipway eject release lets you change it'),
  ["git.tagAnnotation"] = changed(nil, "the tag's message is the release notes"),
  ["git.commitArgs"] = arguments, ["git.tagArgs"] = arguments, ["git.pushArgs"] = arguments,
  ["git.pushRepo"] = function(value) return value ~= "" and not value:find "[:/]" and taken { remote = value } or changed(nil, "remote names a remote of this clone") end,
  ["git.addUntrackedFiles"] = none("only what the release changes is committed", "commit them before"),
  ["git.changelog"] = changed(nil, "the notes come from the commits, by type"),
  ["npm.publish"] = function(value)
    if value == false then return taken(nil, "without registries in slipway.lua nothing is uploaded") end
    return none("packages go to a registry only when slipway.lua names one", "registries = { … }")
  end,
  npm = function(value)
    if value == false then return changed(nil, "package.json is moved along when it carries the version") end
    return none("packages go to a registry only when slipway.lua names one", "registries = { … }")
  end,
  ["npm.*"] = none("it is about the npm registry", "registries = { … }"),
  ["github.releaseName"] = changed(nil, 'the page is called "NAME VERSION"'), ["github.draft"] = changed(nil, "a page is staged as a draft and made public at the end"),
  ["github.assets"] = none("assets are artifacts that Slipway builds", "targets and artifacts in slipway.lua"), ["github.tokenRef"] = function(value) return changed(nil, ('a reference: forge.token = "env:%s"'):format(value)) end,
  ["github.*"] = none("pages tell the notes and carry the artifacts", "slipway eject release"), ["gitlab.*"] = none("pages tell the notes and carry the artifacts", "slipway eject release"),
  ["hooks.before:init"] = function(value) return files_of.hooks(value, "it ran first; here it runs on the released commit") end,
  ["hooks.*"] = none("a hook is a step of a recipe", "slipway eject release, and add p:run { argv = { … }, undo = { … } }"),
  increment = function(value)
    if type(value) == "string" then return none("the commits decide", ("slipway run release --level %s"):format(value)) end
    return taken(nil, "the commits decide")
  end,
  preReleaseId = none("it is said when the pre-release is made", "slipway run alpha --id beta"), preRelease = none("it is said when the pre-release is made", "slipway run alpha"),
  ci = taken(nil, "--no-input"), verbose = taken(nil, "-v"), quiet = taken(nil, "-q"), ["dry-run"] = none("there is no switch that makes a run harmless", "slipway plan release"),
}

local conventional = "@release-it/conventional-changelog"

local function plugin(list, name, node)
  if name ~= conventional then
    return list.add("plugins." .. name, node, none("it is a program of that tool's", "a recipe of your own, or a verb: recipes/README.md"))
  end
  local inner = {
    infile = function(value) return taken { ["changelog.file"] = value } end,
    header = changed(nil, "the head of an existing file stays as it is"), ignoreRecommendedBump = function(value)
      return value and none("the commits decide", "slipway run release --level LEVEL") or taken()
    end,
    strictSemVer = taken(nil, "versions are SemVer"),
    preset = function(value)
      local kind = type(value) == "table" and value.name or value
      return taken({ ["changelog.style"] = "conventional" }, kind == "angular" and "as the Angular preset, and with the exclamation mark of Conventional Commits" or nil)
    end,
  }
  local handlers_here = {}
  for _, key in ipairs(node.keys or {}) do handlers_here[name .. "." .. key] = inner[key] end
  if node.kind == "table" then list.walk(handlers_here, node, name) end
end

return {
  name = "release-it",
  --- What becomes of a project's release-it settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, places)
    if not doc then return nil, err end
    local list, map = settings.list("release-it", doc), doc.node.map
    local own = setmetatable({
      plugins = taken(nil, "one by one, below"), ["github.release"] = forge_release("github", files), ["gitlab.release"] = forge_release("gitlab", files),
    }, { __index = handlers })
    list.walk(own)
    local plugins = map.plugins and map.plugins.map or {}
    for _, name in ipairs(map.plugins and map.plugins.keys or {}) do plugin(list, name, plugins[name]) end
    if plugins[conventional] then
      local preset = plugins[conventional].map and plugins[conventional].map.preset
      local angular = preset and (preset.value or preset.map and preset.map.name and preset.map.name.value) == "angular"
      local rules = peers.rules "semantic-release"
      if not angular then rules.when, rules.types = nil, { feature = "minor" } end
      list.add("which commits raise what (default)", nil, taken({ rules = { reverts = false, minimum = "patch", types = rules.types, when = rules.when } }, "conventional-changelog: breaking major, feat minor, all else patch"))
      if not plugins[conventional].map.infile then list.add("infile (default)", nil, taken({ changelog = false }, "no file is written there")) end
    else
      list.add("the level (default)", nil, changed(nil, "it is asked for at the prompt; here the commits decide: slipway run release --level patch"))
    end
    if not (map.git and map.git.map and map.git.map.tagName) then list.add("git.tagName (default)", nil, taken({ tag = files.project.has_tags and files.project.tag or "{version}" }, "like the last tag, else the bare version")) end
    return list.entries
  end,
}
