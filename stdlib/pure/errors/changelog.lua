-- Errors of the changelog.
return {
  ["changelog.no_section"] = {
    exit = 4,
    why = "The notes are to come from the changelog, and it has no section for this version.",
    fix = "write the section, or let Slipway write the notes from the commits",
  },
  ["changelog.exists"] = {
    exit = 4,
    why = "The changelog already has a section for this version, and it says something else.",
    fix = "remove that section, or publish it as it is",
  },
  ["changelog.no_template"] = {
    exit = 2,
    why = "The template of the changelog, from --template or slipway.lua, is the name of a file that is not there.",
    fix = 'changelog = { template = "docs/changelog.template" }, a file below the project\'s root; slipway help template shows one',
  },
  ["changelog.nothing_to_write"] = {
    exit = 2,
    why = "--write puts the sections of releases into the changelog file; what is not released yet belongs to nobody but its author there.",
    fix = "slipway changelog --unreleased --as 1.2.0 --write, or let slipway run release write it",
  },
  ["changelog.too_long"] = {
    exit = 4,
    why = "One release has so many commits that its page would be longer than two gigabytes.",
    fix = "tag the releases that were made, or ask for a range of revisions",
  },
  ["changelog.unknown_style"] = {
    exit = 2,
    why = "The style of the changelog, from --style or slipway.lua, is none that Slipway knows.",
    fix = 'changelog = { style = "keepachangelog" } or "conventional"',
  },
}
