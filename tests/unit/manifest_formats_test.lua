-- The way in: errors with file and line, dependants, workspaces, lock files, markers, paths, agreement
-- and detection.
local formats = require "manifest.formats"

local function set(path, text, version, opts)
  local new, err = formats.set(path, text, version, opts)
  check.truthy(new, err and err.message)
  return new
end

local function refuses(code, path, text, opts, message)
  local version, err = formats.get(path, text, opts)
  check.fails(code, version, err)
  local new, failed = formats.set(path, text, "2.0.0", opts)
  check.fails(code, new, failed)
  if message then check.match(failed.message, message) end
end

-- ---- errors ----

test("malformed manifests are refused with file, line and column, and never half edited", function()
  refuses("manifest.malformed", "Cargo.toml", '[package]\nversion = "1.0.0"\nversion = "1.0.0"\n', nil, "^Cargo%.toml:3:1: ")
  refuses("manifest.malformed", "Cargo.toml", '[package]\nversion = 1\n', nil, "^Cargo%.toml:2:11: ")
  refuses("manifest.malformed", "package.json", '{"version":"1.0.0",}', nil, "^package%.json:1:")
  refuses("manifest.malformed", "package.json", '{"version":"1.0.0","version":"1.0.1"}', nil, "written twice")
  refuses("manifest.malformed", "a/Chart.yaml", "version: 1.0.0\nversion: 1.0.1\n", nil, "^a/Chart%.yaml:2:1: ")
  refuses("manifest.malformed", "pom.xml", "<project><version>1.0.0</project>", nil, "^pom%.xml:1:")
  refuses("manifest.malformed", "CMakeLists.txt", "project(a VERSION 1.0.0\n", nil, "^CMakeLists%.txt:1:1: ")
  refuses("manifest.malformed", "VERSION", "1.0.0\n1.1.0\n", nil, "^VERSION:2:1: ")
  refuses("manifest.malformed", "VERSION", "none\n", nil, "^VERSION:1:1: ")
  refuses("manifest.malformed", "go.mod", "go 1.21\n")
  refuses("manifest.malformed", "Cargo.toml", "\255", nil, "UTF%-8")
end)

test("a conflict marker is seen in every format", function()
  for _, path in ipairs { "VERSION", "mix.exs", "setup.cfg", "gradle.properties", "Gemfile.lock", "pom.xml", "Chart.yaml" } do
    refuses("manifest.malformed", path, "version=1.0.0\n<<<<<<< HEAD\nversion=1.0.0\n=======\n", nil, ":2:1: a conflict marker")
  end
end)

test("a manifest without a version says so", function()
  refuses("manifest.no_version", "package.json", '{"name":"x"}')
  refuses("manifest.no_version", "Chart.yaml", "name: x\n")
  refuses("manifest.no_version", "pubspec.yaml", "name: x\n")
  refuses("manifest.no_version", "VERSION", "\n")
end)

test("an unknown file is refused with the way out", function()
  local version, err = formats.get("notes.txt", "1.0.0")
  check.fails("manifest.unknown_format", version, err)
  check.match(err.hint, "slipway: version")
end)

test("a version that would need escaping is refused", function()
  for _, version in ipairs { 'a"b', "1.0 0", "1.0\n", "", "-1" } do
    local new, err = formats.set("Cargo.toml", '[package]\nversion = "1.0.0"\n', version)
    check.fails("manifest.bad_version", new, err)
  end
end)

test("an option that nobody reads is a mistake of the caller", function()
  check.raises(function() formats.set("VERSION", "1.0.0", "2.0.0", { pakage = "x" }) end, "pakage")
  check.raises(function() formats.set("VERSION", "1.0.0", "2.0.0", { package = 1 }) end, "package")
end)

test("the v of a tag is no part of the version", function()
  check.equal(set("VERSION", "1.0.0\n", "v2.0.0"), "2.0.0\n")
end)

-- ---- versions that stand elsewhere ----

test("a dynamic version is left alone and has its own answer", function()
  for path, text in pairs {
    ["pyproject.toml"] = '[project]\nname = "x"\ndynamic = ["version"]\n', ["setup.cfg"] = "[metadata]\nname = x\nversion = attr: x.__version__\n",
    ["setup.py"] = "setup(name='x', version=read())\n", ["x.gemspec"] = "Gem::Specification.new do |s|\n  s.version = X::VERSION\nend\n",
    ["mix.exs"] = "def project, do: [version: version()]\n", ["CMakeLists.txt"] = "project(x VERSION ${V})\n", ["build.gradle"] = "version = gitVersion()\n",
    ["pom.xml"] = "<project><version>${revision}</version></project>", ["meson.build"] = "project('x', version: run_command('v').stdout())\n",
  } do -- order: each stands alone
    local version, err = formats.get(path, text)
    check.fails("manifest.dynamic", version, err)
    check.equal(set(path, text, "2.0.0"), text)
  end
end)

