-- cargo-release: release.toml, [package.metadata.release] and [workspace.metadata.release] of Cargo.toml.
local expression = require "importer.expression"
local files_of = require "importer.files"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local eject = "slipway eject release, and change it there"

local function tag_name(value, prefix)
  local filled = value:gsub("{{prefix}}", function() return prefix or "" end)
  local tag = expression.tag(filled, { "{{version}}" })
  if tag then return taken { tag = tag } end
  if value:find "{{crate_name}}" then
    return none("one tag for each crate is for several packages", 'packages = { … }; each has a tag of its own')
  end
  return none("a tag here is a fixed text around the version", 'tag = "v{version}"')
end

local function allow_branch(list)
  local trunk, others
  for _, name in ipairs(list) do
    if not name:find "[*?%[!]" and not trunk then trunk = name else others = true end
  end
  if not trunk then return changed(nil, "a release is made from the trunk, a hotfix from a line of its own: slipway help hotfix") end
  if not others then return taken { trunk = trunk } end
  return changed({ trunk = trunk }, "a release is made from the trunk; repairs have lines of their own: slipway run hotfix --from VERSION")
end

local function on_registry(value)
  if value == false then return taken(nil, "without registries in slipway.lua nothing is uploaded") end
  return none("the crate goes to a registry only when slipway.lua names one", "registries = { … }: slipway help config")
end

local handlers = {
  ["tag-name"] = function(value) return tag_name(value) end,
  ["tag-prefix"] = function(value)
    if value == "" then return taken() end
    local tag = expression.tag(value .. "v{{version}}", { "{{version}}" })
    return tag and taken { tag = tag } or none("one prefix for each crate is for several packages", "packages = { … }; each has a tag of its own")
  end,
  ["tag-message"] = changed(nil, "the tag's message is the release notes"),
  ["pre-release-commit-message"] = changed(nil, 'the commit is called "Release 1.2.0"; ' .. eject),
  ["allow-branch"] = allow_branch,
  ["push-remote"] = function(value) return taken { remote = value } end,
  ["push-options"] = none("pushes carry no options", "a server that needs them: " .. eject .. " (p:run git push -o …)"),
  ["sign-commit"] = function(value)
    if not value then return taken() end
    return changed(nil, "commits are signed when git says so: git config commit.gpgsign true")
  end,
  ["sign-tag"] = function(value)
    if not value then return taken() end
    return changed(nil, "tags are signed when git says so: git config tag.gpgsign true")
  end,
  tag = function(value)
    if value then return taken() end
    return none("a release is a tag", "a recipe of your own without p:tag: " .. eject)
  end,
  push = function(value)
    if value then return taken(nil, "branch and tag are pushed together, atomically") end
    return none("a release is pushed", "slipway run release --until version stops before the push; slipway resume goes on")
  end,
  release = function(value)
    if value then return taken() end
    return none("it keeps a crate out of releases", "packages = { … } names those that are released")
  end,
  publish = on_registry, registry = on_registry,
  verify = function(value)
    if value == false then return taken() end
    return taken { ["checks+"] = { { "cargo", "package", "--locked" } } }
  end,
  ["shared-version"] = function(value)
    if value then return taken(nil, "members at the workspace's version move with it") end
    return none("it lets the crates go their own ways", "packages = { … }; each has a version of its own")
  end,
  ["consolidate-commits"] = function(value)
    if value ~= false then return taken(nil, "one release, one commit") end
    return none("a release is one commit for all files", "one release for each package, if they are to be apart")
  end,
  ["consolidate-pushes"] = taken(nil, "one atomic push"),
  ["dependent-version"] = changed(nil, "requirements of other members are moved along with the version, always"),
  ["pre-release-hook"] = function(value)
    local argv = expression.command(value)
    local first = argv and argv[1] or ""
    if first == "git" and argv[2] == "cliff" or first == "git-cliff" then return changed(nil, "Slipway writes the changelog itself") end
    return files_of.hooks({ argv and table.concat(argv, " ") or value }, "it ran before the release commit; here it runs on that commit")
  end,
  ["pre-release-replacements"] = function(list)
    local result = files_of.versions(list, nil)
    if #result.files == 0 then return taken() end
    result.replacement = true
    return result
  end,
  ["enable-features"] = none("it is about packaging for a registry", "registries = { … }"),
  ["enable-all-features"] = none("it is about packaging for a registry", "registries = { … }"),
  target = none("it is about packaging for a registry", "targets = { … } says what is built"),
  owners = none("owners of a crate are set once, on the registry", "cargo owner --add NAME"),
  metadata = none("build metadata comes with an exact version", "slipway run release --version 1.2.0+build.5"),
  ["rate-limit"] = taken(nil, "a registry's own limits are kept: Slipway waits as it is told"),
  ["certs-source"] = none("certificates are the system's", "SSL_CERT_FILE or git config http.sslCAInfo"),
  unstable = none("it switches on trials of that tool", "nothing to do"),
}

local places = {
  { "release.toml" }, { "Cargo.toml", "package", "metadata", "release" }, { "Cargo.toml", "workspace", "metadata", "release" },
}

-- The prefix that {{prefix}} stands for: none at the root, unless said.
local function prefix_of(docs)
  for _, doc in ipairs(docs) do
    local node = doc.node.map["tag-prefix"]
    if node then return node.value end
  end
end

return {
  name = "cargo-release",
  --- What becomes of a project's cargo-release settings; nil when it has none.
  import = function(files)
    local docs = {}
    for _, place in ipairs(places) do
      local doc, err = settings.open(files, place[1], { table.unpack(place, 2) })
      if err then return nil, err end
      docs[#docs + 1] = doc
    end
    if #docs == 0 then return nil end
    local entries, named = {}, false
    local prefix = prefix_of(docs)
    local list
    for _, doc in ipairs(docs) do
      named = named or doc.node.map["tag-name"] ~= nil or doc.node.map["tag-prefix"] ~= nil
      list = settings.list("cargo-release", doc)
      local own = setmetatable({ ["tag-name"] = function(value) return tag_name(value, prefix) end }, { __index = handlers })
      if doc.node.map["tag-name"] then own["tag-prefix"] = taken(nil, "it stands in tag-name") end
      list.walk(own)
      table.move(list.entries, 1, #list.entries, #entries + 1, entries)
    end
    list = settings.list("cargo-release", docs[1])
    if not named then list.add("tag-name (default)", nil, taken({ tag = "v{version}" }, "v{{version}}")) end
    list.add("the level on the command line", nil, changed(nil, "the commits decide; by hand as before: slipway run release --level minor. "
      .. "cargo release alpha begins at 1.0.1-alpha.1 and refuses minor alpha; slipway run alpha begins at the coming version"))
    table.move(list.entries, 1, #list.entries, #entries + 1, entries)
    return entries
  end,
}
