-- Describes a release in a file: what it is made of (an SBOM in CycloneDX or SPDX, from the lock files of the released
-- commit) or what was built from what (provenance: a signed statement).
local bill = require "builder.bill"
local envelopes = require "signer.envelope"
local errors = require "pure.errors"
local product = require "builder.product"
local provenance = require "pure.provenance"
local verb = require "pure.declare"

local signoff = require "pure.signoff"

local titles = { cyclonedx = "SBOM %s (CycloneDX)", spdx = "SBOM %s (SPDX)", provenance = "provenance %s", signoff = "record of the sign-off %s" }
local signed = { provenance = true, signoff = true }

local function source_of(world)
  local remote = world.project.remote and world.repo:remote(world.project.remote)
  local address = remote and require("pure.address").without_credentials(remote.push_url or remote.url)
  return address or world.project.name
end

-- What is signed; the same for the same run, so that a resume recognises it.
local function statement(world, a)
  if a.kind == "signoff" then
    return provenance.statement(a.assets or {}, signoff.PREDICATE, {
      project = world.project.name, version = a.version, commit = a.commit, decision = a.decision, by = a.by, notes = a.notes, findings = a.findings,
      time = world.clock.iso(world.time), run = world.run.id,
    })
  end
  return provenance.build {
    files = product.flatten(a.files or {}), source = source_of(world), commit = a.commit, project = world.project.name, version = a.version,
    slipway = world.slipway, run = world.run.id, started = world.clock.iso(world.time),
  }
end

local function text_of(world, a)
  if not signed[a.kind] then return bill.text(world, a) end
  if not a.signer then return nil, errors.new { code = "describe.unsigned", message = a.name .. " is a signed statement and needs a signer" } end
  local files, changed = product.frozen(world, a.files or {})
  if not files then return nil, changed end
  return envelopes.seal(world, a.signer, statement(world, a))
end

local function is_ours(world, a, made)
  local text = world.file.read(made[1].path)
  if not signed[a.kind] then return text == bill.text(world, a) end
  local opened = text and provenance.open(text)
  return opened ~= nil and opened.payload == statement(world, a) and envelopes.check(world, { a.signer }, opened) ~= nil
end

return verb {
  name = "describe", class = "local", summary = "Write an SBOM, signed provenance, or a signed record of a sign-off.",
  params = { kind = "text", name = "name", commit = "commit", version = "text", files = "artifacts?", signer = "map?",
    assets = "list?", decision = "text?", by = "text?", notes = "text?", findings = "text?" },
  returns = { files = "artifacts" },
  undo_says = "delete the file",
  label = function(a) return a.name end,
  example = 'p:describe { kind = "cyclonedx", name = "pelican-1.2.0.cdx.json", commit = bump.commit, version = "1.2.0" }',
  describe = function(a)
    return (titles[a.kind] or "describe %s"):format(a.name) .. (signed[a.kind] and a.signer and ", signed with " .. tostring(a.signer.by) or "")
  end,
  verify = function(world, a)
    if not titles[a.kind] then return "different", ("there is no description of the kind '%s'"):format(a.kind) end
    local made = product.read(world, "describe", a.name)
    if made and is_ours(world, a, made) then return "same", { files = made } end
    return "absent"
  end,
  apply = function(world, a)
    local text, err = text_of(world, a)
    if not text then return nil, err end
    local folder = product.folder(world, "describe", a.name)
    local ok, failed = world.file.mkdir { path = folder, parents = true }
    if ok then ok, failed = world.file.write { path = folder .. "/" .. a.name, text = text } end
    if not ok then return nil, failed end
    local files, broken = product.write(world, "describe", a.name, { { name = a.name, path = folder .. "/" .. a.name } })
    return files and { files = files }, broken
  end,
  undo = function(world, a) return product.remove(world, "describe", a.name) end,
}