test("a version written and declared dynamic at once is malformed", function()
  refuses("manifest.malformed", "pyproject.toml", '[project]\nversion = "1.0.0"\ndynamic = ["version"]\n')
end)

test("a version inherited from the workspace is left alone and has its own answer", function()
  local text = '[package]\nname = "x"\nversion.workspace = true\n'
  local version, err = formats.get("x/Cargo.toml", text)
  check.fails("manifest.inherited", version, err)
  check.equal(set("x/Cargo.toml", text, "2.0.0"), text)
end)

-- ---- Cargo ----

test("the workspace's version is the root's when the root inherits it", function()
  local text = '[workspace.package]\nversion = "1.0.0"\n[package]\nname = "x"\nversion = { workspace = true }\n'
  check.equal(formats.get("Cargo.toml", text), "1.0.0")
  check.equal(set("Cargo.toml", text, "2.0.0"), (text:gsub("1%.0%.0", "2.0.0")))
end)

test("a root with its own version leaves the workspace's alone, unless the package inherits it", function()
  local text = '[package]\nname = "x"\nversion = "1.0.0"\n[workspace.package]\nversion = "5.0.0"\n'
  check.equal(set("Cargo.toml", text, "2.0.0"), (text:gsub("1%.0%.0", "2.0.0")))
  check.equal(set("Cargo.toml", text, "6.0.0", { package = "member", inherits = true }), (text:gsub("5%.0%.0", "6.0.0")))
  check.equal(set("Cargo.toml", text, "6.0.0", { package = "member" }), text)
end)

test("another package's release moves only the requirements on it, also renamed and per target", function()
  local text = [==[
[package]
name = "app"
version = "1.0.0"
[dependencies]
lib = { version = "1.0", path = "../lib" }
alias = { package = "lib", version = "=1.0.0", path = "../lib" }
libx = "1.0.0"
[target.'cfg(unix)'.dev-dependencies.lib]
path = "../lib"
version = "^1.0.0"
]==]
  local new = set("app/Cargo.toml", text, "2.1.0", { package = "lib" })
  check.match(new, 'version = "1%.0%.0"\n%[dep')
  check.match(new, 'lib = { version = "2%.1", path')
  check.match(new, 'version = "=2%.1%.0"')
  check.match(new, 'libx = "1%.0%.0"')
  check.match(new, 'version = "%^2%.1%.0"')
end)

test("without a package the version is the repository's: path dependencies move along, registries' stay", function()
  local text = '[package]\nname = "a"\nversion = "1.0.0"\n[dependencies]\nb = { path = "b", version = "1.0.0" }\nc = { path = "c", version = "0.3.0" }\nd = "1.0.0"\n'
  local new = set("Cargo.toml", text, "2.0.0")
  check.match(new, 'b = { path = "b", version = "2%.0%.0" }')
  check.match(new, 'c = { path = "c", version = "2%.0%.0" }')
  check.match(new, 'd = "1%.0%.0"')
end)

test("with the old version, or with named packages, a path dependency at another version stays", function()
  local text = '[package]\nname = "a"\nversion = "1.0.0"\n[dependencies]\nb = { path = "b", version = "1.0.0" }\nc = { path = "c", version = "0.3.0" }\n'
  for _, opts in ipairs { { old = "1.0.0" }, { versions = { a = "2.0.0", b = "2.0.0" } } } do
    local new = set("Cargo.toml", text, "2.0.0", opts)
    check.match(new, 'b = { path = "b", version = "2%.0%.0" }')
    check.match(new, 'c = { path = "c", version = "0%.3%.0" }')
  end
end)

local lock = [==[
[[package]]
name = "app"
version = "1.0.0"
dependencies = [
 "lib 1.0.0",
 "lib 0.9.0 (registry+https://example.org/index)",
]

[[package]]
name = "lib"
version = "0.9.0"
source = "registry+https://example.org/index"

[[package]]
name = "lib"
version = "1.0.0"
]==]

