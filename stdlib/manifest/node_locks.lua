-- The lock files of pnpm, Bun and Yarn. Yarn's carry no version of the repository's own packages;
-- pnpm's repeat the requirements between them; Bun's have both.
local json = require "pure.json_edit"
local sites = require "pure.sites"
local yaml = require "pure.yaml_edit"

local sections = { "dependencies", "devDependencies", "optionalDependencies" }

local function is_text(node) return node ~= nil and node.kind == "string" end

local function requirement(text, node, name, opts)
  return sites.requirement(text, node, "npm", opts, name)
end

--- The catalogs of pnpm-workspace.yaml as they were when the lock file was written.
local function add_catalogs(found, catalogs, text, opts)
  for _, name in ipairs(catalogs and catalogs.keys or {}) do
    local catalog = catalogs.map[name]
    for _, dependency in ipairs(catalog.keys or {}) do
      local entry = catalog.map[dependency]
      local range = entry.map and entry.map.specifier
      if is_text(range) then found.sites[#found.sites + 1] = requirement(text, range, dependency, opts) end
    end
  end
end

local function locate_pnpm(text, opts)
  local documents, err = yaml.parse(text)
  if not documents then return nil, err end
  local found = { sites = {}, quiet = true }
  local root = documents[1] and documents[1].map or {}
  local importers = root.importers
  add_catalogs(found, root.catalogs, text, opts)
  for _, path in ipairs(importers and importers.keys or {}) do
    for _, key in ipairs(sections) do
      local section = importers.map[path].map and importers.map[path].map[key]
      for _, name in ipairs(section and section.keys or {}) do
        local entry = section.map[name]
        local range, version = entry.map and entry.map.specifier, entry.map and entry.map.version
        if is_text(range) and is_text(version) and version.value:find("^link:") then
          found.sites[#found.sites + 1] = requirement(text, range, name, opts)
        end
      end
    end
  end
  return found
end

local function locate_bun(text, opts)
  local root, err = json.parse(text, "jsonc")
  if not root then return nil, err end
  local found = { sites = {}, quiet = true }
  local workspaces = root.map and root.map.workspaces
  for _, path in ipairs(workspaces and workspaces.keys or {}) do
    local entry = workspaces.map[path]
    local name, version = entry.map and entry.map.name, entry.map and entry.map.version
    if is_text(name) and is_text(version) then
      local site = sites.node(text, version, function(new)
        return sites.wanted(opts, new, name.value, { here = true, follows = path == "" })
      end)
      site.role = "requirement"
      found.sites[#found.sites + 1] = site
    end
    for _, key in ipairs(sections) do
      local section = entry.map and entry.map[key]
      for _, dependency in ipairs(section and section.keys or {}) do
        if is_text(section.map[dependency]) then
          found.sites[#found.sites + 1] = requirement(text, section.map[dependency], dependency, opts)
        end
      end
    end
  end
  return found
end

local function locate_yarn() return { sites = {}, quiet = true } end

return {
  sites.format {
    name = "pnpm_lock", title = "pnpm-lock.yaml", companion = true, nameless = true,
    matches = sites.named { "pnpm-lock.yaml" }, locate = locate_pnpm,
  },
  sites.format {
    name = "bun_lock", title = "bun.lock", companion = true, nameless = true, matches = sites.named { "bun.lock" },
    locate = locate_bun,
  },
  sites.format {
    name = "yarn_lock", title = "yarn.lock", companion = true, nameless = true,
    matches = sites.named { "yarn.lock" }, locate = locate_yarn,
  },
}
