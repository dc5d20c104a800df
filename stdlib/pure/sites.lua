-- Sites: the places of a manifest that hold a version. A format only says where they are; reading,
-- changing and refusing are done here, once for all formats.
--
-- A site is { first, last, text, role, write }:
--   first, last  the bytes that hold the version (last = first - 1: to be inserted)
--   text         what they say now
--   role         "version" (the project's own), "requirement" (a dependant's), "part" (a marker)
--   write        version → new text; nil leaves the site as it is
-- What a format found is { sites, name, answer }: `answer` is an error that says why the file does not
-- carry a version of its own though nothing is wrong with it (dynamic, inherited).
local errors = require "pure.errors"
local place = require "pure.place"

local M = {}

---@class slipway.Site
---@field first integer
---@field last integer
---@field text string
---@field role "version"|"requirement"|"part"
---@field write fun(version: string): string?

---@class slipway.Found
---@field sites slipway.Site[]
---@field name string?
---@field answer slipway.Error?

--- An error at a byte of the text.
---@param text string
---@param at integer
---@param code string
---@param message string
---@param hint string?
function M.fault(text, at, code, message, hint)
  local line, column = place.of(text, at)
  return errors.new {
    code = code, message = ("line %d, column %d: %s"):format(line, column, message), hint = hint,
    line = line, column = column, why = message,
  }
end

--- What a reader of a language said, as this folder's error.
function M.malformed(err)
  return errors.new {
    code = "manifest.malformed", message = err.message, line = err.line, column = err.column,
    why = err.why,
  }
end

---@param message string
function M.dynamic(message) return errors.new { code = "manifest.dynamic", message = message } end

---@param message string
function M.inherited(message) return errors.new { code = "manifest.inherited", message = message } end

local function as_is(version) return version end

--- The site of the project's own version.
---@return slipway.Site
function M.version(text, first, last, write)
  return {
    first = first, last = last, text = text:sub(first, last), role = "version",
    write = write or as_is,
  }
end

--- The site of a string node of pure.toml, pure.json_edit or pure.yaml_edit, without its quotes.
---@return slipway.Site
function M.node(text, node, write)
  local open = node.open or 0
  return {
    first = node.first + open, last = node.last - open, text = node.value, role = "version",
    write = write or as_is,
  }
end

--- The version that a requirement on `name` shall admit, or nil when it is not to change.
---   o.here       it is known to live in this repository
---   o.elsewhere  it may well be somebody else's package of that name: it moves only by `dependencies`
---                or when it is the one released
---   o.follows    being here, it moves with the version of this file when nobody named packages
---@param opts table
---@param version string?
---@param name string
---@param o { here: boolean?, elsewhere: boolean?, follows: boolean? }?
---@return string?
function M.wanted(opts, version, name, o)
  if opts.dependencies and opts.dependencies[name] then return opts.dependencies[name] end
  if opts.versions and opts.versions[name] and not (o and o.elsewhere) then
    return opts.versions[name]
  end
  if opts.package == name then return version end
  if not (o and o.here) or opts.package or opts.dependencies or opts.versions then return nil end
  return (opts.workspace or o.follows) and version or nil
end

--- The site of a requirement on another package.
---@param text string
---@param node table
---@param language "cargo"|"npm"|"python"
---@param opts table
---@param name string
---@param o { here: boolean?, elsewhere: boolean?, follows: boolean?, needed: boolean? }?
---   `needed`: it moves only where it does not admit the version, whatever the options say
---@return slipway.Site
function M.requirement(text, node, language, opts, name, o)
  local site = M.node(text, node)
  site.role, site.needs, site.language = "requirement", name, language
  site.write = function(version)
    local target = M.wanted(opts, version, name, o)
    local kept = opts.needed or (o and o.needed)
    if not target or (kept and require("pure.requirement").admits(language, site.text, target)) then return nil end
    return require("pure.requirement").rewrite(language, site.text, target)
  end
  return site
end

local option_names = {
  package = "string", old = "any", dependencies = "table", versions = "table",
  workspace = "boolean", needed = "boolean",
  inherits = "boolean", peer = "any", selector = "string", pattern = "string", image = "string",
  date = "string", date_format = "string", app_version = "string", sdk = "string",
  snapshot = "boolean", marker = "string", format = "string", changes = "string", author = "string",
}

--- The text of a version; the v of a tag is no part of it.
local function bare(version) return (tostring(version):gsub("^v(%d)", "%1")) end

--- Refuses options that nobody reads; versions may be given as values.
local function checked(opts)
  local copy = {}
  for key, value in pairs(opts or {}) do -- order: a copy has none
    local kind = option_names[key]
    if not kind then error(("manifest: unknown option '%s'"):format(tostring(key)), 3) end
    if kind ~= "any" and type(value) ~= kind then
      error(("manifest: option '%s' must be a %s"):format(key, kind), 3)
    end
    copy[key] = value
  end
  if copy.old ~= nil then copy.old = bare(copy.old) end
  for _, key in ipairs { "dependencies", "versions" } do
    if copy[key] then
      local texts = {}
      for name, version in pairs(copy[key]) do -- order: a copy has none
        texts[name] = bare(version)
      end
      copy[key] = texts
    end
  end
  return copy
end

local function nothing_here()
  return errors.new {
    code = "manifest.no_version", message = "no version stands here",
    hint = "add one, or name the files that carry it: manifests = { … } in slipway.lua",
  }
end

