-- Manifests whose version is one quoted or bare word at a known place of a line or call. What differs
-- between them is data: the file's name, how its language writes comments, and where to look.
local mask = require "pure.mask"
local sites = require "pure.sites"

local quoted = "[\"']()[^\"'\n]*()[\"']"

local function ends(suffix) return function(base) return base:sub(-#suffix) == suffix end end

--- { name, title, matches, language, call, patterns, package, computed, write }
---   call      the version stands among the arguments of this call
---   patterns  two empty captures around the version; "^" is the beginning of a line
---   package   one capture: the package's name
---   computed  a version is there, but not as a literal
local list = {
  {
    name = "mix", title = "mix.exs", matches = sites.named { "mix.exs" }, language = "elixir",
    patterns = {
      "^[ \t]*@version[ \t]+\"()[^\"\n]*()\"", "^[ \t]*version:[ \t]*\"()[^\"\n]*()\"",
      "[%[%s,]version:[ \t]*\"()[^\"\n]*()\"",
    },
    package = "app:%s*:([%w_]+)", computed = "version:",
  },
  {
    name = "meson", title = "meson.build", matches = sites.named { "meson.build" },
    language = "meson",
    call = "project", patterns = { "[%s,(]version%s*:%s*'()[^'\n]*()'" },
    package = "^%(%s*'([^']+)'", computed = "[%s,(]version%s*:",
  },
  {
    name = "bazel", title = "MODULE.bazel",
    matches = function(base) return base:find("^MODULE.*%.bazel$") end, language = "starlark",
    call = "module", patterns = { "[%s,(]version%s*=%s*" .. quoted },
    package = "[%s,(]name%s*=%s*[\"']([^\"']+)",
  },
  {
    name = "dune", title = "dune-project", matches = sites.named { "dune-project" },
    language = "lisp",
    patterns = { "^[ \t]*%(version%s+\"?()[^%s)\"]+()" }, package = "%(name%s+([^%s)]+)%)",
  },
  {
    name = "opam", title = "*.opam",
    matches = function(base) return base == "opam" or base:find("%.opam$") end, language = "opam",
    patterns = { "^version:[ \t]*\"()[^\"\n]*()\"" }, package = "\nname:%s*\"([^\"]+)\"",
  },
  {
    name = "r", title = "DESCRIPTION", matches = sites.named { "DESCRIPTION" }, language = nil,
    patterns = { "^Version:[ \t]*()%S+()" }, package = "Package:%s*(%S+)",
  },
  {
    name = "zig", title = "build.zig.zon", matches = sites.named { "build.zig.zon" },
    language = "zig",
    patterns = { "^[ \t]*%.version%s*=%s*\"()[^\"\n]*()\"" },
    package = "%.name%s*=%s*[.\"]([%w_-]+)",
  },
  {
    name = "cabal", title = "*.cabal", matches = ends ".cabal", language = "haskell",
    patterns = { "^[Vv]ersion%s*:[ \t]*()%S+()" }, package = "[Nn]ame%s*:%s*(%S+)",
  },
  {
    name = "nimble", title = "*.nimble", matches = ends ".nimble", language = "shell",
    patterns = { "^version%s*=%s*\"()[^\"\n]*()\"" },
  },
  {
    name = "rpm", title = "*.spec", matches = ends ".spec", language = "shell",
    patterns = { "^[Vv]ersion:[ \t]*()[^%s%%]+()[ \t]*" }, package = "Name:%s*(%S+)",
    computed = "Version:",
  },
  {
    name = "pkgbuild", title = "PKGBUILD", matches = sites.named { "PKGBUILD", "APKBUILD" },
    language = "shell",
    patterns = { "^pkgver=[\"']?()[^\"'%s]+()" }, package = "pkgname=[\"']?([%w@._+-]+)",
    write = function(version) return (version:gsub("%-", "_")) end,
  },
  {
    name = "conan", title = "conanfile.py", matches = sites.named { "conanfile.py" },
    language = "python",
    patterns = { "^[ \t]+version%s*=%s*" .. quoted }, package = "\n%s+name%s*=%s*[\"']([^\"']+)",
    computed = "def set_version",
  },
  {
    name = "conda", title = "meta.yaml", matches = sites.named { "meta.yaml" }, language = "shell",
    patterns = { "{%%%-?%s*set%s+version%s*=%s*" .. quoted, "^  version:[ \t]*[\"']?()[%w.+!_-]+()" },
  },
  {
    name = "terraform_module", title = "versions.tf", language = "hcl", all = true,
    matches = function(base) return base:find("^versions?%.?[%w_-]*%.tf$") or base:find("%.tf%.tmpl$") end,
    patterns = { "module_name%s*=%s*\"[^\"\n]*/v()%d[^\"/\n]*()\"" },
  },
  {
    name = "source_go", title = "version.go",
    matches = function(base) return base:find("^version%.go$") or base:find("_version%.go$") end,
    language = "c",
    patterns = {
      "%f[%w_]%w*[Vv]ersion%s+string%s*=%s*\"v?()%d[^\"\n]*()\"",
      "%f[%w_]%w*[Vv]ersion%s*=%s*\"v?()%d[^\"\n]*()\"",
      "%f[%w_]VERSION%s*=%s*\"v?()%d[^\"\n]*()\"",
    },
  },
  {
    name = "source_script", title = "version.ts, version.js", language = "script",
    matches = function(base) return base:find("^[Vv]ersion%.[cm]?[jt]sx?$") end,
    patterns = {
      "%f[%w_]%w*[Vv][Ee][Rr][Ss][Ii][Oo][Nn]%w*[^=\n;]-=%s*[\"'`]v?()%d[^\"'`\n]*()",
      "%f[%w]version:%s*[\"'`]v?()%d[^\"'`\n]*()",
    },
  },
  {
    name = "source_php", title = "*.php with a VERSION", language = "php", matches = ends ".php",
    patterns = {
      "%f[%w]const%s+[%w%s]-VERSION%s*=%s*[\"']v?()%d[^\"'\n]*()",
      "define%s*%(%s*[\"'][%w_]*VERSION[\"']%s*,%s*[\"']v?()%d[^\"'\n]*()",
    },
  },
  {
    name = "source_c", title = "version.h", language = "c",
    matches = function(base) return base:find("^[%w_-]*[Vv]ersion%.h[px]*$") end,
    patterns = {
      "^[ \t]*#[ \t]*define[ \t]+[%w_]*VERSION[%w_]*[ \t]+\"v?()%d[^\"\n]*()\"",
      "%f[%w_]%w*[Vv][Ee][Rr][Ss][Ii][Oo][Nn]%w*[%[%]]*%s*=%s*\"v?()%d[^\"\n]*()\"",
    },
  },
  {
    name = "assembly_info", title = "AssemblyInfo.cs", language = "c",
    matches = sites.named { "AssemblyInfo.cs", "AssemblyInfo.fs", "AssemblyInfo.vb" },
    patterns = {
      "AssemblyInformationalVersion%s*%(%s*\"()[^\"\n]*()\"",
      "AssemblyVersion%s*%(%s*\"()[^\"\n]*()\"",
    },
  },
  {
    name = "terraform_readme", title = "README.md of a Terraform module",
    matches = sites.named { "README.md" }, language = nil,
    patterns = { "version%s*=%s*\"~> ()%d+%.%d+()\"" },
    by_content = function(text) return text:find("version%s*=%s*\"~> %d+%.%d+\"") ~= nil end,
    write = function(version) return version:match("^%d+%.%d+") end,
  },
}

--- The arguments of the first call of that name, from "(" to ")".
local function arguments(masked, name)
  local at = 1
  while true do
    local start, open = masked:match("%f[%w_]()" .. name .. "%s*()%(", at)
    if not start then return nil end
    local before = masked:sub(start - 1, start - 1)
    if before ~= "." and before ~= '"' and before ~= "'" then
      local body = masked:match("^%b()", open)
      if not body then return nil, open end
      return open, open + #body - 1
    end
    at = open
  end
end

--- Every place where the pattern matches.
local function all_of(masked, text, pattern)
  local found = {}
  for first, after in masked:gmatch(pattern) do
    found[#found + 1] = sites.version(text, first, after - 1)
  end
  return found
end

local function locate(spec, text)
  local masked = spec.language and mask.comments(text, spec.language) or text
  local offset, region = 0, masked
  if spec.call then
    local open, close = arguments(masked, spec.call)
    if not open and close then
      return nil, sites.fault(text, close, "manifest.malformed", spec.call .. "( is not closed")
    end
    if not open then return { sites = {}, quiet = true } end
    offset, region = open - 1, masked:sub(open, close)
  end
  local found = {
    sites = {},
    name = spec.package and (region:match(spec.package) or masked:match(spec.package)) or nil,
  }
  if spec.all then
    found.sites = all_of(masked, text, spec.patterns[1])
  else
    local first, last = sites.search(region, spec.patterns)
    if first then
      found.sites[1] = sites.version(text, first + offset, last + offset, spec.write)
    end
  end
  if not found.sites[1] and spec.computed and region:find(spec.computed) then
    found.answer = sites.dynamic("the version is computed")
  end
  return found
end

local formats = {}
for _, spec in ipairs(list) do
  formats[#formats + 1] = sites.format {
    name = spec.name, title = spec.title, matches = spec.matches, by_content = spec.by_content,
    source = spec.name:find("^source_") ~= nil,
    locate = function(text) return locate(spec, text) end,
  }
end
return formats
