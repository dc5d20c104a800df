-- Cherry-picks commits onto a branch, in memory; then moves the branch there.
local tip = require "repository.tip"
local verb = require "pure.declare"

local function debt_of(a, err)
  return ("%s has not got it: %s; by hand: git switch %s && git cherry-pick %s"):format(a.onto, err.message, a.onto, table.concat(a.commits, " "))
end

local function picked(world, a)
  local made, err = world.repo:pick { commits = a.commits, onto = a.at, time = world.time }
  if made then return made end
  if err.code == "git.conflict" and a.conflict == "debt" then return { commit = a.at, debt = debt_of(a, err) } end
  return nil, err
end

return verb {
  name = "pick", class = "local", summary = "Cherry-pick commits onto a branch.",
  params = { commits = "commits", onto = "text", at = "commit", conflict = "text?" },
  returns = { commit = "oid", debt = "text" },
  tip = { branch = "onto", at = "at", result = "commit" },
  forward = true, undo_says = "move back",
  label = function(a) return ("%s with %d commit%s picked"):format(a.onto, #a.commits, #a.commits == 1 and "" or "s") end,
  example = 'p:pick { commits = arg.fix, onto = line }',
  describe = function(a)
    local short = {}
    for i, commit in ipairs(a.commits) do short[i] = commit:sub(1, 10) end
    return ("pick %s onto %s"):format(table.concat(short, ", "), a.onto)
  end,
  verify = function(world, a)
    local made, err = picked(world, a)
    if not made then
      if err.code == "git.conflict" then return "absent" end -- apply tells it in full
      return "unknown", err
    end
    local state, why, half = tip.state(world, a.onto, a.at, made.commit)
    local value = { commit = made.commit, debt = made.debt }
    return state, state == "same" and value or why, half and value or nil
  end,
  apply = function(world, a)
    local made, err = picked(world, a)
    if not made then return nil, err end
    local ok, failed = tip.advance(world, { branch = a.onto, from = a.at, to = made.commit, reason = "slipway: pick" })
    if not ok then return nil, failed end
    if made.debt then world.run.note("not brought home: " .. made.debt) end
    return { commit = made.commit, debt = made.debt }
  end,
  undo = function(world, a, done)
    return tip.retreat(world, { branch = a.onto, from = a.at, to = done.commit, reason = "slipway: undo pick" })
  end,
}
