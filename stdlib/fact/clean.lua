-- Is the work tree clean?
local names = 5

return {
  name = "clean", summary = "Is the work tree clean?", signature = "facts:clean() → check",
  ask = function(world)
    local status, err = world.repo:status()
    if not status then return nil, err end
    if status.clean then return { ok = true } end
    local shown = {}
    for i = 1, math.min(#status.entries, names) do shown[i] = ("%s (%s)"):format(status.entries[i].path, status.entries[i].state) end
    if #status.entries > names then shown[#shown + 1] = ("and %d more"):format(#status.entries - names) end
    return { ok = false, why = table.concat(shown, ", "), hint = "git stash --include-untracked, or commit, or list the files in .gitignore" }
  end,
}
