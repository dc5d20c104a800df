-- pyproject.toml: [project] (PEP 621) and [tool.poetry]. A version declared dynamic is left alone.
-- Requirements on packages of the same repository are those of PEP 508 and of Poetry's tables.
local sites = require "pure.sites"
local toml = require "pure.toml"

local function child(node, ...)
  for _, key in ipairs { ... } do
    node = node and node.kind == "table" and node.map[key] or nil
  end
  return node
end

local function is_text(node) return node ~= nil and node.kind == "string" end

local function plain_name(name) return (name:lower():gsub("[-_.]+", "-")) end

--- A PEP 508 line, "name[extra] == 1.0 ; marker": the bytes of its version part inside the string.
local function pep508_site(text, node, opts)
  local open = node.open or 1
  local raw = text:sub(node.first + open, node.last - open)
  local name, first, range, last = raw:match("^%s*([%w._-]+)%s*%[?[%w,%s._-]*%]?%s*()([=~!<>][^;]*)()")
  if not name or raw ~= node.value then return nil end
  range = range:match("^(.-)%s*$")
  local part = { first = node.first + open + first - 1, open = 0, value = range }
  part.last = part.first + #range - 1
  return sites.requirement(text, part, "python", opts, plain_name(name)), last
end

local function add_pep508(found, list, text, opts, names)
  for _, item in ipairs(list and list.kind == "array" and list.items or {}) do
    local name = is_text(item) and item.value:match("^%s*([%w._-]+)")
    if name then names[#names + 1] = plain_name(name) end
    local site = is_text(item) and pep508_site(text, item, opts)
    if site then found.sites[#found.sites + 1] = site end
  end
end

local function add_poetry(found, section, text, opts, names)
  for _, key in ipairs(section and section.kind == "table" and section.keys or {}) do
    local node = section.map[key]
    local version = is_text(node) and node or child(node, "version")
    names[#names + 1] = plain_name(key)
    if is_text(version) and plain_name(key) ~= "python" then
      found.sites[#found.sites + 1] = sites.requirement(text, version, "python", opts, plain_name(key))
    end
  end
end

local function add_requirements(found, root, text, opts)
  add_pep508(found, child(root, "project", "dependencies"), text, opts, found.needs)
  for _, path in ipairs {
    { "project", "optional-dependencies", names = found.needs },
    { "dependency-groups", names = found.wants },
  } do
    local groups = child(root, table.unpack(path))
    for _, group in ipairs(groups and groups.keys or {}) do
      add_pep508(found, groups.map[group], text, opts, path.names)
    end
  end
  local poetry = child(root, "tool", "poetry")
  add_poetry(found, child(poetry, "dependencies"), text, opts, found.needs)
  add_poetry(found, child(poetry, "dev-dependencies"), text, opts, found.wants)
  local groups = child(poetry, "group")
  for _, group in ipairs(groups and groups.keys or {}) do
    add_poetry(found, child(groups.map[group], "dependencies"), text, opts, found.wants)
  end
end

local function is_dynamic(root)
  local list = child(root, "project", "dynamic")
  for _, item in ipairs(list and list.kind == "array" and list.items or {}) do
    if item.value == "version" then return true end
  end
  return false
end

--- The classifier that makes PyPI refuse an upload.
local function is_private(root)
  local list = child(root, "project", "classifiers")
  for _, item in ipairs(list and list.kind == "array" and list.items or {}) do
    if is_text(item) and item.value:find "^Private ::" then return true end
  end
  return false
end

local function locate(text, opts)
  local root, err = toml.parse(text)
  if not root then return nil, sites.malformed(err) end
  local normal = {}
  for key, value in pairs(opts) do normal[key] = value end -- order: a copy has none
  for _, key in ipairs { "versions", "dependencies" } do
    if opts[key] then
      normal[key] = {}
      for name, version in pairs(opts[key]) do -- order: a copy has none
        normal[key][plain_name(name)] = version
      end
    end
  end
  normal.package = opts.package and plain_name(opts.package)
  local name = child(root, "project", "name") or child(root, "tool", "poetry", "name")
  local found = { sites = {}, name = is_text(name) and name.value or nil, needs = {}, wants = {} }
  for _, path in ipairs { { "project", "version" }, { "tool", "poetry", "version" } } do
    local node = child(root, table.unpack(path))
    if node and not is_text(node) then
      return nil, sites.fault(text, node.first, "manifest.malformed", "the version must be a string")
    end
    if node then found.sites[#found.sites + 1] = sites.node(text, node) end
  end
  if is_dynamic(root) then
    found.answer = sites.dynamic("the version is declared dynamic")
    if child(root, "project", "version") then
      return nil, sites.fault(text, child(root, "project", "version").first, "manifest.malformed",
        "the version is written and declared dynamic at once")
    end
  elseif #found.sites == 0 and not child(root, "project") and not child(root, "tool", "poetry") then
    found.quiet = true
  end
  found.private = is_private(root)
  add_requirements(found, root, text, normal)
  return found
end

return sites.format {
  name = "pyproject", title = "pyproject.toml", matches = sites.named { "pyproject.toml" },
  locate = locate,
}
