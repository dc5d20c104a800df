-- The one way in: which format reads a file, and reading, writing, finding and comparing versions in
-- manifests. Everything here is computed from text; nothing is read from disk.
--
-- A format is a file of this folder: { name, title, matches(path), get(text, opts), set(text, version,
-- opts), find(text, opts), package(text), companion, core_only }. The order of the list below is the
-- order of authority: the first that carries a version speaks for the project.
--
-- Options, all optional:
--   package       the package that is released; other packages' files keep their version, and only
--                 their requirements on it move
--   old           the version it had; chooses among several in lock files and images
--   versions      name → version of packages of this repository released together
--   dependencies  name → version; the requirement moves wherever it stands, also without a path
--   needed        a requirement that admits the version stays as it is
--   workspace     every package of the repository gets the one version
--   inherits      whether the package takes its version from the workspace in this file
--   date, author  for files that record them (a date marker, debian/changelog)
--   peer          npm's peerDependencies move as well; "needed": those that do not admit the version
--   selector, pattern, format   where the version stands in a file that no format knows
local errors = require "pure.errors"
local place = require "pure.place"
local sorted_keys = require "pure.sorted_keys"

local M = {}

---@class slipway.manifest.Format
---@field name string
---@field title string  what people call the file
---@field matches fun(path: string): boolean
---@field get fun(text: string, opts: table?): string?, slipway.Error?
---@field set fun(text: string, version: any, opts: table?): string?, slipway.Error?
---@field find fun(text: string, opts: table?): slipway.Found?, slipway.Error?
---@field glance fun(text: string): { name: string?, version: string?, private: boolean, needs: string[], wants: string[], peers: string[] }?
---@field package fun(text: string): string?
---@field companion boolean?   a lock file: follows a manifest and never speaks for the project
---@field nameless boolean?    nothing in it names the package
---@field core_only boolean?   knows numbers only: a pre-release is written without its label
---@field weak boolean?        counts only where it agrees: its version may mean something else
---@field free_text boolean?   may hold anything: malformed, it does not count beside another manifest
---@field source boolean?      a source file: marker comments in it come first
---@field deploys boolean?     names images instead of the project's version
---@field by_content (fun(text: string): boolean)?  whether a file of that name is meant at all

--- In order of authority: a file of this folder, and the names that make it worth loading. Whether a
--- name is read is decided by the formats in it.
local index = {
  {
    "cargo", "^Cargo%.toml$" }, { "pyproject", "^pyproject%.toml$" }, { "setup_cfg", "^setup%.cfg$",
  },
  { "package_json", "^package%.json$" }, { "deno", "^deno%.%a+$" }, { "json_version", "%.jsonc?$" },
  {
    "composer", "^composer%." }, { "ruby", "%.%a+spec$", "[Vv]ersion%.rb$", "^Gemfile%.lock$",
    "^gems%.locked$",
  },
  { "yaml_version", "%.ya?ml$" }, { "pom", "^pom%.xml$", "%.pom$" }, { "gradle", "gradle" },
  { "dotnet", "%.%a+proj$", "%.props$", "%.nuspec$" }, { "toml_version", "%.toml$" },
  {
    "declared", "^mix%.exs$", "^meson%.build$", "^MODULE.*%.bazel$", "^dune%-project$", "opam$",
    "^DESCRIPTION$",
    "%.zon$", "%.cabal$", "%.nimble$", "%.spec$", "^%u+BUILD$", "^conanfile%.py$", "^meta%.yaml$",
    "%.tf$", "%.tmpl$",
    "[Vv]ersion%.[%w]+$", "%.php$", "^AssemblyInfo%.", "^README%.md$",
  },
  {
    "rockspec", "%.rockspec$" }, { "go_mod", "^go%.mod$" }, { "autoconf",
    "^configure%." }, { "cmake", "^CMakeLists%.txt$",
  },
  {
    "tauri", "^[Tt]auri" }, { "expo", "^app%." }, { "json_registers", "%.json$" }, { "python",
    "%.py$",
  },
  {
    "version_file", "^%.?[Vv][Ee][Rr][Ss][Ii][Oo][Nn]" }, { "debian", "changelog$" }, { "toml_lock",
    "%.lock$",
  },
  {
    "package_lock", "%.json$" }, { "pnpm_workspace", "^pnpm%-workspace%.yaml$" }, { "node_locks", "%.lock$", "lock%.yaml$" }, { "versions_txt",
    "%.txt$" }, { "kubernetes", "%.ya?ml$",
  },
}

local function loaded(entry)
  if not entry.formats then
    local module = require("manifest." .. entry[1])
    entry.formats = module.matches and { module } or module
  end
  return entry.formats
