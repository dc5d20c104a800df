-- Errors of the sign-off by quality assurance.
return {
  ["signoff.command"] = { exit = 4, why = "The command that sign-off is delegated to failed, or did not answer with a decision.",
    fix = 'It prints one JSON object: { "decision": "ship" | "conditional" | "hotfix" | "abort", "by": NAME, "notes": TEXT }. Mend it, then: slipway resume' },
}
