-- slipway.lua, key `artifacts`: the files of the release page, as a list of packages, each with `max_size` where it has one;
-- beside the list, by name, what goes with them:
--
--   checksums = "SHA256SUMS"       name of the file for all (false: none)
--   checksum_each = true           NAME.sha256 beside every file
--   sbom = { "cyclonedx", "spdx" } what the release is made of
--   provenance = true              signed statement of what was built from what
--   sign = { { by = "gpg", key = "…", files = "checksums" } }   files: checksums (default), all, or records: nothing but
--                                  the signed records (provenance, sign-off), which carry their signatures themselves
--   bundles = { archive = "…{version}-{target}-{payload}.tar.gz", binaries = {…}, payloads = {…}, include = {…} }   see recipe bundle
local check = require "pure.config.check"
local schema = require "pure.schema"
local sorted_keys = require "pure.sorted_keys"

local fields = { archive = "string", target = "string", source = "boolean", include = "table", deb = "string", with = "string", config = "string", level = "number", max_size = { "string", "number" } }
local packers = { "cpack", "nfpm" }
local signers = { "cosign", "gpg", "minisign", "ssh" }
local signer_fields = { by = "string", key = "string", password = "string", public = "string", identity = "string", home = "string", files = "string" }
local function check_list(artifacts)
  local names = {}
  for i, artifact in ipairs(artifacts) do
    local where = ("artifacts[%d]"):format(i)
    local ok, err = check.fields(where, artifact, fields)
    if not ok then return nil, err end
    local name = artifact.archive or artifact.deb
    if not name then return check.refuse(where .. ".archive (or deb) names the file, for example 'name-{version}.tar.gz'") end
    if artifact.archive and artifact.deb then return check.refuse(where .. " is either an archive or a deb") end
    if not schema.is_component(name) then return check.refuse(("%s.%s is the name of a file, without a folder"):format(where, artifact.deb and "deb" or "archive")) end
    if names[name] then return check.refuse("artifacts: two are called " .. name) end
    names[name] = true
    if artifact.include then
      ok, err = check.files(where .. ".include", artifact.include)
      if not ok then return nil, err end
    end
    if artifact.max_size and not schema.bytes(artifact.max_size) then return check.refuse(where .. '.max_size must be a size such as "20M"') end
    if not artifact.target and not artifact.source and not artifact.deb then return check.refuse(where .. " has neither a target nor source = true") end
    if artifact.deb then
      ok, err = check.one_of(where .. ".with", artifact.with, packers)
      if not ok then return nil, err end
      if artifact.with == "nfpm" and not artifact.config then return check.refuse(where .. ".config names nfpm's own file, for example 'nfpm.yaml'") end
      if artifact.config and not schema.is_inside(artifact.config) then return check.refuse(where .. ".config is a file of the project") end
    elseif artifact.with or artifact.config then
      return check.refuse(where .. ": with and config belong to a deb")
    end
  end
  return true
end

local function check_signers(list)
  local seen = {}
  for i, signer in ipairs(list) do
    local where = ("artifacts.sign[%d]"):format(i)
    local ok, err = check.fields(where, signer, signer_fields)
    if ok then ok, err = check.one_of(where .. ".by", signer.by, signers) end
    if ok and signer.files then ok, err = check.one_of(where .. ".files", signer.files, { "all", "checksums", "records" }) end
    if not ok then return nil, err end
    if seen[signer.by] then return check.refuse(("artifacts.sign: %s stands there twice; its signatures would have the same names"):format(signer.by)) end
    seen[signer.by] = true
    if not signer.key then return check.refuse(where .. ".key is missing: a file, a fingerprint (gpg), or a reference such as env:NAME") end
    if signer.by == "minisign" and not signer.public then return check.refuse(where .. '.public is missing: "RW…" or the file minisign.pub') end
    if signer.by == "cosign" and not signer.public then return check.refuse(where .. ".public is missing: the file cosign.pub") end
  end
  if #list == 0 then return check.refuse 'artifacts.sign is a list: { { by = "gpg", key = "…" } }' end
  return true
