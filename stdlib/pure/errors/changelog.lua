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
