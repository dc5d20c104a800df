-- The version files of the peers' own tests, before and after. What the peer was told on its command
-- line becomes our options; files that the peer re-emits are compared as data.
local json = require "door.json"
local formats = require "manifest.formats"
local yaml = require "pure.yaml_edit"

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

local function list(folder)
  local names, pipe = {}, assert(io.popen("ls '" .. folder .. "'"))
  for name in pipe:lines() do names[#names + 1] = name end
  pipe:close()
  return names
end

--- Our result differs from the peer's on purpose, with the reason.
local exceptions = {
  ["knope-prepare-release-deno-workspaces-deno-lock"] =
    "the peer re-emits the lock file: empty sections go, specifiers are shortened to what Deno would write; ours keeps both",
  ["knope-prepare-release-deno-file-priority-deno-lock"] = "the same: the peer re-emits the lock file",
  ["knope-prepare-release-go-modules-major-versions-v2-go-mod"] =
    "the peer moves the module's path to /v2; every import would have to follow, which is a person's change",
  ["release-please-generic-xml-updatecontent-updates-matching-attribute"] =
    "the selector points to Sdk=\"Microsoft.NET.Sdk\": a value without a version in it is not overwritten",
  ["cargo-edit-dry-run-cargo-toml"] = "a dry run is a plan here: the text of a manifest has none",
  ["cargo-edit-relative-absolute-conflict-cargo-toml"] = "a version and a level at once are refused on the command line",
  ["cargo-edit-downgrade-error-cargo-toml"] = "the text of a manifest knows no policy: going back is refused where versions are chosen",
}

--- Options that cannot be derived from the case's fields.
local options = {
  ["knope-prepare-release-cargo-workspace-full-cargo-lock"] = { versions = { ["first-package"] = "1.1.0", ["second-package"] = "0.2.0" } },
  ["knope-prepare-release-cargo-workspace-full-cargo-toml"] = { dependencies = { ["first-package"] = "1.1.0", ["second-package"] = "0.2.0" } },
  ["knope-prepare-release-cargo-workspace-no-lock-first-cargo-toml"] = { to = "1.1.0", dependencies = { ["second-package"] = "0.2.0" } },
  ["cargo-edit-set-relative-workspace-version-inherit-ws-version-cargo-toml"] = { to = "1.0.0" },
  ["cargo-edit-set-relative-workspace-version-with-workspace-dep-cargo-toml"] = { to = "1.0.0" },
  ["cargo-edit-set-relative-version-cargo-toml"] = { to = "1.0.0" },
  ["knope-prepare-release-npm-dependencies-package-json"] = { dependencies = { ["dependency-name"] = "1.1.0", ["dev-dependency-name"] = "1.1.0" }, to = false },
  ["knope-prepare-release-npm-workspaces-first-package-json"] = { versions = { firstPackage = "0.2.0", secondPackage = "2.1.0", thirdPackage = "3.0.1" } },
  ["knope-prepare-release-npm-workspaces-others-second-package-json"] = { versions = { firstPackage = "0.2.0", secondPackage = "2.1.0", thirdPackage = "3.0.1" } },
  ["knope-prepare-release-npm-workspaces-package-lock-json"] = { versions = { firstPackage = "0.2.0", secondPackage = "2.1.0", thirdPackage = "3.0.1" } },
  ["knope-prepare-release-gleam-toml-gleam-toml"] = { to = "2.0.0" },
  ["knope-prepare-release-deno-workspaces-deno-lock"] = { versions = { ["@scope/first-package"] = "1.1.0", ["@scope/second-package"] = "0.1.1" } },
  ["release-please-generic-updatecontent-updates-generic-version-markers"] = { date = "2023-12-01" },
}

--- Command lines of cargo set-version.
local function from_arguments(case, opts)
  for n, word in ipairs(case.args or {}) do
    if word == "-p" or word == "--package" then
      opts.package = case.args[#case.args]
    elseif word == "--workspace" and case.succeeds then
      opts.workspace = true
    elseif word == "--exclude" then
      opts.package, opts.inherits = case.args[n + 1] .. " and the others", false
    end
  end
end

--- Members of a workspace, as commitizen's cases give them: those that inherit go with it.
local function from_members(case, opts)
  local members = case.members or (case.member and { { content = case.member } })
  if not members then return end
  opts.versions = {}
  for _, member in ipairs(members) do
    local name = member.content:match('name = "([^"]+)"')
    if member.content:find("version.workspace = true", 1, true) then opts.versions[name] = case.to end
  end
end

--- Where the peer worked the versions out itself (from commits, from `--bump`), its result tells them:
--- every line that changed names a package, on itself or above.
local function told_by(before, after)
  local function lines_of(text)
    local list = {}
    for line in (text .. "\n"):gmatch "([^\n]*)\n" do list[#list + 1] = line end
    return list
  end
  local old, new, versions, own, name = lines_of(before), lines_of(after), {}, nil, nil
  for n, line in ipairs(old) do
    name = line:match '^%s*"?name"?%s*[=:]%s*"([^"]+)"' or line:match "dependencies%.([%w_-]+)%]" or name
    local version = new[n] and new[n] ~= line and new[n]:match '"[%^~=]?(%d+%.%d+[%w.+-]*)"'
    if version then
      local key = line:match '^%s*"?([%w@/_-]+)"?%s*[=:]'
      if key ~= "version" then versions[key] = version else versions[name or ""], own = version, own or version end
    end
  end
  return versions, own
end

--- The options for a result that names its versions only itself.
local function from_result(case, to, opts, before, after)
  local versions, own = told_by(before, after)
  if case.peer == "cargo-edit" then
    if opts.package then opts.versions = versions end
    local bumped = (case.args or {})[1] == "--bump"
    return to or (bumped and (own or select(2, next(versions))) or nil)
  end
  if next(versions) then opts.versions, opts.dependencies = versions, versions end
  return to or own
end

local function plan_of(folder, case, before, after)
  local opts, to = {}, case.to
  if to == json.null then to = nil end
  from_arguments(case, opts)
  from_members(case, opts)
  if case.file:find("lock", 1, true) and opts.versions then to = nil end
  if case.line_pattern then opts.pattern, opts.old = case.line_pattern, case.from end
  if case.peer == "knope" and case.dependencies then opts.dependencies, to = case.dependencies, nil end
  if case.versions then opts.versions = case.versions end
  local given = case.options or {}
  opts.selector = given.selector and not given.selector:find("^v%d") and given.selector or nil
  if given.selector and given.selector:find("^v%d") then to = given.selector:sub(2) end
  opts.package = given.gemName or given.packageName or opts.package
  opts.peer = given.updatePeerDependencies
  opts.date_format, opts.sdk, opts.snapshot = given.dateFormat, given.expoSDKVersion, given.isSnapshot
  if case.updater == "GenericXml" or case.updater == "GenericYaml" then opts.format = case.updater:sub(8):lower() end
  if case.versions and case.versions.previousVersion then
    opts.old, opts.versions = case.versions.previousVersion, nil
  end
  if case.updater == "JavaReleased" then opts.marker = "x-release-please-released" end
  local named = opts.versions or opts.dependencies or opts.selector
  if not named and case.changes and (to == nil or case.peer ~= "release-please") then
    to = from_result(case, to, opts, before, after)
  end
  for key, value in pairs(options[folder] or {}) do -- order: distinct fields
    if key == "to" then to = value or nil else opts[key] = value end
  end
  return to, opts
end

--- Layout, quotes and end of file aside: what two texts say.
local function plain(text)
  return (text:gsub("^\239\187\191", ""):gsub("['\"]", '"'):gsub("%s*/>", "/>"):gsub("%s+", ""))
end

--- The values of a YAML or JSON text: what a peer that re-emits the file has not changed.
local function data(text)
  local documents = yaml.parse(text)
  if not documents then return nil end
  local function value(node)
    if node.kind == "table" then
      local result = {}
      for _, key in ipairs(node.keys) do result[key] = value(node.map[key]) end
      return result
    elseif node.kind == "array" then
      local result = {}
      for n, item in ipairs(node.items) do result[n] = value(item) end
      return result
    end
    return node.value or ""
  end
  local list = {}
  for n, root in ipairs(documents) do list[n] = value(root) end
  return list
end

local function same_data(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in pairs(a) do -- order: a comparison has none
    if not same_data(value, b[key]) then return false end
  end
  for key in pairs(b) do -- order: a comparison has none
    if a[key] == nil then return false end
  end
  return true
end

local function says_the_same(new, after)
  if plain(new) == plain(after) then return true end
  local mine, theirs = data(new), data(after)
  return mine ~= nil and theirs ~= nil and same_data(mine, theirs)
end

local function fields(folder)
  local root = corpora "versionfiles" .. "/" .. folder .. "/"
  local case = assert(json.decode(read(root .. "case.json")))
  local before, after
  for _, name in ipairs(list(root)) do
    if name:find("^before") then before = read(root .. name) elseif name:find("^after") then after = read(root .. name) end
  end
  return case, before, after
end

local function is_ours(case) return case.from ~= json.null and not case.line_pattern and not case.file:find("lock$") end

local function compare(folder)
  local case, before, after = fields(folder)
  local to, opts = plan_of(folder, case, before, after)
  local new, err = formats.set(case.file, before, to, opts)
  if exceptions[folder] then
    check.truthy(new ~= after, "this is no exception any more")
    skip(exceptions[folder])
  end
  -- A file that is to stay as it is may as well be refused: nothing is written then.
  if not new and case.changes == false and before == after then
    return check.truthy(err.code == "manifest.no_version" or err.code == "manifest.malformed")
  end
  check.truthy(new, err and err.message)
  if not says_the_same(new, after) then check.equal(new, after) end
  if case.from and is_ours(case) then check.equal(formats.get(case.file, before), case.from) end
end

local root = corpora "versionfiles"

for _, folder in ipairs(root and list(root) or {}) do
  test(folder, function() compare(folder) end)
end

test("the corpora of version files are read", function()
  if not root then skip "no corpora here" end
  check.truthy(#list(root) > 100)
end)
