-- An SPDX 2.3 document (ISO/IEC 5962, JSON form). The same release gives the same bytes.
local json = require "door.json"
local uuid = require("pure.sbom.cyclonedx").uuid

local M = {}

local algorithms = { ["SHA-1"] = "SHA1", ["SHA-256"] = "SHA256", ["SHA-384"] = "SHA384", ["SHA-512"] = "SHA512", MD5 = "MD5" }

-- Letters, digits, "." and "-" only; the number keeps two names apart that differ elsewhere.
local function id_of(c, number) return ("SPDXRef-Package-%d-%s-%s"):format(number, c.name:gsub("[^%w.-]+", "-"), (c.version:gsub("[^%w.-]+", "-"))) end

local function package_of(c, id)
  local checksums = {}
  for _, hash in ipairs(c.hashes or {}) do
    if algorithms[hash[1]] then checksums[#checksums + 1] = { algorithm = algorithms[hash[1]], checksumValue = hash[2] } end
  end
  return {
    SPDXID = id, name = c.name, versionInfo = c.version, downloadLocation = "NOASSERTION", filesAnalyzed = false,
    licenseConcluded = "NOASSERTION", licenseDeclared = "NOASSERTION", copyrightText = "NOASSERTION", supplier = "NOASSERTION",
    checksums = #checksums > 0 and json.array(checksums) or nil,
    externalRefs = json.array { { referenceCategory = "PACKAGE-MANAGER", referenceType = "purl", referenceLocator = c.purl } },
  }
end

---@param o { name: string, version: string, purl: string, commit: string, time: string, components: { list: table[], direct: string[] }, digest: string, tool: string }
---@return table
function M.document(o)
  local root = "SPDXRef-Package-0"
  local ids = {}
  for i, c in ipairs(o.components.list) do ids[c.purl] = id_of(c, i) end
  local main = package_of({ name = o.name, version = o.version, purl = o.purl }, root)
  main.sourceInfo = "git commit " .. o.commit
  main.primaryPackagePurpose = "APPLICATION"
  local packages, relations = { main }, { { spdxElementId = "SPDXRef-DOCUMENT", relatedSpdxElement = root, relationshipType = "DESCRIBES" } }
  local function depends(from, purls)
    for _, purl in ipairs(purls) do
      relations[#relations + 1] = { spdxElementId = from, relatedSpdxElement = ids[purl], relationshipType = "DEPENDS_ON" }
    end
  end
  depends(root, o.components.direct)
  for i, c in ipairs(o.components.list) do
    packages[i + 1] = package_of(c, ids[c.purl])
    depends(ids[c.purl], c.depends)
  end
  return {
    spdxVersion = "SPDX-2.3", dataLicense = "CC0-1.0", SPDXID = "SPDXRef-DOCUMENT", name = ("%s-%s"):format(o.name, o.version),
    documentNamespace = ("https://spdx.org/spdxdocs/%s-%s-%s"):format(o.name:gsub("[^%w.-]+", "-"), o.version:gsub("[^%w.-]+", "-"), uuid(o.digest)),
    creationInfo = { created = o.time, creators = json.array { "Tool: slipway-" .. o.tool } },
    packages = json.array(packages), relationships = json.array(relations),
  }
end

return M
