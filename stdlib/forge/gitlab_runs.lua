-- GitLab's pipelines as CI runs, in the words of forge/open.lua. Source: docs.gitlab.com, REST API, "Pipelines", "Jobs".
-- A pipeline has no file of its own: all workflows of a project are one. `workflow` is therefore not compared.
local errors = require "pure.errors"
local json = require "door.json"

local LOG_LIMIT = 16 * 1024 * 1024

local function given(value) return value ~= json.null and value or nil end

local running = { running = true, canceling = true }
local verdicts = { success = "success", failed = "failure", canceled = "cancelled", skipped = "skipped" }

-- A pipeline that waits for a hand on a manual job has done what it does by itself; it counts as waiting.
local function standing(status)
  if verdicts[status] then return "done", verdicts[status] end
  return running[status] and "running" or "queued", nil
end

-- What starts a pipeline, in the words of the other forges.
local events = { push = "push", api = "workflow_dispatch", web = "workflow_dispatch", trigger = "workflow_dispatch", schedule = "schedule", merge_request_event = "pull_request" }
local sources = { push = "push" }

local function run_of(entry)
  local state, verdict = standing(entry.status)
  return {
    id = entry.id, workflow = ".gitlab-ci.yml", event = events[entry.source] or entry.source, ref = entry.ref, commit = entry.sha, state = state, verdict = verdict,
    attempt = 1, title = given(entry.name) or "", url = entry.web_url,
  }
end

local function job_of(entry)
  local state, verdict = standing(entry.status)
  if verdict == "failure" and entry.allow_failure then verdict = "success" end
  return { id = entry.id, name = entry.name, state = state, verdict = verdict, step = given(entry.stage), url = entry.web_url, reason = given(entry.failure_reason) }
end

---@param forge table
---@param client table
---@param repo string
---@param o { world: table, web: string }
return function(forge, client, repo, o)
  local escape = o.world.http.escape
  local function path_of(id, rest) return ("%s/pipelines/%d%s"):format(repo, id, rest or "") end

  function forge.runs(p)
    local words, list = { "order_by=id", "sort=desc" }, {}
    if p.commit then words[#words + 1] = "sha=" .. p.commit end
    if p.ref then words[#words + 1] = "ref=" .. escape(p.ref) end
    if p.event and sources[p.event] then words[#words + 1] = "source=" .. sources[p.event] end
    local ok, err, status = client.each("list the pipelines", { path = ("%s/pipelines?%s"):format(repo, table.concat(words, "&")), size_name = "per_page", size = 50 }, function(entry)
      if p.after and entry.id <= p.after then return true end
      local run = run_of(entry)
      if not p.event or run.event == p.event then list[#list + 1] = run end
      if p.limit and #list >= p.limit then return true end
    end)
    if not ok and status == 404 then return {} end
    if not ok then return nil, err end
    return list
  end

  function forge.run(id)
    local found, err = client.call(("read pipeline %d"):format(id), { path = path_of(id) })
    return found and run_of(found), err
  end

  function forge.jobs(run)
    local list, err = client.pages("list the jobs", path_of(run.id, "/jobs"), "per_page")
    if not list then return nil, err end
    for i, entry in ipairs(list) do list[i] = job_of(entry) end
    return list
  end

  function forge.log(_, job) return client.text("read the log of " .. job.name, ("%s/jobs/%d/trace"):format(repo, job.id), LOG_LIMIT) end

  function forge.rerun_failed(run)
    local done, err = client.call("run the failed jobs again", { method = "POST", path = path_of(run.id, "/retry") })
    return done and true, err
  end

  function forge.cancel(run)
    local done, err = client.call("cancel the pipeline", { method = "POST", path = path_of(run.id, "/cancel") })
    return done and true, err
  end

  local function no_artifacts()
    return nil, errors.new { code = "forge.unsupported", message = "GitLab has no Actions; builds are dispatched to GitHub, Gitea and Forgejo", hint = "build at other places: slipway help targets" }
  end

  function forge.artifacts() return no_artifacts() end

  function forge.fetch_artifact() return no_artifacts() end

  function forge.dispatch_page() return o.web .. "/-/pipelines/new" end

  function forge.dispatch(p)
    local variables, names = {}, {}
    for name in pairs(p.inputs or {}) do names[#names + 1] = name end -- order: sorted below
    table.sort(names)
    for i, name in ipairs(names) do variables[i] = { key = name, value = tostring(p.inputs[name]) } end
    local made, err, status = client.call("start a pipeline", { method = "POST", path = repo .. "/pipeline", body = { ref = p.ref, variables = #variables > 0 and variables or nil } })
    if made then return { id = made.id } end
    if status ~= 400 and status ~= 403 and status ~= 404 then return nil, err end
    return nil, errors.new { code = "forge.cannot_dispatch", message = ("a pipeline on %s cannot be started from here"):format(p.ref), cause = tostring(err), hint = forge.dispatch_page() }
  end
end