test("a lock file moves the repository's own packages and their mentions, never a registry's", function()
  local new = set("Cargo.lock", lock, "2.0.0", { package = "lib" })
  check.match(new, 'name = "app"\nversion = "1%.0%.0"')
  check.match(new, '"lib 2%.0%.0"')
  check.match(new, '"lib 0%.9%.0 %(registry')
  check.match(new, 'name = "lib"\nversion = "2%.0%.0"')
  local both = set("Cargo.lock", lock, "2.0.0")
  check.match(both, 'name = "app"\nversion = "2%.0%.0"')
  check.equal(set("Cargo.lock", lock, "2.0.0", { versions = { app = "3.0.0" } }), (lock:gsub('1%.0%.0"', '3.0.0"', 1)))
end)

test("a lock file with several versions of the repository's asks which one", function()
  local text = lock:gsub('"app"\nversion = "1.0.0"', '"app"\nversion = "4.0.0"')
  local new, err = formats.set("Cargo.lock", text, "2.0.0")
  check.fails("manifest.ambiguous", new, err)
  check.match(set("Cargo.lock", text, "5.0.0", { old = "4.0.0" }), '"app"\nversion = "5%.0%.0"')
end)

test("CMake's numbers leave out the label of a pre-release", function()
  check.equal(set("CMakeLists.txt", "project(x VERSION 1.0.0)\n", "2.0.0-rc.1"), "project(x VERSION 2.0.0)\n")
end)

-- ---- Python, Node and others ----

test("PEP 621 and Poetry side by side both move", function()
  local text = "[project]\nname = 'x'\nversion = '1.0.0'\n[tool.poetry]\nversion = \"1.0.0\"\n"
  check.equal(set("pyproject.toml", text, "2.0.0"), (text:gsub("1%.0%.0", "2.0.0")))
end)

test("Python requirements on released packages move, names compared in normal form", function()
  local text = '[project]\nname = "app"\nversion = "1.0.0"\ndependencies = ["My_Lib[extra]==1.0.0 ; python_version > \'3\'", "mylib==1.0.0"]\n[tool.poetry.dependencies]\nmy-lib = { path = "../lib", version = "^1.0.0" }\n'
  local new = set("pyproject.toml", text, "2.0.0", { package = "my.lib" })
  check.match(new, '"My_Lib%[extra%]==2%.0%.0 ;')
  check.match(new, '"mylib==1%.0%.0"')
  check.match(new, 'version = "%^2%.0%.0"')
  check.match(new, '\nversion = "1%.0%.0"')
end)

test("a workspace's package-lock.json moves by package name", function()
  local text = '{"name":"root","packages":{"":{"name":"root"},"a":{"name":"@s/a","version":"1.0.0","dependencies":{"b":"^1.0.0"}},"b":{"version":"1.0.0"},"node_modules/b":{"link":true,"resolved":"b"}}}'
  local new = set("package-lock.json", text, "2.0.0", { package = "b" })
  check.equal(new, '{"name":"root","packages":{"":{"name":"root"},"a":{"name":"@s/a","version":"1.0.0","dependencies":{"b":"^2.0.0"}},"b":{"version":"2.0.0"},"node_modules/b":{"link":true,"resolved":"b"}}}')
end)

test("pnpm's and Bun's lock files follow the requirements; Yarn's is left alone", function()
  local pnpm = "lockfileVersion: '9.0'\nimporters:\n  a:\n    dependencies:\n      b:\n        specifier: ^1.0.0\n        version: link:../b\n      c:\n        specifier: ^1.0.0\n        version: 1.0.0\n"
  check.equal(set("pnpm-lock.yaml", pnpm, "2.0.0", { package = "b" }), (pnpm:gsub("%^1", "^2", 1)))
  check.equal(set("pnpm-lock.yaml", pnpm, "2.0.0", { package = "c" }), pnpm)
  local bun = '{ "workspaces": { "": { "name": "x", "version": "1.0.0", }, "b": { "name": "b", "version": "1.0.0", "dependencies": { "x": "^1.0.0" } } } }'
  check.equal(set("bun.lock", bun, "2.0.0", { package = "x" }), '{ "workspaces": { "": { "name": "x", "version": "2.0.0", }, "b": { "name": "b", "version": "1.0.0", "dependencies": { "x": "^2.0.0" } } } }')
  check.equal(set("yarn.lock", "# yarn lockfile v1\n", "2.0.0"), "# yarn lockfile v1\n")
end)

