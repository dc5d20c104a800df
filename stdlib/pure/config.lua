-- slipway.lua: which keys there are, what they mean, and that nothing else stands there. The same
-- declarations feed `slipway help config`.
local errors = require "pure.errors"
local near = require "pure.near"
local schema = require "pure.schema"

local M = {}

---@class slipway.ConfigKey
---@field name string
---@field types string[]
---@field help string
---@field sample string

--- In the order in which they are explained.
---@type slipway.ConfigKey[]
M.keys = {
  { name = "project", types = { "string" }, help = "name of the project; default: the manifest's, else the folder's", sample = '"pelican"' },
  { name = "trunk", types = { "string" }, help = "branch that releases are made from; default: the remote's head, else main or master", sample = '"main"' },
  { name = "remote", types = { "string" }, help = "remote that releases are pushed to; default: the trunk's upstream, else origin", sample = '"origin"' },
  { name = "tag", types = { "string" }, help = "name of a release's tag; default: like the tags that are there, else v{version}", sample = '"v{version}"' },
  { name = "scheme", types = { "string" }, help = "how versions are counted: semver, pep440, calver or calver:YYYY.0M.MICRO", sample = '"semver"' },
  { name = "rules", types = { "table" }, help = "which commit types bump what, see help version", sample = '{ types = { perf = "patch" } }' },
  { name = "packages", types = { "table" }, help = "packages of a repository with more than one", sample = '{ "crates/*" }' },
  { name = "manifests", types = { "table" }, help = "files that carry the version; default: found", sample = '{ "Cargo.toml", "docs/conf.py" }' },
  { name = "changelog", types = { "string", "boolean", "table" }, help = "changelog file, or false for none; a table: file, style (keepachangelog or conventional), groups, links, template", sample = '"CHANGELOG.md"' },
  { name = "checks", types = { "table" }, help = "commands that must succeed on the released commit, each an argument list", sample = '{ { "cargo", "test" } }' },
  { name = "targets", types = { "table" }, help = "builds by name: run (argument lists), produce (files), env, needs", sample = '{ linux = { run = { { "make" } }, produce = { "pelican" } } }' },
  { name = "artifacts", types = { "table" }, help = "files of the release page: archives made of targets or of the source", sample = '{ { archive = "pelican-{version}.tar.gz", source = true } }' },
  { name = "forge", types = { "table" }, help = "release pages: kind (github, gitea), url, repo, token (a secret reference)", sample = '{ kind = "gitea", url = "https://git.example", repo = "me/pelican", token = "env:GITEA_TOKEN" }' },
  { name = "registries", types = { "table" }, help = "package registries by name", sample = "{}" },
  { name = "secrets", types = { "table" }, help = "references to secrets by name", sample = '{ push = "env:PUSH_TOKEN" }' },
  { name = "policy", types = { "table" }, help = "move_back (undo of a pushed trunk may move it back), approval (confirm, none, or step: an approve step before anything final), unknown_wait", sample = '{ move_back = true, approval = "confirm" }' },
  { name = "budgets", types = { "table" }, help = "expected durations by phase", sample = '{ build = "4m" }' },
  { name = "lock", types = { "table" }, help = "where build locks live", sample = '{ dir = "/tmp" }' },
  { name = "announce", types = { "table" }, help = "where releases are announced", sample = "{}" },
  { name = "minimum_slipway", types = { "string" }, help = "oldest Slipway that may release this project", sample = '"0.1.0"' },
}

local approvals = { "confirm", "none", "step" }

local nested = {
  forge = { kind = "string", url = "string", repo = "string", token = "string", ca_file = "string" },
  policy = { move_back = "boolean", approval = "string", unknown_wait = { "string", "number" } },
  changelog = { file = "string", style = "string", template = "string", groups = "table", links = "table" },
}

local function matches(value, wanted)
  if type(wanted) == "table" then return near.contains(wanted, type(value)) end
  return type(value) == wanted
end

local function refuse(text, hint)
  return nil, errors.new { code = "config.invalid", message = "slipway.lua: " .. text, hint = hint or "slipway help config" }
end

