-- slipway run RECIPE: plans, asks once, performs.
local engines = require "run.engine"
local error_view = require "cli.error_view"
local errors = require "pure.errors"
local json = require "door.json"
local plan_command = require "cli.plan"
local plan_view = require "cli.plan_view"
local plans = require "pure.plan"
local recipe_words = require "cli.recipe_words"
local run_view = require "cli.run_view"

local M = {}

--- The options of this command.
function M.declare(parser)
  parser:option "--plan"
  parser:flag "--yes"
  parser:option "--confirm"
  recipe_words.declare_parts(parser)
  parser:flag "--dry-run"
  parser:flag "--zero-ok"
end

local function stored(context, engine, name, rest)
  local parsed, err = context:parse("run", rest, M.declare)
  if not parsed then return nil, err end
  local plan, missing = engines.load_plan(parsed.plan)
  if not plan then return nil, missing end
  if name and name ~= plan.recipe then
    return nil, errors.new { code = "usage.wrong", message = ("the plan is one of %s, not of %s"):format(plan.recipe, name), hint = ("slipway run %s --plan %s"):format(plan.recipe, parsed.plan) }
  end
  local fresh, stale = engines.check_fresh(engine, plan)
  if not fresh then return nil, stale end
  return plan
end

local function has_plan_option(words)
  for _, word in ipairs(words) do
    if word == "--plan" or word:find("^%-%-plan=") then return true end
  end
end

--- Refused before there was a run: programs get the same object as at the end of one.
local function refused_at_once(context, err)
  context.out.object("run", { outcome = "refused", steps = json.array {}, error = error_view.plain(err) })
  return nil, err
end

local function perform(context, engine, plan)
  local o = context.options
  if o.dry_run then
    local refused = plans.refusal(plan)
    plan_command.show(context, plan, refused)
    if refused then return nil, refused end
    context.out.say "Nothing was written."
    return 0
  end
  plan_view.show(context.out, plan)
  local part, unknown = plans.part(plan, recipe_words.parts(o))
  if unknown then return nil, unknown end
  local result, err = engines.start(engine, plan, {
    yes = o.yes, confirm = o.confirm, part = part, ask = context:asker(), answers = { ask = context:asker() },
    on = run_view.listener(context.out, o.progress),
  })
  if not result then return refused_at_once(context, err) end
  run_view.close(context.out, result, engine.project)
  if result.next then return require("cli.follow")(context, result.next) end
  return run_view.exit_code(result)
end

function M.run(context, words)
  local name, rest = recipe_words.take_name(words)
  local from_file = has_plan_option(rest)
  if not name and not from_file then
    if context:parse("run", rest, M.declare) then
      return nil, errors.new { code = "usage.wrong", message = "run needs a recipe", hint = "slipway list" }
    end
    return 0
  end
  recipe_words.early(context, rest)
  local engine, err = context:engine()
  if not engine then return nil, err end
  local idle, busy = engines.check_idle(engine, name)
  if not idle then return nil, busy end
  local plan, failed
  if from_file then
    plan, failed = stored(context, engine, name, rest)
  else
    plan, failed = plan_command.make(context, engine, name, rest, "run", M.declare)
  end
  if not plan then
    if failed == 0 then return 0 end
    if failed.code == "version.nothing" and context.options.zero_ok then return plan_command.nothing(context, failed) end
    return refused_at_once(context, failed)
  end
  return perform(context, engine, plan)
end

return M
