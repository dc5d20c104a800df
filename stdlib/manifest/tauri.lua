-- tauri.conf.json, its platform variants and JSON5 forms, and Tauri.toml: `version` at the top
-- (Tauri 2) or below `package` (Tauri 1). A path there points at package.json.
local json = require "pure.json_edit"
local sites = require "pure.sites"
local toml = require "pure.toml"

local function version_of(root, text)
  local version = root.map.version
  local package = root.map.package
  if not version and package and package.kind == "table" then version = package.map.version end
  local name = root.map.productName or root.map["product-name"]
  local found = { sites = {}, name = name and name.kind == "string" and name.value or nil }
  if not version or version.kind ~= "string" then
    found.answer = sites.inherited("the version is that of Cargo.toml")
  elseif version.value:find("%.json$") then
    found.answer = sites.inherited("the version is that of " .. version.value)
  else
    found.sites[1] = sites.node(text, version)
  end
  return found
end

local function locate(text)
  local root, err = json.parse(text, "json5")
  if not root then return nil, err end
  if root.kind ~= "table" then
    return nil, sites.fault(text, root.first, "manifest.malformed", "an object is expected")
  end
  return version_of(root, text)
end

local function locate_toml(text)
  local root, err = toml.parse(text)
  if not root then return nil, sites.malformed(err) end
  return version_of(root, text)
end

return {
  sites.format {
    name = "tauri", title = "tauri.conf.json", locate = locate,
    matches = function(base) return base:find("^tauri%.?%w*%.conf%.json5?$") ~= nil end,
  },
  sites.format {
    name = "tauri_toml", title = "Tauri.toml", locate = locate_toml,
    matches = function(base) return base:find("^Tauri%.?%w*%.toml$") ~= nil end,
  },
}
