-- TOML manifests that need no more than a path: Gleam, Julia, Scarb, Typst, fpm, Wally and others.
local sites = require "pure.sites"
local sorted_keys = require "pure.sorted_keys"
local toml = require "pure.toml"

--- File name → where the version and the name stand.
local places = {
  ["gleam.toml"] = { "version" }, ["Project.toml"] = { "version" },
  ["JuliaProject.toml"] = { "version" },
  ["fpm.toml"] = { "version" }, ["extension.toml"] = { "version" },
  ["foundry.toml"] = { "profile.default.version" },
  ["Scarb.toml"] = { "package.version", "workspace.package.version" },
  ["typst.toml"] = { "package.version" },
  ["wally.toml"] = { "package.version" }, ["Move.toml"] = { "package.version" },
  ["pixi.toml"] = { "project.version", "workspace.version", "package.version" },
  ["buildpack.toml"] = { "buildpack.version" }, ["fabric.mod.toml"] = { "version" },
  ["alire.toml"] = { "version" },
}

local function at(root, path)
  local node = root
  for key in path:gmatch("[^.]+") do
    node = node and node.kind == "table" and node.map[key] or nil
  end
  return node and node.kind == "string" and node or nil
end

--- Requirements of Gleam's and Julia's kind: name = "range", or a table with a version.
local function add_requirements(found, root, text, opts)
  for _, section in ipairs { "dependencies", "dev-dependencies" } do
    local list = root.map[section]
    for _, key in ipairs(list and list.kind == "table" and list.keys or {}) do
      local node = list.map[key]
      node = node.kind == "table" and node.map.version or node
      if node.kind == "string" and not node.value:find(" and ", 1, true) then
        found.sites[#found.sites + 1] = sites.requirement(text, node, "npm", opts, key)
      end
    end
  end
end

local function locate(paths, text, opts)
  local root, err = toml.parse(text)
  if not root then return nil, sites.malformed(err) end
  local found = { sites = {} }
  for _, path in ipairs(paths) do
    local version = at(root, path)
    local name = at(root, (path:gsub("version$", "name")))
    if version and not found.sites[1] then found.sites[1] = sites.node(text, version) end
    found.name = found.name or (name and name.value)
  end
  add_requirements(found, root, text, opts)
  return found
end

local list = {}
local names = sorted_keys(places)
for _, name in ipairs(names) do
  list[#list + 1] = sites.format {
    name = "toml_version", title = name, matches = function(base) return base == name end,
    locate = function(text, opts) return locate(places[name], text, opts) end,
  }
end
return list
