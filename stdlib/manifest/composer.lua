-- composer.json: version (often absent: Packagist takes the tag), `replace` and requirements on
-- packages of the repository. composer.lock: the named package's entry.
local json = require "pure.json_edit"
local sites = require "pure.sites"

local function text_at(node, key)
  local item = node and node.kind == "table" and node.map[key]
  return item and item.kind == "string" and item or nil
end

--- A replaced package at the version of this one is split off it and moves along.
local function add_replacements(found, root, text, opts, own)
  local section = root.map.replace
  for _, name in ipairs(section and section.kind == "table" and section.keys or {}) do
    local node = section.map[name]
    if node.kind == "string" and node.value ~= "self.version" and node.value ~= "*" then
      local site = sites.node(text, node, function(version)
        return sites.wanted(opts, version, name, { here = true, follows = node.value == own })
      end)
      site.role = "requirement"
      found.sites[#found.sites + 1] = site
    end
  end
end

local function add_requirements(found, root, text, opts)
  for _, key in ipairs { "require", "require-dev" } do
    local section = root.map[key]
    for _, name in ipairs(section and section.kind == "table" and section.keys or {}) do
      local node = section.map[name]
      if node.kind == "string" and node.value ~= "self.version" then
        found.sites[#found.sites + 1] = sites.requirement(text, node, "npm", opts, name)
      end
    end
  end
end

local function locate(text, opts)
  local root, err = json.parse(text, "json")
  if not root then return nil, err end
  if root.kind ~= "table" then
    return nil, sites.fault(text, root.first, "manifest.malformed", "an object is expected")
  end
  local name, version = text_at(root, "name"), text_at(root, "version")
  local found = { sites = {}, name = name and name.value }
  if version then found.sites[1] = sites.node(text, version) end
  add_replacements(found, root, text, opts, version and version.value)
  add_requirements(found, root, text, opts)
  return found
end

local function locate_lock(text, opts)
  local root, err = json.parse(text, "json")
  if not root then return nil, err end
  local found = { sites = {}, quiet = true }
  for _, key in ipairs { "packages", "packages-dev" } do
    local list = root.map and root.map[key]
    for _, entry in ipairs(list and list.items or {}) do
      local name, version = text_at(entry, "name"), text_at(entry, "version")
      if name and version then
        local prefix = version.value:match("^v?")
        local site = sites.node(text, version, function(new)
          local target = sites.wanted(opts, new, name.value)
          return target and prefix .. target
        end)
        site.role = "requirement"
        found.sites[#found.sites + 1] = site
      end
    end
  end
  return found
end

return {
  sites.format {
    name = "composer", title = "composer.json", matches = sites.named { "composer.json" },
    locate = locate,
  },
  sites.format {
    name = "composer_lock", title = "composer.lock", companion = true,
    matches = sites.named { "composer.lock" }, locate = locate_lock,
  },
}
