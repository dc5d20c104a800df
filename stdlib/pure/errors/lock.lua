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
  ["lock.remote_held"] = {
    exit = 6,
    why = "A run on another machine holds this channel; its lock stands on the remote.",
    fix = "slipway lock shows whose it is. Finish or undo that run there; if that machine is gone: slipway lock break --channel NAME --reason TEXT",
  },
  ["lock.remote_refused"] = {
    exit = 4,
    why = "The remote does not take refs below refs/slipway/, or something else stands there.",
    fix = "Allow such refs on the server, or set policy.remote_lock and policy.mirror to false.",
  },
}
