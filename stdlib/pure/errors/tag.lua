-- Errors of tags.
return {
  ["tag.exists"] = {
    exit = 4,
    why = "A tag of that name is there already. A tag is never moved: others may have it.",
    fix = "Look at it with git show; release another version, or delete it if it was never pushed.",
  },
}
