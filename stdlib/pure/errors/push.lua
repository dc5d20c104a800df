-- Errors of pushing.
return {
  ["push.rejected"] = {
    exit = 4,
    why = "The remote refused a branch or a tag: it has moved on, the tag exists, or a rule or hook of the server said no.",
    fix = "Read the reason; if the remote has moved on, undo and plan again.",
  },
}
