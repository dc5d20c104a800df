-- Watches the CI run of this tag, commit or dispatch, never just the newest one, to its verdict.
local errors = require "pure.errors"
local follow = require "forge.follow"
local verb = require "pure.declare"

local function commit_of(world, a)
  if a.commit or not a.tag then return a.commit end
  local found, err = world.repo:tag(a.tag)
  if not found then return nil, err end
  return found.commit
end

-- The newest run of each workflow: a tag that was pushed again has older ones, too.
local function newest_of_each(runs)
  local list, seen = {}, {}
  for _, run in ipairs(runs) do
    if not seen[run.workflow] then list[#list + 1], seen[run.workflow] = run, true end
  end
  return list
end

local function finder(world, a)
  return function()
    if a.run then
      local run, err = world.forge.run(a.run)
      return run and { run }, err
    end
    local commit, err = commit_of(world, a)
    if err then return nil, err end
    local runs, failed = world.forge.runs { commit = commit, ref = a.tag, event = a.event or (a.tag and "push") or nil, workflow = a.workflow }
    if not runs then return nil, failed end
    return newest_of_each(runs), ("no run of %s for %s yet"):format(a.workflow or "CI", a.tag or tostring(commit):sub(1, 10))
  end
end

-- An object's id in short; what is only known later keeps its name.
local function short(commit) return tostring(commit):sub(1, tostring(commit):find "^%x+$" and 10 or 24) end

local function value_of(runs) return { run = runs[1].id, url = runs[1].url, attempt = runs[1].attempt } end

return verb {
  name = "watch", class = "read", summary = "Watch the CI run of a tag, a commit or a dispatch to its verdict.",
  params = { run = "integer?", tag = "text?", commit = "commit?", workflow = "text?", event = "text?", within = "duration?", rerun = "integer?" },
  returns = { run = "integer", url = "text", attempt = "integer" },
  example = 'p:watch { tag = "v1.2.0", workflow = "publish.yml", within = "40m", rerun = 1 }',
  describe = function(a)
    return ("watch %s of %s (%s)"):format(a.workflow or "CI", a.tag or a.commit and short(a.commit) or "the run", tostring(a.within or "40m"))
  end,
  verify = function() return "absent" end,
  apply = function(world, a)
    if not (a.run or a.tag or a.commit) then
      return nil, errors.new { code = "plan.bad_argument", message = "watch needs a run, a tag or a commit: the newest run may be anybody's" }
    end
    local find = finder(world, a)
    -- `resume --retry` of a watch that failed is the wish to run the failed jobs again; so is `rerun`, beforehand.
    local reruns = (a.rerun or 0) + (world.step and world.step.again and 1 or 0)
    return follow.wait(world, { within = a.within, default = "40m" }, function()
      local runs, why, failed = follow.look(world, find)
      if runs then return value_of(runs) end
      if runs == nil then return nil, why end
      if reruns <= 0 then return false, follow.failure(world, failed) end
      reruns = reruns - 1
      world.progress "running the failed jobs again"
      local ok, err = follow.again(world, failed)
      if not ok then return false, err end
      return nil, "the failed jobs run again"
    end)
  end,
}
