-- Errors of locks between processes.
return {
  ["lock.held"] = {
    exit = 6,
    why = "Another process holds the lock: two releases of one project must not run at the same time.",
    fix = "Wait until it has ended. slipway lock shows the holder; slipway lock break --reason TEXT clears what a dead one left.",
  },
  ["lock.lost"] = {
    exit = 6,
    why = "The lock that this run held was broken by force or removed by hand, so another run may be at work.",
    fix = "Find out who took it and why, then: slipway resume",
  },
}
