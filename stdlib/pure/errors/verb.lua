-- Errors of verbs themselves.
return {
  ["verb.invalid"] = {
    exit = 2,
    why = "A verb of the project does not load, breaks the contract, or takes the name of another.",
    fix = "See recipes/README.md, \"A verb of your own\".",
  },
  ["verb.untrusted"] = {
    exit = 4,
    why = "Verbs of a project run with all rights; this one has not been accepted on this machine, or has changed since.",
    fix = "Read slipway/verbs/*.lua, then: slipway trust",
  },
}