test("deno.lock follows released packages in keys and values and keeps everything else", function()
  local text = '{"specifiers":{"jsr:@s/a@^1.0.0":"1.0.0","jsr:@s/b@1":"1.0.0"},"jsr":{"@s/a@1.0.0":{"integrity":"x","dependencies":["jsr:@s/b@1"]}},"npm":{}}'
  check.equal(set("deno.lock", text, "1.1.0", { package = "@s/a" }),
    '{"specifiers":{"jsr:@s/a@^1.1.0":"1.1.0","jsr:@s/b@1":"1.0.0"},"jsr":{"@s/a@1.1.0":{"integrity":"x","dependencies":["jsr:@s/b@1"]}},"npm":{}}')
end)

test("composer.lock moves the named package and keeps its v", function()
  local text = '{"packages":[{"name":"a/b","version":"v1.0.0"},{"name":"a/c","version":"v1.0.0"}],"packages-dev":[{"name":"a/d","version":"1.0.0"}]}'
  check.equal(set("composer.lock", text, "2.0.0", { package = "a/b" }), (text:gsub("v1%.0%.0", "v2.0.0", 1)))
end)

test("Tauri.toml, a Terraform README, apis.json and versions.txt are read by their own rules", function()
  check.equal(set("Tauri.toml", "product-name = 'x'\nversion = '1.0.0'\n", "2.0.0"), "product-name = 'x'\nversion = '2.0.0'\n")
  check.equal(set("README.md", 'version = "~> 1.2"\n', "2.3.4"), 'version = "~> 2.3"\n')
  check.equal(set("apis.json", '{"apis":[{"id":"a","version":"1.0.0"},{"id":"b","version":"1.0.0"}]}', "2.0.0", { package = "b" }),
    '{"apis":[{"id":"a","version":"1.0.0"},{"id":"b","version":"2.0.0"}]}')
  check.equal(set("versions.txt", "a:1.0.0:1.0.1-SNAPSHOT\nab:1.0.0:1.0.0\n", "1.1.0", { package = "a" }), "a:1.1.0:1.1.0\nab:1.0.0:1.0.0\n")
  check.equal(set("versions.txt", "a:1.0.0:1.0.0\n", "1.1.0-SNAPSHOT", { package = "a" }), "a:1.0.0:1.1.0-SNAPSHOT\n")
end)

test("a version that points at another file is inherited from it", function()
  local version, err = formats.get("tauri.conf.json", '{"version":"../package.json"}')
  check.fails("manifest.inherited", version, err)
end)

test("Flutter's build number rises with every version", function()
  check.equal(set("pubspec.yaml", "version: 1.0.0+41\n", "1.1.0"), "version: 1.1.0+42\n")
  check.equal(set("pubspec.yaml", "version: 1.0.0+41\n", "1.1.0+7"), "version: 1.1.0+7\n")
  check.equal(set("pubspec.yaml", "version: 1.0.0+beta\n", "1.1.0"), "version: 1.1.0+beta\n")
end)

test("a chart's appVersion moves only when it is named", function()
  local text = "version: 1.0.0\nappVersion: \"1.0.0\"\n"
  check.equal(set("Chart.yaml", text, "2.0.0"), "version: 2.0.0\nappVersion: \"1.0.0\"\n")
  check.equal(set("Chart.yaml", text, "2.0.0", { app_version = "3.0.0" }), "version: 2.0.0\nappVersion: \"3.0.0\"\n")
end)

test("what only looks like a version is not overwritten", function()
  refuses("manifest.malformed", "version.go", 'package api\n\nconst Version = "0.58.0-rc..1"\n')
end)

test("pnpm's and Bun's catalogs move where their packages are named", function()
  local versions = { versions = { ["@s/a"] = "2.0.0" } }
  local space = 'packages: [a]\ncatalog:\n  "@s/a": ^1.0.0 # ours\n  b: ^1.0.0\ncatalogs:\n  old:\n    "@s/a": ~1.0\n'
  check.equal(set("pnpm-workspace.yaml", space, nil, versions), (space:gsub("%^1%.0%.0 # ours", "^2.0.0 # ours"):gsub("~1%.0", "~2.0")))
  local lock = "lockfileVersion: '9.0'\ncatalogs:\n  default:\n    '@s/a':\n      specifier: ^1.0.0\n      version: 1.0.0\nimporters:\n  .: {}\n"
  check.equal(set("pnpm-lock.yaml", lock, nil, versions), (lock:gsub("%^1%.0%.0", "^2.0.0")))
  local bun = '{ "name": "r", "private": true, "workspaces": { "packages": ["a"], "catalog": { "@s/a": "^1.0.0" } } }\n'
  check.equal(set("package.json", bun, nil, versions), (bun:gsub("%^1%.0%.0", "^2.0.0")))
  local peer = '{ "name": "p", "version": "1.0.0", "peerDependencies": { "@s/a": ">=1" } }\n'
  check.equal(set("package.json", peer, nil, { versions = versions.versions, peer = "needed" }), peer)
  local narrow = peer:gsub(">=1", "^1.0.0")
  check.equal(set("package.json", narrow, nil, versions), narrow)
  check.match(set("package.json", narrow, nil, { versions = versions.versions, peer = "needed" }), '"%^2%.0%.0"')
end)

