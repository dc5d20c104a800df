-- Errors of waits.
return {
  ["await.different"] = { exit = 8, why = "What was waited for is there, but it is not ours.", fix = "Look at it before anything else is published." },
  ["await.red"] = { exit = 4, why = "The checks of the commit have failed.", fix = "Mend the commit, undo, plan again." },
}