end

local function worth_loading(entry, base)
  for n = 2, #entry do
    if base:find(entry[n]) then return true end
  end
  return false
end

-- Of which entries a name makes it worth to load the formats: hundreds of files are called package.json.
local ranks = {}
local function ranks_of(base)
  local list = ranks[base]
  if not list then
    list = {}
    for rank, entry in ipairs(index) do
      if worth_loading(entry, base) then list[#list + 1] = rank end
    end
    ranks[base] = list
  end
  return list
end

--- Formats that read a file of that name, in order of authority, each with its rank.
---@param path string
---@return slipway.manifest.Format[]
function M.candidates(path)
  local list = {}
  for _, rank in ipairs(ranks_of(path:match "^.*/(.*)$" or path)) do
    for _, format in ipairs(loaded(index[rank])) do
      if format.matches(path) then list[#list + 1] = { format = format, rank = rank } end
    end
  end
  return list
end

--- All formats, for documentation and tests; in order of authority.
---@return slipway.manifest.Format[]
function M.all()
  local list = {}
  for _, entry in ipairs(index) do table.move(loaded(entry), 1, #loaded(entry), #list + 1, list) end
  return list
end

local function by_name(path, text)
  for _, rank in ipairs(ranks_of(path:match "^.*/(.*)$" or path)) do
    for _, format in ipairs(loaded(index[rank])) do
      if format.matches(path) and (not format.by_content or (text and format.by_content(require("pure.sites").without_mark(text)))) then
        return format
      end
    end
  end
end

local function may_be_marked(text, opts)
  return (opts and opts.marker) or text:find("x-release-please-", 1, true) or text:find("slipway:", 1, true)
    or text:find("{x-version-update", 1, true)
end

--- The format that reads a file: what the caller says about it, its marker comments where no manifest's
--- own rules speak, else its name (and, for a few, its content).
---@param path string
---@param text string?
---@param opts table?
---@return slipway.manifest.Format?
function M.of(path, text, opts)
  if opts and (opts.selector or opts.pattern) then
    return require("manifest.selected").of(path, opts)
  end
  local format = by_name(path, text)
  if text and may_be_marked(text, opts) then
    local marker = require "manifest.marker"
    local modules = opts and marker.marks_any(text, opts.versions)
    local speaks = not format or format.source or format.by_content or modules or (opts and opts.marker)
    if speaks and marker.marks(text, opts) then return marker end
  end
  return format
end

--- The same error with the file's name in front.
local function in_file(err, path)
  local copy = errors.at(err, path)
  if err.line and err.why then
    copy.message = ("%s:%d:%d: %s"):format(path, err.line, err.column, err.why)
  end
  copy.file = path
  return copy
end

local function format_for(path, text, opts)
  local format = M.of(path, text, opts)
  if format then return format end
  return nil, errors.new {
    code = "manifest.unknown_format", message = path .. ": no reader knows this file", file = path,
    hint = "mark the line with the comment slipway: version",
  }
end

--- Everything that stands in a file: sites, name, what it needs.
---@param path string
---@param text string
---@param opts table?
---@return slipway.Found? found, slipway.Error? err
function M.find(path, text, opts)
  local format, err = format_for(path, text, opts)
  if not format then return nil, err end
  local found
  found, err = format.find(text, opts)
  if not found then return nil, in_file(err, path) end
  return found
end

--- The version that the file carries, as it writes it.
---@param path string
---@param text string
---@param opts table?
---@return string? version, slipway.Error? err
function M.get(path, text, opts)
  local format, err = format_for(path, text, opts)
  if not format then return nil, err end
  local version
  version, err = format.get(text, opts)
  if not version then return nil, in_file(err, path) end
  return version
end

--- The text with another version, every other byte as it was. Unchanged when the version of this file
--- is written elsewhere or is another package's.
---@param path string
---@param text string
---@param version any  text or a version value; nil to move requirements only
---@param opts table?
---@return string? text, slipway.Error? err
function M.set(path, text, version, opts)
  local format, err = format_for(path, text, opts)
  if not format then return nil, err end
  local new
  new, err = format.set(text, version, opts)
  if not new then return nil, in_file(err, path) end
  return new
end

--- The name that the file gives its package.
---@param path string
---@param text string
---@return string?
function M.name(path, text)
  local format = M.of(path, text)
  return format and format.package(text) or nil
end

--- Names of the packages that the file depends on, and of those it needs for development only; of other
--- repositories too.
---@param path string
---@param text string
---@return string[] needs, string[] wants
function M.needs(path, text)
  local format = M.of(path, text)
  local found = format and format.find(text)
  if not found then return {}, {} end
  if found.needs then return found.needs, found.wants end
  local needs, wants = {}, {}
  for _, site in ipairs(found.sites) do
    local list = site.soft and wants or needs
    list[#list + 1] = site.needs
  end
  return needs, wants
end

--- The packages that get one version together, by name: what the requirements between them and their
--- lock files go by.
---@param texts table<string, string>  path → text
---@param version any
---@return table<string, string>
function M.released(texts, version)
  local versions = {}
  for path, text in pairs(texts) do -- order: a map has none
    local name = M.name(path, text)
    if name then versions[name] = tostring(version) end
  end
  return versions
end

--- 1.2.0 of 1.2.0-rc.1, for files that cannot say the rest.
local function core(version) return version:match("^%d[%d.]*%d") or version end

--- Two spellings of one version: exactly, as PEP 440 reads them (1.2.0rc1 is 1.2.0-rc.1), or by numbers
--- alone where a format knows no more.
---@param a { version: string, core_only: boolean? }
---@param b { version: string, core_only: boolean? }
---@return boolean
function M.same(a, b)
  if a.version == b.version then return true end
  if (a.core_only or b.core_only) and core(a.version) == core(b.version) then return true end
  if a.version:find("%a") == nil or b.version:find("%a") == nil then return false end
  local pep440 = require "pure.pep440"
  return pep440.compare(a.version, b.version) == 0
end

--- The places of a file that name a version, as { version, path, line, core_only }.
local function stated(found, path, text, format)
  local list = {}
  for _, site in ipairs(found.sites) do
    if site.role == "version" and site.text ~= "" then
      list[#list + 1] = {
        version = site.text, path = path, line = place.line(text, site.first),
        core_only = format.core_only,
      }
    end
  end
  return list
end

--- What a manifest says, and the name of the package that says it.
local function statements(path, text, opts)
  local format, err = format_for(path, text, opts)
  if not format then return nil, err end
  if format.companion then return {} end
  local found
  found, err = format.find(text, opts)
  if not found then return nil, in_file(err, path) end
  local dynamic = found.answer and found.answer.code == "manifest.dynamic"
  return stated(found, path, text, format), nil, not dynamic and found.name or nil
end

--- What a lock file says of the packages that the manifests name.
local function locked(path, text, names)
  local format, list = M.of(path, text), {}
  for _, name in ipairs(format and format.companion and names or {}) do
    local found, err = format.find(text, { package = name })
    if not found then return nil, in_file(err, path) end
    if found.name == nil or found.name == name then
      local more = stated(found, path, text, format)
      table.move(more, 1, #more, #list + 1, list)
    end
  end
  return list
end

local function disagreement(all, first)
  local said = {}
  for _, one in ipairs(all) do
    said[#said + 1] = ("%s:%d says %s"):format(one.path, one.line, one.version)
  end
  return errors.new {
    code = "manifest.disagree", message = table.concat(said, ", "),
    hint = ("bring them to %s, or leave those that do not count out of manifests in slipway.lua"):format(first.version),
  }
end

--- The one version that all files name, lock files for the packages of the others included; nil, nil
--- when none carries any.
---@param texts table<string, string>  path → text
---@param order string[]?  paths in order of authority; default: sorted
---@param options table<string, table>?  what is said of where the version stands, by path
---@return string? version, slipway.Error? err, boolean? core_only  no file can say more than numbers
function M.agree(texts, order, options)
  local all, names = {}, {}
  order = order or sorted_keys(texts)
  for _, path in ipairs(order) do
    local list, err, name = statements(path, texts[path], options and options[path])
    if not list then return nil, err end
    names[#names + 1] = name
    table.move(list, 1, #list, #all + 1, all)
  end
  for _, path in ipairs(order) do
    local list, err = locked(path, texts[path], names)
    if not list then return nil, err end
    table.move(list, 1, #list, #all + 1, all)
  end
  local first
  for _, one in ipairs(all) do first = first or (not one.core_only and one) end
  first = first or all[1]
  if not first then return nil, nil end
  for _, one in ipairs(all) do
    if not M.same(first, one) then return nil, disagreement(all, first) end
  end
  return first.version, nil, first.core_only
end

--- Manifests and their companions among the paths of a tree; see manifest.detect.
---@param paths string[]
---@param read (fun(path: string): string?)?
---@param all (fun(): string[])?  every path of the tree, when `paths` are the root's only
---@return string[]
function M.detect(paths, read, all) return require "manifest.detect"(M, paths, read, all) end

return M