test("a marker for a module nobody released leaves the pom to its own rules", function()
  local pom = "<project><artifactId>a</artifactId>\n<version>1.0.0</version><!-- {x-version-update:other:current} -->\n"
    .. "<dependencies><dependency><groupId>org.x</groupId><artifactId>b</artifactId><version>1.0.0</version></dependency></dependencies></project>\n"
  local new = set("pom.xml", pom, "2.0.0", { versions = { ["org.x:b"] = "1.5.0" } })
  check.match(new, "<version>2%.0%.0</version><!%-%-")
  check.match(new, "<artifactId>b</artifactId><version>1%.5%.0</version>")
  check.equal(set("pom.xml", pom, "2.0.0", { versions = { other = "3.0.0" } }), (pom:gsub("1%.0%.0", "3.0.0", 1)))
end)

test("a go.mod gets its comment, and its path's major version is respected", function()
  check.equal(set("go.mod", "module x.org/a\r\n\r\ngo 1.21\r\n", "1.2.0"), "module x.org/a // v1.2.0\r\n\r\ngo 1.21\r\n")
  check.equal(set("go.mod", "module x.org/a // v1.2.0\n", "1.3.0"), "module x.org/a // v1.3.0\n")
  local new, err = formats.set("go.mod", "module x.org/a/v2\n", "3.0.0")
  check.fails("manifest.major", new, err)
  check.match(err.hint, "/v3")
  local text = "module x.org/a\nrequire (\n\tx.org/b v1.0.0 // indirect\n\tx.org/bb v1.0.0\n)\n"
  check.equal(set("go.mod", text, "1.1.0", { package = "x.org/b" }), (text:gsub("b v1%.0%.0", "b v1.1.0", 1)))
end)

test("a rockspec's revision begins again with a new version", function()
  check.equal(set("x-1.0.0-3.rockspec", 'version = "1.0.0-3"\n', "1.1.0"), 'version = "1.1.0-1"\n')
  local version, err = formats.get("x-scm-1.rockspec", 'version = "scm-1"\n')
  check.fails("manifest.dynamic", version, err)
end)

local changelog = "app (1:1.0.0-2) unstable; urgency=medium\n\n  * First.\n\n -- A B <a@example.org>  Mon, 02 Nov 2026 10:00:00 +0000\n"

test("a Debian changelog gets a new entry by the same hand, or the unreleased one is renamed", function()
  check.equal(formats.get("debian/changelog", changelog), "1.0.0")
  local new = set("debian/changelog", changelog, "1.1.0-rc.1", { date = "2026-11-21T09:08:07" })
  check.equal(new, "app (1:1.1.0~rc.1-1) unstable; urgency=medium\n\n  * New upstream release 1:1.1.0~rc.1-1.\n\n -- A B <a@example.org>  Sat, 21 Nov 2026 09:08:07 +0000\n\n" .. changelog)
  check.equal(formats.get("debian/changelog", new), "1.1.0-rc.1")
  local open = changelog:gsub("unstable", "UNRELEASED")
  check.equal(set("debian/changelog", open, "1.1.0"), (open:gsub("1:1%.0%.0%-2", "1:1.1.0-1")))
  local none, err = formats.set("debian/changelog", changelog, "1.1.0")
  check.fails("manifest.needs_entry", none, err)
  refuses("manifest.malformed", "debian/changelog", "nothing here\n")
end)

