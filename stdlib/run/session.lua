-- What `eval` and the prompt see: facts answer at once, verbs join a list that waits for apply(), the pure
-- modules are globals. The list becomes a plan and runs through the same journal as a recipe.
local crossing = require "pure.crossing"
local draft = require "pure.draft"
local engines = require "run.engine"
local errors = require "pure.errors"
local facts = require "run.facts"
local plans = require "pure.plan"
local projects = require "run.project"
local recipes = require "run.recipe"
local host = require "door.host"
local verbs = require "run.verbs"

local M = {}

local function raise(value, err) return errors.raise(value, err) end

--- Functions of a table or handle, each raising what it would return as `nil, err`.
local function raising(object, is_method)
  return setmetatable({}, { __index = function(_, name)
    local value = object[name]
    if type(value) ~= "function" then return value end
    return function(first, ...)
      if is_method then return raise(value(object, ...)) end
      return raise(value(first, ...))
    end
  end })
end

M.raising = raising

--- Starts a session. `open` gives the engine at first use (nil, err outside a repository): the pure modules need none.
---@param open fun(): slipway.Engine?, slipway.Error?
---@param o { on: function?, ask: function?, where: (fun(): string)? }
---@return { env: table, pending: fun(): table[], apply: fun(o: table?): table?, discard: fun(): integer, undo: fun(): table? }
function M.new(open, o)
  local session = {}
  local engine, current, asker, p
  local applied = {} -- ids of the runs made here, oldest first
  local where = o.where or function() return "here" end

  local function start()
    asker = facts.asker(engines.reader(engine))
    p, current = draft.new {
      verbs = verbs.signatures(engine.verbs), where = where,
      ask = function(name, ...) return raise(asker.ask(name, { ... }, select("#", ...))) end,
      include = function()
        error(errors.new { code = "plan.no_verb", message = "p:recipe works in recipes; here: slipway run RECIPE" }, 0)
      end,
    }
  end

  --- The engine, opened when first needed.
  function session.engine()
    if not engine then
      engine = raise(open())
      start()
    end
    return engine
  end

  local function make_plan()
    local names = {}
    for i, step in ipairs(current.steps) do names[i] = step.verb end
    current.title = current.title or table.concat(names, ", ")
    current.channel = "session"
    return raise(plans.build(current, engine.verbs, {
      recipe = { name = "session", summary = current.title }, args = {}, facts = asker.facts,
      project = projects.identity(engine.project),
      policy = engine.project.config.policy or {}, slipway = host.version, digests = {},
    }))
  end

  --- The steps that wait.
  function session.pending() return current and #current.steps > 0 and make_plan().steps or {} end

  --- Performs them; the list is empty afterwards, whatever happened.
  function session.apply(how)
    if not current or #current.steps == 0 then return nil end
    local plan = make_plan()
    local result = raise(engines.start(engine, plan, { on = o.on, ask = o.ask, yes = how and how.yes }))
    start()
    applied[#applied + 1] = result.run
    return result
  end

  --- Forgets them.
  function session.discard()
    local count = current and #current.steps or 0
    if engine then start() end
    return count
  end

  --- Takes the list applied last back, again and again; never a run of anybody else.
  function session.undo()
    local last = table.remove(applied)
    if not last then
      raise(nil, errors.new { code = "run.none", message = "nothing that was applied here is left to undo", hint = "slipway runs; slipway undo RUN" })
    end
    return raise(engines.undo(session.engine(), last, { on = o.on }))
  end

  -- Names that need a repository.
  local makers = {}
  function makers.p()
    session.engine()
    return p
  end
  function makers.git() return raising(engines.reader(session.engine()).repo, true) end
  function makers.facts()
    local project = recipes.project_view(session.engine().project)
    return setmetatable({ project = project }, {
      __index = function(_, name)
        return function(_, ...) return crossing.revive(raise(asker.ask(name, { ... }, select("#", ...)))) end
      end,
    })
  end
  function makers.forge()
    if not session.engine().project.config.forge then return nil end
    return raising(engines.reader(engine).forge)
  end

  session.env = setmetatable({}, { __index = function(_, name)
    local make = makers[name]
    return make and make()
  end })
  return session
end

return M
