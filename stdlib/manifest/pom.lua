-- pom.xml: the project's version, else the parent's; ${revision} is followed to its property. Versions
-- of released artifacts move in parent, dependencies and plugins when they are named, as artifact or
-- as group:artifact.
local sites = require "pure.sites"
local xml = require "pure.xml_edit"

local function text_child(element, name)
  local item = element and xml.child(element, name)
  return item and item.text and item or nil
end

--- The bytes of an element's text without the blanks around it.
local function trimmed(text, element)
  local first, last = element.text_first, element.text_last
  local before, body = text:sub(first, last):match("^(%s*)(.-)%s*$")
  return first + #before, first + #before + #body - 1, body
end

local function own_site(text, element)
  local first, last, body = trimmed(text, element)
  if body == "" then return nil end
  return sites.version(text, first, last), body
end

local function property_site(root, text, name)
  local properties = xml.child(root, "properties")
  local element = text_child(properties, name)
  return element and own_site(text, element)
end

--- The version in `holder`, followed through one property.
local function version_site(root, text, holder)
  local element = text_child(holder, "version")
  if not element then return nil end
  local site, body = own_site(text, element)
  local property = body and body:match("^%${([%w_.-]+)}$")
  if property then return property_site(root, text, property) or nil, property end
  return site
end

local function add_reference(found, text, element, opts)
  local artifact, version = text_child(element, "artifactId"), text_child(element, "version")
  if not artifact or not version or version.text:find("${", 1, true) then return end
  local first, last, body = trimmed(text, version)
  local name, group = artifact.text:match("^%s*(.-)%s*$"), text_child(element, "groupId")
  local full = group and group.text:match("^%s*(.-)%s*$") .. ":" .. name
  found.sites[#found.sites + 1] = {
    first = first, last = last, text = body, role = "requirement", needs = name,
    write = function(new)
      return full and sites.wanted(opts, new, full) or sites.wanted(opts, new, name)
    end,
  }
end

--- Dependencies and plugins, wherever they stand.
local function add_references(found, text, element, opts)
  for _, item in ipairs(element.items) do
    if item.name == "dependency" or item.name == "plugin" or item.name == "extension" then
      add_reference(found, text, item, opts)
    end
    add_references(found, text, item, opts)
  end
end

local function locate(text, opts)
  local root, err = xml.parse(text)
  if not root then return nil, err end
  if root.name ~= "project" then
    return nil, sites.fault(text, root.first, "manifest.malformed", "<project> is expected")
  end
  local artifact, parent = text_child(root, "artifactId"), xml.child(root, "parent")
  local found = { sites = {}, name = artifact and artifact.text:match("^%s*(.-)%s*$") }
  local site, property = version_site(root, text, root)
  if not site and not property and parent then
    site = version_site(root, text, parent)
    if site then site.shared = true end
  elseif parent then
    add_reference(found, text, parent, opts)
  end
  if site then table.insert(found.sites, 1, site) end
  if property and not site then
    found.answer = sites.dynamic("the version is the property " .. property)
  end
  add_references(found, text, root, opts)
  return found
end

return sites.format {
  name = "pom", title = "pom.xml",
  matches = function(base) return base == "pom.xml" or base:find("%.pom$") end, locate = locate,
}