test("a Maven parent moves when it is the one released", function()
  local text = "<project><parent><artifactId>base</artifactId><version>1.0.0</version></parent><artifactId>app</artifactId><version>3.0.0</version></project>"
  check.match(set("pom.xml", text, "1.1.0", { package = "base" }), "base</artifactId><version>1%.1%.0<")
  local child = "<project><parent><artifactId>base</artifactId><version>1.0.0</version></parent><artifactId>app</artifactId></project>"
  check.equal(set("app/pom.xml", child, "1.1.0"), (child:gsub("1%.0%.0", "1.1.0")))
end)

test("a .NET prefix and suffix are the two halves of a version", function()
  local text = "<Project><PropertyGroup><VersionPrefix>1.0.0</VersionPrefix><VersionSuffix>beta</VersionSuffix></PropertyGroup></Project>"
  check.match(set("a.csproj", text, "2.0.0-rc.1"), "<VersionPrefix>2%.0%.0</VersionPrefix><VersionSuffix>rc%.1</VersionSuffix>")
end)

test("the gem that Bundler locks is written as RubyGems writes a pre-release", function()
  local text = "PATH\n  remote: .\n  specs:\n    app (1.0.0)\n    app-x (0.1.0)\n      app (= 1.0.0)\n"
  check.equal(set("Gemfile.lock", text, "2.0.0-alpha", { package = "app" }), (text:gsub("1%.0%.0", "2.0.0.pre.alpha")))
end)

-- ---- images, markers, selectors, patterns ----

test("of several images the named one moves; without a name the file asks", function()
  local text = "services:\n  a:\n    image: team/a:1.0.0\n  b:\n    image: b:1.0.0\n"
  check.equal(set("compose.yaml", text, "2.0.0", { image = "a" }), (text:gsub("a:1%.0%.0", "a:2.0.0")))
  check.equal(set("compose.yaml", text, "2.0.0", { package = "b" }), (text:gsub("b:1%.0%.0", "b:2.0.0")))
  refuses("manifest.ambiguous", "compose.yaml", text)
  local new, err = formats.set("compose.yaml", "services:\n  a:\n    image: a:1.0.0@sha256:00\n", "2.0.0")
  check.fails("manifest.pinned", new, err)
end)

test("an image's registry port is no tag", function()
  local text = "services:\n  a:\n    image: localhost:5000/a\n  b:\n    image: localhost:5000/b:1.0.0\n"
  check.equal(set("compose.yaml", text, "2.0.0"), (text:gsub("b:1%.0%.0", "b:2.0.0")))
end)

test("marker comments name the version, its parts and the date", function()
  local text = "V = \"1.2.3-rc.1\" # slipway: version\nMAJOR = 1 # slipway: major\nMINOR = 2 # slipway: minor\nPATCH = 3 # slipway: patch\nDATE = 2020-01-01 # slipway: date\nX = 1.2.3\n"
  check.equal(set("any.file", text, "4.5.6", { date = "2026-11-21" }),
    "V = \"4.5.6\" # slipway: version\nMAJOR = 4 # slipway: major\nMINOR = 5 # slipway: minor\nPATCH = 6 # slipway: patch\nDATE = 2026-11-21 # slipway: date\nX = 1.2.3\n")
  check.match(set("any.file", text, "4.5.6"), "DATE = 2020%-01%-01")
end)

test("a marked block that is not ended is malformed", function()
  refuses("manifest.malformed", "any.file", "# slipway: begin version\n1.2.3\n", nil, ":1:1: the marked block is not ended")
end)

test("a marker never speaks over a manifest's own rules", function()
  local text = '[package]\nversion = "1.0.0"\nx = "9.9.9" # slipway: version\n'
  check.equal(set("Cargo.toml", text, "2.0.0"), (text:gsub("1%.0%.0", "2.0.0")))
end)

test("a selector says where the version stands in any JSON, YAML, TOML or XML file", function()
  check.equal(set("x.json", '{"a":{"b":["x@1.0.0"]}}', "2.0.0", { selector = "$.a.b[0]" }), '{"a":{"b":["x@2.0.0"]}}')
  check.equal(set("x.yaml", "a:\n  b: v1.0.0 # 1.0.0\n", "2.0.0", { selector = "a.b" }), "a:\n  b: v2.0.0 # 1.0.0\n")
  check.equal(set("x.toml", "[a]\nb = '1.0'\n", "2.0.0", { selector = "$.a.b" }), "[a]\nb = '2.0.0'\n")
  check.equal(set("x.plist", "<a><b v='1.0.0'/></a>", "2.0.0", { selector = "//b/@v" }), "<a><b v='2.0.0'/></a>")
  refuses("manifest.no_version", "x.json", '{"a":1}', { selector = "$.b" })
  refuses("manifest.bad_selector", "x.json", "{}", { selector = "$[" })
end)

