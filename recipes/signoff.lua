-- Quality assurance signs a published version off: everything is verified, critical paths are tried, open P0 and P1 issues
-- are counted, somebody decides, and the signed record goes to the release page. The decision leads on.
---@type slipway.Recipe
return {
  name = "signoff", summary = "Sign a published version off: verify it, decide by the matrix, keep a signed record.",
  sample = [[
signoff pelican 1.2.0
  verify    $ verify v1.2.0: tag, page, checksums, signatures, provenance, source
  sign-off  $ sign-off of 1.2.0: 0 P0, 1 P1, critical paths
            ! record of the sign-off pelican-1.2.0.signoff.intoto.jsonl, signed with minisign
            » add files to the page of v1.2.0                          undo: remove the files
  then      ship or conditional: bundle     hotfix: hotfix     abort: rollback]],
  params = {
    version   = { type = "text", default = "latest", help = "released version, or its tag" },
    quick_fix = { type = "boolean", default = false, help = "a fix for what was found is at hand" },
  },
  plan = function(p, facts, arg)
    local project = facts.project
    local release = facts:release(arg.version)
    local version = tostring(release.version)
    local signer  = project.artifacts.sign and project.artifacts.sign[1]
    local severe  = facts:severe()

    p:version(version)
    p:title(("%s %s"):format(project.name, version))
    p:channel("signoff/" .. version)
    p:require("there is a forge to keep the record on", { ok = project.has_forge, why = "no forge is configured", hint = "slipway help config: forge" })
    p:require("somebody can sign the record", { ok = signer ~= nil, why = "artifacts.sign names no signer", hint = "slipway help config: artifacts" })

    p:phase "verify"
    local verified = p:inspect { tag = release.tag, keep = project.signoff.critical ~= nil }

    p:phase "sign-off"
    local said = p:signoff {
      version = version, tag = release.tag, commit = release.commit, p0 = severe.p0, p1 = severe.p1, issues = severe.issues, quick_fix = arg.quick_fix,
      critical = project.signoff.critical, command = project.signoff.command,
    }
    local record = p:describe {
      kind = "signoff", name = ("%s-%s.signoff.intoto.jsonl"):format(project.name:gsub("^.*/", ""), version), commit = release.commit, version = version, signer = signer,
      assets = verified.assets, decision = said.decision, by = said.by, notes = said.notes, findings = said.findings,
    }
    p:attach { tag = release.tag, assets = { record.files } }

    local ways = { step = said, hotfix = { "hotfix", { from = release.tag } }, abort = { "rollback", { version = release.tag } } }
    if project.artifacts.bundles then
      ways.ship = { "bundle", { version = release.tag } }
      ways.conditional = ways.ship
    end
    p:after(ways)
    return { decision = said.decision }
  end,
}
