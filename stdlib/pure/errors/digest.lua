-- Errors of computing digests.
return {
  ["digest.unknown_algorithm"] = {
    exit = 2,
    why = "No digest has that name.",
    fix = "Use sha256, sha384, sha512 or blake2b; md5 and sha1 where a registry asks for them.",
  },
  ["digest.unsupported"] = {
    exit = 4,
    why = "The installed libcrypto does not offer this digest, perhaps because it runs in a restricted mode.",
    fix = "Use sha256.",
  },
}
