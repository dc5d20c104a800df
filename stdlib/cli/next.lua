-- slipway next: the next version alone; --why and --json tell every vote.
local errors = require "pure.errors"
local history = require "repository.history"
local output = require "cli.output"

local M = {}

local function declare(parser)
  parser:flag "--why"
  parser:option "--level"
  parser:option "--pre"
  parser:flag "--zero-ok"
end

local function show_votes(out, result)
  out.say("")
  if result.first then
    out.say "first release: there is no release tag yet, so the version is the manifest's (else 0.1.0)"
    return
  end
  out.say(("%d commits since %s"):format(result.count, result.tag))
  for _, vote in ipairs(result.votes or {}) do
    out.say(("  %s  %s %s %s"):format(vote.commit and vote.commit:sub(1, 10) or (" "):rep(10), output.pad(vote.level or "none", 6), output.pad(vote.type or "-", 9), vote.subject or ""))
    if vote.rule and vote.level ~= "none" then out.say(out.paint("dim", ("                     %s"):format(vote.rule))) end
  end
end

function M.run(context, words)
  local o, err = context:parse("next", words, #words > 0 and declare or nil)
  if not o then return err == 0 and 0 or nil, err end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  local head = engine.project.head.oid
  if not head then return nil, errors.new { code = "git.no_commits", message = "the repository has no commit yet", hint = "git commit" } end
  local world = require("run.engine").reader(engine)
  local result, bad = history.next(world, head, { level = o.level, pre = o.pre })
  if not result then return nil, bad end
  local out = context.out
  local current = result.current and tostring(result.current) or nil
  if out.json then
    out.object("next", {
      current = current, next = not result.nothing and tostring(result.version) or nil, level = result.nothing and "none" or result.level,
      votes = require("door.json").array(result.votes or {}), tag = result.tag, commits = result.count, first = result.first or false,
    })
  elseif not result.nothing then
    out.say(tostring(result.version))
  end
  if o.why then show_votes(out, result) end
  if result.nothing then
    if o.zero_ok then return 0 end
    if not out.json then out.tell(("nothing to release: %d commits since %s, none asks for a release; slipway next --why"):format(result.count, result.tag)) end
    return 3
  end
  return 0
end

return M
