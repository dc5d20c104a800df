-- Can commits be picked onto another commit? Tried in memory.
local function short(commits)
  local names = {}
  for i, commit in ipairs(commits) do names[i] = commit:sub(1, 10) end
  return table.concat(names, ", ")
end

return {
  name = "applies", summary = "Can commits be picked onto a commit or branch?", signature = "facts:applies(commits, onto) → check",
  ask = function(world, commits, onto)
    local base, missing = world.repo:resolve(onto)
    if not base then return nil, missing end
    local made, err = world.scratch:pick { commits = commits, onto = base, time = world.time }
    if made then return { ok = true } end
    if err.code ~= "git.conflict" then return nil, err end
    return { ok = false, why = ("%s: %s"):format(short(commits), err.message), hint = "make the fix for that line by hand and name that commit" }
  end,
}
