-- mise: the tools, environment and tasks of .mise.toml, as far as a release is made of them. A task is a script; what
-- it does for a release, and where Slipway does that, is told for each.
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

-- What tasks of that name are for: patterns of the name, and where it went. The first that fits counts.
local purposes = {
  { "full", "the whole release", "slipway run release" },
  { "preflight", "preconditions", "slipway plan release tries them all and reports them together; slipway doctor proves a machine" },
  { "sync", "pull and push of the trunk", "the phase sync: slipway run release --only sync" },
  { "version", "version, changelog and tag", "the phase version: slipway run release --only version" },
  { "changelog", "the changelog", "slipway changelog; every release adds its section" },
  { "bump", "the version", "slipway next, slipway run release" },
  { "tag", "the tag", "slipway run release" },
  { "publish", "the upload", "registries = { … } in slipway.lua; slipway run publish --dir dist starts from files already built" },
  { "unlock", "breaking the build lock", "slipway lock break --reason TEXT" },
  { "clean", "clearing up", "builds run in clean checkouts" },
  { "hotfix", "a repair of what is released", "slipway run hotfix --from VERSION --fix COMMIT" },
}

local function purpose_of(name)
  local last = name:lower():match "[^:]*$"
  for _, entry in ipairs(purposes) do
    if last:find(entry[1], 1, true) then return entry end
  end
end

local function runs_text(value)
  local run = type(value) == "table" and value.run or value
  if type(run) == "table" then run = table.concat(run, " && ") end
  return type(run) == "string" and run or ""
end

local builders = { "maturin", "cargo build", "cargo zigbuild", "uv build", "python -m build", "npm pack", "npm run build", "go build", "cmake --build", "make", "zig build" }

local function builds(text)
  for _, word in ipairs(builders) do
    local at = text:find(word, 1, true)
    if at and (at == 1 or text:find("^[%s;&|]", at - 1)) then return word end
  end
end

local function is_release(name, text)
  return name:lower():find "release" or name:lower():find "publish" or text:find "semantic%-release" or text:find "cargo release"
    or text:find "cz bump" or text:find "uv publish" or text:find "cargo publish" or text:find "npm publish"
end

local function task(name, value)
  local text = runs_text(value)
  local purpose = purpose_of(name)
  if text:find "semantic%-release" then
    return changed(nil, "semantic-release's part: the commits decide, version, changelog and tag are steps of slipway run release")
  end
  if is_release(name, text) and purpose then return changed(nil, ("%s: %s"):format(purpose[2], purpose[3])) end
  local tool = builds(text)
  if tool and is_release(name, text) then
    return none(("a build (%s)"):format(tool), ('a target: targets = { ["%s"] = { run = { { … } }, produce = { "FILE" } } }; the phase build of slipway run release runs it'):format(name:match "[^:]*$"))
  end
  if is_release(name, text) then
    local depends = type(value) == "table" and value.depends
    if depends then return changed(nil, "several tasks in order: the phases of slipway plan release, each also alone with --only") end
    return none("a step of your own", "slipway eject release, then p:run { argv = { \"mise\", \"run\", \"" .. name .. "\" }, undo = { … } }")
  end
end

-- A token read from a file below the home directory, or from the environment.
local function secret_of(value)
  if type(value) ~= "string" then return nil end
  local below_home = value:match "read_file%(path%s*=%s*env%.HOME%s*~%s*['\"]/?([^'\"]+)['\"]"
  if below_home then return "file:~/" .. below_home end
  local path = value:match "read_file%(path%s*=%s*['\"]([^'\"]+)['\"]"
  if path then return "file:" .. path end
  return value:match "op read ['\"]?(op://[^'\"%s)]+)"
end

local forge_tokens = { GH_TOKEN = "github", GITHUB_TOKEN = "github", GITLAB_TOKEN = "gitlab", GITEA_TOKEN = "gitea" }

local function environment(files)
  return function(value, name)
    local key = name:match "[^.]*$"
    local reference = secret_of(value)
    if forge_tokens[key] and reference then
      local set = { ["secrets." .. key] = reference }
      return taken(set, ('a reference, read at the moment of use%s'):format(files.project.forge and ('; forge.token = "%s" uses it'):format(reference) or ""))
    end
    if reference then return taken({ ["secrets." .. key] = reference }, "a reference, read at the moment of use") end
    local item, field = tostring(value):match "op item get (%S+) %-%-fields? (%S+)"
    if item then
      return none("1Password is asked by vault, item and field", ('secrets = { %s = "op://VAULT/%s/%s" }, with the vault\'s name'):format(key, item, field))
    end
    if key:find "LOCK_DIR$" and type(value) == "string" then return taken { ["lock.dir"] = value } end
    return none("a variable of the tasks' own", "targets.NAME.env for a build; a recipe's parameter for a choice")
  end
end

return {
  name = "mise",
  --- What becomes of a project's release tasks; nil when it has no mise file with any.
  import = function(files)
    local doc, err = settings.first(files, { { ".mise.toml" }, { "mise.toml" }, { ".config/mise.toml" } })
    if not doc then return nil, err end
    local list, map, tasks = settings.list("mise", doc), doc.node.map, 0
    for _, name in ipairs(map.tasks and map.tasks.keys or {}) do
      local node = map.tasks.map[name]
      local verdict = task(name, settings.value(node))
      if verdict then
        tasks = tasks + 1
        list.add("tasks." .. name, node, verdict, runs_text(settings.value(node)))
      end
    end
    if tasks == 0 then return nil end
    if map.env and map.env.kind == "table" then list.walk({ ["env.*"] = environment(files), ["env._"] = none("it loads files of variables", "secrets = { NAME = \"env:NAME\" }") }, map.env, "env") end
    if map.tools and map.tools.kind == "table" then
      list.walk({ ["tools.*"] = changed(nil, "mise goes on installing it; checks and targets find it on PATH, slipway doctor tries it") }, map.tools, "tools")
    end
    return list.entries
  end,
}
