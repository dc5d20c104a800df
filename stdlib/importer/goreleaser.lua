-- goreleaser: .goreleaser.yaml, .goreleaser.yml, goreleaser.yaml, goreleaser.yml. It builds and publishes a tag that is
-- there; which version comes next was never its business.
local expression = require "importer.expression"
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local places = { { ".goreleaser.yml" }, { ".goreleaser.yaml" }, { "goreleaser.yml" }, { "goreleaser.yaml" }, { ".config/goreleaser.yml" }, { ".config/goreleaser.yaml" } }

local usual = { goos = { "darwin", "linux", "windows" }, goarch = { "386", "amd64", "arm64" } }

local function plain_list(value)
  for _, item in ipairs(value or {}) do
    if type(item) ~= "string" or item:find "{{" then return nil end
  end
  return value
end

local function is_left_out(build, os, arch)
  if os == "darwin" and arch == "386" then return true end
  for _, rule in ipairs(build.ignore or {}) do
    if (not rule.goos or rule.goos == os) and (not rule.goarch or tostring(rule.goarch) == arch) then return true end
  end
  return false
end

local function env_of(build, os, arch)
  local env = { GOOS = os, GOARCH = arch }
  for _, line in ipairs(build.env or {}) do
    local name, value = line:match "^([%w_]+)=(.*)$"
    if name and not value:find "{{" then env[name] = value end
  end
  return env
end