test("a pattern says which lines, or the text around the version", function()
  local text = "a 1.0.0\nrelease 1.0.0\nb 1.0.0\n"
  check.equal(set("any", text, "2.0.0", { pattern = "^release" }), "a 1.0.0\nrelease 2.0.0\nb 1.0.0\n")
  check.equal(set("any", text, "2.0.0", { pattern = "b {version}" }), "a 1.0.0\nrelease 1.0.0\nb 2.0.0\n")
  check.equal(set("any", "x 1.0.0 1.0.1\n", "2.0.0", { pattern = "x", old = "1.0.1" }), "x 1.0.0 2.0.0\n")
  refuses("manifest.bad_pattern", "any", "x 1.0.0", { pattern = "%" })
end)

-- ---- agreement and detection ----

test("files that agree name one version", function()
  check.equal(formats.agree { ["Cargo.toml"] = '[package]\nversion = "1.0.0"\n', VERSION = "v1.0.0\n", ["pyproject.toml"] = "[project]\ndynamic = ['version']\n" }, "1.0.0")
  check.equal(formats.agree({ ["CMakeLists.txt"] = "project(x VERSION 1.0.0)\n", VERSION = "1.0.0-rc.1\n" }, { "CMakeLists.txt", "VERSION" }), "1.0.0-rc.1")
end)

test("a lock file agrees for the packages that the manifests name, and for no other", function()
  local texts = { ["Cargo.toml"] = '[package]\nname = "app"\nversion = "1.0.0"\n', ["Cargo.lock"] = lock }
  check.equal(formats.agree(texts), "1.0.0")
  texts["Cargo.lock"] = lock:gsub('"app"\nversion = "1.0.0"', '"app"\nversion = "0.9.0"')
  local version, err = formats.agree(texts, { "Cargo.toml", "Cargo.lock" })
  check.fails("manifest.disagree", version, err)
  check.equal(err.message, "Cargo.toml:3 says 1.0.0, Cargo.lock:3 says 0.9.0")
  check.equal(formats.agree {
    ["package.json"] = '{"name":"app","version":"1.0.0"}', ["package-lock.json"] = '{"name":"app","version":"1.0.0","packages":{"":{"version":"1.0.0"},"node_modules/x":{"version":"3.0.0"}}}',
  }, "1.0.0")
  check.equal(formats.agree { VERSION = "1.0.0-rc.1\n", ["app.gemspec"] = "Gem::Specification.new do |s|\n  s.name = 'app'\n  s.version = '1.0.0-rc.1'\nend\n",
    ["Gemfile.lock"] = "PATH\n  remote: .\n  specs:\n    app (1.0.0.pre.rc.1)\n" }, "1.0.0-rc.1")
end)

test("a pre-release as Python writes it is the same version", function()
  check.equal(formats.agree({ ["Cargo.toml"] = '[package]\nversion = "1.0.0-rc.1"\n', ["pyproject.toml"] = "[project]\nversion = '1.0.0rc1'\n" }, { "Cargo.toml", "pyproject.toml" }), "1.0.0-rc.1")
  local version, err = formats.agree { ["Cargo.toml"] = '[package]\nversion = "1.0.0-rc.1"\n', ["pyproject.toml"] = "[project]\nversion = '1.0.0rc2'\n" }
  check.fails("manifest.disagree", version, err)
end)

test("files that carry no version agree on nothing", function()
  local version, err = formats.agree { ["package.json"] = '{"name":"x"}' }
  check.falsy(version)
  check.falsy(err)
end)

test("every disagreement is named with file and line", function()
  local version, err = formats.agree({ ["Cargo.toml"] = '[package]\nversion = "1.0.0"\n', ["x/VERSION"] = "\n1.0.1\n" }, { "Cargo.toml", "x/VERSION" })
  check.fails("manifest.disagree", version, err)
  check.equal(err.message, "Cargo.toml:2 says 1.0.0, x/VERSION:2 says 1.0.1")
end)

test("a file that disagrees with itself disagrees", function()
  local version, err = formats.agree { ["pyproject.toml"] = "[project]\nversion = '1.0.0'\n[tool.poetry]\nversion = '1.0.1'\n" }
  check.fails("manifest.disagree", version, err)
end)

