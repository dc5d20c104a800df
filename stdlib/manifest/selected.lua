-- Files that no format knows, with the place said by the caller: a selector into JSON, YAML, TOML
-- or XML, or a pattern for lines.
--   selector = "$.version"  "$['dev-dependencies']..version"  "$.extends.*"  "$.items[?(@.id=='x')].version"
--   selector = "//Project/PropertyGroup/Version"  "/a/b/@version"
--   pattern = "VERSION = {version}"   the text around the version
--   pattern = "^release%s"            a Lua pattern: lines that match and hold a (or the old) version
local errors = require "pure.errors"
local json = require "pure.json_edit"
local place = require "pure.place"
local selector = require "pure.selector"
local sites = require "pure.sites"
local toml = require "pure.toml"
local xml = require "pure.xml_edit"
local yaml = require "pure.yaml_edit"

local languages = {
  json = "json", jsonc = "jsonc", json5 = "json5", lock = "toml", toml = "toml", yaml = "yaml",
  yml = "yaml",
  xml = "xml", csproj = "xml", fsproj = "xml", props = "xml", nuspec = "xml", plist = "xml",
  pom = "xml",
}

--- The nodes of all documents of a text.
local function parse(text, language)
  if language == "toml" then
    local root, err = toml.parse(text)
    if not root then return nil, sites.malformed(err) end
    return { root }
  elseif language == "yaml" then
    return yaml.parse(text)
  elseif language == "xml" then
    local root, err = xml.parse(text)
    return root and { root }, err
  end
  local root, err = json.parse(text, language)
  return root and { root }, err
end

--- A version inside a longer text is found in it; else the whole value is the version.
local function version_site(text, node)
  local open = node.open or 0
  local first, last = node.first + open, node.last - open
  local raw = text:sub(first, last)
  local at, stop = raw:find("%d+%.%d+%.%d+")
  if not at then
    at, stop = raw:match("^v?()%d+%.?%d*()")
    stop = stop and stop - 1
    if not at or stop ~= #raw then return nil end
    return sites.version(text, first + at - 1, last)
  end
  stop = select(2, raw:find("^%-[%w.-]*%w", stop + 1)) or stop
  stop = select(2, raw:find("^%+[%w.-]+", stop + 1)) or stop
  return sites.version(text, first + at - 1, first + stop - 1)
end

local function by_selector(text, opts, language)
  local roots, err = parse(text, language)
  if not roots then return nil, err end
  local found = { sites = {} }
  for _, root in ipairs(roots) do
    local nodes
    nodes, err = selector.select(root, opts.selector, language == "xml")
    if not nodes then return nil, err end
    for _, node in ipairs(nodes) do
      if node.kind == "string" and not node.block then
        found.sites[#found.sites + 1] = version_site(text, node)
      end
    end
  end
  return found
end

local function literal(text) return (text:gsub("%p", "%%%0")) end

--- Lines that fit: the old version in them, else the first version that stands there.
local function by_line(text, opts)
  local found = { sites = {} }
  for _, first, line in place.lines(text) do
    local ok, hit = pcall(string.find, line, opts.pattern)
    if not ok then
      return nil, errors.new { code = "manifest.bad_pattern", message = ("%q is no pattern: %s"):format(opts.pattern, hit) }
    end
    if hit then
      local at, stop
      if opts.old then
        at, stop = line:find("%f[%w]" .. literal(opts.old) .. "%f[^%w.+-]")
      else
        at, stop = line:find("%d+%.%d+[%w.+-]*")
      end
      if at then
        found.sites[#found.sites + 1] = sites.version(text, first + at - 1, first + stop - 1)
      end
    end
  end
  return found
end

--- "VERSION = {version}": everything but the version is meant literally.
local function by_template(text, opts)
  local before, after = opts.pattern:match("^(.-){version}(.*)$")
  local found, at = { sites = {} }, 1
  while true do
    local first, stop = text:match(literal(before) .. "()%d[%w.+!~_-]*()" .. literal(after), at)
    if not first then return found end
    found.sites[#found.sites + 1] = sites.version(text, first, stop - 1)
    at = stop
  end
end

local M = {}

--- The format for what the caller says about a file, or nil when nothing is said.
---@param file string
---@param opts table?
---@return slipway.manifest.Format?, slipway.Error?
function M.of(file, opts)
  if not opts then return nil end
  local locate
  if opts.pattern then
    locate = opts.pattern:find("{version}", 1, true) and by_template or by_line
  elseif opts.selector then
    local language = languages[opts.format or file:match("%.([%w]+)$") or ""]
    if not language and opts.selector:find("^/") then language = "xml" end
    language = language or "json"
    locate = function(text, o) return by_selector(text, o, language) end
  else
    return nil
  end
  return sites.format {
    name = "selected", title = file, matches = function() return true end, locate = locate,
  }
end

return M