local function targets_of(build, project)
  local set, names = {}, {}
  local binary = build.binary or build.id or project
  for _, os in ipairs(build.goos or usual.goos) do
    for _, arch in ipairs(build.goarch or usual.goarch) do
      arch = tostring(arch)
      if not is_left_out(build, os, arch) then
        local name, file = os .. "-" .. arch, binary .. (os == "windows" and ".exe" or "")
        local argv = { "go", "build" }
        for _, flag in ipairs(build.flags or {}) do argv[#argv + 1] = flag end
        table.move({ "-o", file, build.main or "." }, 1, 3, #argv + 1, argv)
        set["targets." .. name] = { run = { argv }, produce = { file }, env = env_of(build, os, arch) }
        names[#names + 1] = name
      end
    end
  end
  return set, names
end

local function is_simple(build)
  if build.builder and build.builder ~= "go" or build.binary and build.binary:find "{{" then return false end
  for _, field in ipairs { "goos", "goarch", "flags" } do
    if build[field] and (type(build[field]) ~= "table" or not plain_list(build[field])) and field ~= "goarch" then return false end
  end
  return true
end

-- Builds and archives as targets and artifacts; the first build only, as most projects have one.
local function builds(list, node, files, archives)
  local project = files.project.name
  for i, item in ipairs(node.items or {}) do
    local build = settings.value(item)
    if i > 1 or type(build) ~= "table" or not is_simple(build) then
      list.add(("builds[%d]"):format(i), item, none("it has templates, another builder, or is the second of several", "targets = { NAME = { run = { { … } }, produce = { … } } }"))
    else
      local set, names = targets_of(build, project)
      local why = "go build for each system and processor; the flags for the linker are not taken, they hold templates"
      list.add("builds[1]", item, changed(set, why))
      local artifacts = {}
      for _, name in ipairs(names) do
        local ending = name:find "^windows" and ".zip" or ".tar.gz"
        artifacts[#artifacts + 1] = { archive = ("%s-{version}-%s%s"):format(project, name, ending), target = name, include = archives }
      end
      list.add("archives", item, changed({ artifacts = artifacts }, "one archive for each target, named NAME-VERSION-SYSTEM; zip for Windows"), "one for each build")
    end
  end
end

local function included(files)
  local paths = {}
  for _, name in ipairs(files.names) do
    local low = name:lower()
    if low:find "^license" or low:find "^readme" then paths[#paths + 1] = name end
  end
  return #paths > 0 and paths or nil
end

local publisher = none("it publishes somewhere Slipway has no recipe for by default", "slipway eject release, and add p:run { argv = { … } } or p:upload")

local handlers = {
  version = taken(nil, "the form of that file"), project_name = function(value) return not value:find "{{" and taken { project = value } or none("a template", "project = …") end,
  ["before.hooks"] = function(value)
    local commands = {}
    for _, line in ipairs(value) do commands[#commands + 1] = type(line) == "string" and expression.argv(line) and line or nil end
    return none("builds run in a clean checkout, each with its own commands", "put them before the build: targets.NAME.run = { { … }, { \"go\", \"build\" } }")
  end,
  archives = changed(nil, "one archive for each target: see artifacts"), checksum = changed(nil, "SHA256SUMS holds all of them"),
  ["release.github"] = changed(nil, "forge in slipway.lua says where pages go"), ["release.gitlab"] = changed(nil, "forge in slipway.lua says where pages go"), ["release.gitea"] = changed(nil, "forge in slipway.lua says where pages go"),
  ["release.draft"] = changed(nil, "a page is staged as a draft and made public at the end"), ["release.prerelease"] = taken(nil, "a page is a pre-release when its version is one"),
  ["release.disable"] = taken(nil, "without forge in slipway.lua there is no page"),
  ["changelog.disable"] = function(value) return value and taken { changelog = false } or taken() end, ["changelog.use"] = taken(nil, "the notes come from the commits"), ["changelog.sort"] = changed(nil, "newest first within a group"),
  ["changelog.filters"] = changed(nil, "a group with hidden = true leaves a type out: changelog.groups"),
  ["changelog.groups"] = function(value)
    local groups, left = {}, {}
    for _, group in ipairs(value) do
      local types = group.regexp and expression.types((group.regexp:gsub("^%^?%.%*%??", "^"):gsub("%[%[:word:%]%]%+", ".*")))
      if types then groups[#groups + 1] = { title = group.title, types = types } else left[#left + 1] = group.title end
    end
    if #groups == 0 then return none("none is about commit types alone", "changelog.groups") end
    return changed({ ["changelog.groups"] = groups }, #left > 0 and "not by type: " .. table.concat(left, ", ") or nil)
  end,
  snapshot = none("there are no snapshot versions", "slipway run alpha"), git = taken(nil, "the tag is the one that the release makes"), env = none("variables belong to targets", "targets.NAME.env"),
  source = changed(nil, 'artifacts = { { archive = "NAME-{version}.tar.gz", source = true } }'), dist = taken(nil, "built files lie below the cache directory"), report_sizes = taken(nil, "slipway report"),
  metadata = taken(nil, "dates come from the commit"), gomod = none("builds run in a clean checkout", "targets.NAME.env"), universal_binaries = none("binaries are not merged", "a target that runs lipo"),
  signs = none("signatures are a step", "p:sign in a recipe of yours"), sboms = none("a bill of materials is a step", "p:describe in a recipe of yours"), milestones = none("milestones are a step", "p:milestone in a recipe of yours"),
  announce = none("announcements are a step", "announce in slipway.lua: slipway help config"),
}
for _, name in ipairs {
  "dockers", "docker_manifests", "dockers_v2", "kos", "nfpms", "brews", "homebrew_casks", "scoops", "aurs", "snapcrafts", "chocolateys", "krews", "nix", "winget", "publishers",
  "uploads", "artifactories", "blobs", "docker_signs", "binary_signs", "upx", "builds",
} do
  handlers[name] = handlers[name] or publisher
end

return {
  name = "goreleaser",
  --- What becomes of a project's goreleaser settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, places)
    if not doc then return nil, err end
    local list = settings.list("goreleaser", doc)
    local own = setmetatable({ builds = taken(nil, "one by one, below") }, { __index = handlers })
    list.walk(own)
    if doc.node.map.builds then builds(list, doc.node.map.builds, files, included(files)) end
    list.add("which version comes next", nil, changed(nil, "it took the tag that was there; slipway run release decides the version and makes the tag"))
    return list.entries
  end,
}
