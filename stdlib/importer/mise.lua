-- mise: the tools, environment and tasks of .mise.toml, as far as a release is made of them. A task is a script; what
-- it does for a release, and where Slipway does that, is told for each.
local build_task = require "importer.build_task"
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

local function task(name, value, files, targets)
  local text = runs_text(value)
  local purpose = purpose_of(name)
  if text:find "semantic%-release" then
    return changed(nil, "semantic-release's part: the commits decide, version, changelog and tag are steps of slipway run release")
  end
  if is_release(name, text) and purpose then return changed(nil, ("%s: %s"):format(purpose[2], purpose[3])) end
  local target, unclear = build_task.maturin(text, files.read)
  if target then
    local called = name:match("[^:]*$"):gsub("[^%w_-]", "-")
    targets[#targets + 1] = called
    return taken({ ["targets." .. called] = target }, "slipway run build --targets " .. called .. " builds it alone")
  end
  if unclear then return none("a build by maturin, of which " .. unclear, ('targets = { ["%s"] = { builder = "maturin", python = "cp313", platform = "linux-amd64" } }: slipway help targets'):format(name:match "[^:]*$")) end
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

-- A path of one's own in whatever way mise lets it be written.
local function lock_folder(value)
  local path = value:gsub("^{{%s*env%.HOME%s*}}/", "~/"):gsub("^%$HOME/", "~/")
  if path:find "^~?/" and not path:find "[{}$]" then return taken { ["lock.dir"] = path } end
  return none("its path is made up when mise runs", 'lock = { dir = "/an/absolute/path" }: other programs look for the same files')
end

local function has_host(env)
  for _, name in ipairs(env.keys) do
    if name:find "BUILD_HOST$" then return true end
  end
  return false
end

local function environment(files, env)
  local remote = has_host(env)
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
    if key:find "LOCK_DIR$" and type(value) == "string" then return lock_folder(value) end
    local what, set = key:match "BUILD_(%u+)$", nil
    if what == "STRATEGY" then set = { ["build.environment.strategy"] = key } end
    if what == "HOST" then set = { ["build.environment.host"] = key, ["build.places.remote"] = { kind = "ssh", host = value } } end
    if what == "USER" and remote then set = { ["build.environment.user"] = key, ["build.places.remote.user"] = value } end
    if set then return taken(set, what == "STRATEGY" and "read for one run: here (zig), or a place" or "a place to build at: --strategy remote; the variable is read, too") end
    return none("a variable of the tasks' own", "targets.NAME.env for a build; a recipe's parameter for a choice")
  end
end

-- What mise calls a tool, and the program whose version says so.
local program_of = { zig = "zig", rust = "rustc", maturin = "maturin" }

--- A pinned tool of a build is pinned in slipway.lua, too: doctor and every plan compare it.
local function tools(targets)
  return function(value, name)
    local program = program_of[name:match "[^.]*$"]
    if #targets == 0 or not program or type(value) ~= "string" or not value:find "^%d" then
      return changed(nil, "mise goes on installing it; slipway doctor tries what checks and targets run")
    end
    local set = {}
    for _, target in ipairs(targets) do set[("targets.%s.pins.%s"):format(target, program)] = value end
    return taken(set, "mise goes on installing it; slipway doctor and every plan compare the version")
  end
end

return {
  name = "mise",
  --- What becomes of a project's release tasks; nil when it has no mise file with any.
  import = function(files)
    local doc, err = settings.first(files, { { ".mise.toml" }, { "mise.toml" }, { ".config/mise.toml" } })
    if not doc then return nil, err end
    local list, map, tasks, targets = settings.list("mise", doc), doc.node.map, 0, {}
    for _, name in ipairs(map.tasks and map.tasks.keys or {}) do
      local node = map.tasks.map[name]
      local verdict = task(name, settings.value(node), files, targets)
      if verdict then
        tasks = tasks + 1
        list.add("tasks." .. name, node, verdict, runs_text(settings.value(node)))
      end
    end
    if tasks == 0 then return nil end
    if map.env and map.env.kind == "table" then list.walk({ ["env.*"] = environment(files, map.env), ["env._"] = none("it loads files of variables", "secrets = { NAME = \"env:NAME\" }") }, map.env, "env") end
    if map.tools and map.tools.kind == "table" then
      list.walk({ ["tools.*"] = tools(targets) }, map.tools, "tools")
    end
    return list.entries
  end,
}
