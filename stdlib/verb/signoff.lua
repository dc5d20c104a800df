-- Quality assurance decides: the workflows of the commit are looked at, critical paths are tried, the findings give a proposal, and a person or the command that
-- slipway.lua names answers. Parks until somebody has. A fork at the end of the plan can follow the decision.
local errors = require "pure.errors"
local json = require "door.json"
local release = require "inspect.release"
local signoff = require "pure.signoff"
local verb = require "pure.declare"

-- The folder of the published files, for the critical commands: the verification before has left them there.
local function published(world, a)
  local folder = release.folder(world)
  if world.file.stat(folder) or not world.config.forge then return folder end
  local looked, err = release.look(world, { tag = a.tag, keep = true })
  return looked and folder, err
end

--- The critical commands that do not work. They try what was published: SLIPWAY_ASSETS is the folder of its files.
local function try_critical(world, a)
  local broken, commands = {}, a.critical or {}
  if #commands == 0 then return broken end
  local folder, absent = published(world, a)
  if not folder then return nil, absent end
  for _, argv in ipairs(commands) do
    local said = table.concat(argv, " ")
    world.progress("critical path: " .. said)
    local result, err = world.process.run {
      argv = argv, dir = world.project.root, timeout = 3600000, env = { SLIPWAY_VERSION = a.version, SLIPWAY_TAG = a.tag, SLIPWAY_ASSETS = folder },
    }
    if not result and err.code == "process.cancelled" then return nil, err end
    if not result or result.code ~= 0 then broken[#broken + 1] = said end
  end
  return broken
end

--- Workflows of the released commit that failed; nil, err while some still run.
local function failed_workflows(world, a)
  if not a.commit or not world.config.forge then return {} end
  local checks, err = world.forge.checks(a.commit)
  if not checks then return nil, err end
  if checks.state == "pending" then
    return nil, errors.new { code = "gate.waiting", message = ("workflows of %s still run: %s"):format(a.version, table.concat(checks.pending or {}, ", ")), hint = "slipway resume   looks again" }
  end
  local list = {}
  for i, name in ipairs(checks.failed or {}) do list[i] = "workflow " .. name end
  return list
end

local function failed(a, why, cause)
  return nil, errors.new { code = "signoff.command", message = ("'%s' %s"):format(table.concat(a.command, " "), why), cause = cause }
end

-- The command is told what is to be done by arguments ({action}, {version}, {tag}) and by its environment.
local function delegate(world, a, proposed, why)
  local argv = {}
  local values = { action = "sign-off", version = a.version, tag = a.tag, proposal = proposed }
  for i, word in ipairs(a.command) do argv[i] = word:gsub("{(%l+)}", values) end
  local result, err = world.process.run {
    argv = argv, dir = world.project.root, timeout = 24 * 3600000,
    env = { SLIPWAY_ACTION = "sign-off", SLIPWAY_VERSION = a.version, SLIPWAY_TAG = a.tag, SLIPWAY_PROPOSAL = proposed, SLIPWAY_FINDINGS = why },
  }
  if not result then return nil, err end
  if result.code ~= 0 then return failed(a, "ended with " .. result.code, result.err ~= "" and result.err or result.out) end
  local answer = json.decode((result.out:match "{.*}"))
  local decision = type(answer) == "table" and type(answer.decision) == "string" and signoff.read(answer.decision)
  if not decision then return failed(a, "did not print a decision", result.out:sub(1, 200)) end
  return { decision = decision, notes = type(answer.notes) == "string" and answer.notes or "", by = type(answer.by) == "string" and answer.by or argv[1] }
end

local function ask(world, a, proposed, why)
  local answers = world.run.answers
  local text = ("%s: %s. The findings say %s"):format(a.version, why, proposed)
  local said = answers.word or (answers.yes and proposed) or (answers.no and "abort") or (answers.ask and answers.ask { kind = "choice", text = text, choices = signoff.decisions })
  if said == nil or said == "" then
    return nil, errors.new { code = "gate.waiting", message = text .. ": waiting for quality assurance", hint = ("slipway resume --answer %s"):format(table.concat(signoff.decisions, "|")) }
  end
  local decision, notes = signoff.read(said)
  if not decision then
    return nil, errors.new { code = "gate.waiting", message = ("'%s' is none of %s"):format(said, table.concat(signoff.decisions, ", ")), hint = "slipway resume --answer " .. proposed }
  end
  return { decision = decision, notes = notes, by = world.run.user or "?" }
end

return verb {
  name = "signoff", class = "read", summary = "Wait until quality assurance decides: ship, conditional, hotfix or abort.",
  params = { version = "text", tag = "text", commit = "commit?", p0 = "integer", p1 = "integer", quick_fix = "boolean?", critical = "list?", command = "list?", issues = "list?" },
  returns = { decision = "text", by = "text", notes = "text", findings = "text", proposal = "text" },
  example = 'p:signoff { version = "1.2.0", tag = "v1.2.0", p0 = 0, p1 = 1, critical = { { "sh", "tests/smoke.sh" } } }',
  describe = function(a)
    return ("sign-off of %s: %d P0, %d P1%s%s"):format(a.version, a.p0, a.p1, a.critical and #a.critical > 0 and ", critical paths" or "", a.command and ", asked of " .. tostring(a.command[1]) or "")
  end,
  verify = function() return "absent" end,
  apply = function(world, a)
    local broken, stopped = failed_workflows(world, a)
    if not broken then return nil, stopped end
    local commands, cut = try_critical(world, a)
    if not commands then return nil, cut end
    table.move(commands, 1, #commands, #broken + 1, broken)
    local proposed, why = signoff.propose { p0 = a.p0, p1 = a.p1, quick_fix = a.quick_fix, broken = broken }
    local answer, err = (a.command and delegate or ask)(world, a, proposed, why)
    if not answer then return nil, err end
    local ok, incomplete = signoff.check(answer.decision, answer.notes, proposed)
    if not ok then return nil, incomplete end
    answer.findings, answer.proposal = why, proposed
    world.file.remove_tree { path = release.folder(world), below = world.run.dir }
    return answer
  end,
}
