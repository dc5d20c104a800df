-- slipway resume [RUN]: goes on where a run was stopped, parked or killed.
local engines = require "run.engine"
local errors = require "pure.errors"
local recipe_words = require "cli.recipe_words"
local run_view = require "cli.run_view"

local M = {}

function M.run(context, words)
  local o, err = context:parse("resume", words, function(parser)
    parser:argument("run"):args "?"
    parser:option "--retry"
    parser:option "--skip"
    parser:option "--reason"
    parser:flag "--yes"
    parser:flag "--no"
    parser:option "--answer"
    recipe_words.declare_parts(parser)
  end)
  if not o then return err == 0 and 0 or nil, err end
  if o.skip and not o.reason then
    return nil, errors.new { code = "usage.wrong", message = "--skip needs --reason TEXT; the journal keeps it", hint = "slipway resume --skip STEP --reason TEXT" }
  end
  local engine, failed = context:engine()
  if not engine then return nil, failed end
  local answers = { ask = context:asker(), yes = o.yes, no = o.no, word = o.answer }
  local result, stopped = engines.resume(engine, o.run, {
    on = run_view.listener(context.out, o.progress), skip = o.skip, reason = o.reason, retry = o.retry, answers = answers, parts = recipe_words.parts(o),
  })
  if not result then return nil, stopped end
  run_view.close(context.out, result, engine.project)
  if result.next then return require("cli.follow")(context, result.next) end
  return run_view.exit_code(result)
end

return M
