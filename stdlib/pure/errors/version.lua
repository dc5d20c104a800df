-- Errors about versions, their schemes and their ranges.
return {
  ["version.invalid"] = {
    exit = 2,
    why = "A text that should be a version is none in its scheme; the message says where it stops being one.",
    fix = "Write the version as the scheme wants it: 1.2.0-rc.1 in SemVer, 1.2.0rc1 in PEP 440.",
  },
  ["version.range"] = {
    exit = 2,
    why = "A range or requirement of versions cannot be read, or cannot be changed by itself.",
    fix = "See the hint for forms that are understood.",
  },
  ["version.level"] = {
    exit = 2,
    why = "What was asked for is neither a level (major, minor, patch, …) nor an exact version.",
    fix = "Name one of the levels, or write the whole version.",
  },
  ["version.identifier"] = {
    exit = 2,
    why = "The name of a pre-release may hold only letters, digits, hyphens and dots, and must count.",
    fix = "Choose another name, such as alpha, beta or rc.",
  },
  ["version.backwards"] = {
    exit = 4,
    why = "The version asked for comes before the present one, or is the same. Registries and people "
      .. "who have the present one would never see it.",
    fix = "Finish the pre-release with `release`, or ask for a higher version.",
  },
  ["version.not_prerelease"] = {
    exit = 4,
    why = "`release` turns a pre-release into the version it announced; this version is not a pre-release.",
    fix = "Ask for major, minor or patch.",
  },
  ["version.nothing"] = {
    exit = 3,
    why = "No commit since the last release asks for a new version.",
    fix = "`slipway next --why` lists every commit and its rule; name a level or a version to release anyway.",
  },
  ["version.rules"] = {
    exit = 2,
    why = "`rules` holds something that is not a rule, or a level that is not one.",
    fix = "See `slipway help config` for the rules and their levels.",
  },
  ["version.peer"] = {
    exit = 2,
    why = "`next --compare` knows the rules of some release tools; this is not one of them.",
    fix = "Name one of the tools that the message lists.",
  },
  ["version.scheme"] = {
    exit = 2,
    why = "The scheme of versions is not one that Slipway has, and the project gave none of its own.",
    fix = "Use semver, pep440 or calver, or hand over a table with parse, compare and bump.",
  },
  ["version.calver"] = {
    exit = 2,
    why = "A calendar pattern holds a part that is not known, or none that names the year.",
    fix = "Use YYYY, YY, 0Y, MM, 0M, WW, 0W, DD, 0D, MAJOR, MINOR, MICRO and MODIFIER.",
  },
}
