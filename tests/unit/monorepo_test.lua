-- One project or several packages, what their tags are called, and which packages people mean.
local channels = require "pure.channels"
local config = require "pure.config"
local monorepo = require "manifest.monorepo"
local tag_names = require "pure.tag_names"

local function find(texts, tags, settings)
  local paths = {}
  for path in pairs(texts) do paths[#paths + 1] = path end -- order: the result is sorted
  return monorepo.find {
    settings = settings or {}, paths = function() return paths end, read = function(path) return texts[path] end, tags = function() return tags or {} end,
  }
end

local function shown(...)
  local list, err = find(...)
  if not list then return err.code end
  local lines = {}
  for i, one in ipairs(list) do lines[i] = ("%s %s"):format(one.name, one.tag) end
  return lines
end

local function crate(name, version) return ('[package]\nname = "%s"\n%s\n'):format(name, version and ('version = "%s"'):format(version) or "version.workspace = true") end

local function workspace(a, b, shared)
  return {
    ["Cargo.toml"] = '[workspace]\nmembers = ["*"]\n' .. (shared and ('[workspace.package]\nversion = "%s"\n'):format(shared) or ""),
    ["a/Cargo.toml"] = crate("a", a), ["b/Cargo.toml"] = crate("b", b),
  }
end

test("members with one version are one project, members with versions of their own are packages", function()
  check.equal(shown(workspace("1.0.0", "1.0.0")), {})
  check.equal(shown(workspace(nil, nil, "1.0.0")), {})
  check.equal(shown(workspace("1.0.0", "2.0.0")), { "a a-v{version}", "b b-v{version}" })
end)

test("tags decide before versions do, settings before tags", function()
  check.equal(shown(workspace("1.0.0", "1.0.0"), { "a-v1.0.0" }), { "a a-v{version}", "b b-v{version}" })
  check.equal(shown(workspace("1.0.0", "2.0.0"), { "v1.0.0" }), {})
  check.equal(shown(workspace("1.0.0", "2.0.0"), { "v1.0.0" }, { packages = { "*" } }), { "a a-v{version}", "b b-v{version}" })
  check.equal(shown(workspace("1.0.0", "2.0.0"), { "a-v1.0.0" }, { packages = false }), {})
  check.equal(shown(workspace("1.0.0", "2.0.0"), {}, { tag = "v{version}" }), {})
  check.equal(shown(workspace("1.0.0", "1.0.0"), {}, { tag = "{path}/{version}" }), { "a a/{version}", "b b/{version}" })
  check.equal(shown(workspace("1.0.0", "2.0.0"), {}, { manifests = { "a/Cargo.toml" } }), {})
end)

test("what Lerna and changesets have been told counts", function()
  local files = workspace("1.0.0", "1.0.0")
  files["lerna.json"] = '{ "version": "independent" }'
  check.equal(#find(files), 2)
  files["lerna.json"] = '{ "version": "1.0.0" }'
  check.equal(#find(files), 0)
  files["lerna.json"], files[".changeset/config.json"] = nil, "{}"
  check.equal(#find(files), 2)
end)

test("tags are called as most of them are, else as the ecosystem does", function()
  local list = { { name = "@s/a", path = "p/a", format = "package_json" }, { name = "@s/b", path = "p/b", format = "package_json" } }
  check.equal(tag_names.patterns(list, {})["@s/a"], "{name}@{version}")
  check.equal(tag_names.patterns(list, { "a-v1.0.0", "b-v1.2.0", "@s/a@1.0.0" })["@s/a"], "{short}-v{version}")
  check.equal(tag_names.fill("{short}-v{version}", list[1]), "a-v{version}")
  check.equal(tag_names.patterns(list, { "p/a/v1.0.0" })["@s/b"], "{path}/v{version}")
  check.equal(tag_names.patterns({ { name = "x.org/m", path = ".", format = "go_mod" } }, {})["x.org/m"], "{path}/v{version}")
  check.equal(tag_names.fill("{path}/v{version}", { name = "x.org/m", path = "." }), "v{version}")
  local crates = { { name = "root", path = ".", format = "cargo" }, { name = "sub", path = "sub", format = "cargo" } }
  local patterns = tag_names.patterns(crates, { "v1.0.0", "sub-v0.2.0" })
  check.equal(patterns.root, "v{version}")
  check.equal(patterns.sub, "{name}-v{version}")
end)

test("patterns are found where names have digits, where the root is a package, and where heads of tags are no versions", function()
  local list = { { name = "p1", path = "." }, { name = "@s/p2", path = "libs/p2" }, { name = "v", path = "libs/v" }, { name = "wide-2d", path = "libs/wide-2d" } }
  check.equal(tag_names.tagged(list, { "p1-v1.0.0", "p1-v1.0", "p3-v1.0.0", "p2@2.0.0", "2.0.0", "v1.0.0", "wide-2d/v0.1.0" }), { p1 = true, ["@s/p2"] = true, ["wide-2d"] = true })
  check.equal(tag_names.tagged(list, { "libs/p2/v1.0.0-rc.1", "v@1.0.0", "libs/p1/v1.0.0" }), { ["@s/p2"] = true, v = true })
  check.equal(tag_names.tagged(list, { "-v1.0.0" }), { p1 = true })
  check.falsy(tag_names.any(list, { "v1.0.0", "1.0.0", "p1-v1", "wide-v1.0.0" }))
  check.truthy(tag_names.any(list, { "p1-v1", "p1-v1.0.0" }))
end)

test("a tag is one package's, also where names have digits and begin alike", function()
  local owners = { ["base64-v"] = "base64", ["base-v"] = "base", ["@s/a@"] = "@s/a" }
  local function owner(tag)
    local name, v = tag_names.owner(owners, tag)
    return name and name .. " " .. tostring(v)
  end
  check.equal(owner "base64-v1.2.0", "base64 1.2.0")
  check.equal(owner "base-v1.2.0-rc.1", "base 1.2.0-rc.1")
  check.equal(owner "@s/a@2.0.0", "@s/a 2.0.0")
  check.equal(owner "base64-1.2.0", nil)
  check.equal(owner "v1.2.0", nil)
end)

test("found packages that nobody publishes and nobody has tagged are left alone; of two of a name the published one counts", function()
  local files = {
    ["package.json"] = '{"name":"root","private":true,"workspaces":["packages/*","samples/*"]}', ["packages/a/package.json"] = '{"name":"a","version":"1.0.0"}',
    ["packages/b/package.json"] = '{"name":"b","version":"2.0.0"}', ["samples/s/package.json"] = '{"name":"s","version":"0.0.0","private":true}',
    ["samples/a/package.json"] = '{"name":"a","version":"0.0.0","private":true}',
  }
  check.equal(shown(files), { "a a@{version}", "b b@{version}" })
  check.equal(shown(files, { "a@1.0.0", "s@0.1.0" }), { "a a@{version}", "b b@{version}", "s s@{version}" })
  check.equal(shown(files, {}, { packages = { "packages/*", "samples/s" } }), { "a a@{version}", "b b@{version}", "s s@{version}" })
end)

test("where tags of both manners are in use, plain ones are the package's whose version they name", function()
  local files = workspace("1.4.0", "2.0.0")
  check.equal(shown(files, { "v1.3.0", "v1.4.0", "b-v2.0.0" }), { "a v{version}", "b b-v{version}" })
end)

test("a circle matters only where packages are released one by one", function()
  local files = workspace("1.0.0", "2.0.0")
  files["a/Cargo.toml"] = files["a/Cargo.toml"] .. '[dependencies]\nb = { path = "../b" }\n'
  files["b/Cargo.toml"] = files["b/Cargo.toml"] .. '[dependencies]\na = { path = "../a" }\n'
  check.equal(shown(files), "manifest.circle")
  check.equal(shown(files, { "v1.0.0" }), {})
end)

test("a broken manifest matters only where packages are released one by one; declared folders hold packages", function()
  local files = workspace("1.0.0", "2.0.0")
  files["c/Cargo.toml"] = "[package\n"
  check.equal(shown(files), "manifest.malformed")
  check.equal(shown(files, { "v1.0.0" }), {})
  check.equal(shown(workspace("1.0.0", "2.0.0"), {}, { packages = { "crates/*" } }), "package.none")
end)

test("what the root of a Cargo workspace needs by path is a member", function()
  check.equal(shown {
    ["Cargo.toml"] = '[workspace]\n[package]\nname = "app"\nversion = "1.0.0"\n[dependencies]\nlib = { path = "./lib", version = "0.2" }\nserde = "1"\n',
    ["lib/Cargo.toml"] = crate("lib", "0.2.0"),
  }, { "lib lib-v{version}", "app app-v{version}" })
end)

test("declared packages need no manifest; dependencies can be added; folders tell them apart", function()
  local list = find({ ["docs/index.md"] = "x", ["app/package.json"] = '{"name":"app","version":"1.0.0"}' }, {}, {
    packages = { { path = "docs", name = "manual", tag = "manual/{version}" }, { path = "app", depends = { "manual" }, changelog = "HISTORY.md" } },
  })
  check.equal(list[1].name, "manual")
  check.equal(list[1].tag, "manual/{version}")
  check.equal(list[1].manifests, {})
  check.equal(list[2].depends, { "manual" })
  check.equal(list[2].changelog, "app/HISTORY.md")
end)

test("CMake: folders that only gather others are followed, other people's projects are not", function()
  local list = find {
    ["CMakeLists.txt"] = "project(all VERSION 1.0.0)\nadd_subdirectory(libs)\nadd_subdirectory(third_party/zlib)\n",
    ["libs/CMakeLists.txt"] = "add_subdirectory(one)\nadd_subdirectory(two)\n",
    ["libs/one/CMakeLists.txt"] = "project(one VERSION 0.2.0)\n", ["libs/two/CMakeLists.txt"] = "project(two VERSION 0.3.0)\n",
    ["third_party/zlib/CMakeLists.txt"] = "project(zlib VERSION 1.2.11)\n",
  }
  local names = {}
  for i, one in ipairs(list) do names[i] = one.name end
  table.sort(names)
  check.equal(names, { "all", "one", "two" })
end)

test("packages are named by name, folder, short name or glob; a wrong name is answered with the nearest", function()
  local list = { { name = "@s/core", short = "core", path = "packages/core" }, { name = "@s/cli", short = "cli", path = "packages/cli" } }
  check.equal(monorepo.select(list, { "core" }), { ["@s/core"] = true })
  check.equal(monorepo.select(list, { "packages/cli" }), { ["@s/cli"] = true })
  check.equal(monorepo.select(list, { "@s/*" }), { ["@s/core"] = true, ["@s/cli"] = true })
  local chosen, err = monorepo.select(list, { "@s/coer" })
  check.fails("package.not_found", chosen, err)
  check.match(err.message, "@s/core")
end)

test("channels of packages overlap only where both have the same one", function()
  check.equal(channels.shared("a:main,b:main", "b:main"), "b:main")
  check.equal(channels.shared("a:main", "b:main"), nil)
  check.equal(channels.shared("main", "main"), "main")
  check.equal(channels.shared("a:main", "a:alpha"), nil)
  check.equal(channels.ref_name "hotfix/1.1", "hotfix/1.1")
  check.equal(channels.ref_name "@s/a:main", "%40s%2Fa%3Amain")
end)

local bad = {
  ["a field nobody knows"] = { "a", sharde = { "x" } }, ["a package without a folder"] = { { name = "a" } },
  ["a tag without a version"] = { { path = "a", tag = "a" } }, ["a group that is no list of lists"] = { "a", fixed = { "a", "b" } },
  ["a package in two groups"] = { "a", fixed = { { "a", "b" } }, linked = { { "a", "c" } } }, ["a policy nobody knows"] = { "a", dependants = "major" },
  ["globs that are none"] = { "a", ignore = { 1 } },
}
for what, packages in pairs(bad) do -- order: each is a test of its own
  test("slipway.lua, packages: " .. what .. " is refused", function() check.fails("config.invalid", config.check { packages = packages }) end)
end

test("slipway.lua, packages: sound settings are taken", function()
  check.truthy(config.check { packages = false })
  check.truthy(config.check { packages = { "crates/*", { path = "cli", tag = "v{version}", depends = { "core" } }, shared = { "Cargo.toml" }, linked = { { "core", "cli" } }, dependants = "needed" } })
end)
