-- deno.json(c): its version, and requirements on packages of the repository among its imports.
-- deno.lock: every mention of a released package, in keys and values.
local json = require "pure.json_edit"
local requirement = require "pure.requirement"
local sites = require "pure.sites"

--- "jsr:@scope/name@^1.0.0" or "npm:name@1": what stands before the range, the name, the range.
local function specifier(value)
  local head, name, range = value:match("^(%a*:?/?(@?[^@]+)@)([^/]+)$")
  return head, name and name:gsub("^%a+:/?", ""), range
end

local function mention(text, first, value, opts)
  local head, name, range = specifier(value)
  if not head then return nil end
  return {
    first = first + #head, last = first + #value - 1, text = range, role = "requirement",
    write = function(version)
      local target = sites.wanted(opts, version, name)
      if not target then return nil end
      return requirement.rewrite("npm", range, target)
    end,
  }
end

local function locate_manifest(text, opts)
  local root, err = json.parse(text, "jsonc")
  if not root then return nil, err end
  local name, version = root.map and root.map.name, root.map and root.map.version
  local found = { sites = {}, name = name and name.kind == "string" and name.value or nil }
  if version and version.kind == "string" then found.sites[1] = sites.node(text, version) end
  local imports = root.map and root.map.imports
  for _, key in ipairs(imports and imports.keys or {}) do
    local node = imports.map[key]
    if node.kind == "string" then
      found.sites[#found.sites + 1] = mention(text, node.first + 1, node.value, opts)
    end
  end
  found.quiet = root.map and root.map.workspace ~= nil
  return found
end

local walk

local function walk_key(found, text, key, node, opts)
  local site = mention(text, node.key_first + 1, key, opts)
  found.sites[#found.sites + 1] = site
  local _, name = specifier(key)
  if site and name and node.kind == "string" and node.value:find("^%d") then
    local value = sites.node(text, node, function(version)
      return sites.wanted(opts, version, name)
    end)
    value.role = "requirement"
    found.sites[#found.sites + 1] = value
  else
    walk(found, text, node, opts)
  end
end

function walk(found, text, node, opts)
  if node.kind == "table" then
    for _, key in ipairs(node.keys) do walk_key(found, text, key, node.map[key], opts) end
  elseif node.kind == "array" then
    for _, item in ipairs(node.items) do walk(found, text, item, opts) end
  elseif node.kind == "string" then
    found.sites[#found.sites + 1] = mention(text, node.first + 1, node.value, opts)
  end
end

local function locate_lock(text, opts)
  local root, err = json.parse(text, "json")
  if not root then return nil, err end
  local found = { sites = {}, quiet = true }
  walk(found, text, root, opts)
  return found
end

return {
  sites.format {
    name = "deno", title = "deno.json", matches = sites.named { "deno.json", "deno.jsonc" },
    locate = locate_manifest,
  },
  sites.format {
    name = "deno_lock", title = "deno.lock", companion = true,
    matches = sites.named { "deno.lock" }, locate = locate_lock,
  },
}
