-- JSON files that register versions of several packages: release-please's manifest (folder → version),
-- sfdx-project.json (1.2.0.NEXT), Google's apis.json.
local json = require "pure.json_edit"
local sites = require "pure.sites"

local function is_text(node) return node ~= nil and node.kind == "string" end

--- { ".": "1.2.0", "packages/a": "0.3.0" }: the root's, or the folder's that is named.
local function locate_manifest(text, opts)
  local root, err = json.parse(text, "json")
  if not root then return nil, err end
  local found = { sites = {}, quiet = true }
  for _, path in ipairs(root.keys or {}) do
    local node = root.map[path]
    if is_text(node) then
      local only = #root.keys == 1
      if (path == "." or only) and not opts.versions then
        found.sites[#found.sites + 1] = sites.node(text, node)
      else
        local site = sites.node(text, node, function(version)
          local last = path:match("([^/]*)$")
          return sites.wanted(opts, version, path) or sites.wanted(opts, version, last)
        end)
        site.role = "requirement"
        found.sites[#found.sites + 1] = site
      end
    end
  end
  return found
end

--- packageDirectories: the default one (or the only one), "versionNumber": "1.2.0.NEXT".
local function locate_sfdx(text)
  local root, err = json.parse(text, "json")
  if not root then return nil, err end
  local list, found = root.map and root.map.packageDirectories, { sites = {} }
  for _, entry in ipairs(list and list.items or {}) do
    local number, default = entry.map and entry.map.versionNumber, entry.map and entry.map.default
    if is_text(number) and (#list.items == 1 or (default and default.value == true)) then
      local version = number.value:match("^%d+%.%d+%.%d+")
      if version then
        local first = number.first + 1
        local site = sites.version(text, first, first + #version - 1, function(new) return new:match("^%d+%.%d+%.%d+") end)
        found.sites[#found.sites + 1] = site
      end
    end
  end
  return found
end

local function locate_apis(text, opts)
  local root, err = json.parse(text, "json")
  if not root then return nil, err end
  local list, found = root.map and root.map.apis, { sites = {}, quiet = true }
  for _, entry in ipairs(list and list.items or {}) do
    local id, version = entry.map and entry.map.id, entry.map and entry.map.version
    if is_text(id) and is_text(version) then
      local site = sites.node(text, version, function(new) return sites.wanted(opts, new, id.value) end)
      site.role = "requirement"
      found.sites[#found.sites + 1] = site
    end
  end
  return found
end

return {
  sites.format {
    name = "release_manifest", title = ".release-please-manifest.json",
    matches = sites.named { ".release-please-manifest.json" }, locate = locate_manifest,
  },
  sites.format {
    name = "sfdx", title = "sfdx-project.json", core_only = true,
    matches = sites.named { "sfdx-project.json" }, locate = locate_sfdx,
  },
  sites.format {
    name = "apis", title = "apis.json", companion = true, matches = sites.named { "apis.json" },
    locate = locate_apis,
  },
}
