-- A CycloneDX 1.5 bill of materials (ECMA-424, JSON form). The same release gives the same bytes: the serial number is
-- made of the content, the time is the commit's.
local json = require "door.json"

local M = {}

local function component_of(c)
  local hashes = {}
  for i, hash in ipairs(c.hashes or {}) do hashes[i] = { alg = hash[1], content = hash[2] } end
  local group, name = c.name:match "^(@[^/]+)/(.+)$"
  return {
    type = "library", ["bom-ref"] = c.purl, group = group, name = name or c.name, version = c.version, purl = c.purl,
    hashes = #hashes > 0 and json.array(hashes) or nil,
    properties = json.array { { name = "slipway:lock", value = c.lock } },
  }
end

--- A UUID of version 8 (RFC 9562) made of a digest.
---@param digest string  hexadecimal
---@return string
function M.uuid(digest)
  local variant = ("%x"):format(tonumber(digest:sub(17, 17), 16) & 3 | 8)
  return ("%s-%s-8%s-%s%s-%s"):format(digest:sub(1, 8), digest:sub(9, 12), digest:sub(14, 16), variant, digest:sub(18, 20), digest:sub(21, 32))
end

---@param o { name: string, version: string, purl: string, commit: string, time: string, components: { list: table[], direct: string[] }, digest: string, tool: string }
---@return table
function M.document(o)
  local components, dependencies = {}, { { ref = o.purl, dependsOn = json.array(o.components.direct) } }
  for i, c in ipairs(o.components.list) do
    components[i] = component_of(c)
    dependencies[#dependencies + 1] = { ref = c.purl, dependsOn = json.array(c.depends) }
  end
  return {
    ["$schema"] = "http://cyclonedx.org/schema/bom-1.5.schema.json", bomFormat = "CycloneDX", specVersion = "1.5", version = 1,
    serialNumber = "urn:uuid:" .. M.uuid(o.digest),
    metadata = {
      timestamp = o.time, tools = { components = json.array { { type = "application", name = "slipway", version = o.tool } } },
      component = {
        type = "application", ["bom-ref"] = o.purl, name = o.name, version = o.version, purl = o.purl,
        properties = json.array { { name = "slipway:commit", value = o.commit } },
      },
    },
    components = json.array(components), dependencies = json.array(dependencies),
  }
end

return M
