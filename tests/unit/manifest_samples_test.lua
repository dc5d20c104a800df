-- One sample of each kind of manifest, full of decoys: the version once more in comments, in strings,
-- in dependencies. Every sample is also tried with CRLF, without its final newline and behind a byte
-- order mark; and setting the old version again gives back every byte.
local formats = require "manifest.formats"

--- The file, and its text with the places of the version marked «…».
local samples = {
  { "Cargo.toml", [==[
# version = "1.2.3"
[package]
name = "app" # version = "1.2.3"
description = "version = \"1.2.3\" # no comment"
version = "«1.2.3»" # the version 1.2.3
edition = "2021"

[package.metadata.docs]
version = "1.2.3"

[dependencies]
other = "1.2.3"
third = { version = "1.2.3", default-features = false }
dotted.version = "1.2.3"

[[bin]]
name = "app"
version = "1.2.3"
]==] },
  { "Cargo.toml", [==[
package = { name = 'app', version = '«1.2.3»', edition = "2021" }
[dependencies]
log = "1.2.3"
]==] },
  { "Cargo.toml", [==[
package.name = "app"
package."version" = """«1.2.3»"""
]==] },
  { "pyproject.toml", [==[
[build-system]
requires = ["hatchling==1.2.3"]

[tool.other]
version = "1.2.3"

[project]
name = "app"
dependencies = ["x==1.2.3; python_version > '3.8'"]
version = "«1.2.3»"
]==] },
  { "setup.cfg", [==[
[bumpversion]
version = 9.9.9
[metadata]
name = app
version = «1.2.3»
# version = 1.2.3
[options]
install_requires =
    x==1.2.3
]==] },
  { "setup.py", [==[
"""version='0.0.0'"""
from setuptools import setup
# setup(version="0.0.0")
setup(
    name="app",
    install_requires=["x==1.2.3"],  # version="1.2.3"
    python_version="1.2.3",
    version="«1.2.3»",
)
]==] },
  { "setup.py", [==[
import setuptools
VERSION = '«1.2.3»'
setuptools.setup(name='app', version=VERSION, description='1.2.3')
]==] },
  { "src/app/__init__.py", [==[
"""
__version__ = "0.0.0"
"""
# __version__ = "1.2.3"
other = "1.2.3"
__version__: str = "«1.2.3»"
]==] },
  { "package.json", [==[
{
	"name" : "app",
	"dependencies": { "version": "1.2.3", "x": "1.2.3" },
	"version" : "«1.2.3»",
	"config": { "version": "1.2.3" }
}
]==] },
  { "package-lock.json", [==[
{
  "name": "app",
  "version": "«1.2.3»",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "app", "version": "«1.2.3»", "dependencies": { "x": "1.2.3" } },
    "node_modules/app": { "version": "1.2.3" },
    "node_modules/x": { "version": "1.2.3", "resolved": "x-1.2.3.tgz" }
  }
}
]==] },
  { "package-lock.json", [==[
{ "name": "app", "version": "«1.2.3»", "lockfileVersion": 1, "dependencies": { "x": { "version": "1.2.3" } } }
]==] },
  { "npm-shrinkwrap.json", '{"name":"app","version":"«1.2.3»"}\n' },
  { "deno.jsonc", [==[
{
  // "version": "1.2.3"
  "name": "@scope/app", /* "version": "1.2.3" */
  "version": "«1.2.3»",
  "imports": { "x": "jsr:@scope/x@1.2.3" },
}
]==] },
  { "jsr.json", '{ "name": "@scope/app", "version": "«1.2.3»", "exports": "./mod.ts" }\n' },
  { "tauri.conf.json5", [==[
// version: '1.2.3'
{ productName: 'app', version: '«1.2.3»', plugins: { updater: { version: "1.2.3" } }, }
]==] },
  { "src-tauri/tauri.conf.json", '{ "package": { "productName": "app", "version": "«1.2.3»" } }\n' },
  { "composer.json", '{\n    "name": "a/app",\n    "version": "«1.2.3»",\n    "require": { "b/x": "1.2.3" }\n}\n' },
  { "CMakeLists.txt", [==[
# project(app VERSION 1.2.3)
#[[ project(app VERSION 1.2.3) ]]
cmake_minimum_required(VERSION 3.25)
PROJECT( app # VERSION 1.2.3
  VERSION «1.2.3» LANGUAGES C)
find_package(x VERSION 1.2.3)
message("project(app VERSION 1.2.3)")
]==] },
  { "CMakeLists.txt", [==[
set(APP_VERSION "«1.2.3»")
set(OTHER 1.2.3)
project(app VERSION ${APP_VERSION})
]==] },
  { "configure.ac", [==[
dnl AC_INIT([app],[1.2.3])
AC_PREREQ([2.69])
AC_INIT([app], [«1.2.3»], [bugs@example.org])
AM_GNU_GETTEXT_VERSION([1.2.3])
]==] },
  { "configure.ac", "m4_define([app_version], [«1.2.3»])\nAC_INIT([app], [app_version])\n" },
  { "meson.build", [==[
# project('app', version: '1.2.3')
project('app', 'c',
  meson_version: '>= 1.2.3',
  version : '«1.2.3»', # version: '1.2.3'
  license : 'MIT')
dependency('x', version: '1.2.3')
]==] },
  { "VERSION", "«1.2.3»\n" },
  { "VERSION.txt", "v«1.2.3»\n" },
  { "Chart.yaml", [==[
# version: 1.2.3
apiVersion: v2
name: app
description: "version: 1.2.3"
appVersion: "1.2.3"
dependencies:
  - name: x
    version: 1.2.3
version: «1.2.3» # version: 1.2.3
]==] },
  { "Chart.yaml", 'name: app\nversion: "«1.2.3»"\n' },
  { "pubspec.yaml", "name: app\ndependencies:\n  x: 1.2.3\nversion: '«1.2.3»'\nenvironment:\n  sdk: '>=1.2.3 <4.0.0'\n" },
  { "mix.exs", [==[
defmodule App.MixProject do
  @moduledoc """
  version: "1.2.3"
  """
  # version: "1.2.3"
  def project do
    [app: :app, elixir: "~> 1.2.3",
     version: "«1.2.3»", deps: [{:x, "1.2.3"}]]
  end
end
]==] },
  { "mix.exs", 'defmodule App do\n  @version "«1.2.3»"\n  def project, do: [app: :app, version: @version]\nend\n' },
  { "app.gemspec", [==[
Gem::Specification.new do |spec|
  spec.name = "app"
  # spec.version = "1.2.3"
  spec.version = "«1.2.3»"
  spec.required_ruby_version = ">= 1.2.3"
  spec.add_dependency "x", "1.2.3"
end
]==] },
  { "lib/app/version.rb", "# VERSION = '1.2.3'\nmodule App\n  API_VERSION = '1.2.3'\n  VERSION = '«1.2.3»'.freeze\nend\n" },
  { "Gemfile.lock", "PATH\n  remote: .\n  specs:\n    app («1.2.3»)\n      x (= 1.2.3)\n\nGEM\n  specs:\n    app-x (1.2.3)\n    x (1.2.3)\n\nBUNDLED WITH\n   1.2.3\n" },
  { "pom.xml", [==[
<?xml version="1.2.3"?>
<!-- <version>1.2.3</version> -->
<project>
  <parent><artifactId>base</artifactId><version>1.2.3</version></parent>
  <artifactId>app</artifactId>
  <version> «1.2.3» </version>
  <dependencies><dependency><artifactId>x</artifactId><version>1.2.3</version></dependency></dependencies>
</project>
]==] },
  { "pom.xml", "<project>\n<artifactId>app</artifactId><version>${revision}</version>\n<properties><revision>«1.2.3»</revision><x>1.2.3</x></properties>\n</project>\n" },
  { "build.gradle", [==[
plugins { id 'x' version '1.2.3' }
// version = '1.2.3'
/* version = '1.2.3' */
group = 'org.example'
version = '«1.2.3»'
dependencies {
  version = '1.2.3'
  implementation 'a:b:1.2.3'
}
]==] },
  { "build.gradle.kts", 'plugins { kotlin("jvm") version "1.2.3" }\nallprojects {\n  version = "«1.2.3»"\n}\n' },
  { "app/build.gradle", "android {\n  defaultConfig {\n    versionCode 3\n    versionName \"«1.2.3»\"\n  }\n}\n" },
  { "gradle.properties", "# version=1.2.3\nkotlinVersion=1.2.3\nversion=«1.2.3»\norg.gradle.jvmargs=-Xmx1g\n" },
  { "App.csproj", [==[
<Project Sdk="Microsoft.NET.Sdk">
  <!-- <Version>1.2.3</Version> -->
  <PropertyGroup>
    <AssemblyVersion>1.2.3</AssemblyVersion>
    <Version>«1.2.3»</Version>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="X" Version="1.2.3" /></ItemGroup>
</Project>
]==] },
  { "Directory.Build.props", "<Project><PropertyGroup><VersionPrefix>«1.2.3»</VersionPrefix></PropertyGroup></Project>\n" },
  { "app.nuspec", "<package><metadata><id>app</id><version>«1.2.3»</version></metadata></package>\n" },
  { "gleam.toml", 'name = "app"\n# version = "1.2.3"\ngleam = ">= 1.2.3"\nversion = "«1.2.3»"\n[dependencies]\nx = "1.2.3"\n' },
  { "Project.toml", 'name = "App"\nversion = "«1.2.3»"\n[compat]\njulia = "1.2.3"\n' },
  { "dune-project", "(lang dune 1.2.3)\n; (version 1.2.3)\n(name app)\n(version «1.2.3»)\n" },
  { "app.opam", 'opam-version: "1.2.3"\n# version: "1.2.3"\nversion: "«1.2.3»"\ndepends: [ "x" {= "1.2.3"} ]\n' },
  { "MODULE.bazel", [==[
# module(name = "app", version = "1.2.3")
bazel_dep(name = "x", version = "1.2.3")
module(
    name = "app",
    version = "«1.2.3»",
    compatibility_level = 1,
)
]==] },
  { "DESCRIPTION", "Package: app\nDepends: R (>= 1.2.3)\nVersion: «1.2.3»\nDescription: Version: 1.2.3\n" },
  { "versions.tf", 'terraform {\n  required_version = ">= 1.2.3"\n  # module_name = "a/v1.2.3"\n  provider_meta "google" {\n    module_name = "blueprints/terraform/app/v«1.2.3»"\n  }\n}\n' },
  { "app-1.2.3-1.rockspec", 'package = "app"\nversion = "«1.2.3»-1"\n-- version = "1.2.3-1"\ndependencies = { "lua >= 1.2.3" }\nsource = { url = "x", tag = "v«1.2.3»" }\n' },
  { "build.zig.zon", '.{\n    .name = .app,\n    // .version = "1.2.3",\n    .version = "«1.2.3»",\n    .minimum_zig_version = "1.2.3",\n}\n' },
  { "app.cabal", "cabal-version: 1.2.3\nname: app\nversion: «1.2.3»\n" },
  { "app.nimble", 'version       = "«1.2.3»"\nrequires "nim >= 1.2.3"\n' },
  { "app.spec", "Name: app\nVersion: «1.2.3»\nRelease: 1%{?dist}\nRequires: x = 1.2.3\n" },
  { "PKGBUILD", "pkgname=app\npkgver=«1.2.3»\npkgrel=1\n" },
  { "conanfile.py", 'class App(ConanFile):\n    name = "app"\n    version = "«1.2.3»"\n    requires = "x/1.2.3"\n' },
  { "meta.yaml", '{% set version = "«1.2.3»" %}\npackage:\n  name: app\n  version: {{ version }}\n' },
  { "shard.yml", "name: app\nversion: «1.2.3»\ndependencies:\n  x:\n    version: 1.2.3\n" },
  { "version.go", '// const Version = "1.2.3"\npackage app\n\nconst Version = "«1.2.3»"\n' },
  { "src/version.ts", "// export const version = '1.2.3';\nexport const VERSION = '«1.2.3»';\n" },
  { "src/Client.php", "<?php\n// const VERSION = '1.2.3';\nclass Client { const VERSION = '«1.2.3»'; }\n" },
  { "include/app_version.h", '/* #define APP_VERSION "1.2.3" */\n#define APP_VERSION "«1.2.3»"\n' },
  { "AssemblyInfo.cs", '// [assembly: AssemblyVersion("1.2.3")]\n[assembly: AssemblyInformationalVersion("«1.2.3»")]\n' },
  { "go.mod", "module example.org/app // v«1.2.3»\n\ngo 1.21\n\nrequire example.org/x v1.2.3\n" },
  { "app.json", '{ "expo": { "name": "App", "slug": "app", "version": "«1.2.3»", "ios": { "buildNumber": "«1.2.3»" } } }\n' },
  { "elm.json", '{ "type": "package", "name": "a/app", "version": "«1.2.3»", "elm-version": "1.2.3" }\n' },
  { "bower.json", '{ "name": "app", "version": "«1.2.3»" }\n' },
  { "esy.json", '{ "name": "app", "version": "«1.2.3»", "dependencies": { "x": "^1.2.3" } }\n' },
  { "sfdx-project.json", '{ "packageDirectories": [ { "path": "a", "default": true, "versionNumber": "«1.2.3».NEXT" } ], "sourceApiVersion": "1.2" }\n' },
  { ".release-please-manifest.json", '{ ".": "«1.2.3»", "packages/x": "1.2.3" }\n' },
  { "Cargo.lock", [==[
version = 4

[[package]]
name = "app"
version = "«1.2.3»"
dependencies = [ "x 1.2.3 (registry+https://example.org/index)" ]

[[package]]
name = "x"
version = "1.2.3"
source = "registry+https://example.org/index"
]==] },
  { "uv.lock", '[[package]]\nname = "app"\nversion = "«1.2.3»"\nsource = { editable = "." }\n\n[[package]]\nname = "x"\nversion = "1.2.3"\nsource = { registry = "r" }\n' },
  { "docker-compose.yml", "services:\n  app:\n    image: registry.example.org:5000/team/app:«1.2.3»\n  db:\n    image: postgres:latest\n" },
  { "deploy/app.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - image: \"team/app:v«1.2.3»\" # app:1.2.3\n        args: [\"--version=1.2.3\"]\n" },
  { "kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n- name: team/app\n  newTag: \"«1.2.3»\"\n" },
  { "src/App.swift", 'let other = "1.2.3"\nlet version = "«1.2.3»" // slipway: version\n' },
  { "docs/install.md", "app 1.2.3\n<!-- slipway: begin version -->\ncurl app-«1.2.3».tgz\nand v«1.2.3»\n<!-- slipway: end -->\nthe end of 1.2.3\n" },
  { "Version.java", 'String A = "1.2.3";\nString B = "«1.2.3»"; // {x-release-please-version}\n' },
}

