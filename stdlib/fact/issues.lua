-- Issues and pull requests of the forge: by label, milestone, state, or newer than a date.
return {
  name = "issues", summary = "Issues and pull requests: all of `labels`, one of `any`, kind issue or pull, since a date.",
  signature = "facts:issues{ labels =, any =, milestone =, state =, kind =, since = } → { { number, title, state, labels, pull, url }… }",
  ask = function(world, o) return world.forge.issues(o or {}) end,
}
