-- git-cliff: cliff.toml, .cliff.toml, [tool.git-cliff] of pyproject.toml, [package.metadata.git-cliff] of Cargo.toml.
local expression = require "importer.expression"
local peers = require "pure.peers"
local near = require "pure.near"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local places = {
  { "cliff.toml" }, { ".cliff.toml" }, { ".config/cliff.toml" }, { "pyproject.toml", "tool", "git-cliff" },
  { "Cargo.toml", "package", "metadata", "git-cliff" }, { "Cargo.toml", "workspace", "metadata", "git-cliff" },
}

-- "<!-- 0 -->🚀 Features" sorts by its number and shows the rest.
local function title(group)
  local shown = group:gsub("<!%-%-.-%-%->", ""):gsub("^%s+", ""):gsub("%s+$", "")
  return shown
end

-- The commit parsers that name types, as groups in the order that git-cliff shows them.
local function groups_of(parsers)
  local groups, by_title, left, hidden = {}, {}, {}, {}
  for i, parser in ipairs(parsers) do
    local types = parser.message and expression.types(parser.message)
    local name = parser.group and title(parser.group)
    if parser.message and expression.is_everything(parser.message) then -- the rest: Slipway shows it under Other
    elseif not types then
      left[#left + 1] = parser.message or parser.body or parser.field or "entry " .. i
    elseif parser.skip or not name then
      for _, word in ipairs(types) do hidden[#hidden + 1] = word end
    else
      local group = by_title[name]
      if not group then
        group = { title = name, types = {}, sort = parser.group }
        by_title[name], groups[#groups + 1] = group, group
      end
      for _, word in ipairs(types) do
        if not near.contains(group.types, word) then group.types[#group.types + 1] = word end
      end
    end
  end
  table.sort(groups, function(a, b) return a.sort < b.sort end)
  for _, group in ipairs(groups) do group.sort = nil end
  if #hidden > 0 then groups[#groups + 1] = { title = "Left out", types = hidden, hidden = true } end
  return groups, left
end

local function commit_parsers(value)
  local groups, left = groups_of(value)
  if #groups == 0 then return none("none of them is about commit types alone", "changelog.groups = { { title = …, types = { … } } }") end
  local why = "one parser a group of types; what was taken back is left out here"
  if #left == 0 then return changed({ ["changelog.groups"] = groups }, why) end
  return changed({ ["changelog.groups"] = groups }, why .. "; not by type, so they do not count: " .. table.concat(left, ", "))
end

local function tag_pattern(value)
  local prefix = value:match "^%^?([%w_-]-)v?%[0%-9%]" or value:match "^%^?([%w_-]-)v?\\d"
  if not prefix then return changed(nil, "tags that hold a version in the project's own form count as releases") end
  local before = value:gsub("^%^", ""):match "^(.-)%[0%-9%]" or value:gsub("^%^", ""):match "^(.-)\\d"
  return taken { tag = before .. "{version}" }
end

local function zero(level, from)
  return function(value)
    if value then return taken(nil, "the default") end
    return changed({ ["rules.zero." .. from] = level }, ("at 0.x only, as there: %s raises the %s"):format(from == "minor" and "a feature" or "a breaking change", level))
  end
end

local function regex_types(level)
  return function(value)
    local words = expression.types("^" .. value:gsub("^%^", ""))
    if not words then return none("the pattern is more than commit types", "rules.when = { { match = LUA PATTERN, level = \"" .. level .. "\" } }") end
    local set = {}
    for _, word in ipairs(words) do set["rules.types." .. word] = level end
    return taken(set)
  end
end

local own_template = "changelog.template takes a template of Slipway's own: slipway help config"
local heading = changed(nil, "a heading, the sections and a link to compare with the release before are written; " .. own_template)

local handlers = {
  ["changelog.header"] = changed(nil, "the head of an existing file stays as it is; a new one gets that of Keep a Changelog"),
  ["changelog.body"] = heading, ["changelog.footer"] = heading,
  ["changelog.trim"] = taken(), ["changelog.render_always"] = taken(nil, "a release without notable changes says so"),
  ["changelog.postprocessors"] = none("links to issues and commits are made from the forge's address", "changelog.links = { issue = …, commit = … }"),
  ["changelog.output"] = function(value) return taken { ["changelog.file"] = value } end,
  ["git.conventional_commits"] = function(value)
    if value then return taken() end
    return changed(nil, "conventional commits are told apart, the others stand under Other")
  end,
  ["git.require_conventional"] = none("commits that do not conform are counted and named, not refused", "slipway next --why; a check of yours in checks"),
  ["git.filter_unconventional"] = function(value)
    if value then return changed(nil, "commits that do not conform stand under Other instead of being dropped") end
    return taken()
  end,
  ["git.fail_on_unmatched_commit"] = none("nothing is dropped, so nothing is unmatched", "nothing to do"),
  ["git.filter_commits"] = changed(nil, "types without a group stand under Other; give them a group with hidden = true"),
  ["git.split_commits"] = function(value)
    if not value then return taken() end
    return changed(nil, "a message that lists several conventional commits counts as several only as a squash body: rules.squash")
  end,
  ["git.commit_preprocessors"] = none("messages are read as they are", "rules.header says how a first line is read"),
  ["git.commit_parsers"] = commit_parsers,
  ["git.protect_breaking_commits"] = taken(nil, "breaking changes are always shown"),
  ["git.tag_pattern"] = tag_pattern,
  ["git.skip_tags"] = changed(nil, "pre-releases are told again by the final release"),
  ["git.ignore_tags"] = changed(nil, "the notes of a final release reach back to the last final one"),
  ["git.topo_order"] = taken(), ["git.topo_order_commits"] = taken(), ["git.use_branch_tags"] = taken(nil, "only tags that the trunk holds count"),
  ["git.sort_commits"] = changed(nil, "newest first within a group, by scope"),
  ["git.link_parsers"] = none("issues and pull requests are linked by the forge's address", "changelog.links = { issue = … }"),
  ["git.limit_commits"] = none("nothing is left out", "nothing to do"),
  ["git.include_paths"] = none("commits are assigned to packages by path", "packages = { … }"),
  ["git.exclude_paths"] = none("commits are assigned to packages by path", "packages = { … }"),
  ["git.recurse_submodules"] = none("submodules have releases of their own", "nothing to do"),
  ["git.count_tags"] = none("it is about which tags are shown", "slipway changelog RANGE"),
  ["git.exclude_signature_tags"] = none("it is about which tags are shown", "slipway changelog RANGE"),
  ["bump.features_always_bump_minor"] = zero("patch", "minor"),
  ["bump.breaking_always_bump_major"] = zero("minor", "breaking"),
  ["bump.custom_major_increment_regex"] = regex_types "major", ["bump.custom_minor_increment_regex"] = regex_types "minor",
  ["bump.bump_type"] = function(value) return taken { ["rules.always"] = value } end,
  ["bump.initial_tag"] = changed(nil, "the first release has the manifest's version, else 0.1.0: slipway run release --version X"),
}

local function remote(list, node, kind)
  if node.kind ~= "table" then
    return list.add("remote." .. kind, node, changed(nil, "forges are asked where they are reachable: slipway changelog --offline"))
  end
  local owner, repo = node.map.owner, node.map.repo
  if not (owner and repo) then return end
  list.add("remote." .. kind, node, changed(nil, "links are made from the address of the git remote, or of forge in slipway.lua"))
end

return {
  name = "git-cliff",
  --- What becomes of a project's git-cliff settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, places)
    if not doc then return nil, err end
    local list = settings.list("git-cliff", doc)
    for _, key in ipairs(doc.node.keys) do
      local node = doc.node.map[key]
      if key == "remote" then
        for _, kind in ipairs(node.keys or {}) do remote(list, node.map[kind], kind) end
      elseif node.kind == "table" then
        list.walk(handlers, node, key)
      else
        list.add(key, node, none("Slipway does not know this setting", "slipway help config"))
      end
    end
    list.add("which commits raise what (default)", nil, taken({ rules = peers.rules "git-cliff" },
      "as git cliff --bump counts: every conventional commit is at least a patch"))
    local git = doc.node.map.git
    if not (git and git.map and git.map.tag_pattern) and not files.project.has_tags then
      list.add("the first tag (default)", nil, taken({ tag = "{version}" }, "git-cliff begins at 0.1.0, without a v"))
    end
    return list.entries
  end,
}
