-- The plan that a recipe makes of a world that is only told, for tests of recipes: facts answer what the test says,
-- there is no repository, and nothing can be performed.
local crossing = require "pure.crossing"
local errors = require "pure.errors"
local near = require "pure.near"
local facts = require "run.facts"
local recipes = require "run.recipe"
local schema = require "pure.schema"
local trust = require "run.trust"
local verbs = require "run.verbs"

-- The day on which every rehearsal takes place: 2026-11-21.
local NOON <const> = 1795262400

local function told_project(world)
  local project = {
    root = ".", name = "sample", trunk = "main", remote = "origin", head = { branch = "main", oid = ("1"):rep(40), detached = false },
    manifests = {}, packages = {}, tag_pattern = "v{version}", config = world.config or {},
  }
  for key, value in pairs(world.project or {}) do project[key == "tag" and "tag_pattern" or key] = value end -- order: a copy has none
  return project
end

local function asker_of(world)
  local asker = { facts = {} }
  function asker.ask(name, args, count)
    local fact, unknown = facts.get(name)
    if not fact then return nil, unknown end
    local answer = world[name]
    if answer == nil then
      return nil, errors.new { code = "fact.failed", message = ("the world of this test does not tell '%s'"):format(name), hint = ("plan(recipe, args, { %s = … }): %s"):format(name, fact.signature) }
    end
    local err
    if type(answer) == "function" then answer, err = answer(table.unpack(crossing.revive(args), 1, count)) end
    if answer == nil and err then return nil, errors.adopt(err) end
    return crossing.lower(answer)
  end
  return asker
end

-- A misspelt fact would never be asked for.
local function check_names(world)
  local names = facts.names()
  for name in pairs(world) do -- order: any complaint is a complaint
    if name ~= "project" and name ~= "config" and not near.contains(names, name) then
      error(("plan: there is no fact '%s'%s"):format(tostring(name), near.suggest(tostring(name), names)), 4)
    end
  end
end

---@param name string
---@param args table?
---@param world table?
---@return table? plan, slipway.Error?
return function(name, args, world)
  world = world or {}
  check_names(world)
  local project = told_project(world)
  local opened, err = recipes.open(project, name)
  if not opened then return nil, err end
  local own = trust.own_verbs(project) -- only what they take and return is used
  local all, broken = verbs.load(own)
  local filled, wrong = schema.fill_params(opened.meta.params, args or {})
  local plan, failed
  if all and filled then
    plan, failed = recipes.plan(opened, {
      project = project, args = filled, world = { time = NOON }, verbs = all, own_verbs = own, asker = asker_of(world),
      identity = { name = project.name, trunk = project.trunk, remote = project.remote },
    })
  end
  opened.child:close()
  return plan, failed or broken or wrong
end
