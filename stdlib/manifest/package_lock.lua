-- package-lock.json and npm-shrinkwrap.json, in all their versions: the root's version stands at the
-- top and again under packages[""]; workspaces have entries of their own, by folder.
local json = require "pure.json_edit"
local sites = require "pure.sites"

local sections = { "dependencies", "devDependencies", "optionalDependencies", "peerDependencies" }

local function text_at(node, key)
  local item = node and node.kind == "table" and node.map[key]
  return item and item.kind == "string" and item or nil
end

local function name_of(path, entry)
  local name = text_at(entry, "name")
  return name and name.value or path:match("([^/]*)$")
end

--- Dependencies of an entry of this repository on others of it.
local function add_requirements(found, entry, text, opts)
  for _, key in ipairs(sections) do
    local section = entry.map[key]
    for _, name in ipairs(section and section.kind == "table" and section.keys or {}) do
      local node = section.map[name]
      if node.kind == "string" and (key ~= "peerDependencies" or opts.peer) then
        local needed = key == "peerDependencies" and opts.peer == "needed"
        found.sites[#found.sites + 1] = sites.requirement(text, node, "npm", opts, name, { needed = needed })
      end
    end
  end
end

--- A workspace's own entry: its version when it is named.
local function add_workspace(found, path, entry, text, opts)
  local version, name = text_at(entry, "version"), name_of(path, entry)
  if not version then return end
  local site = sites.node(text, version, function(new)
    return sites.wanted(opts, new, name, { here = true })
  end)
  site.role = "requirement"
  found.sites[#found.sites + 1] = site
end

local function locate(text, opts)
  local root, err = json.parse(text, "json")
  if not root then return nil, err end
  if root.kind ~= "table" then
    return nil, sites.fault(text, root.first, "manifest.malformed", "an object is expected")
  end
  local name = text_at(root, "name")
  local found = { sites = {}, name = name and name.value, quiet = true }
  local version = text_at(root, "version")
  if version then found.sites[1] = sites.node(text, version) end
  local packages = root.map.packages
  for _, path in ipairs(packages and packages.kind == "table" and packages.keys or {}) do
    local entry = packages.map[path]
    if entry.kind == "table" and not path:find("node_modules/", 1, true) then
      if path == "" then
        version = text_at(entry, "version")
        if version then found.sites[#found.sites + 1] = sites.node(text, version) end
      else
        add_workspace(found, path, entry, text, opts)
      end
      add_requirements(found, entry, text, opts)
    end
  end
  return found
end

return sites.format {
  name = "package_lock", title = "package-lock.json", companion = true,
  matches = sites.named { "package-lock.json", "npm-shrinkwrap.json", ".package-lock.json" },
  locate = locate,
}
