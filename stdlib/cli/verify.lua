-- slipway verify TAG: does everything that was published still agree with the tag? Exit 8 names every difference.
local file = require "door.file"
local host = require "door.host"
local inspect = require "inspect.release"
local json = require "door.json"
local monorepo = require "repository.monorepo"
local output = require "cli.output"
local store = require "run.store"
local tags = require "repository.tags"
local worlds = require "run.world"

local M = {}

local words = { same = { "ok", "green" }, different = { "DIFFERENT", "red" }, unknown = { "not known", "yellow" }, absent = { "none", "dim" } }

local function state_mark(out, state) return out.paint(words[state][2], output.pad(words[state][1], 9)) end

-- What the steps of a run put on the page; steps that add to it later (bundles, sign-off) are told apart.
local function put_there(run, tag, record)
  local built = {} -- name → digests: targets may give files of one name, packed apart
  for _, step in ipairs(run.plan.steps) do
    local now = run.state.steps[step.id]
    local value = (now.state == "done" or now.state == "adopted") and now.value
    if value and step.verb == "build" then
      for _, file in ipairs(value.files or {}) do
        built[file.name] = built[file.name] or {}
        built[file.name][file.sha256] = true
      end
    elseif value and step.verb == "upload" then
      record.uploads[step.args.registry .. " " .. step.args.package] = value.files
    elseif value and value.assets and step.verb == "stage" and step.args.tag == tag then
      record.run, record.assets, record.built = run.id, value.assets, built
    elseif value and value.assets and step.verb ~= "stage" then
      for _, asset in ipairs(value.assets) do record.later[asset.name] = true end
    end
  end
end

--- Is it a run that made the page of that tag?
local function is_about(plan, tag, version)
  if plan.version == version then return true end
  for _, step in ipairs(plan.steps) do
    if step.verb == "stage" and step.args.tag == tag then return true end
  end
  return false
end

--- What the runs of this clone published of a version; nil when they did not.
local function record_of(project, tag, version)
  local record = { later = {}, uploads = {} }
  for _, entry in ipairs(store.list(project)) do
    local run = store.open(project, entry.id)
    if run then
      if is_about(run.plan, tag, version) then put_there(run, tag, record) end
      run.journal:close()
    end
  end
  return (record.assets or next(record.uploads)) and record or nil
end

local function show(out, result)
  local last
  for _, entry in ipairs(result.checks) do
    if entry.check ~= last then out.say("  " .. out.paint("bold", entry.check)) end
    last = entry.check
    out.say(("    %s %s%s"):format(state_mark(out, entry.state), entry.subject, entry.why and "  " .. out.paint("dim", entry.why) or ""))
  end
  local count = result.differences
  if count > 0 then
    out.say(("%s: %d difference%s"):format(result.tag, count, count == 1 and "" or "s"))
  elseif result.unknown > 0 then
    out.say(("%s: no difference found, but %d thing%s could not be looked at"):format(result.tag, result.unknown, result.unknown == 1 and "" or "s"))
  else
    out.say(("%s: everything agrees"):format(result.tag))
  end
end

-- A version will do for its tag.
local function tag_of(project, given) return project.repo:tag(given) and given or tags.name_of(project, given) end

function M.run(context, given)
  local o, err = context:parse("verify", given, function(parser) parser:argument "tag" end)
  if not o then return err == 0 and 0 or nil, err end
  local found, failed = context:reading()
  if not found then return nil, failed end
  local folder, no_room = file.temp_dir "slipway-verify"
  if not folder then return nil, no_room end
  local project, out = found.project, context.out
  local world = worlds.writer(project, { id = "verify-" .. folder:match "[^/]+$", dir = folder, time = require("door.clock").now(), note = function() end, user = host.getenv "USER" },
    function(event) if event.text then out.fleeting(event.text) end end)
  local tag = tag_of(project, o.tag)
  local package = #project.packages > 0 and monorepo.of_tag(world, tag)
  if package then world = monorepo.world_of(world, package.name) end
  local version = tags.version_of(world.project, tag)
  local ok, result, bad = pcall(inspect.look, world, { tag = tag, package = package and package.name or nil, record = version and record_of(project, tag, tostring(version)) })
  file.remove_tree { path = folder, below = folder:match "^(.*)/" }
  out.clear()
  if not ok then error(result, 0) end
  if not result then return nil, bad end
  if out.json then
    out.object("verify", {
      tag = result.tag, version = result.version, commit = result.commit, agrees = result.differences == 0 and result.unknown == 0,
      differences = result.differences, unknown = result.unknown, checks = json.array(result.checks),
    })
  else
    show(out, result)
  end
  return result.differences > 0 and 8 or result.unknown > 0 and 4 or 0
end

return M
