-- Recipes: found, loaded and planned in a process of their own (runtime/bridge.c). This side answers
-- their questions and turns the draft into a plan.
local bridge = require "door.bridge"
local digest = require "door.digest"
local errors = require "pure.errors"
local facts = require "run.facts"
local file = require "door.file"
local host = require "door.host"
local near = require "pure.near"
local plans = require "pure.plan"
local projects = require "run.project"
local references = require "secret.references"
local shape = require "pure.plan_shape"
local verbs = require "run.verbs"

local M = {}

-- Generous for any honest recipe (a plan takes milliseconds); facts are answered within it.
local SECONDS, MEMORY = 120, 256 << 20

--- Options of the command line that a recipe's parameters must not shadow.
local reserved = {
  json = true, progress = true, color = true, ascii = true, hyperlinks = true, quiet = true, verbose = true,
  offline = true, root = true, help = true, plan = true, yes = true, confirm = true, only = true,
  start = true, ["until"] = true, output = true, dry_run = true, zero_ok = true, as_of = true, input = true,
}

local function own_path(project, name) return ("%s/slipway/recipes/%s.lua"):format(project.root, name) end

--- The text of a recipe: the project's own first, then the stock one.
---@param project table?
---@param name string
---@return { name: string, text: string, origin: "project"|"stock" }?, slipway.Error?
function M.source(project, name)
  if name:find("^[%l%d_-]+$") then
    local text = project and file.read(own_path(project, name))
    if text then return { name = name, text = text, origin = "project" } end
    text = host.source(("recipes/%s.lua"):format(name))
    if text then return { name = name, text = text, origin = "stock" } end
  end
  local names = {}
  for _, entry in ipairs(M.list(project)) do names[#names + 1] = entry.name end
  return nil, errors.new {
    code = "recipe.not_found", message = ("there is no recipe '%s'%s"):format(name, near.suggest(name, names)),
    hint = "slipway list",
  }
end

--- Names of all recipes, sorted; a project's own hides a stock one of the same name.
---@param project table?
---@return { name: string, origin: "project"|"stock" }[]
function M.list(project)
  local list, seen = {}, {}
  local function add(name, origin)
    if name and not seen[name] then
      seen[name] = true
      list[#list + 1] = { name = name, origin = origin }
    end
  end
  for _, entry in ipairs(project and file.list(project.root .. "/slipway/recipes") or {}) do add(entry:match("^(.+)%.lua$"), "project") end
  for _, path in ipairs(host.sources "recipes/") do add(path:match("^recipes/(.+)%.lua$"), "stock") end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

local function call(child, message)
  local ok, err = child:send(message)
  if not ok then return nil, err end
  return child:receive()
end

--- Evaluates slipway.lua: its one table, as plain values.
---@param text string
---@param name string
---@return table?, slipway.Error?
function M.load_table(text, name)
  local child <close>, err = bridge.spawn { seconds = 5, memory = 64 << 20 }
  if not child then return nil, err end
  local answer, failed = call(child, { config = text, name = name })
  if not answer then return nil, errors.adopt(failed) end
  if answer.failed then return nil, errors.adopt(answer.failed) end
  return answer.value
end

--- Starts a recipe's process and loads it. Close the result.
---@param project table?
---@param name string
---@return { child: any, meta: table, source: table }?, slipway.Error?
function M.open(project, name)
  local source, err = M.source(project, name)
  if not source then return nil, err end
  local child, failed = bridge.spawn { seconds = SECONDS, memory = MEMORY }
  if not child then return nil, failed end
  local answer, broken = call(child, { load = source.text, name = name })
  if not answer or answer.failed then
    child:close()
    return nil, errors.adopt(broken or answer.failed)
  end
  local shaped, misshapen = shape.recipe(answer.loaded)
  if not shaped then
    child:close()
    return nil, misshapen
  end
  for _, param in ipairs(answer.loaded.params) do
    if reserved[param.name] then
      child:close()
      return nil, errors.new { code = "recipe.contract", message = ("%s: the parameter '%s' would hide the option --%s"):format(name, param.name, param.name) }
    end
  end
  return { child = child, meta = answer.loaded, source = source }
end

local function changelog_file(setting)
  if type(setting) == "string" then return setting end
  return type(setting) == "table" and setting.file or "CHANGELOG.md"
end

-- Where releases are announced, with the words; never an address or a credential.
local function announce_view(places)
  local view = {}
  for i, place in ipairs(places or {}) do
    view[i] = {
      name = place.name, kind = place.kind, on = place.on or "release",
      text = place.text or "{project} {version} is out: {url}", subject = place.subject or "{project} {version}",
    }
  end
  return view
end

-- What is left to do after a release, where slipway.lua does not say.
local usual_followup = { "README.md, if the installation has changed", "the project's website", "a post where the users are", "the release notes to the community" }

--- Commands as values that cross to a recipe: one that is given secrets says so beside its arguments.
local function commands_view(commands)
  if not commands then return nil end
  local view = {}
  for i, argv in ipairs(commands) do
    view[i] = argv.secrets and { argv = table.move(argv, 1, #argv, 1, {}), secrets = argv.secrets } or argv
  end
  return view
end

--- What recipes see as facts.project.
local function project_view(project)
  local settings = project.config
  return {
    name = project.name, trunk = project.trunk, remote = project.remote or nil, head = project.head,
    manifests = project.manifests, packages = project.packages, checks = commands_view(settings.checks), loops = settings.loops or {}, followup = settings.followup or usual_followup, targets = settings.targets or {},
    builds = settings.targets ~= nil and next(settings.targets) ~= nil,
    artifacts = settings.artifacts or {}, has_forge = settings.forge ~= nil,
    has_registries = settings.registries ~= nil and next(settings.registries) ~= nil, changelog = settings.changelog ~= false,
    changelog_file = changelog_file(settings.changelog),
    propose = settings.propose == true and {} or settings.propose or nil, ci = settings.ci,
    milestone = type(settings.milestone) == "string" and { title = settings.milestone } or settings.milestone,
    comment = (settings.forge or {}).comment,
    tag = project.tag_pattern, policy = settings.policy or {}, signoff = settings.signoff or {}, announce = announce_view(settings.announce),
    has_secrets = #references.list(settings) > 0,
  }
end

M.project_view = project_view

local function serve(child, project, asker)
  while true do
    local message, err = child:receive()
    if message == nil then return nil, errors.adopt(err) end
    if type(message) ~= "table" then return nil, errors.new { code = "recipe.contract", message = "the recipe's process sent what is no message" } end
    local reply
    if type(message.ask) == "string" and type(message.args) == "table" then
      local value, failed = asker.ask(message.ask, message.args, math.type(message.count) == "integer" and message.count or 0)
      reply = failed and { failed = failed } or { value = value }
    elseif type(message.include) == "string" then
      local source, failed = M.source(project, message.include)
      reply = source and { value = { source = source.text, name = source.name } } or { failed = failed }
    elseif message.failed then
      local failed = errors.adopt(message.failed)
      if failed.where and not failed.message:find(failed.where, 1, true) then failed.message = ("%s: %s"):format(failed.where, failed.message) end
      return nil, failed
    else
      return message.draft
    end
    local sent, broken = child:send(reply)
    if not sent then return nil, broken end
  end
end

local function own_digests(source, own_verbs)
  local digests = { recipe = digest.sha256(source.text), verbs = {} }
  for _, verb in ipairs(own_verbs or {}) do digests.verbs[verb.name] = digest.sha256(verb.text) end
  return digests
end

--- Makes the plan of an opened recipe.
---@param opened table
---@param o { project: table, args: table, world: table, verbs: table<string, slipway.Verb>, own_verbs: table[]?, asker: table?, identity: table? }
---@return table? plan, slipway.Error?
function M.plan(opened, o)
  local asker = o.asker or facts.asker(o.world)
  local ok, err = opened.child:send { plan = o.args, verbs = verbs.signatures(o.verbs), project = project_view(o.project) }
  if not ok then return nil, errors.adopt(err) end
  local draft, failed = serve(opened.child, o.project, asker)
  if not draft then return nil, failed end
  return plans.build(draft, o.verbs, {
    recipe = opened.meta, args = o.args, facts = asker.facts,
    project = o.identity or projects.identity(o.project),
    policy = o.project.config.policy or {}, slipway = host.version, digests = own_digests(opened.source, o.own_verbs),
    day = os.date("!%Y-%m-%d", o.world.time),
  })
end

return M
