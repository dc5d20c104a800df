-- The packages of a repository: found from every kind of workspace, in the order of their needs.
local packages = require "manifest.packages"
local workspace = require "manifest.workspace"

local function find(texts, globs)
  local paths = {}
  for path in pairs(texts) do paths[#paths + 1] = path end -- order: the result is sorted
  return packages.find(paths, function(path) return texts[path] end, globs)
end

local function shown(texts, globs)
  local list, err = find(texts, globs)
  check.truthy(list, err and err.message)
  local lines = {}
  for n, one in ipairs(list) do
    lines[n] = ("%s %s %s%s"):format(one.name, one.version, one.path, #one.needs > 0 and " < " .. table.concat(one.needs, ",") or "")
  end
  return lines
end

local function crate(name, rest) return ('[package]\nname = "%s"\nversion = "1.0.0"\n%s'):format(name, rest or "") end

test("Cargo: members by glob, without the excluded, inherited versions, needs before those who need", function()
  check.equal(shown {
    ["Cargo.toml"] = '[workspace]\nmembers = ["crates/*", "app"]\nexclude = ["crates/old"]\n[workspace.package]\nversion = "2.0.0"\n[workspace.dependencies]\nz = { path = "crates/z" }\n',
    ["app/Cargo.toml"] = '[package]\nname = "app"\nversion.workspace = true\n[dependencies]\nz.workspace = true\nserde = "1"\n',
    ["crates/z/Cargo.toml"] = crate("z", "[dependencies]\ny = { path = '../y' }\n"),
    ["crates/y/Cargo.toml"] = crate "y", ["crates/old/Cargo.toml"] = crate "old", ["other/Cargo.toml"] = crate "other",
  }, { "y 1.0.0 crates/y", "z 1.0.0 crates/z < y", "app 2.0.0 app < z" })
end)

test("npm, pnpm and Lerna: the root counts when it has a name", function()
  local files = {
    ["package.json"] = '{"name":"root","private":true,"workspaces":["packages/*"]}',
    ["packages/a/package.json"] = '{"name":"@s/a","version":"1.0.0","dependencies":{"b":"workspace:^","x":"1"}}',
    ["packages/b/package.json"] = '{"name":"b","version":"2.0.0"}', ["packages/a/node_modules/c/package.json"] = '{"name":"c","version":"9.0.0"}',
  }
  local wanted = { "root nil .", "b 2.0.0 packages/b", "@s/a 1.0.0 packages/a < b" }
  check.equal(shown(files), wanted)
  files["package.json"] = '{"name":"root"}'
  files["pnpm-workspace.yaml"] = "packages:\n  - 'packages/**'\n  - '!packages/z'\n"
  files["packages/z/package.json"] = '{"name":"z","version":"1.0.0"}'
  check.equal(shown(files), wanted)
end)

test("uv, Dart, Maven, Go and CMake name their members too", function()
  check.equal(shown {
    ["pyproject.toml"] = '[project]\nname = "app"\nversion = "1.0.0"\ndependencies = ["My.Lib"]\n[tool.uv.workspace]\nmembers = ["libs/*"]\n',
    ["libs/l/pyproject.toml"] = '[project]\nname = "my-lib"\nversion = "0.1.0"\n',
  }, { "my-lib 0.1.0 libs/l", "app 1.0.0 . < my-lib" })
  check.equal(shown {
    ["pubspec.yaml"] = "name: root\nworkspace:\n  - pkgs/a\n", ["pkgs/a/pubspec.yaml"] = "name: a\nversion: 1.0.0\n",
  }, { "root nil .", "a 1.0.0 pkgs/a" })
  check.equal(shown {
    ["pom.xml"] = "<project><artifactId>all</artifactId><version>1.0.0</version><modules><module>a</module></modules></project>",
    ["a/pom.xml"] = "<project><parent><artifactId>all</artifactId><version>1.0.0</version></parent><artifactId>a</artifactId></project>",
  }, { "all 1.0.0 .", "a 1.0.0 a" })
  check.equal(shown {
    ["go.work"] = "go 1.21\nuse (\n\t./a // x\n\t./b\n)\n", ["a/go.mod"] = "module x.org/a\nrequire x.org/b v1.0.0\n", ["b/go.mod"] = "module x.org/b\n",
  }, { "x.org/b nil b", "x.org/a nil a < x.org/b" })
  check.equal(shown {
    ["CMakeLists.txt"] = "project(all VERSION 1.0.0)\nadd_subdirectory(lib)\n# add_subdirectory(no)\nadd_subdirectory(plain)\n",
    ["lib/CMakeLists.txt"] = "project(lib VERSION 0.2.0)\n", ["no/CMakeLists.txt"] = "project(no VERSION 1.0.0)\n", ["plain/CMakeLists.txt"] = "add_library(x)\n",
  }, { "all 1.0.0 .", "lib 0.2.0 lib" })
end)

test("folders declared in slipway.lua are taken with the manifest that speaks there", function()
  check.equal(shown({
    ["a/Cargo.toml"] = crate "a", ["a/package.json"] = '{"name":"a-js","version":"1.0.0"}', ["b/package.json"] = '{"name":"b","version":"1.0.0"}', ["c/Cargo.toml"] = crate "c",
  }, { "{a,b}" }), { "a 1.0.0 a", "b 1.0.0 b" })
end)

test("a repository without a workspace has no packages of its own", function()
  check.equal(shown { ["Cargo.toml"] = crate "a", ["x/Cargo.toml"] = crate "x" }, {})
end)

test("a circle of needs is refused by name; one for development only is not", function()
  local root = '[workspace]\nmembers = ["*"]\n'
  local list, err = find {
    ["Cargo.toml"] = root, ["a/Cargo.toml"] = crate("a", "[dependencies]\nb = { path = '../b' }\n"),
    ["b/Cargo.toml"] = crate("b", "[dependencies]\nc = { path = '../c' }\n"), ["c/Cargo.toml"] = crate("c", "[build-dependencies]\na = { path = '../a' }\n"),
  }
  check.fails("manifest.circle", list, err)
  check.match(err.message, "a → b → c → a")
  check.equal(shown {
    ["Cargo.toml"] = root, ["a/Cargo.toml"] = crate("a", "[dev-dependencies]\nb = { path = '../b' }\n"),
    ["b/Cargo.toml"] = crate("b", "[dependencies]\na = { path = '../a' }\n"),
  }, { "a 1.0.0 a", "b 1.0.0 b < a" })
  check.equal(shown {
    ["Cargo.toml"] = root, ["a/Cargo.toml"] = crate("a", "[dev-dependencies]\nb = { path = '../b' }\n"), ["b/Cargo.toml"] = crate "b",
  }, { "b 1.0.0 b", "a 1.0.0 a" })
end)

test("two packages of one name are refused", function()
  local list, err = find { ["Cargo.toml"] = '[workspace]\nmembers = ["*"]\n', ["a/Cargo.toml"] = crate "x", ["b/Cargo.toml"] = crate "x" }
  check.fails("manifest.twins", list, err)
end)

test("a malformed member is refused with its place", function()
  local list, err = find { ["Cargo.toml"] = '[workspace]\nmembers = ["*"]\n', ["a/Cargo.toml"] = "[package\n" }
  check.fails("manifest.malformed", list, err)
  check.match(err.message, "^a/Cargo%.toml:1:")
end)

test("a path belongs to the package with the deepest folder around it", function()
  local list = { { name = "root", path = "." }, { name = "a", path = "a" }, { name = "ab", path = "a/b" } }
  check.equal(packages.owner(list, "a/b/x.c").name, "ab")
  check.equal(packages.owner(list, "a/bc/x.c").name, "a")
  check.equal(packages.owner(list, "README.md").name, "root")
  check.equal(packages.owner({ list[2] }, "b"), nil)
end)

test("globs: a star stays in its folder, two stars do not, braces choose", function()
  check.truthy(workspace.fits("a/b", { "a/*" }))
  check.falsy(workspace.fits("a/b/c", { "a/*" }))
  check.truthy(workspace.fits("a/b/c", { "./a/**/" }))
  check.truthy(workspace.fits("x-1/y", { "{w,x-?}/y" }))
  check.falsy(workspace.fits("axb", { "a.b" }))
end)

test("a glance at package.json tells what a reading does, or leaves it to one", function()
  local format = require("manifest.formats").of("package.json", "{}")
  local function slow(text)
    local found = format.find(text)
    local said = { name = found.name, private = found.private == true, needs = {}, wants = {}, peers = {} }
    for _, site in ipairs(found.sites) do
      local list = site.role == "version" and {} or site.peer and said.peers or site.soft and said.wants or said.needs
      list[#list + 1] = site.needs
      if site.role == "version" then said.version = site.text end
    end
    return said
  end
  local function sorted(said)
    for _, key in ipairs { "needs", "wants", "peers" } do table.sort(said[key]) end
    return said
  end
  for _, text in ipairs {
    "{}", '{"name":"a","version":"1.0.0","private":true}', '{"name":1,"private":"yes","version":""}',
    '\239\187\191{"name":"a","dependencies":{"b":"1","c":2,"d":null},"optionalDependencies":{"e":"1"},"devDependencies":{"f":"1"}}',
    '{"name":"\\u0061\\"b","peerDependencies":{"a":"1","\\u0062":"2","c":{"d":"1"}},"other":{"version":"2","x":[{"name":"y"}]},"version":"1.0.0-rc.1"}',
    '{"dependencies":[],"devDependencies":"none","workspaces":["a/*"],"private":false}',
  } do
    check.equal(sorted(format.glance(text)), sorted(slow(text)))
  end
  for _, text in ipairs {
    '{"catalog":{"b":"1"}}', '{"catalogs":{"x":{"c":"1"}}}', '{"workspaces":{"catalog":{"d":"1"}}}', '{"n\\u0061me":"a"}', '{"version":null}',
    "[]", "1", "", "{", '{"version":1}', '{"version":"none"}', '{"name":"a","name":"b"}', '{"n":1e999}', '{"name":"a",}',
  } do
    check.equal(format.glance(text), nil)
  end
end)
