-- slipway plan RECIPE: shows what it would do, stores the plan, changes nothing.
local canon = require "door.canon"
local engines = require "run.engine"
local error_view = require "cli.error_view"
local errors = require "pure.errors"
local file = require "door.file"
local output = require "cli.output"
local plan_view = require "cli.plan_view"
local plans = require "pure.plan"
local recipe_words = require "cli.recipe_words"

local M = {}

--- The options of this command.
function M.declare(parser)
  parser:option "-o --output"
  parser:flag "--zero-ok"
end

--- Plans from the words of a command line: used by plan and by run.
---@return table? plan, slipway.Error?
function M.make(context, engine, name, words, command, options)
  local opened, args = recipe_words.open(context, engine, name, words, command, options)
  if not opened then return nil, args end
  local plan, err = engines.plan(engine, opened, args)
  opened.child:close()
  return plan, err
end

--- Nothing to release, where that is said to be fine.
function M.nothing(context, err)
  context.out.object("nothing", { message = err.message })
  context.out.say(err.message)
  return 0
end

--- The plan on the screen, or as an object; a refused one says why.
---@param refused slipway.Error?
function M.show(context, plan, refused)
  local object = {}
  for key, value in pairs(plan) do object[key] = value end -- order: a copy has none
  object.error = refused and error_view.plain(refused) or nil
  context.out.object("plan", object)
  plan_view.show(context.out, plan)
end

local function write(path, plan)
  local ok, err = file.write { path = path, text = canon.encode(plan) .. "\n" }
  if not ok then return nil, err end
  return true
end

function M.run(context, words)
  local name, rest = recipe_words.take_name(words)
  if not name then
    if context:parse("plan", rest, M.declare) then
      return nil, errors.new { code = "usage.wrong", message = "plan needs a recipe", hint = "slipway list" }
    end
    return 0
  end
  recipe_words.early(context, rest)
  local engine, err = context:engine()
  if not engine then return nil, err end
  local plan, failed = M.make(context, engine, name, rest, "plan", M.declare)
  if not plan then
    if failed == 0 then return 0 end
    if failed.code == "version.nothing" and context.options.zero_ok then return M.nothing(context, failed) end
    return nil, failed
  end
  if context.options.output then
    local ok, unwritten = write(context.options.output, plan)
    if not ok then return nil, unwritten end
  end
  local refused = plans.refusal(plan)
  M.show(context, plan, refused)
  if refused then return nil, refused end
  output.block(context.out, "", plan_view.summary(plan) .. " Nothing was written.")
  context.out.say(("Run it:  slipway run %s --plan %s"):format(plan.recipe, context.options.output or plan.digest:sub(1, 12)))
  return 0
end

return M
