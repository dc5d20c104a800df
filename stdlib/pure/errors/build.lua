-- Errors of checks and builds.
return {
  ["build.failed"] = { exit = 4, why = "A command of a check or a build did not succeed.", fix = "Read the log that is named, mend, then: slipway resume" },
  ["build.changed"] = { exit = 8, why = "A file is not the one that was built: it was changed between the build and the step that was to pack, sign or upload it.",
    fix = "Find out what changed it. Put it back, or undo the run and release again." },
  ["build.no_product"] = { exit = 4, why = "A build succeeded but a file it should have produced is not there.", fix = "Mend produce or include in slipway.lua." },
  ["build.extra_product"] = { exit = 4, why = "A build made files that the plan does not name, so something is published that nobody has approved.", fix = "Name them in slipway.lua, or stop making them; then: slipway resume" },
  ["build.wrong_machine"] = { exit = 4, why = "The header of a built file names another platform than the one it is meant for.", fix = "Look into the log (slipway show RUN --log TARGET): the compiler was not told the target, or an old file was taken." },
  ["build.wrong_tags"] = { exit = 4, why = "The tags in a wheel's name are not those inside it, or it needs a newer C library than its name promises.", fix = "Mend python, abi and manylinux of the target in slipway.lua, or the crate's pyo3 features." },
  ["build.too_large"] = { exit = 4, why = "A built file is larger than max_size allows.", fix = "Strip it, or raise max_size of the target." },
  ["build.linked"] = { exit = 4, why = "A built file is linked with a library, or a version of the C library, that the target does not allow.", fix = "Link it statically, build against an older C library, or allow it in slipway.lua." },
  ["build.no_space"] = { exit = 4, why = "The disk was full while something was built.", fix = "Make room (slipway keeps its caches below ~/.cache/slipway), then: slipway resume" },
  ["build.tool_missing"] = { exit = 4, why = "A program that a builder needs is not on this machine.", fix = "Install it as the hint says; slipway doctor lists all that is missing." },
  ["build.tool_version"] = { exit = 4, why = "A program has another version than the one the target pins.", fix = "Install the pinned version, or change pins in slipway.lua." },
  ["build.native"] = { exit = 4, why = "A compiler is told to build for the processor of this very machine; the file would fail on others.", fix = "Take target-cpu=native or -march=native out of the place that is named." },
  ["build.openssl"] = { exit = 4, why = "A dependency that must use rustls brings OpenSSL, which a cross build has not.", fix = "default-features = false and a rustls feature for that dependency." },
  ["build.setting"] = { exit = 4, why = "A setting that the target demands of the release build is missing.", fix = "Add it where the message says." },
  ["build.no_target"] = { exit = 2, why = "A target was asked for that slipway.lua does not have.", fix = "slipway plan build shows all targets." },
}
