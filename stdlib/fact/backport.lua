-- Will the forge's latest mark stay where it is, when an older line is published?
return {
  name = "backport", summary = "Does the forge keep its latest mark off a backport?", signature = "facts:backport() → check",
  ask = function(world)
    if not world.config.forge or world.forge.can.point then return { ok = true } end
    return { ok = false, why = "this forge shows the newest page as the latest, whatever its version", hint = "the page of the backport says which version is the latest" }
  end,
}
