-- Errors of package registries.
return {
  ["registry.unknown"] = { exit = 2, why = "A step names a registry that slipway.lua does not configure.", fix = "slipway help config: registries" },
  ["registry.no_address"] = { exit = 2, why = "Neither slipway.lua nor the ecosystem's own configuration says where the registry is.", fix = "Name its address in slipway.lua: slipway help config" },
  ["registry.no_package"] = { exit = 2, why = "No manifest names the package.", fix = 'Set package = "NAME" in the registry\'s table of slipway.lua.' },
  ["registry.auth"] = { exit = 5, why = "The registry does not accept the token, or there is none.", fix = "Mend the registry's token in slipway.lua or the place it refers to; slipway doctor tries it." },
  ["registry.forbidden"] = { exit = 5, why = "The token is valid but may not do this, or the name belongs to somebody else.", fix = "Make a token for this package, or ask its owners." },
  ["registry.not_found"] = { exit = 4, why = "The registry does not know the package or the version.", fix = "Compare name, version and address." },
  ["registry.exists"] = { exit = 4, why = "The registry has this version already, and it is not what was built: nothing is overwritten.", fix = "Release the next patch version." },
  ["registry.limited"] = { exit = 4, why = "The registry's rate limit is exhausted.", fix = "Wait as long as it says, then: slipway resume" },
  ["registry.broken"] = { exit = 4, why = "The registry answered with a fault of its own.", fix = "slipway resume, which first asks what has arrived" },
  ["registry.refused"] = { exit = 4, why = "The registry refused the request.", fix = "Read its answer." },
  ["registry.malformed"] = { exit = 4, why = "The registry's answer, or the file to be uploaded, is not what its format prescribes.", fix = "Read what is wrong with it; build again." },
  ["registry.not_visible"] = { exit = 4, why = "The registry accepted the upload, and its index does not show it yet.", fix = "Wait, then: slipway resume" },
  ["registry.no_file"] = { exit = 4, why = "A file that should be uploaded was not built.", fix = "Compare files in the registry's table of slipway.lua with what the build makes." },
  ["registry.not_offered"] = { exit = 4, why = "This kind of registry cannot do that.", fix = "slipway help yank and slipway help point say what there is instead." },
  ["registry.backwards"] = { exit = 4, why = "A moving tag such as latest is never moved to a pre-release or to an older version.", fix = "Point another tag at it." },
  ["registry.smoke"] = { exit = 4, why = "The published package could not be installed or does not work.", fix = "Read the log that is named. If the package is bad: slipway run yank" },
}