--- A merge that was left half done is no manifest, whatever the language makes of it.
local function conflict(text)
  local at = text:find("^<<<<<<< ") or text:find("\n<<<<<<< ")
  if not at then return nil end
  at = text:byte(at) == 10 and at + 1 or at
  return M.fault(text, at, "manifest.malformed", "a conflict marker of an unfinished merge")
end

--- What stands where a version belongs must at least look like one.
local function may_be_version(text)
  return text == "" or (text:find("^[%w.+!:~_-]+$") and text:find("%d") and not text:find("..", 1, true))
end

local function no_version_at_all(text, found)
  for _, site in ipairs(found.sites) do
    if site.role == "version" and not may_be_version(site.text) then
      return M.fault(text, site.first, "manifest.malformed", ("%q is no version"):format(site.text))
    end
  end
end

local mark = "\239\187\191"

--- A byte order mark stands before the text and is no part of it.
---@param text string
---@return string
function M.without_mark(text) return text:sub(1, 3) == mark and text:sub(4) or text end

local function locate(spec, text, opts)
  local body = M.without_mark(text)
  local err = conflict(body)
  if err then return nil, err end
  local found
  found, err = spec.locate(body, opts)
  if not found then return nil, err end
  err = no_version_at_all(body, found)
  if err then return nil, err end
  for _, site in ipairs(#body < #text and found.sites or {}) do
    site.first, site.last = site.first + #mark, site.last + #mark
  end
  return found
end

--- The version to write: the one given, or the one `versions` names for this package.
local function version_for(found, version, opts)
  if version ~= nil then return bare(version) end
  local versions, dependencies = opts.versions or {}, opts.dependencies or {}
  return found.name and (versions[found.name] or dependencies[found.name]) or nil
end

--- New texts of all sites that change; the sites of the own version are left out for another package's.
local function edits_of(found, version, opts)
  local other = opts.package and found.name and opts.package ~= found.name
  local edits, open = {}, 0
  for _, site in ipairs(found.sites) do
    local skip = site.role ~= "requirement" and (version == nil or (other and not site.shared))
    local text, err
    if not skip then text, err = site.write(version) end
    if err then return nil, err end
    if not skip then open = open + 1 end
    if text and text ~= site.text then
      edits[#edits + 1] = { first = site.first, last = site.last, text = text }
    end
  end
  return edits, open, other
end

local function check_version(version)
  if version == nil or version:find("^%w[%w.+!:~_-]*$") then return true end
  return nil, errors.new {
    code = "manifest.bad_version", message = ("%q cannot stand in a manifest"):format(version),
  }
end

local flags = { "companion", "nameless", "core_only", "by_content", "source", "deploys", "weak", "free_text" }

--- Makes a format from what differs: name, title, matches(base, path), locate(text, opts), glance(text)
--- where one is worth it, and flags (see slipway.manifest.Format).
---@param spec table
---@return slipway.manifest.Format
function M.format(spec)
  local format = { name = spec.name, title = spec.title }
  for _, flag in ipairs(flags) do format[flag] = spec[flag] end

  --- Does this format read a file of that name?
  function format.matches(path)
    return spec.matches(path:match "^.*/(.*)$" or path, path) and true or false
  end

  --- The sites found in the text, for whoever shows or compares them.
  function format.find(text, opts) return locate(spec, text, checked(opts)) end

  --- Name, version, privacy and needs alone, many times quicker than `find` where the format can do it; nil where
  --- only `find` knows, also what is wrong.
  function format.glance(text)
    local found = spec.glance and spec.glance(M.without_mark(text))
    return found and may_be_version(found.version or "") and found or nil
  end

  --- The version of the project as the file writes it.
  function format.get(text, opts)
    opts = checked(opts)
    local found, err = locate(spec, text, opts)
    if not found then return nil, err end
    for _, site in ipairs(found.sites) do
      if site.role == "version" and site.text ~= "" then return site.text end
    end
    return nil, found.answer or nothing_here()
  end

  --- The text with another version; unchanged when the version stands elsewhere (dynamic, inherited,
  --- another package's).
  function format.set(text, version, opts)
    opts = checked(opts)
    local found, err = locate(spec, text, opts)
    if not found then return nil, err end
    version = version_for(found, version, opts)
    local good
    good, err = check_version(version)
    if not good then return nil, err end
    local edits, open, other = edits_of(found, version, opts)
    if not edits then return nil, open end
    if open == 0 and not (other or found.answer or found.quiet or version == nil) then
      return nil, nothing_here()
    end
    return place.edit(text, edits)
  end

  --- The name that the file gives its package.
  function format.package(text)
    if format.nameless then return nil end
    local found = locate(spec, text, {})
    return found and found.name
  end

  return format
end

--- The first place in a (masked) text where one of the patterns matches. Each pattern has two empty
--- captures around the version; "^" stands for the beginning of any line.
---@param masked string
---@param patterns string[]
---@return integer? first, integer? last
function M.search(masked, patterns)
  for _, pattern in ipairs(patterns) do
    local first, after
    if pattern:sub(1, 1) == "^" then
      local body = pattern:sub(2)
      first, after = masked:match("^" .. body)
      if not first then first, after = masked:match("\n" .. body) end
    else
      first, after = masked:match(pattern)
    end
    if first then return first, after - 1 end
  end
end

--- Matches any of these file names.
function M.named(names)
  local set = {}
  for _, name in ipairs(names) do set[name] = true end
  return function(base) return set[base] end
end

return M
