-- Errors of signatures, and of the descriptions that are signed.
return {
  ["sign.failed"] = { exit = 4, why = "A signing program refused: the key is not there, its password is wrong, or its agent does not answer.",
    fix = "Read what the program said, try it by hand, mend artifacts.sign in slipway.lua, then: slipway resume" },
  ["sign.invalid"] = { exit = 8, why = "A signature is not good for the file it belongs to, or was made by another key than the one in slipway.lua.",
    fix = "If you have just signed: key and public in artifacts.sign do not belong together. Else somebody changed the file or the signature: do not use it." },
  ["sign.no_key"] = { exit = 4, why = "The public key that a signature is checked with is not known.",
    fix = "Name it in slipway.lua: artifacts = { sign = { { by = …, public = … } } }" },
  ["sign.unknown"] = { exit = 2, why = "There is no signer of that name.", fix = "gpg, ssh, minisign or cosign." },
}