local function check_nested(name, value)
  if type(value) ~= "table" or not nested[name] then return true end
  local names = {}
  for field in pairs(nested[name]) do names[#names + 1] = field end -- order: sorted below
  table.sort(names)
  for field, item in pairs(value) do -- order: any complaint is a complaint
    local wanted = nested[name][field]
    if not wanted then return refuse(("%s has no field '%s'%s"):format(name, tostring(field), near.suggest(tostring(field), names))) end
    if not matches(item, wanted) then
      return refuse(("%s.%s must be a %s"):format(name, field, type(wanted) == "table" and table.concat(wanted, " or ") or wanted))
    end
  end
  return true
end

local function is_argv(value)
  if type(value) ~= "table" or #value == 0 then return false end
  for _, item in ipairs(value) do
    if type(item) ~= "string" then return false end
  end
  return true
end

local function check_commands(where, commands)
  if type(commands) ~= "table" then return refuse(where .. " must be a list of argument lists") end
  for i, argv in ipairs(commands) do
    if not is_argv(argv) then
      return refuse(("%s[%d] must be an argument list such as { \"make\", \"test\" }; there is no shell"):format(where, i))
    end
  end
  return true
end

-- Files inside the project, and no two that would have one name on the release page.
local function check_files(where, paths)
  local names = {}
  for _, path in ipairs(paths) do
    if not schema.is_inside(path) then return refuse(("%s: '%s' is not inside the project"):format(where, tostring(path))) end
    local name = path:match "[^/]+$"
    if names[name] then return refuse(("%s: two files are called %s"):format(where, name)) end
    names[name] = true
  end
  return true
end

local function check_targets(targets)
  for name, target in pairs(targets) do -- order: any complaint is a complaint
    if type(name) ~= "string" or type(target) ~= "table" then return refuse("targets are tables by name") end
    for field in pairs(target) do -- order: any complaint is a complaint
      if not near.contains({ "run", "produce", "env", "timeout" }, field) then return refuse(("targets.%s has no field '%s'"):format(name, tostring(field))) end
    end
    local ok, err = check_commands(("targets.%s.run"):format(name), target.run)
    if not ok then return nil, err end
    if not is_argv(target.produce) then return refuse(("targets.%s.produce must be a list of files"):format(name)) end
    if not schema.is_component(name) then return refuse(("targets.%s: the name of a target names a folder: no slash in it"):format(name)) end
    ok, err = check_files(("targets.%s.produce"):format(name), target.produce)
    if not ok then return nil, err end
  end
  return true
end

local function check_artifacts(artifacts)
  local names = {}
  for i, artifact in ipairs(artifacts) do
    if type(artifact) ~= "table" then return refuse(("artifacts[%d] must be a table"):format(i)) end
    for field in pairs(artifact) do -- order: any complaint is a complaint
      if not near.contains({ "archive", "target", "source", "include" }, field) then return refuse(("artifacts[%d] has no field '%s'"):format(i, tostring(field))) end
    end
    if type(artifact.archive) ~= "string" then return refuse(("artifacts[%d].archive names the file, for example 'name-{version}.tar.gz'"):format(i)) end
    if not schema.is_component(artifact.archive) then return refuse(("artifacts[%d].archive is the name of a file, without a folder"):format(i)) end
    if names[artifact.archive] then return refuse(("artifacts: two are called %s"):format(artifact.archive)) end
    names[artifact.archive] = true
    if artifact.include ~= nil then
      if not is_argv(artifact.include) then return refuse(("artifacts[%d].include must be a list of files"):format(i)) end
      local ok, err = check_files(("artifacts[%d].include"):format(i), artifact.include)
      if not ok then return nil, err end
    end
    if not artifact.target and not artifact.source then return refuse(("artifacts[%d] has neither a target nor source = true"):format(i)) end
  end
  return true
end

--- Checks what slipway.lua returned.
---@param value table
---@return table?, slipway.Error?
function M.check(value)
  local names, known = {}, {}
  for _, key in ipairs(M.keys) do names[#names + 1], known[key.name] = key.name, key end
  for name, item in pairs(value) do -- order: any complaint is a complaint
    local key = known[name]
    if not key then return refuse(("there is no key '%s'%s"):format(tostring(name), near.suggest(tostring(name), names))) end
    if not near.contains(key.types, type(item)) then
      return refuse(("%s must be a %s, for example: %s = %s"):format(name, table.concat(key.types, " or "), name, key.sample))
    end
    local ok, err = check_nested(name, item)
    if not ok then return nil, err end
  end
  if value.tag and not value.tag:find("{version}", 1, true) then return refuse("tag must contain {version}") end
  local policy = value.policy or {}
  if policy.approval and not near.contains(approvals, policy.approval) then
    return refuse(("policy.approval must be one of %s%s"):format(table.concat(approvals, ", "), near.suggest(policy.approval, approvals)))
  end
  if policy.unknown_wait and not schema.seconds(policy.unknown_wait) then return refuse 'policy.unknown_wait must be a duration such as "60s"' end
  if value.scheme and not near.contains({ "semver", "pep440", "calver" }, value.scheme:match "^[^:]*") then
    return refuse("scheme must be semver, pep440, calver or calver:PATTERN")
  end
  for name, check in pairs { checks = function() return check_commands("checks", value.checks) end,
    targets = function() return check_targets(value.targets) end,
    artifacts = function() return check_artifacts(value.artifacts) end } do -- order: any complaint is a complaint
    if value[name] then
      local ok, err = check()
      if not ok then return nil, err end
    end
  end
  return value
end

return M