end

local function check_binaries(binaries)
  for target, binary in pairs(binaries) do -- order: any complaint is a complaint
    local where = ("artifacts.bundles.binaries[%s]"):format(tostring(target))
    if type(target) ~= "string" then return check.refuse "artifacts.bundles.binaries is a table by target" end
    if type(binary) ~= "string" then
      local ok, err = check.fields(where, binary, { asset = "string", as = "string" })
      if not ok then return nil, err end
      if not (schema.is_component(binary.asset) and schema.is_component(binary.as)) then return check.refuse(where .. " names an asset, and `as` the file in the bundle") end
    end
  end
  return true
end

local function check_payloads(payloads)
  for name, files in pairs(payloads) do -- order: any complaint is a complaint
    local where = ("artifacts.bundles.payloads[%s]"):format(tostring(name))
    if type(name) ~= "string" or type(files) ~= "table" or #files == 0 then return check.refuse(where .. " is a list of files by the payload's name") end
    for i, file in ipairs(files) do
      local ok, err = check.fields(("%s[%d]"):format(where, i), file, { from = "string", as = "string", sha256 = "string" })
      if not ok then return nil, err end
      if not (file.from and schema.is_component(file.as) and tostring(file.sha256):find "^%x+$" and #file.sha256 == 64) then
        return check.refuse(("%s[%d] needs from (an address or a file), as (its name in the bundle) and sha256"):format(where, i))
      end
    end
  end
  return true
end

local function check_bundles(bundles)
  local ok, err = check.fields("artifacts.bundles", bundles, { archive = "string", binaries = "table", payloads = "table", include = "table", level = "number" })
  if not ok then return nil, err end
  if not (schema.is_component(bundles.archive) and bundles.archive:find("{target}", 1, true) and bundles.archive:find("{payload}", 1, true)) then
    return check.refuse "artifacts.bundles.archive is a name with {target} and {payload} in it"
  end
  ok, err = check_binaries(bundles.binaries or {})
  if ok then ok, err = check_payloads(bundles.payloads or {}) end
  if ok and not (next(bundles.binaries or {}) and next(bundles.payloads or {})) then return check.refuse "artifacts.bundles needs binaries and payloads" end
  if ok and bundles.include then return check.files("artifacts.bundles.include", bundles.include) end
  return ok, err
end

local named = {}
function named.checksums(value)
  if value == false or schema.is_component(value) then return true end
  return check.refuse "artifacts.checksums is the name of a file, or false"
end
function named.checksum_each(value) return type(value) == "boolean" or check.refuse "artifacts.checksum_each is true or false" end
function named.provenance(value) return type(value) == "boolean" or check.refuse "artifacts.provenance is true or false" end
function named.sbom(value)
  if not check.is_texts(value) then return check.refuse 'artifacts.sbom is a list: { "cyclonedx", "spdx" }' end
  for _, kind in ipairs(value) do
    local ok, err = check.one_of("artifacts.sbom", kind, { "cyclonedx", "spdx" })
    if not ok then return nil, err end
  end
  return true
end
function named.sign(value)
  if type(value) ~= "table" then return check.refuse 'artifacts.sign is a list: { { by = "gpg", key = "…" } }' end
  return check_signers(value)
end
function named.bundles(value) return check_bundles(value) end

local function check_named(artifacts)
  local names = sorted_keys(named)
  for name, value in pairs(artifacts) do -- order: any complaint is a complaint
    if math.type(name) ~= "integer" then
      if not named[name] then return check.refuse(("artifacts has no field '%s'%s"):format(tostring(name), require("pure.near").suggest(tostring(name), names))) end
      local ok, err = named[name](value)
      if not ok then return nil, err end
    end
  end
  if artifacts.provenance and not artifacts.sign then
    return check.refuse "artifacts.provenance is a signed statement: artifacts.sign says by whom"
  end
  return true
end

---@param artifacts table
---@return true?, slipway.Error?
return function(artifacts)
  local ok, err = check_list(artifacts)
  if not ok then return nil, err end
  return check_named(artifacts)
end
