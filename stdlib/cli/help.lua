-- slipway help [TOPIC]: commands, recipes, verbs, facts, configuration, errors. Everything is derived from the
-- declarations; nothing is written twice.
local commands = require "cli.commands"
local config = require "pure.config"
local errors = require "pure.errors"
local facts = require "run.facts"
local near = require "pure.near"
local output = require "cli.output"
local recipes = require "run.recipe"
local schema = require "pure.schema"
local sorted_keys = require "pure.sorted_keys"
local verbs = require "run.verbs"

local M = {}

local global = {
  { "--json", "one object on stdout, for programs" }, { "--root DIR", "the project, default: the current folder; before the command also -C DIR" },
  { "--offline", "ask nobody; use what the last fetch has seen" }, { "--no-input", "never ask a person" },
  { "--progress auto|plain|none|json", "json: events as lines on stderr" }, { "--color auto|always|never", "" }, { "--ascii", "no symbols" }, { "--hyperlinks auto|never", "addresses as links of the terminal" },
  { "-q --quiet", "" }, { "-v --verbose", "" }, { "--as-of TIME", "the date of everything that is written" },
}

-- What a command takes besides the global options.
local own = {
  next = { { "--why", "every commit's vote and the deciding line" }, { "--level LEVEL", "as if this part were raised" }, { "--pre ID", "as a pre-release" }, { "--compare TOOLS", "what other tools would have said, and why: commitizen,git-cliff,… or all" }, { "--package NAME", "one package of several" }, { "--zero-ok", "nothing to release is exit 0" } },
  changelog = {
    { "VERSION or TAG", "one release" }, { "RANGE", "v1.0.0..v1.2.0" }, { "--unreleased", "only what is coming" },
    { "--as VERSION", "what is coming, told as this version" }, { "--style STYLE", "keepachangelog or conventional" },
    { "--template FILE", "see slipway help template" }, { "--contributors", "who wrote each release, newcomers as such" },
    { "--write", "add the releases that the changelog file lacks; nothing else in it changes" },
    { "--package NAME", "one package of several" }, { "--no-cache", "read the whole history again" },
  },
  plan = { { "-o FILE", "write the plan to a file, for review" }, { "--zero-ok", "nothing to release is exit 0" } },
  run = {
    { "--plan FILE or DIGEST", "perform exactly this plan; refused when the world has changed" }, { "--yes", "answer the question beforehand" },
    { "--confirm VERSION", "the same, for this version only" }, { "--only NAME", "only this phase or step" }, { "--start NAME", "from this phase or step on" },
    { "--until NAME", "up to this phase or step" }, { "--dry-run", "the same as plan" },
  },
  resume = { { "--yes, --no, --answer WORD", "answer an approval" }, { "--retry STEP", "try a step once more" }, { "--skip STEP --reason TEXT", "leave a step out; the journal keeps why" }, { "--adopt TAG", "the run's journal is lost: find it again by the tag it made" }, { "--only, --start, --until NAME", "only a part of what is left" } },
  undo = { { "--preview", "say what would be taken back" }, { "--yes", "do not ask" }, { "--to STEP", "back to this step or phase, which stays" } },
  runs = { { "prune", "remove records of ended runs" }, { "--keep N", "the newest N stay (20)" } },
  lock = {
    { "show [TARGET]", "who holds it; with a target, the lock of its builds" }, { "break [TARGET] --reason TEXT", "take it from a dead holder" },
    { "--force", "even from a living one" },
  },
  help = { { "TOPIC", "a command, recipe, verb, fact, SW-ERROR, config, manifests …" }, { "--man [PAGE]", "the manual: slipway help --man | man -l -; PAGE: recipe or lua" } },
  doctor = { { "--log FILE", "what the log of a failed build or CI run means (- reads it from the input)" }, { "--drift", "what another release tool's files say differently from slipway.lua; 8 if they do" } },
  trust = { { "--origin", "trust this project's remote for good" } },
  test = { { "--filter TEXT", "only tests whose title or file contains it" }, { "--jobs N", "so many files at once" }, { "--list", "name them, run none" } },
  eval = { { "-f FILE", "code from a file" }, { "--yes", "perform the steps that the code queues" } },
}

local function rows(out, list)
  for _, row in ipairs(list) do out.say(("  %s %s"):format(output.pad(row[1], 34), row[2])) end
end

local function overview(out)
  out.say "slipway: plan, run, resume and undo releases\n"
  for _, entry in ipairs(commands.list) do
    local usage = entry.usage
    if #usage > 44 then -- a long one has its line to itself
      out.say("  " .. usage)
      usage = ""
    end
    out.say(("  %s %s"):format(output.pad(usage, 44), entry.summary))
  end
  out.say "\nEverywhere:"
  rows(out, global)
  out.say "\nslipway help RECIPE, VERB, FACT, SW-ERROR, config, verbs, facts, modules, errors or COMMAND tells more."
  out.say "Exit codes: 0 done, 1 fault, 2 usage, 3 nothing to release, 4 refused, 5 credential, 6 locked, 7 stopped after"
  out.say "effects, 8 difference, 9 plan stale, 10 a person said no, 11 waiting, 130 interrupted."
