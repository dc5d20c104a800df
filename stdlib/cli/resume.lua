-- slipway resume [RUN]: goes on where a run was stopped, parked or killed; --adopt TAG where its journal is lost.
local adoption = require "run.adoption"
local engines = require "run.engine"
local errors = require "pure.errors"
local plan_view = require "cli.plan_view"
local recipe_words = require "cli.recipe_words"
local run_view = require "cli.run_view"

local M = {}

local function ended(context, engine, result)
  run_view.close(context.out, result, engine.project)
  if result.next then return require("cli.follow")(context, result.next) end
  return run_view.exit_code(result)
end

local function adopt(context, engine, o)
  local found, err = adoption.plan(engine, o.adopt)
  if not found then return nil, err end
  plan_view.show(context.out, found.plan, { begun = true })
  context.out.say(("What of this plan is there already is taken from %s and the remote; the rest is done now."):format(o.adopt))
  local result, failed = engines.start(engine, found.plan, {
    yes = o.yes, ask = context:asker(), answers = { ask = context:asker(), yes = o.yes, no = o.no, word = o.answer },
    on = run_view.listener(context.out, o.progress), adoption = found,
  })
  found.close()
  if not result then return nil, failed end
  return ended(context, engine, result)
end

function M.run(context, words)
  local o, err = context:parse("resume", words, function(parser)
    parser:argument("run"):args "?"
    parser:option "--retry"
    parser:option "--skip"
    parser:option "--reason"
    parser:flag "--yes"
    parser:flag "--no"
    parser:option "--answer"
    parser:option "--adopt"
    recipe_words.declare_parts(parser)
  end)
  if not o then return err == 0 and 0 or nil, err end
  if o.skip and not o.reason then
    return nil, errors.new { code = "usage.wrong", message = "--skip needs --reason TEXT; the journal keeps it", hint = "slipway resume --skip STEP --reason TEXT" }
  end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  if o.adopt and (o.run or o.skip or o.retry) then
    return nil, errors.new { code = "usage.wrong", message = "--adopt makes a run of its own; it goes with no other run", hint = "slipway resume --adopt TAG" }
  end
  if o.adopt then return adopt(context, engine, o) end
  local answers = { ask = context:asker(), yes = o.yes, no = o.no, word = o.answer }
  local result, stopped = engines.resume(engine, o.run, {
    on = run_view.listener(context.out, o.progress), skip = o.skip, reason = o.reason, retry = o.retry, answers = answers, parts = recipe_words.parts(o),
  })
  if not result then return nil, stopped end
  return ended(context, engine, result)
end

return M
