-- slipway next: the next version alone; --why and --json tell every vote.
local errors = require "pure.errors"
local output = require "cli.output"

local M = {}

local function declare(parser)
  parser:flag "--why"
  parser:option "--level"
  parser:option "--pre"
  parser:flag "--zero-ok"
  parser:option "--compare"
  parser:option "--package"
end

-- The rule, the line it was found in when that is not the subject, and why a commit does not conform.
local function reason(vote)
  local text = vote.rule or ""
  if vote.line and vote.line ~= vote.subject then text = text .. ": " .. vote.line end
  if vote.note then text = vote.note end
  return text
end

local function show_votes(out, result, among_others)
  if not among_others then out.say("") end
  if result.first then
    out.say "first release: there is no release tag yet, so the version is the manifest's (else 0.1.0)"
    return
  end
  out.say(("%d commit%s since %s"):format(result.count, result.count == 1 and "" or "s", result.tag))
  for _, vote in ipairs(result.votes or {}) do
    local id = type(vote.commit) == "string" and vote.commit:sub(1, 10) or ""
    local head = ("  %s  %s %s "):format(output.pad(id, 10), output.pad(vote.level or "none", 6), output.pad(vote.type or "-", 9))
    output.block(out, head, vote.subject or "")
    output.block(out, (" "):rep(21), reason(vote), "dim")
  end
  for _, warning in ipairs(result.warnings or {}) do out.tell("warning: " .. warning) end
end

local function tools_in(text)
  if text == "all" then return nil end
  local list = {}
  for name in text:gmatch "[^,%s]+" do list[#list + 1] = name end
  return list
end

local function show_peers(out, list, mine)
  out.say("")
  for _, entry in ipairs(list) do
    local said = entry.next or (entry.level and "nothing" or "-")
    local verdict = entry.same and "the same" or entry.note or ("here %s"):format(mine or "nothing")
    out.say(("  %s %s %s"):format(output.pad(entry.tool, 24), output.pad(said, 12), verdict))
    for _, d in ipairs(entry.why) do
      local id = type(d.commit) == "string" and d.commit:sub(1, 10) or tostring(d.commit)
      output.block(out, ("    %s  %s there, %s here: "):format(id, d.there, d.here), d.subject)
      output.block(out, (" "):rep(16), d.why, "dim")
    end
  end
end

local function answer(found, o, out)
  local head, world = found.project.head.oid, found.world
  local history = require "repository.history"
  local result, bad
  if #found.project.packages > 0 then
    result, bad = require("cli.next_packages").run(out, found, o, show_votes)
    if math.type(result) == "integer" then return result end
  elseif o.package then
    result, bad = require("manifest.monorepo").select({}, { o.package })
  else
    result, bad = history.next(world, head, { level = o.level, pre = o.pre, brief = true, alone = o.alone, sum = not (o.why or o.compare or out.json) })
  end
  if not result then return nil, bad end
  local compared
  if o.compare then
    compared, bad = require("pure.peers").compare {
      tools = tools_in(o.compare), current = result.current, commits = result.commits, rules = world.config.rules,
    }
    if not compared then return nil, bad end
  end
  local current = result.current and tostring(result.current) or nil
  if out.json then
    out.object("next", {
      package = result.entry and result.entry.name, reason = result.entry and result.entry.reason, current = current, next = not result.nothing and tostring(result.version) or nil, level = result.nothing and "none" or result.level,
      votes = require("door.json").array(result.votes or {}), tag = result.tag, commits = result.count, first = result.first or false,
      warnings = result.warnings and result.warnings[1] and require("door.json").array(result.warnings) or nil,
      compare = compared and require("door.json").array(compared),
    })
  elseif not result.nothing then
    out.say(tostring(result.version))
  end
  if o.why and not out.json then show_votes(out, result) end
  if compared and not out.json then show_peers(out, compared, not result.nothing and tostring(result.version) or nil) end
  if result.nothing then
    if o.zero_ok then return 0 end
    if not out.json then
      local why, hint = history.nothing_why(result)
      out.tell("nothing to release: " .. why)
      out.tell("  next   " .. hint)
    end
    return 3
  end
  return 0
end

-- The plain answer, as it was said before when nothing has changed since.
local function again(found, out)
  local said, err = require("run.answers").ask(found.project, "next", {}, function()
    local lines = {}
    local function into(to)
      return function(s) lines[#lines + 1] = { to = to, text = s } end
    end
    local code, bad = answer(found, { alone = true }, { say = into(1), tell = into(2), object = function() end })
    return code and { code = code, lines = require("door.json").array(lines) }, bad
  end)
  if not said then return nil, err end
  for _, line in ipairs(said.lines) do
    if line.to == 1 then out.say(line.text) else out.tell(line.text) end
  end
  return said.code
end

function M.run(context, words)
  local o, err = context:parse("next", words, #words > 0 and declare or nil)
  if not o then return err == 0 and 0 or nil, err end
  local found, failed = context:reading()
  if not found then return nil, failed end
  if not found.project.head.oid then return nil, errors.new { code = "git.no_commits", message = "the repository has no commit yet", hint = "git commit" } end
  if #words == 0 then return again(found, context.out) end
  return answer(found, o, context.out)
end

return M
