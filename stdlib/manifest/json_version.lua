-- JSON files whose version stands under one key at the top.
local json = require "pure.json_edit"
local sites = require "pure.sites"

--- File name → dialect. What needs more than this has a file of its own.
local dialects = {
  ["jsr.json"] = "jsonc", ["jsr.jsonc"] = "jsonc", ["esy.json"] = "json", ["bower.json"] = "json",
  ["elm.json"] = "json",
  ["lerna.json"] = "json", ["manifest.json"] = "jsonc", ["extension.json"] = "json",
  ["skin.json"] = "json",
  ["plugin.json"] = "json", ["vcpkg.json"] = "json", ["module.json"] = "json",
  ["info.json"] = "json",
  ["metadata.json"] = "json", ["vss-extension.json"] = "json", ["server.json"] = "json",
  ["marketplace.json"] = "json",
}

local keys = { "version", "version-semver", "version-string", "version-date" }

local function locate(text, opts, dialect)
  local root, err = json.parse(text, dialect or "jsonc")
  if not root then return nil, err end
  if root.kind ~= "table" then return { sites = {} } end
  local name = root.map.name
  local found = { sites = {}, name = name and name.kind == "string" and name.value or nil }
  for _, key in ipairs(keys) do
    local node = root.map[key]
    if node and node.kind == "string" and #found.sites == 0 then
      if node.value:find("%d") then
        found.sites[1] = sites.node(text, node)
      else
        found.answer = sites.dynamic(("the version is '%s'"):format(node.value))
      end
    end
  end
  return found
end

local by_dialect = {}
for _, dialect in ipairs { "json", "jsonc" } do
  by_dialect[#by_dialect + 1] = sites.format {
    name = "json_version_" .. dialect,
    title = dialect == "json" and "elm.json, esy.json, bower.json and others" or "jsr.json, manifest.json",
    weak = true,
    matches = function(base) return dialects[base] == dialect end,
    locate = function(text, opts) return locate(text, opts, dialect) end,
  }
end
return by_dialect
