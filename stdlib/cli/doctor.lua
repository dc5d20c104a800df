-- slipway doctor: tries what releases lean on, and names the remedy for everything that is amiss. All is tried;
-- nothing stops at the first fault.
local errors = require "pure.errors"
local host = require "door.host"
local output = require "cli.output"
local process = require "door.process"
local sorted_keys = require "pure.sorted_keys"

local M = {}

-- Programs, what they are needed for, and the Debian package that brings them.
local programs = {
  { name = "git", package = "git", why = "fetching, pushing, hooks", always = true },
  { name = "ssh", package = "openssh-client", why = "remotes over ssh", when = function(project) return (project.url or ""):find "^ssh:" or (project.url or ""):find "^[^/]+@[^/]+:" end },
  { name = "git-lfs", package = "git-lfs", why = "files kept in Git LFS", when = function(project) return project.repo and project.repo:uses().lfs end },
  { name = "gpg", package = "gnupg", why = "signing commits and tags", when = function(project) return project.signs == "openpgp" end },
  { name = "ssh-keygen", package = "openssh-client", why = "signing with ssh keys", when = function(project) return project.signs == "ssh" end },
}

local function add(results, name, ok, text, hint, code)
  for _, one in ipairs(ok and name:find "^program " and results or {}) do -- checks, builds and packages may lean on the same
    if one.name == name and one.ok then return end
  end
  results[#results + 1] = { name = name, ok = ok, text = text, hint = hint, code = code }
end

local function check_programs(results, about)
  for _, program in ipairs(programs) do
    if program.always or (program.when and program.when(about)) then
      local path = process.which(program.name)
      add(results, "program " .. program.name, path ~= nil, path or ("not found; needed for %s"):format(program.why), not path and "apt-get install " .. program.package or nil)
    end
  end
end

--- The first words of every configured command.
local function check_commands(results, config)
  local seen = {}
  local function try(argv)
    local name = argv[1]
    if seen[name] or name:find "/" then return end
    seen[name] = true
    local path = process.which(name)
    add(results, "program " .. name, path ~= nil, path or "not found; slipway.lua runs it", not path and ("install %s, or mend slipway.lua"):format(name) or nil)
  end
  for _, argv in ipairs(config.checks or {}) do try(argv) end
  local names = sorted_keys(config.targets)
  for _, name in ipairs(names) do
    for _, argv in ipairs(config.targets[name].run or {}) do try(argv) end
  end
end

local function from_fact(results, name, world, fact, ...)
  local ok, check, err = pcall(require("fact." .. fact).ask, world, ...)
  if not ok then check, err = nil, check end
  if check then
    add(results, name, check.ok, check.ok and (check.name or "ok") or check.why, check.hint, check.code)
  else
    err = errors.adopt(err)
    add(results, name, false, tostring(err), err.hint, err.code)
  end
end

local function check_secrets(results, project, world)
  local states, oidc = require "secret.state", require "secret.oidc"
  for _, entry in ipairs(require("secret.references").list(project.config)) do
    local state = states.of(world, entry, { prove = true, identity = function(ref) return oidc.is_present(ref, host.getenv) end })
    local way = state.code == "secret.missing" and ("slipway doctor --rotate %s   tells how one gets there"):format(entry.name) or nil
    add(results, "secret " .. entry.name, state.ok, state.text, state.hint or way, state.code)
    results[#results].advice = state.advice
  end
end

-- What the project's own files say: faults fail, what is only good to have is a note.
local function check_files(results, engine, world)
  local at = engine.project.head.oid
  if not at then return end
  local last = require("repository.history").last_release(world, at, function() return true end)
  local tree = require "repository.tree"(world, at, last and tostring(last.version))
  if not tree then return end
  tree.recipes = require("cli.recipe_words").flags_of_all(engine.project)
  for _, finding in ipairs(require("pure.inspection").findings(tree)) do
    add(results, finding.name, finding.ok, finding.text, finding.hint)
    results[#results].advice = finding.advice and not finding.ok or nil
  end
end

local function note(results, name, text, hint)
  add(results, name, false, text, hint)
  results[#results].advice = true
end

-- Feature branches live for a day or two; release tags are made by the release.
local STALE <const>, TAGS <const> = 2 * 86400, 5
local BRANCHES <const>, SHOWN <const> = 20, 8

local function check_habits(results, world)
  local stale = require("repository.branches").stale(world, { seconds = STALE, limit = BRANCHES })
  local names = {}
  for i = 1, math.min(SHOWN, #stale) do names[i] = ("%s (%d days, %s)"):format(stale[i].name, stale[i].days, stale[i].author) end
  if #stale > SHOWN then names[#names + 1] = ("and %d more"):format(#stale - SHOWN) end
  if #names > 0 then note(results, "old branches", table.concat(names, ", "), "merge what is done, in parts if it is large, and delete the rest") end
  local history = require "repository.history"
  local by_hand = require("repository.tags").by_hand(world, { limit = TAGS, manifest_version = function(at) return (history.manifest_version(world, at)) end })
  for i, tag in ipairs(by_hand) do by_hand[i] = ("%s: %s"):format(tag.tag, tag.why) end
  if #by_hand > 0 then note(results, "tags made by hand", table.concat(by_hand, "; "), "slipway run release makes the commit and the tag together") end
end

--- What builds need: programs in their versions, Rust targets, settings, places.
local function check_builds(results, engine, world)
  if not engine.project.config.targets or not engine.project.head.oid then return end
  local builds, err = require("fact.builds").ask(world, { version = "0.0.0" })
  if not builds then return add(results, "builds", false, tostring(errors.adopt(err)), err.hint, err.code) end
  for _, check in ipairs(require("fact.toolchain").ask(world, { builds = builds, at = engine.project.head.oid })) do
    add(results, check.name, check.ok, check.ok and "ok" or check.why, check.hint, check.code)
    results[#results].advice = not check.ok and check.fallback or nil
  end
end

-- An image's version that no tag of the project stands behind was pushed by hand.
local function check_images(results, world)
  local names = {}
  for name, settings in pairs(world.config.registries or {}) do -- order: sorted below
    if require("pure.registries").kind_of(name, settings) == "oci" then names[#names + 1] = name end
  end
  table.sort(names)
  local known = {}
  for _, v in ipairs(require("repository.tags").all(world)) do known[tostring(v)] = true end
  for _, name in ipairs(names) do
    local registry = require("registry.open").open(world, name)
    local by_hand = {}
    for _, tag in ipairs(registry and registry.versions() or {}) do
      local v = require("pure.version").parse(tag, world.project.scheme)
      if v and not known[tostring(v)] then by_hand[#by_hand + 1] = tag end
    end
    if #by_hand > 0 then note(results, "images made by hand", ("%s has %s, which no release tag stands behind"):format(name, table.concat(by_hand, ", ")), "slipway run release makes the tag and the image together") end
  end
end

--- What builds the packages is there, and each registry answers.
local function check_registries(results, world)
  if not world.config.registries then return end
  local entries, err = require("fact.packages").ask(world, { releases = { { version = "0.0.0" } } })
  if not entries then return add(results, "registries", false, tostring(errors.adopt(err)), err.hint, err.code) end
  local seen = {}
  for _, entry in ipairs(entries) do
    local program = entry.run and entry.run[1][1]
    if program and not seen[program] and not program:find "/" then
      local path = process.which(program)
      add(results, "program " .. program, path ~= nil, path or ("not found; it builds for %s"):format(entry.registry), not path and ("install %s, or set registries.%s.run"):format(program, entry.registry) or nil)
    end
    if program then seen[program] = true end
    if not seen[entry.registry .. " "] then from_fact(results, "registry " .. entry.registry, world, "publishable", { packages = { entry }, again = true }) end
    seen[entry.registry .. " "] = true
  end
end

local function check_project(results, engine)
  local project = engine.project
  local remote = project.remote and project.repo:remote(project.remote)
  local signs = (project.repo:config "commit.gpgsign" == "true" or project.repo:config "tag.gpgsign" == "true") and (project.repo:config "gpg.format" or "openpgp")
  check_programs(results, { url = remote and remote.url, info = project.info, signs = signs })
  check_commands(results, project.config)
  local world = require("run.engine").reader(engine)
  add(results, "project", true, ("%s, trunk %s, manifests %s"):format(project.name, project.trunk, #project.manifests > 0 and table.concat(project.manifests, ", ") or "none"))
  from_fact(results, "identity", world, "identity")
  from_fact(results, "history", world, "complete")
  if project.remote then
    from_fact(results, "remote " .. project.remote, world, "reachable")
  else
    add(results, "remote", true, "none: releases end at the local tag (git remote add origin URL)")
  end
  check_builds(results, engine, world)
  check_secrets(results, project, world)
  if project.config.forge then from_fact(results, "forge", world, "forge") end
  check_registries(results, world)
  check_files(results, engine, world)
  check_habits(results, world)
  if not world.offline then check_images(results, world) end
end

local NARROW <const>, WIDE <const> = 20, 36

-- The column behind the longest name that leaves room for what is said; a longer one reaches into it.
local function column_of(results)
  local column, widest = NARROW, math.min(WIDE, output.width() // 3)
  for _, result in ipairs(results) do
    if #result.name <= widest then column = math.max(column, #result.name) end
  end
  return column
end

local function show(context, result, column)
  local out = context.out
  local word = result.ok and out.paint("green", "ok   ") or result.advice and out.paint("yellow", "note ") or out.paint("red", "FAIL ")
  local said = result.text or ""
  if #result.name > column and 9 + #result.name + #said > output.width() then -- the text keeps its column
    out.say(("  %s %s"):format(word, result.name))
    output.block(out, (" "):rep(column + 9), said)
  else
    output.block(out, ("  %s %s "):format(word, output.pad(result.name, column)), said)
  end
  if not result.ok and result.hint then output.block(out, ("        %s next: "):format((" "):rep(column - 2)), result.hint) end
end

function M.run(context, words)
  local o, err = context:parse("doctor", words, function(parser)
    parser:argument("recipe"):args "?"
    parser:option "--rotate"
    parser:option "--log"
    parser:flag "--drift"
  end)
  if not o then return err == 0 and 0 or nil, err end
  if o.log then return require("cli.diagnose")(context, o.log) end
  if o.drift then return require("cli.drift").run(context) end
  local results = {}
  local engine, absent = context:engine()
  if o.rotate then
    if not engine then return nil, absent end
    return require("cli.rotate").run(context, engine, o.rotate)
  end
  if engine then
    check_project(results, engine)
  else
    check_programs(results, {})
    add(results, "project", false, tostring(absent), absent.hint, absent.code)
  end
  local plain, worst, column = {}, 0, column_of(results)
  for i, result in ipairs(results) do
    for k = 1, not result.ok and i - 1 or 0 do -- one missing token is told once with all it says
      if result.text and results[k].text == result.text and not results[k].ok then result.text, result.hint = "waits for " .. results[k].name, nil end
    end
    plain[i] = { name = result.name, ok = result.ok, advice = result.advice, text = result.text, hint = result.hint }
    show(context, result, column)
    if not result.ok and not result.advice then
      local entry = result.code and errors.entry(result.code)
      worst = worst == 4 and 4 or entry and entry.exit == 5 and 5 or 4
    end
  end
  context.out.object("doctor", { ok = worst == 0, checks = plain })
  context.out.say(worst == 0 and "all well" or "what is marked FAIL needs a hand; nothing was changed")
  return worst
end

return M
