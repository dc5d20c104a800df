-- YAML manifests: Helm charts, Dart and Flutter, Crystal, snaps, Ansible collections. The version
-- stands at the top of the first document.
local sites = require "pure.sites"
local yaml = require "pure.yaml_edit"

local function root_of(text)
  local documents, err = yaml.parse(text)
  if not documents then return nil, err end
  local root = documents[1]
  if not root or root.kind ~= "table" then return { map = {}, keys = {} } end
  return root
end

local function text_at(node, key)
  local item = node and node.map and node.map[key]
  return item and item.kind == "string" and not item.block and item or nil
end

local function plain(text)
  local root, err = root_of(text)
  if not root then return nil, err end
  local version, name = text_at(root, "version"), text_at(root, "name")
  local spec = root.map.spec
  version = version or text_at(spec and spec.map and spec.map.info, "version") -- a blueprint's metadata.yaml
  local found = { sites = {}, name = name and name.value }
  if version then
    if version.value:find("^%d") or version.value:find("^v%d") then
      found.sites[1] = sites.node(text, version)
      local skip = #version.value:match("^v?")
      found.sites[1].first, found.sites[1].text = found.sites[1].first + skip, version.value:sub(skip + 1)
    else
      found.answer = sites.dynamic(("the version is '%s'"):format(version.value))
    end
  end
  return found, nil, root
end

--- Chart.yaml: appVersion is the version of what the chart installs; it moves only when it is named.
local function locate_chart(text, opts)
  local found, err, root = plain(text)
  if not found then return nil, err end
  local app = text_at(root, "appVersion")
  if app and opts.app_version then
    local site = sites.node(text, app, function() return opts.app_version end)
    site.role = "part"
    found.sites[#found.sites + 1] = site
  end
  local list = root.map.dependencies
  for _, entry in ipairs(list and list.items or {}) do
    local name, range, from = text_at(entry, "name"), text_at(entry, "version"), text_at(entry, "repository")
    if name and range then
      local here = from and from.value:find("^file:") ~= nil
      found.sites[#found.sites + 1] = sites.requirement(text, range, "npm", opts, name.value, { here = here, elsewhere = not here })
    end
  end
  return found
end

--- Flutter writes a build number after the version; stores want it to rise with every release.
local function with_build(old)
  local build = old:match("%+(.+)$")
  return function(version)
    if not build or version:find("+", 1, true) then return version end
    local number = math.tointeger(tonumber(build))
    return version .. "+" .. (number and ("%d"):format(number + 1) or build)
  end
end

local function locate_pubspec(text, opts)
  local found, err, root = plain(text)
  if not found then return nil, err end
  local own = found.sites[1]
  if own then own.write = with_build(own.text) end
  for _, key in ipairs { "dependencies", "dev_dependencies" } do
    local section = root.map[key]
    for _, name in ipairs(section and section.keys or {}) do
      local node = section.map[name]
      local range = node.kind == "string" and node or text_at(node, "version")
      if range and not range.block then
        local site = sites.requirement(text, range, "npm", opts, name)
        site.soft = key == "dev_dependencies"
        found.sites[#found.sites + 1] = site
      end
    end
  end
  return found
end

local others = {
  "shard.yml", "snapcraft.yaml", "galaxy.yml", "metadata.yaml", "metadata.display.yaml",
  "plugin.yaml", "plugin.yml",
  "antora.yml", "fxmanifest.yml", "package.yaml",
}

return {
  sites.format {
    name = "helm", title = "Chart.yaml", matches = sites.named { "Chart.yaml", "Chart.yml" },
    locate = locate_chart,
  },
  sites.format {
    name = "pubspec", title = "pubspec.yaml",
    matches = sites.named { "pubspec.yaml", "pubspec.yml" }, locate = locate_pubspec,
  },
  sites.format {
    name = "yaml_version", title = "shard.yml, snapcraft.yaml, galaxy.yml and others", weak = true,
    matches = sites.named(others),
    locate = function(text) local found, err = plain(text) return found, err end,
  },
}