local function detected(texts)
  local paths = {}
  for path in pairs(texts) do paths[#paths + 1] = path end -- order: detection sorts
  return formats.detect(paths, function(path) return texts[path] end)
end

test("manifests are found at the root in order of authority, lock files after them", function()
  check.equal(formats.detect { "VERSION", "src/x.c", "Cargo.lock", "CMakeLists.txt", "Cargo.toml", "docs/Cargo.toml" },
    { "Cargo.toml", "CMakeLists.txt", "VERSION", "Cargo.lock" })
end)

test("members of a workspace are found when they move with it", function()
  check.equal(detected {
    ["Cargo.toml"] = '[workspace]\nmembers = ["*"]\n[workspace.package]\nversion = "1.0.0"\n', ["Cargo.lock"] = "",
    ["a/Cargo.toml"] = '[package]\nname = "a"\nversion.workspace = true\n', ["b/Cargo.toml"] = '[package]\nname = "b"\nversion = "1.0.0"\n',
    ["c/Cargo.toml"] = '[package]\nname = "c"\nversion = "0.3.0"\n', ["tests/d/Cargo.toml"] = '[package]\nname = "d"\nversion = "1.0.0"\n',
  }, { "Cargo.toml", "a/Cargo.toml", "b/Cargo.toml", "Cargo.lock" })
end)

test("a workspace whose root has no version speaks through its members, if they agree", function()
  local texts = {
    ["Cargo.toml"] = '[workspace]\nmembers = ["*"]\n', ["a/Cargo.toml"] = '[package]\nname = "a"\nversion = "1.0.0"\n',
    ["b/Cargo.toml"] = '[package]\nname = "b"\nversion = "1.0.0"\n',
  }
  check.equal(detected(texts), { "Cargo.toml", "a/Cargo.toml", "b/Cargo.toml" })
  texts["b/Cargo.toml"] = '[package]\nname = "b"\nversion = "2.0.0"\n'
  check.equal(detected(texts), {})
end)

test("a dynamic pyproject.toml brings the module it leaves its version to", function()
  check.equal(detected {
    ["pyproject.toml"] = "[project]\nname = 'x'\ndynamic = ['version']\n", ["src/x/__init__.py"] = "__version__ = '1.0.0'\n",
    ["tests/__init__.py"] = "__version__ = '1.0.0'\n", ["src/x/deep/__init__.py"] = "__version__ = '1.0.0'\n", ["uv.lock"] = "",
  }, { "pyproject.toml", "src/x/__init__.py", "uv.lock" })
end)

test("a private package.json at another version does not count, a public one does", function()
  check.equal(detected { ["Cargo.toml"] = '[package]\nversion = "1.0.0"\n', ["package.json"] = '{"private":true,"version":"0.0.0"}' }, { "Cargo.toml" })
  check.equal(detected { ["Cargo.toml"] = '[package]\nversion = "1.0.0"\n', ["package.json"] = '{"version":"0.0.0"}' }, { "Cargo.toml", "package.json" })
end)

test("a malformed manifest is found, so that it is reported", function()
  check.equal(detected { ["Cargo.toml"] = "[package\n", VERSION = "1.0.0\n" }, { "Cargo.toml", "VERSION" })
end)

test("a text file of a telling name that holds something else does not count beside a manifest", function()
  check.equal(detected { ["Cargo.toml"] = '[package]\nversion = "1.0.0"\n', ["version.txt"] = "how we count versions\n", ["manifest.json"] = "{" }, { "Cargo.toml" })
end)

test("a repository of 100,000 files is looked through at once", function()
  local paths = { "Cargo.toml" }
  for n = 1, 100000 do paths[#paths + 1] = ("src/d%d/f%d.c"):format(n % 300, n) end
  local start = os.clock()
  check.equal(formats.detect(paths), { "Cargo.toml" })
  check.truthy(os.clock() - start < 1, "it takes less than a second")
end)

test("names are those the files give", function()
  check.equal(formats.name("Cargo.toml", '[package]\nname = "x"\n'), "x")
  check.equal(formats.name("CMakeLists.txt", "project(x VERSION 1.0.0)\n"), "x")
  check.equal(formats.name("go.mod", "module x.org/a\n"), "x.org/a")
  check.equal(formats.name("VERSION", "1.0.0\n"), nil)
  check.equal(formats.name("Cargo.toml", "["), nil)
  check.equal(formats.released({ ["a/Cargo.toml"] = '[package]\nname = "a"\n', VERSION = "1.0.0" }, "2.0.0"), { a = "2.0.0" })
end)
