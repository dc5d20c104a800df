-- .NET: <Version> in a project or Directory.Build.props, or <VersionPrefix> with <VersionSuffix>;
-- <version> of a nuspec. Package references move when they are named.
local requirement = require "pure.requirement"
local sites = require "pure.sites"
local xml = require "pure.xml_edit"

local function each_property(root, visit)
  for _, group in ipairs(root.items) do
    if group.name == "PropertyGroup" then
      for _, item in ipairs(group.items) do visit(item) end
    end
  end
end

local function element_site(text, element, write)
  local before, body = text:sub(element.text_first, element.text_last):match("^(%s*)(.-)%s*$")
  local first = element.text_first + #before
  return sites.version(text, first, first + #body - 1, write)
end

local function core(version) return version:match("^[%d.]+") end

local function label(version) return version:match("^[%d.]+%-([^+]*)") or "" end

local function add_references(found, text, element, opts)
  for _, item in ipairs(element.items) do
    if item.name == "PackageReference" or item.name == "PackageVersion" then
      local name, range
      for _, attribute in ipairs(item.attributes) do
        if attribute.name == "Include" or attribute.name == "Update" then name = attribute.value end
        if attribute.name == "Version" then range = attribute end
      end
      if name and range and not range.value:find("[%[(,$*]") then
        found.sites[#found.sites + 1] = {
          first = range.first, last = range.last, text = range.value, role = "requirement",
          write = function(version)
            local target = sites.wanted(opts, version, name)
            return target and requirement.rewrite("npm", range.value, target)
          end,
        }
      end
    end
    add_references(found, text, item, opts)
  end
end

local function locate(text, opts)
  local root, err = xml.parse(text)
  if not root then return nil, err end
  local found, whole, prefix, suffix = { sites = {} }, nil, nil, nil
  each_property(root, function(item)
    if not item.text then return end
    if item.name == "Version" then whole = whole or item end
    if item.name == "VersionPrefix" then prefix = prefix or item end
    if item.name == "VersionSuffix" then suffix = suffix or item end
    if item.name == "PackageId" and not item.text:find("$(", 1, true) then
      found.name = item.text:match("^%s*(.-)%s*$")
    end
  end)
  if whole and whole.text:find("%d") and not whole.text:find("$(", 1, true) then
    found.sites[1] = element_site(text, whole)
  elseif prefix and prefix.text:find("%d") then
    found.sites[1] = element_site(text, prefix, suffix and core or nil)
    if suffix then
      found.sites[2] = element_site(text, suffix, label)
      found.sites[2].role = "part"
    end
  elseif whole then
    found.answer = sites.dynamic("the version is computed: " .. whole.text)
  end
  add_references(found, text, root, opts)
  return found
end

local function locate_nuspec(text)
  local root, err = xml.parse(text)
  if not root then return nil, err end
  local metadata = xml.child(root, "metadata")
  local version = metadata and xml.child(metadata, "version")
  local id = metadata and xml.child(metadata, "id")
  local found = { sites = {}, name = id and id.text }
  if version and version.text and version.text:find("%$") then
    found.answer = sites.dynamic("the version is that of the project")
  elseif version and version.text then
    found.sites[1] = element_site(text, version)
  end
  return found
end

return {
  sites.format {
    name = "dotnet", title = "*.csproj, Directory.Build.props", locate = locate,
    matches = function(base) return base:find("%.%a+proj$") or base:find("%.props$") end,
  },
  sites.format {
    name = "nuspec", title = "*.nuspec", locate = locate_nuspec,
    matches = function(base) return base:find("%.nuspec$") end,
  },
}
