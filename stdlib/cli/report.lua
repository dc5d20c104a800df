-- slipway report [RUN]: the record of a run for people: what was done by whom, how long it took against its budgets, the
-- digests of what was made, and where it can be seen. Markdown, or one page of HTML; --json gives the same for programs.
local clock = require "door.clock"
local errors = require "pure.errors"
local file = require "door.file"
local json = require "door.json"
local markdown = require "pure.markdown"
local output = require "cli.output"
local report_html = require "cli.report_html"
local report_trace = require "cli.report_trace"
local sorted_keys = require "pure.sorted_keys"
local store = require "run.store"
local times = require "run.times"

local M = {}

M.help = { { "RUN", "the last one, unless named" }, { "-o FILE", "into a file" }, { "--html FILE", "as one page of HTML: no scripts, nothing fetched" }, { "--trace FILE", "the steps in time, for trace viewers (Perfetto, chrome://tracing)" } }

local function last_id(project)
  local list = store.list(project)
  return list[#list] and list[#list].id
end

-- Files with their digests, and addresses, wherever they stand in what the steps returned.
local function collect(found, value)
  if type(value) ~= "table" then return end
  local sum = value.sha256 or value.digest
  local name = value.name or value.path
  if type(sum) == "string" and type(name) == "string" and not found.seen[name .. sum] then
    found.seen[name .. sum] = true
    local about = type(value.about) == "table" and value.about or {}
    found.files[#found.files + 1] = {
      name = name:match "[^/]+$", sha256 = sum, size = math.type(value.size) == "integer" and value.size or nil,
      kind = about.kind, linked = about.linked and about.linked .. (about.glibc and (" (GNU C library %s)"):format(about.glibc) or "") or nil,
    }
  end
  for _, key in ipairs(sorted_keys(value)) do
    local item = value[key]
    if type(item) == "string" and item:find "^https?://[^%s]+$" and not found.seen[item] then
      found.seen[item] = true
      found.links[#found.links + 1] = { name = tostring(key), url = item }
    end
    collect(found, item)
  end
end

local function steps_of(run)
  local steps, ended = {}, run.time
  for i, step in ipairs(run.plan.steps) do
    local now = run.state.steps[step.id]
    steps[i] = { id = step.id, phase = step.phase, verb = step.verb, describe = step.describe, class = step.class, state = now.state, ms = now.ms, ended_ms = now.ended_ms, error = now.error and now.error.message }
    ended = math.max(ended, now.ended or 0)
  end
  return steps, ended
end

--- The report as data.
---@param project table
---@param run table
---@return table
function M.data(project, run)
  local plan, state = run.plan, run.state
  local steps, ended = steps_of(run)
  local found = { files = {}, links = {}, seen = {} }
  for _, step in ipairs(plan.steps) do collect(found, state.steps[step.id].value) end
  local took = {}
  for i, entry in ipairs(times.of(project, run)) do took[i] = { name = entry.name, ms = entry.ms, budget = entry.budget, over = entry.over, earlier = json.array(entry.earlier) } end
  local checks = {}
  for i, check in ipairs(plan.checks) do checks[i] = { say = check.say, ok = check.ok, must = check.must, why = check.why } end
  local notes = {}
  for i, note in ipairs(state.notes) do notes[i] = note.text end
  return {
    run = run.id, recipe = plan.recipe, title = plan.title, version = plan.version, outcome = state.outcome or "open", digest = plan.digest,
    slipway = state.open.slipway, begun = run.time, ended = ended, by = state.approval and state.approval.user, approval = state.approval and state.approval.approval,
    steps = json.array(steps), times = json.array(took), files = json.array(found.files), links = json.array(found.links), checks = json.array(checks), notes = json.array(notes),
  }
end

local function cell(text) return (markdown.line(tostring(text)):gsub("|", "\\|")) end

local function head(lines, data)
  lines[#lines + 1] = ("# %s %s\n"):format(data.recipe, cell(data.title))
  local rows = {
    { "run", data.run }, { "outcome", data.outcome }, { "version", data.version }, { "plan", data.digest }, { "begun", clock.iso(data.begun) }, { "ended", clock.iso(data.ended) },
    { "by", data.by }, { "approved", data.approval }, { "slipway", data.slipway },
  }
  for _, name in ipairs { "run", "outcome", "version", "plan", "begun", "ended", "by", "approved", "slipway" } do
    for _, row in ipairs(rows) do
      if row[1] == name and row[2] then lines[#lines + 1] = ("- %s: %s"):format(name, cell(row[2])) end
    end
  end
end

local function section(lines, title, columns, list, row)
  if #list == 0 then return end
  lines[#lines + 1] = ("\n## %s\n"):format(title)
  if columns then
    lines[#lines + 1] = "| " .. table.concat(columns, " | ") .. " |"
    lines[#lines + 1] = "|" .. (" --- |"):rep(#columns)
  end
  for _, item in ipairs(list) do lines[#lines + 1] = row(item) end
end

--- The report as Markdown.
---@param data table
---@return string
function M.text(data)
  local lines = {}
  head(lines, data)
  section(lines, "Times", { "phase", "took", "budget" }, data.times, function(entry)
    local budget = entry.budget and output.duration(entry.budget) .. (entry.over and ", over" or "") or ""
    return ("| %s | %s | %s |"):format(cell(entry.name), output.duration(entry.ms), budget)
  end)
  section(lines, "Checks before it", nil, data.checks, function(check)
    return ("- %s: %s%s"):format(check.ok and "ok" or check.must and "FAIL" or "warning", cell(check.say), check.why and not check.ok and ", " .. cell(check.why) or "")
  end)
  section(lines, "Steps", { "state", "phase", "step", "took" }, data.steps, function(step)
    return ("| %s | %s | %s%s | %s |"):format(step.state, cell(step.phase), cell(step.describe), step.error and ": " .. cell(step.error) or "", step.ms and output.duration(step.ms) or "")
  end)
  section(lines, "Files", { "file", "size", "kind", "linked with", "SHA-256" }, data.files, function(entry)
    return ("| %s | %s | %s | %s | `%s` |"):format(cell(entry.name), entry.size and output.size(entry.size) or "", entry.kind or "", cell(entry.linked or ""), entry.sha256)
  end)
  section(lines, "Links", nil, data.links, function(link) return ("- %s: <%s>"):format(cell(link.name), link.url) end)
  section(lines, "Notes", nil, data.notes, function(note) return "- " .. cell(note) end)
  return table.concat(lines, "\n") .. "\n"
end

function M.run(context, words)
  local o, err = context:parse("report", words, function(parser)
    parser:argument("run"):args "?"
    parser:option "-o --output"
    parser:option "--html"
    parser:option "--trace"
  end)
  if not o then return err == 0 and 0 or nil, err end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  local id = o.run or last_id(engine.project)
  if not id then return nil, errors.new { code = "run.none", message = "there is no run to report on", hint = "slipway plan release" } end
  local run, missing = store.open(engine.project, id)
  if not run then return nil, missing end
  local data = M.data(engine.project, run)
  run.journal:close()
  context.out.object("report", data)
  if not (o.output or o.html or o.trace) then
    context.out.say((M.text(data):gsub("\n$", "")))
    return 0
  end
  for _, written in ipairs { { path = o.output, make = M.text }, { path = o.html, make = report_html.text }, { path = o.trace, make = report_trace.text } } do
    if written.path then
      local ok, unwritten = file.write { path = written.path, text = written.make(data) }
      if not ok then return nil, unwritten end
      context.out.say("wrote " .. written.path)
    end
  end
  return 0
end

return M
