-- Is the history whole? A shallow clone hides tags and commits, so it would compute a wrong version.
return {
  name = "complete", summary = "Is the history complete (not a shallow clone)?", signature = "facts:complete() → check",
  ask = function(world)
    if not world.repo:info().shallow then return { ok = true } end
    return { ok = false, why = "this is a shallow clone: commits and tags are missing", hint = "git fetch --unshallow --tags" }
  end,
}
