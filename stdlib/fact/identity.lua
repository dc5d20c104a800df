-- Does git know who commits?
return {
  name = "identity", summary = "Does git know who commits?", signature = "facts:identity() → check",
  ask = function(world)
    local who, err = world.repo:identity()
    if who then return { ok = true, name = who.name, email = who.email } end
    return { ok = false, why = err.message, hint = err.hint or 'git config user.name "Your Name" && git config user.email you@example.com' }
  end,
}
