-- semantic-release: .releaserc in all its forms, release.config.js as far as it is a plain object, "release" of
-- package.json. Its plugins are what it does; each option of each of them is told.
local expression = require "importer.expression"
local files_of = require "importer.files"
local peers = require "pure.peers"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local places = {
  { ".releaserc" }, { ".releaserc.json" }, { ".releaserc.yaml" }, { ".releaserc.yml" }, { ".releaserc.js" }, { ".releaserc.cjs" },
  { ".releaserc.mjs" }, { "release.config.js" }, { "release.config.cjs" }, { "release.config.mjs" }, { "release.config.ts" },
  { "package.json", "release" },
}

local token = 'the token is a reference: forge.token = "env:GITHUB_TOKEN"'

local function tag_format(value)
  local tag = expression.tag(value, { "${version}" })
  if tag then return taken { tag = tag } end
  return none("a tag here is a fixed text around the version", 'tag = "v{version}"')
end

local function branches(value)
  local list = type(value) == "table" and (value.name and { value } or value) or { value }
  local trunk, others = nil, {}
  for _, branch in ipairs(list) do
    local name = type(branch) == "table" and branch.name or branch
    local prerelease = type(branch) == "table" and branch.prerelease
    if not trunk and not prerelease and type(name) == "string" and not name:find "[+*x(){}]" and name ~= "next" and name ~= "next-major" then
      trunk = name
    else
      others[#others + 1] = tostring(name)
    end
  end
  local set = trunk and { trunk = trunk } or nil
  if #others == 0 then return taken(set) end
  return changed(set, ("no branch releases by being pushed to; for %s: pre-releases are slipway run alpha --id beta, older lines slipway run hotfix --from VERSION")
    :format(table.concat(others, ", ")))
end

local levels = { major = "major", minor = "minor", patch = "patch" }

local function release_rules(rules)
  if type(rules) ~= "table" then return none("the rules stand in a program", "rules.when in slipway.lua") end
  local entries = {}
  for _, rule in ipairs(rules) do
    if type(rule) ~= "table" then return none("a rule is a table", "rules.when") end
    for key in pairs(rule) do -- order: any that is unknown is enough
      if key ~= "type" and key ~= "scope" and key ~= "breaking" and key ~= "revert" and key ~= "release" and key ~= "subject" then
        return none(("a rule by '%s'"):format(key), 'rules.when = { { match = LUA PATTERN, level = "patch" } }')
      end
    end
    local match = rule.subject and "^%w+[^:\n]*: " .. rule.subject:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*+", "[^\n]*") or nil
    if type(rule.type) == "string" and rule.type:find "[*|{]" or type(rule.scope) == "string" and rule.scope:find "[*|{]" then
      return none("a rule with a pattern", 'rules.when = { { match = LUA PATTERN, level = "patch" } }')
    end
    entries[#entries + 1] = { type = rule.type, scope = rule.scope, breaking = rule.breaking, revert = rule.revert, match = match, level = levels[rule.release] or false }
  end
  return taken({ ["rules.when+"] = entries })
end

local function preset(value)
  if value == "angular" then return taken() end
  if value == "conventionalcommits" then return taken(nil, "Conventional Commits, with its exclamation mark") end
  return changed(nil, "commits are read as Conventional Commits; other first lines: rules.header")
end

-- Sections of the notes: { type = "feat", section = "Features", hidden = true }.
local function preset_config(value)
  if type(value) ~= "table" or type(value.types) ~= "table" then
    return changed(nil, "links are made from the forge's address; changelog.links says others")
  end
  local groups, by_title = {}, {}
  for _, item in ipairs(value.types) do
    local title = item.section or item.type
    local group = by_title[title]
    if not group then
      group = { title = title, types = {}, hidden = item.hidden or nil }
      by_title[title], groups[#groups + 1] = group, group
    end
    group.types[#group.types + 1] = item.type
  end
  return taken { ["changelog.groups"] = groups }
end

local function command(what)
  return function(value)
    return none(what, ("a step of a recipe: slipway eject release, then p:run { argv = { \"sh\", \"-c\", %q }, undo = { … } }"):format(tostring(value)))
  end
end

local eject = "slipway eject release, and change it there"

local plugins = {}
plugins["commit-analyzer"] = {
  preset = preset, releaseRules = release_rules, presetConfig = taken(nil, "it is about types that do not raise a version"),
  parserOpts = changed(nil, "commits are read as Conventional Commits; rules.notes names further footers that mean a breaking change"), config = preset,
}
plugins["release-notes-generator"] = {
  preset = preset, presetConfig = preset_config, config = preset, linkCompare = taken(), linkReferences = taken(),
  parserOpts = changed(nil, "commits are read as Conventional Commits"),
  writerOpts = none("its templates are a program", "changelog.groups, changelog.template"),
}
plugins.changelog = {
  changelogFile = function(value) return taken { ["changelog.file"] = value } end,
  changelogTitle = changed(nil, "the head of an existing file stays as it is"),
}
plugins.git = {
  assets = changed(nil, "manifests, lock files and the changelog are committed; other files: " .. eject .. " (p:commit)"),
  message = changed(nil, 'the commit is called "Release 1.2.0"; ' .. eject),
}
local page = none("pages tell the notes; issues and pull requests are left alone", "slipway eject release, and add p:announce or p:run")
plugins.github = {
  assets = none("assets are artifacts that Slipway builds or is handed", "targets and artifacts in slipway.lua: slipway help config"),
  githubUrl = function(value) return taken { ["forge.url"] = value } end, draftRelease = changed(nil, "a page is staged as a draft and made public at the end"),
  releaseNameTemplate = changed(nil, 'the page is called "NAME VERSION"'), releaseBodyTemplate = changed(nil, "the page holds the notes"),
  githubApiPathPrefix = taken(nil, "forge.url is enough"), githubApiUrl = taken(nil, "forge.url is enough"), proxy = taken(nil, "the usual environment variables are read"),
}
for _, name in ipairs {
  "successComment", "failComment", "failTitle", "labels", "assignees", "releasedLabels", "addReleases", "discussionCategoryName",
  "successCommentCondition", "failCommentCondition",
} do
  plugins.github[name] = page
end
plugins.gitlab = setmetatable({ gitlabUrl = function(value) return taken { ["forge.url"] = value } end }, { __index = plugins.github })
plugins.gitea = setmetatable({ giteaUrl = function(value) return taken { ["forge.url"] = value } end }, { __index = plugins.github })
plugins.npm = {
  npmPublish = function(value)
    if value == false then return taken(nil, "without registries in slipway.lua nothing is uploaded; package.json is moved along") end
    return none("packages go to a registry only when slipway.lua names one", "registries = { … }: slipway help config")
  end,
  pkgRoot = none("the manifests are found", "manifests = { … } when another is meant"),
  tarballDir = none("it is about the npm tarball", "registries = { … }"),
}
local hook = command "a command of that tool's phases"
plugins.exec = {
  verifyConditionsCmd = function(value) return files_of.hooks(value, "it ran before the version was known; here it runs on the released commit") end,
  analyzeCommitsCmd = none("the commits decide", "slipway run release --level LEVEL, or rules"), generateNotesCmd = none("the notes come from commits or CHANGELOG.md", "changelog.template"),
  verifyReleaseCmd = hook, prepareCmd = hook, addChannelCmd = hook, publishCmd = hook, successCmd = hook, failCmd = hook,
  shell = none("there is no shell", "argument lists"), execCwd = none("commands run at the project's root", "sh -c 'cd …'"),
}

local function short(name) return name:match "^@semantic%-release/(.*)$" or name end

-- What a plugin does by being named.
local function of_plugin(name, files)
  local forge = files.project.forge
  if name == "commit-analyzer" or name == "release-notes-generator" then return taken() end
  if name == "changelog" then return taken({ ["changelog.file"] = "CHANGELOG.md", ["changelog.style"] = "conventional" }) end
  if name == "git" then return taken(nil, "a release commits what it has changed") end
  if name == "npm" then return taken(nil, "package.json and its lock file are moved; uploads need registries in slipway.lua") end
  if name == "github" or name == "gitlab" or name == "gitea" then
    if forge and forge.kind == name then return taken({ forge = forge }, token) end
    return none("the remote of this clone is none of that forge", ('forge = { kind = "%s", repo = "me/project", token = "env:TOKEN" }'):format(name))
  end
  if name == "exec" then return taken(nil, "its commands are told one by one") end
  return none("it is a program of that tool's", "a recipe of your own, or a verb: recipes/README.md")
end

local function read_plugins(list, node, files)
  local seen = {}
  for _, item in ipairs(node.items or {}) do
    local named = item.kind == "array" and item.items[1] or item
    local name = short(tostring(named.value))
    seen[name] = true
    list.add("plugins " .. name, named, of_plugin(name, files))
    local options = item.kind == "array" and item.items[2]
    if options and options.kind == "table" then
      local handlers = {}
      for _, key in ipairs(options.keys) do handlers[name .. "." .. key] = plugins[name] and plugins[name][key] end
      list.walk(handlers, options, name)
    end
  end
  return seen
end

local handlers = {
  tagFormat = tag_format, branches = branches, branch = branches,
  repositoryUrl = changed(nil, "the git remote is asked; remote in slipway.lua names another"),
  extends = none("a configuration kept elsewhere is not read", "write its settings out here, then import again"),
  dryRun = none("there is no switch that makes a run harmless", "slipway plan release"), ci = taken(nil, "it runs anywhere, CI or not"), debug = taken(nil, "-v"),
  preset = preset, analyzeCommits = changed(nil, "Slipway's own analysis, with the rules above"), ["$schema"] = taken(nil, "it is about the editor"),
}
for _, step in ipairs { "verifyConditions", "verifyRelease", "generateNotes", "prepare", "publish", "addChannel", "success", "fail" } do
  handlers[step] = none("a list of plugins for one phase", "slipway plan release shows Slipway's phases")
end

-- Its own rules come after those of the file; the entries about "!" are the Angular preset's.
local function rules(is_conventional)
  local own = peers.rules "semantic-release"
  local when = own.when
  own.when = nil
  return { rules = own, ["rules.when+"] = is_conventional and { when[1] } or when }
end

return {
  name = "semantic-release",
  --- What becomes of a project's semantic-release settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, places)
    if not doc then return nil, err end
    local list, map = settings.list("semantic-release", doc), doc.node.map
    local own = setmetatable({ plugins = taken(nil, "one by one, below") }, { __index = handlers })
    list.walk(own)
    local seen = map.plugins and read_plugins(list, map.plugins, files)
    if not map.tagFormat then list.add("tagFormat (default)", nil, taken({ tag = "v{version}" }, "v${version}")) end
    local is_conventional = doc.text:find("conventionalcommits", 1, true) ~= nil
    list.add("which commits raise what (default)", nil, taken(rules(is_conventional),
      is_conventional and "Conventional Commits, as the preset counts" or "as the Angular preset counts: a ! before the colon makes the line no commit of a type"))
    if not seen then
      list.add("plugins npm (default)", nil, of_plugin("npm", files))
      if not (map.changelog) then list.add("plugins changelog (default)", nil, taken({ changelog = false }, "not among its default plugins")) end
    elseif not seen.changelog then
      list.add("plugins changelog (absent)", nil, taken({ changelog = false }, "no file is written there"))
    end
    list.add("the first version (default)", nil, changed(nil, "it begins at 1.0.0; here the first release has the manifest's version, else 0.1.0: slipway run release --version 1.0.0"))
    return list.entries
  end,
}
