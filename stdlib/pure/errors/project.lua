-- Errors of the repository being released.
return {
  ["project.bare"] = {
    exit = 4,
    why = "Releases change files, so they need a work tree; a bare repository has none.",
    fix = "Work in a clone or a linked worktree.",
  },
}
