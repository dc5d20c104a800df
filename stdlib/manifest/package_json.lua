-- package.json and the files of its family that keep the version in the same key: jsr.json,
-- deno.json(c), esy.json, composer's and others have their own rules and files.
local door = require "door.json"
local json = require "pure.json_edit"
local sites = require "pure.sites"

local sections = { "dependencies", "devDependencies", "optionalDependencies" }

local function text_at(node, key)
  local item = node.map and node.map[key]
  return item and item.kind == "string" and item or nil
end

local function add_section(found, section, text, opts, flags)
  for _, name in ipairs(section and section.kind == "table" and section.keys or {}) do
    local node = section.map[name]
    if node.kind == "string" then
      local site = sites.requirement(text, node, "npm", opts, name, { needed = flags.peer and opts.peer == "needed" })
      site.soft, site.peer = flags.soft, flags.peer
      found.sites[#found.sites + 1] = site
    end
  end
end

--- A peer is what users install themselves: another range asks something of them.
local function add_peers(found, section, text, opts)
  local first = #found.sites + 1
  add_section(found, section, text, opts, { peer = true })
  for i = first, opts.peer and 0 or #found.sites do
    found.sites[i].write = function() return nil end
  end
end

--- Bun's catalogs: the ranges that members' "catalog:" stands for.
local function add_catalogs(found, holder, text, opts)
  local map = holder and holder.kind == "table" and holder.map or {}
  add_section(found, map.catalog, text, opts, { soft = true })
  for _, name in ipairs(map.catalogs and map.catalogs.kind == "table" and map.catalogs.keys or {}) do
    add_section(found, map.catalogs.map[name], text, opts, { soft = true })
  end
end

local function locate(text, opts)
  local root, err = json.parse(text, "json")
  if not root then return nil, err end
  if root.kind ~= "table" then
    return nil, sites.fault(text, root.first, "manifest.malformed", "an object is expected")
  end
  local name, version = text_at(root, "name"), root.map.version
  if version and version.kind ~= "string" then
    return nil, sites.fault(text, version.first, "manifest.malformed", "the version must be a string")
  end
  local found = { sites = {}, name = name and name.value }
  if version then found.sites[1] = sites.node(text, version) end
  for _, key in ipairs(sections) do
    add_section(found, root.map[key], text, opts, { soft = key == "devDependencies" })
  end
  add_peers(found, root.map.peerDependencies, text, opts)
  add_catalogs(found, root, text, opts)
  add_catalogs(found, root.map.workspaces, text, opts)
  found.private = root.map.private and root.map.private.value == true
  return found
end

local seen_at_once = { "name", "version", "private", "dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "catalog", "catalogs", "workspaces" }

local function names(...)
  local list = {}
  for _, some in ipairs { ... } do
    if some then table.move(some, 1, #some, #list + 1, list) end
  end
  return list
end

local function lists(value) return type(value) == "table" and value or false end

--- What the file says, without the places where it does: for those who look at hundreds. nil: locate has to look.
local function glance(text)
  local root = door.glance(text, seen_at_once)
  if not root or type(root.version or "") ~= "string" or root.version == false then return nil end
  if root.catalog ~= nil or root.catalogs ~= nil or lists(root.workspaces) then return nil end
  return {
    name = type(root.name) == "string" and root.name or nil, version = root.version, private = root.private == true,
    needs = names(lists(root.dependencies), lists(root.optionalDependencies)), wants = names(lists(root.devDependencies)),
    peers = names(lists(root.peerDependencies)),
  }
end

return sites.format {
  name = "package_json", title = "package.json", matches = sites.named { "package.json" },
  locate = locate, glance = glance,
}
