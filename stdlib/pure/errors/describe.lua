-- Errors of descriptions: SBOMs and provenance.
return {
  ["describe.no_lock"] = { exit = 4, why = "A lock file that an SBOM is made from cannot be read.", fix = "Make it anew with the tool that wrote it, commit it, then: slipway resume" },
  ["describe.unsigned"] = { exit = 4, why = "Provenance is a signed statement, and no signer is configured.", fix = "artifacts = { sign = { { by = …, key = … } } } in slipway.lua" },
}
