-- Errors of the host itself.
return {
  ["host.fault"] = {
    exit = 1,
    why = "Slipway met a situation that its authors did not foresee.",
    fix = "Report it with the text above; the run's journal below .git/slipway/runs has the details.",
  },
  ["host.no_memory"] = {
    exit = 1,
    why = "The operating system gave no more memory.",
    fix = "Close other programs, then: slipway resume",
  },
  ["host.no_random"] = {
    exit = 1,
    why = "The operating system gave no random numbers.",
    fix = "Try again; a container may forbid getrandom(2).",
  },
}
