-- Has quality assurance signed a version off? Its record is a signed statement on the release page; the signature is
-- checked when the run verifies the page.
local provenance = require "pure.provenance"
local signoff = require "pure.signoff"

local function newest(page)
  local found
  for _, asset in ipairs(page.assets) do
    if asset.name:find "%.signoff%.intoto%.jsonl$" then found = asset end
  end
  return found
end

-- Without a record: what the page's own checksum file says.
local function listed(world, page)
  local digests = {}
  for _, asset in ipairs(page.assets) do
    local text = asset.name == ((world.config.artifacts or {}).checksums or "SHA256SUMS") and world.forge.asset_text(asset)
    for digest, name in (text or ""):gmatch "(%x+) [ *]([^\r\n]+)" do digests[name] = digest end
  end
  return digests
end

local ways = { hotfix = "slipway run hotfix --from ", abort = "slipway plan rollback --version " }

return {
  name = "signoff", summary = "The record of a version's sign-off: its decision, by whom, and the digests that were approved (without a record: those of the checksum file).",
  signature = "facts:signoff(tag) → { ok, why, hint, decision, by, notes, digests }",
  ask = function(world, tag)
    local none = { ok = false, hint = "slipway run signoff --version " .. tostring(tag):gsub("^v", ""), digests = {} }
    if not world.forge then return { ok = false, why = "no forge is configured", digests = {} } end
    local page, err = world.forge.release(tag)
    if err then return nil, err end
    local asset = page and newest(page)
    if not asset then
      none.digests = page and listed(world, page) or {}
      none.why = page and "it has not been signed off" or ("there is no release page of %s"):format(tag)
      return none
    end
    local text, failed = world.forge.asset_text(asset)
    if not text then return nil, failed end
    local opened, why = provenance.open(text)
    local predicate = opened and opened.statement.predicateType == signoff.PREDICATE and opened.statement.predicate
    if type(predicate) ~= "table" then
      none.why = ("%s is no record of a sign-off: %s"):format(asset.name, why or "its predicate is another")
      return none
    end
    local digests = {}
    for _, subject in ipairs(opened.statement.subject) do digests[subject.name] = subject.digest.sha256 end
    local fine = predicate.decision == "ship" or predicate.decision == "conditional"
    return {
      ok = fine, why = not fine and ("it was decided: %s"):format(tostring(predicate.decision)) or nil, hint = not fine and (ways[predicate.decision] and ways[predicate.decision] .. tag or none.hint) or nil,
      decision = predicate.decision, by = predicate.by, notes = predicate.notes, digests = digests,
    }
  end,
}
