-- pnpm-workspace.yaml: its catalogs hold the ranges that "catalog:" in the members' package.json stands for.
local sites = require "pure.sites"
local yaml = require "pure.yaml_edit"

local function add_catalog(found, section, text, opts)
  for _, name in ipairs(section and section.kind == "table" and section.keys or {}) do
    local node = section.map[name]
    if node.kind == "string" and not node.block then
      found.sites[#found.sites + 1] = sites.requirement(text, node, "npm", opts, name)
    end
  end
end

local function locate(text, opts)
  local documents, err = yaml.parse(text)
  if not documents then return nil, err end
  local map = documents[1] and documents[1].kind == "table" and documents[1].map or {}
  local found = { sites = {}, quiet = true }
  add_catalog(found, map.catalog, text, opts)
  for _, name in ipairs(map.catalogs and map.catalogs.kind == "table" and map.catalogs.keys or {}) do
    add_catalog(found, map.catalogs.map[name], text, opts)
  end
  return found
end

return sites.format {
  name = "pnpm_workspace", title = "pnpm-workspace.yaml", companion = true,
  matches = sites.named { "pnpm-workspace.yaml" }, locate = locate,
}
