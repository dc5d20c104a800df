-- Errors of looking at a released version again.
return {
  ["verify.different"] = { exit = 8, why = "Something that was published does not agree with its tag, its checksums, its signatures, or with what this clone published.",
    fix = "Each difference is named. Find out who changed what; do not use the files until you know. Releasing again gets a new version." },
  ["verify.unknown"] = { exit = 4, why = "Something could not be looked at, so it is not known whether it agrees.", fix = "Mend what is named (network, token, a missing program) and verify again." },
}
