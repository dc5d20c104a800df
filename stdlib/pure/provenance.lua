-- What was built from what, as an in-toto Statement v1 with a SLSA v1 predicate, and the DSSE envelope that carries its
-- signature. Sources: in-toto/attestation spec/v1, slsa.dev/provenance/v1, secure-systems-lab/dsse protocol.md.
local base64 = require "pure.base64"
local canon = require "door.canon"
local json = require "door.json"

local M = {}

M.PAYLOAD = "application/vnd.in-toto+json"
M.BUILD_TYPE = "urn:slipway:build-type:recipe:v1"

local function subjects(files)
  local list = {}
  for i, file in ipairs(files) do list[i] = { name = file.name, digest = { sha256 = file.sha256 } } end
  table.sort(list, function(a, b) return a.name < b.name end)
  return json.array(list)
end

--- Any statement about files.
---@param files { name: string, sha256: string }[]
---@param kind string       URI of the predicate
---@param predicate table
---@return string text  canonical
function M.statement(files, kind, predicate)
  return canon.encode { _type = "https://in-toto.io/Statement/v1", subject = subjects(files), predicateType = kind, predicate = predicate }
end

--- The statement of a build.
---@param o { files: table[], source: string, commit: string, tag: string?, project: string, version: string, slipway: string, run: string, started: string }
---@return string
function M.build(o)
  return M.statement(o.files, "https://slsa.dev/provenance/v1", {
    buildDefinition = {
      buildType = M.BUILD_TYPE, externalParameters = { project = o.project, version = o.version },
      internalParameters = { slipway = o.slipway },
      resolvedDependencies = json.array { { uri = "git+" .. o.source .. (o.tag and "@refs/tags/" .. o.tag or ""), digest = { gitCommit = o.commit } } },
    },
    runDetails = {
      builder = { id = "urn:slipway:builder:" .. o.slipway },
      metadata = { invocationId = o.run, startedOn = o.started },
    },
  })
end

--- The bytes that are signed: type and text, each with its length (DSSE "PAE").
---@param payload string
---@param kind string?
---@return string
function M.encoding(payload, kind)
  kind = kind or M.PAYLOAD
  return ("DSSEv1 %d %s %d %s"):format(#kind, kind, #payload, payload)
end

--- The envelope, on one line.
---@param payload string
---@param keyid string
---@param signature string  bytes
---@return string
function M.envelope(payload, keyid, signature)
  return canon.encode {
    payloadType = M.PAYLOAD, payload = base64.encode(payload), signatures = json.array { { keyid = keyid, sig = base64.encode(signature) } },
  } .. "\n"
end

--- Takes an envelope apart. Says nothing about its signatures.
---@param text string
---@return { payload: string, statement: table, signatures: { keyid: string, sig: string }[] }? opened, string? why
function M.open(text)
  local envelope = json.decode((text:gsub("%s+$", "")))
  if type(envelope) ~= "table" or type(envelope.payload) ~= "string" or type(envelope.signatures) ~= "table" then return nil, "it is no DSSE envelope" end
  if envelope.payloadType ~= M.PAYLOAD then return nil, ("it carries %s"):format(tostring(envelope.payloadType)) end
  local payload = base64.decode(envelope.payload)
  local statement = payload and json.decode(payload)
  if type(statement) ~= "table" or type(statement.subject) ~= "table" then return nil, "it carries no statement" end
  local signatures = {}
  for i, entry in ipairs(envelope.signatures) do
    local bytes = type(entry) == "table" and type(entry.sig) == "string" and base64.decode(entry.sig)
    if not bytes then return nil, "one of its signatures is no Base64" end
    signatures[i] = { keyid = tostring(entry.keyid), sig = bytes }
  end
  if #signatures == 0 then return nil, "it is not signed" end
  return { payload = payload, statement = statement, signatures = signatures }
end

return M
