-- CI runs as GitHub Actions and Gitea Actions have them alike.
local errors = require "pure.errors"
local json = require "door.json"

local LOG_LIMIT = 16 * 1024 * 1024

local function text(value) return type(value) == "string" and value ~= "" and value or nil end

local verdicts = { success = "success", neutral = "success", skipped = "skipped", cancelled = "cancelled", stale = "cancelled" }

--- GitHub and Gitea have many words for not being done yet; three are enough to wait by.
local function standing(entry)
  if entry.status == "completed" then return "done", verdicts[text(entry.conclusion) or ""] or "failure" end
  return entry.status == "in_progress" and "running" or "queued", nil
end

-- GitHub: ".github/workflows/publish.yml"; Gitea: "publish.yml@refs/tags/v1.0.0", and no branch for a tag.
local function run_of(entry)
  local state, verdict = standing(entry)
  local path = text(entry.path) or ""
  local ref = path:match "@refs/%a+/(.+)$"
  return {
    id = entry.id, workflow = path:gsub("@.*$", ""):match "[^/]*$", event = entry.event, ref = ref or text(entry.head_branch), commit = entry.head_sha,
    state = state, verdict = verdict, attempt = math.max(1, entry.run_attempt or 1), title = text(entry.display_title) or "", url = entry.html_url,
  }
end

local function step_at(steps)
  local failed, current
  for _, step in ipairs(type(steps) == "table" and steps or {}) do
    local state, verdict = standing(step)
    if verdict == "failure" then failed = failed or step.name end
    if state == "running" then current = current or step.name end
  end
  return failed or current, failed ~= nil
end

local function job_of(entry, tells_steps, parse)
  local state, verdict = standing(entry)
  local job = { id = entry.id, name = entry.name, state = state, verdict = verdict, url = entry.html_url }
  if tells_steps then job.step, job.failed_step = step_at(entry.steps) end
  job.started, job.ended = text(entry.started_at) and parse(entry.started_at), text(entry.completed_at) and parse(entry.completed_at)
  return job
end

local function matches(run, p)
  return (not p.commit or run.commit == p.commit) and (not p.ref or run.ref == p.ref) and (not p.event or run.event == p.event)
    and (not p.workflow or run.workflow == p.workflow) and (not p.after or run.id > p.after)
end

local cannot = { [400] = true, [403] = true, [404] = true, [405] = true, [422] = true }

---@param forge table
---@param client table
---@param repo string
---@param o { world: table, size_name: string, tells_steps: boolean?, dispatch_query: string?, dispatch_page: fun(workflow: string): string }
return function(forge, client, repo, o)
  local function path_of(run, rest) return ("%s/actions/runs/%d%s"):format(repo, run.id, rest or "") end

  function forge.runs(p)
    local words, list = {}, {}
    if p.commit then words[#words + 1] = "head_sha=" .. p.commit end
    if p.event then words[#words + 1] = "event=" .. p.event end
    local path = ("%s/actions/runs%s"):format(repo, #words > 0 and "?" .. table.concat(words, "&") or "")
    local ok, err, status = client.each("list the CI runs", { path = path, size_name = o.size_name, size = 50, key = "workflow_runs" }, function(entry)
      if p.after and entry.id <= p.after then return true end -- newest first
      local run = run_of(entry)
      if matches(run, p) then list[#list + 1] = run end
      if p.limit and #list >= p.limit then return true end
    end)
    if not ok and status == 404 then return {} end -- no Actions here: no runs
    if not ok then return nil, err end
    return list
  end

  function forge.run(id)
    local found, err = client.call(("read CI run %d"):format(id), { path = path_of { id = id } })
    return found and run_of(found), err
  end

  function forge.jobs(run)
    local list, err = client.pages("list the jobs", path_of(run, "/jobs"), o.size_name, "jobs")
    if not list then return nil, err end
    for i, entry in ipairs(list) do list[i] = job_of(entry, o.tells_steps, o.world.clock.parse) end
    return list
  end

  function forge.log(_, job) return client.text("read the log of " .. job.name, ("%s/actions/jobs/%d/logs"):format(repo, job.id), LOG_LIMIT) end

  function forge.rerun_failed(run)
    local done, err = client.call("run the failed jobs again", { method = "POST", path = path_of(run, "/rerun-failed-jobs") })
    return done and true, err
  end

  function forge.cancel(run)
    if not forge.can.cancel then
      return nil, errors.new { code = "forge.unsupported", message = "this forge cannot cancel a run by its interface", hint = "cancel it in the browser: " .. tostring(run.url) }
    end
    local done, err, status = client.call("cancel the run", { method = "POST", path = path_of(run, "/cancel") })
    if not done and status == 409 then return true end -- it has ended meanwhile
    return done and true, err
  end

  local function send(p, details)
    local body = { ref = p.ref, inputs = next(p.inputs or {}) and p.inputs or nil }
    if details and not o.dispatch_query then body.return_run_details = true end
    return client.call("start " .. p.workflow, { method = "POST", body = body,
      path = ("%s/actions/workflows/%s/dispatches%s"):format(repo, o.world.http.escape(p.workflow), details and o.dispatch_query or "") })
  end

  --- GitHub gives the run's id only when asked for it (since 2026-02), an older server refuses to be asked.
  function forge.dispatch(p)
    local made, err, status = send(p, true)
    if not made and (status == 400 or status == 422) and tostring(err.cause):find("return_run_details", 1, true) then made, err, status = send(p, false) end
    if made then
      local id = type(made) == "table" and made.workflow_run_id
      return { id = id ~= json.null and id or nil }
    end
    if not cannot[status or 0] then return nil, err end
    return nil, errors.new { code = "forge.cannot_dispatch", message = ("%s cannot be started from here"):format(p.workflow), cause = tostring(err), hint = o.dispatch_page(p.workflow) }
  end

  forge.dispatch_page = o.dispatch_page
end
