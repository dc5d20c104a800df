-- Errors of finding a secret.
return {
  ["secret.too_short"] = { exit = 5, why = "A secret of fewer than 8 bytes cannot be told from ordinary text, so it could not be kept out of logs.",
    fix = "Look whether the place it comes from really holds the token; make a longer one." },
  ["secret.too_long"] = { exit = 5, why = "A secret of more than 64 KiB is probably something else.",
    fix = "Look at what the reference points to." },
  ["secret.refused"] = { exit = 5, why = "The place of a secret is not safe enough, or what it holds is no text.",
    fix = "For a file: chmod 600 FILE, so that only you can read it." },
}
