-- Errors of finding a secret.
return {
  ["secret.missing"] = { exit = 5, why = "The place that a reference names holds no secret, or does not give it away.",
    fix = "The hint says where it was looked for. `slipway doctor` tries all references of slipway.lua." },
  ["secret.program_missing"] = { exit = 5, why = "The secret is kept by a program that is not installed.",
    fix = "Install it, or name another place under `secrets` in slipway.lua." },
  ["secret.refused"] = { exit = 5, why = "The place of a secret is not safe enough, or what it holds is no text.",
    fix = "For a file: chmod 600 FILE, so that only you can read it." },
  ["secret.too_short"] = { exit = 5, why = "A secret of fewer than 8 bytes cannot be told from ordinary text, so it could not be kept out of logs.",
    fix = "Look whether the place it comes from really holds the token; make a longer one." },
  ["secret.too_long"] = { exit = 5, why = "A secret of more than 64 KiB is probably something else.",
    fix = "Look at what the reference points to." },
  ["secret.bad_reference"] = { exit = 2, why = "A reference says where a secret is kept, as scheme:locator. This one has no known scheme, or no locator.",
    fix = "Use env:NAME, file:PATH, op://vault/item/field, pass:PATH, keyring:SERVICE/ACCOUNT, gh:HOST or git-credential:URL." },
  ["secret.no_answer"] = { exit = 5, why = "The program that keeps the secret waited for something, perhaps for an answer of yours.",
    fix = "Run it by hand once (unlock, sign in), then again." },
  ["secret.unsupported"] = { exit = 5, why = "This kind of reference is known but not supported.",
    fix = "Exchange the token in the CI job, pass it as a variable and use env:NAME." },
}
