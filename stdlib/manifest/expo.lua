-- app.json of Expo: the version, iOS' build number when it is the version, and Android's version code
-- when it is built from the SDK's major and the version (44 0030201 for 3.2.1).
local json = require "pure.json_edit"
local sites = require "pure.sites"

local function child(node, ...)
  for _, key in ipairs { ... } do
    node = node and node.kind == "table" and node.map[key] or nil
  end
  return node
end

local function digits_of(version)
  local major, minor, patch = version:match("^(%d+)%.(%d+)%.(%d+)")
  if not major then return nil end
  return tonumber(major) * 10000 + tonumber(minor) * 100 + tonumber(patch)
end

--- The SDK's part of the code: named by the caller, or what stands before the old version's digits.
local function sdk_of(code, old, opts)
  if opts.sdk then return tonumber(opts.sdk:match("^%d+")) end
  local digits = digits_of(old)
  if not digits or code % 10000000 ~= digits then return nil end
  return code // 10000000
end

local function add_code(found, node, text, old, opts)
  local code = node and node.kind == "number" and math.tointeger(node.value)
  local sdk = code and sdk_of(code, old, opts)
  if not sdk then return end
  found.sites[#found.sites + 1] = {
    first = node.first, last = node.last, text = text:sub(node.first, node.last), role = "part",
    write = function(version)
      local digits = version and digits_of(version)
      return digits and ("%d"):format(sdk * 10000000 + digits)
    end,
  }
end

local function locate(text, opts)
  local root, err = json.parse(text, "json")
  if not root then return nil, err end
  local holder = child(root, "expo") or root
  local version = child(holder, "version")
  local name = child(holder, "slug") or child(holder, "name")
  local found = { sites = {}, name = name and name.value }
  if not version or version.kind ~= "string" then return found end
  found.sites[1] = sites.node(text, version)
  local build = child(holder, "ios", "buildNumber")
  if build and build.kind == "string" and build.value == version.value then
    local site = sites.node(text, build)
    site.role = "part"
    found.sites[2] = site
  end
  add_code(found, child(holder, "android", "versionCode"), text, version.value, opts)
  return found
end

return sites.format {
  name = "expo", title = "app.json", matches = sites.named { "app.json", "app.config.json" },
  locate = locate,
}