end

--- The options of a command, its own first: what it is called, what it does.
---@param name string
---@return { [1]: string, [2]: string }[]
function M.options(name)
  local command = commands.get(name)
  local list = { table.unpack(own[name] or command and command.help or {}) } -- newer commands say it themselves
  table.move(global, 1, #global, #list + 1, list)
  return list
end

local function command_help(out, entry)
  out.say(entry.usage)
  out.say("  " .. entry.summary)
  local options = own[entry.name] or commands.get(entry.name).help -- newer commands say it themselves
  if options then out.say "" rows(out, options) end
  out.say ""
  rows(out, global)
end

local function recipe_help(out, project, name)
  local opened, err = recipes.open(project, name)
  if not opened then return nil, err end
  opened.child:close()
  local meta = opened.meta
  out.say(("slipway run %s [PARAMS]"):format(name))
  out.say("  " .. meta.summary)
  if #meta.params > 0 then out.say "" end
  for _, param in ipairs(meta.params) do
    local flag = "--" .. param.name:gsub("_", "-") .. (param.type == "boolean" and "" or " " .. param.type:upper())
    local more = {}
    if param.values then more[#more + 1] = "one of " .. table.concat(param.values, ", ") end
    if param.default ~= nil and param.default ~= false then more[#more + 1] = "default " .. tostring(param.default) end
    out.say(("  %s %s%s"):format(output.pad(flag, 22), param.help, #more > 0 and " (" .. table.concat(more, "; ") .. ")" or ""))
  end
  if meta.sample then out.say("\nFor example:\n" .. meta.sample) end
  return 0
end

local function verb_help(out, verb)
  local names = sorted_keys(verb.params)
  local returns = sorted_keys(verb.returns)
  out.say(("p:%s { %s } → { %s }"):format(verb.name, table.concat(names, ", "), table.concat(returns, ", ")))
  out.say("  " .. verb.summary)
  out.say(("  class %s%s"):format(verb.class, verb.undo_says and ", undo: " .. verb.undo_says or verb.retract and ", no undo; " .. verb.retract or ""))
  for _, name in ipairs(names) do
    local kind, optional = schema.kind(verb.params[name])
    out.say(("    %s %s%s"):format(output.pad(name, 12), kind, optional and " (may be left out)" or ""))
  end
  if verb.example then out.say("  for example: " .. verb.example) end
end

local function list_of(out, kind, names, get)
  for _, name in ipairs(names) do
    local entry = get(name)
    out.say(("  %s %s"):format(output.pad(kind == "fact" and entry.signature or name, kind == "fact" and 60 or 12), entry.summary))
  end
end

local function key_help(out, key)
  out.say(("  %s %s"):format(output.pad(key.name, 16), key.help))
  out.say(out.paint("dim", ("  %s %s = %s"):format((" "):rep(16), key.name, key.sample)))
end

local function config_help(out)
  out.say "slipway.lua, at the project's root, returns a table. All keys are optional:\n"
  for _, key in ipairs(config.keys) do key_help(out, key) end
end

-- "slipway help modules": each says in the first line of its file what it is.
local function modules_help(out)
  local host = require "door.host"
  local modules = require("cli.prompt_names").modules
  for _, name in ipairs(sorted_keys(modules)) do
    local room, file = modules[name]:match "^(%w+)%.([%w_]+)$"
    local source = host.source(room == "door" and ("stdlib/meta/%s.lua"):format(file) or ("stdlib/%s/%s.lua"):format(room, file)) or ""
    local said = require("pure.doc").purpose(source):gsub("%s+", " ")
    output.block(out, ("  %s "):format(output.pad(name, 14)), said:match "^(.-[^.])%.%f[%s\0]" or said)
  end
end

local function error_help(out, code, entry)
  out.say(("%s (%s), exit %d"):format(errors.shown(code), code, entry.exit))
  out.say("  " .. entry.why)
  out.say("  " .. entry.fix)
end

local function errors_help(out)
  for _, path in ipairs(require("door.host").sources "stdlib/pure/errors/") do
    local entries = require("pure.errors." .. path:match "([%w_]+)%.lua$")
    local codes = sorted_keys(entries)
    for _, code in ipairs(codes) do out.say(("  %s %d  %s"):format(output.pad(errors.shown(code), 30), entries[code].exit, entries[code].why)) end
  end
end

local function find_command(name)
  for _, entry in ipairs(commands.list) do
    if entry.name == name then return entry end
  end
end

--- --help of a command: "plan release" is the recipe's.
---@param context slipway.Context
---@param name string
function M.command(context, name)
  local command, recipe = name:match "^(%S+) (%S+)$"
  if recipe then
    local engine = context:engine()
    recipe_help(context.out, engine and engine.project, recipe)
  else
    command = name
  end
  local entry = find_command(command)
  if entry then command_help(context.out, entry) end
end

local function manifests_help(out)
  local formats = require "manifest.formats"
  local titles, seen = {}, {}
  for _, format in ipairs(formats.all()) do
    if not seen[format.title] then seen[format.title], titles[#titles + 1] = true, format.title end
  end
  out.say("Slipway reads and writes the version in: " .. table.concat(titles, ", ") .. ".")
  out.say("The first at the root that carries a version speaks; what agrees with it and the lock files beside it move along.")
  out.say("")
  out.say("Any other file: list it under manifests in slipway.lua and mark the line,")
  out.say("  const version = \"1.2.0\" // slipway: version        (also: major, minor, patch, date)")
  out.say("or the lines between `slipway: begin version` and `slipway: end`. Marks of release-please are read too.")
end

function M.topics(project)
  local names = { "config", "targets", "actions", "manifests", "template", "diagnosis", "verbs", "facts", "modules", "errors", "git" }
  for _, key in ipairs(config.keys) do names[#names + 1] = key.name end
  for _, name in ipairs(sorted_keys(require("cli.prompt_names").modules)) do names[#names + 1] = name end
  for _, entry in ipairs(commands.list) do names[#names + 1] = entry.name end
  for _, entry in ipairs(recipes.list(project)) do names[#names + 1] = entry.name end
  for _, name in ipairs(verbs.names()) do names[#names + 1] = name end
  for _, name in ipairs(facts.names()) do names[#names + 1] = name end
  return names
end

local function has(list, name)
  for _, entry in ipairs(list) do
    if entry == name or entry.name == name then return true end
  end
end

-- A verb of the project's own, once it is trusted.
local function own_verb(engine, topic)
  if not engine or has(verbs.names(), topic) then return nil end
  local ok, all = pcall(function() return engine.verbs end)
  return ok and all and all[topic] or nil
end

local function topic_help(out, project, topic, engine)
  local code, entry = errors.find(topic)
  if code then return error_help(out, code, entry) end
  if topic == "config" then return config_help(out) end
  if topic == "errors" then return errors_help(out) end
  if topic == "targets" then return require("cli.targets_help").show(out) end
  if topic == "actions" then return require("cli.actions_help").show(out, project) end
  if topic == "modules" then return modules_help(out) end
  if topic == "manifests" then return manifests_help(out) end
  if topic == "template" then return require("cli.template_help").show(out) end
  if topic == "diagnosis" then return require("cli.diagnose").list(out) end
  if topic == "verbs" then return list_of(out, "verb", verbs.names(), function(name) return require("verb." .. name) end) end
  if topic == "facts" then return list_of(out, "fact", facts.names(), function(name) return require("fact." .. name) end) end
  local found = false
  local function separate()
    if found then out.say "" end
    found = true
  end
  if find_command(topic) then separate() command_help(out, find_command(topic)) end
  if has(recipes.list(project), topic) then
    separate()
    local _, err = recipe_help(out, project, topic)
    if err then return nil, err end
  end
  if has(verbs.names(), topic) then separate() verb_help(out, require("verb." .. topic)) end
  local own_one = own_verb(engine, topic)
  if own_one then separate() verb_help(out, own_one) end
  if has(facts.names(), topic) then
    separate()
    local fact = require("fact." .. topic)
    out.say(("%s\n  %s"):format(fact.signature, fact.summary))
  end
  for _, key in ipairs(config.keys) do
    if key.name == topic then
      separate()
      out.say "slipway.lua"
      key_help(out, key)
    end
  end
  if found then return end
  if require("cli.repl_help").module(out, topic, require("cli.prompt_names").alone) then return end
  return nil, errors.new { code = "usage.wrong", message = ("there is no help on '%s'%s"):format(topic, near.suggest(topic, M.topics(project))), hint = "slipway help" }
end

M.topic = topic_help

local function man_page(name)
  if name == "recipe" or name == "lua" then return require("cli.man_reference")[name]() end
  return require("cli.man").page(M.options, global)
end

function M.run(context, words)
  local given = {} -- slipway --help is the overview too
  for _, word in ipairs(words) do
    if word ~= "--help" and word ~= "-h" then given[#given + 1] = word end
  end
  local o, wrong = context:parse("help", given, function(parser)
    parser:argument("topic"):args "?"
    parser:option("--man"):args("?"):choices { "slipway", "recipe", "lua" }
  end)
  if not o then return wrong == 0 and 0 or nil, wrong end
  local topic = o.topic
  local out, lines = context.out, {}
  if o.man then
    local text = man_page(o.man[1])
    out.object("man", { text = text })
    out.say((text:gsub("\n$", "")))
    return 0
  end
  if out.json then
    function out.say(line) lines[#lines + 1] = line end
  end
  if not topic then
    overview(out)
  else
    local engine = context:engine()
    local _, err = topic_help(out, engine and engine.project, topic, engine)
    if err then return nil, err end
  end
  out.object("help", { topic = topic, text = table.concat(lines, "\n") })
  return 0
end

return M