local function with_version(text, version)
  return (text:gsub("\194\171.-\194\187", function() return version end))
end

local function plain(text) return (text:gsub("\194\171", ""):gsub("\194\187", "")) end

local variants = {
  { "as it is", function(text) return text end },
  { "with CRLF", function(text) return (text:gsub("\n", "\r\n")) end },
  { "without a final newline", function(text) return (text:gsub("\n$", "")) end },
  { "behind a byte order mark", function(text) return "\239\187\191" .. text end },
}

for number, sample in ipairs(samples) do
  local path, text = sample[1], sample[2]
  test(("%s (%d) is read and written to the byte"):format(path, number), function()
    for _, variant in ipairs(variants) do
      local before, after = variant[2](plain(text)), variant[2](with_version(text, "2.0.0"))
      local got, err = formats.get(path, before, sample.opts)
      check.truthy(got == "1.2.3", ("%s: reads %s %s"):format(variant[1], tostring(got), err and err.message or ""))
      local new
      new, err = formats.set(path, before, "2.0.0", sample.opts)
      check.truthy(new, variant[1] .. ": " .. (err and err.message or ""))
      check.equal(new, after)
      check.equal(formats.get(path, new, sample.opts), "2.0.0")
      check.equal(formats.set(path, new, "1.2.3", sample.opts), before)
      check.equal(formats.set(path, before, "1.2.3", sample.opts), before)
    end
  end)
end

test("every format of the list is reached by one of the samples or has its own test", function()
  local reached, missing = {}, {}
  for _, sample in ipairs(samples) do
    local format = formats.of(sample[1], plain(sample[2]))
    if format then reached[format.name] = true end
  end
  local elsewhere = {
    debian = true, versions_txt = true, composer_lock = true, deno_lock = true, pnpm_lock = true, bun_lock = true,
    yarn_lock = true, apis = true, pnpm_workspace = true, tauri_toml = true, terraform_readme = true,
  }
  for _, format in ipairs(formats.all()) do
    if not reached[format.name] and not elsewhere[format.name] then missing[#missing + 1] = format.name end
  end
  check.equal(missing, {})
end)
