-- Goes on with the recipe that a plan's fork leads to: planned anew, shown, and asked about like any other. Where nobody
-- can be asked, the command is printed instead.
local engines = require "run.engine"
local plan_view = require "cli.plan_view"
local recipes = require "run.recipe"
local run_view = require "cli.run_view"

local function as_words(following)
  local words, names = { "slipway run", following.recipe }, {}
  for name in pairs(following.args) do names[#names + 1] = name end -- order: sorted below
  table.sort(names)
  for _, name in ipairs(names) do words[#words + 1] = ("--%s %s"):format(name:gsub("_", "-"), tostring(following.args[name])) end
  return table.concat(words, " ")
end

local function plan_it(engine, following)
  local opened, err = recipes.open(engine.project, following.recipe)
  if not opened then return nil, err end
  local plan, failed = engines.plan(engine, opened, following.args)
  opened.child:close()
  return plan, failed
end

---@param context slipway.Context
---@param following { recipe: string, args: table }
---@return integer? exit code, slipway.Error?
return function(context, following)
  local out = context.out
  if not require("door.host").is_terminal(0) or out.json or (context.options or {}).no_input then
    out.say("   then     " .. as_words(following))
    return 0
  end
  local engine, err = context:engine() -- the world has changed: everything is looked at again
  if not engine then return nil, err end
  local plan, failed = plan_it(engine, following)
  if not plan then return nil, failed end
  plan_view.show(out, plan)
  local result, refused = engines.start(engine, plan, { ask = context:asker(), answers = { ask = context:asker() }, on = run_view.listener(out) })
  if not result then return nil, refused end
  run_view.close(out, result)
  if result.next then return require("cli.follow")(context, result.next) end
  return run_view.exit_code(result)
end
