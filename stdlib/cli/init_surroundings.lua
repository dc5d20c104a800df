-- What slipway init finds by itself: trunk, tags, manifests, changelog, checks, and the forge behind the remote.
local errors = require "pure.errors"
local file = require "door.file"
local formats = require "manifest.formats"
local process = require "door.process"
local projects = require "run.project"

local forges = { ["github.com"] = "github", ["gitlab.com"] = "gitlab", ["codeberg.org"] = "gitea" }
local tokens = { github = "env:GITHUB_TOKEN", gitlab = "env:GITLAB_TOKEN", gitea = "env:GITEA_TOKEN" }

local function forge_of(project)
  local remote = project.remote and project.repo:remote(project.remote)
  local host, path = (remote and remote.url or ""):match "^%a[%w+.-]*://[^/]-@?([%w.-]+)[:%d]*/(.-)/?$"
  if not host and remote then host, path = remote.url:match "^[^/:]-@?([%w.-]+):([^/].-)/?$" end
  local kind = host and forges[host]
  if not kind then return nil end
  path = path:gsub("%.git$", "")
  return { kind = kind, url = kind ~= "github" and "https://" .. host or nil, repo = path, token = tokens[kind] }
end

local function changelog_of(names)
  for _, wanted in ipairs { "^changelog%.md$", "^changes%.md$", "^history%.md$", "^news%.md$", "^releases%.md$" } do
    for _, name in ipairs(names) do
      if name:lower():find(wanted) then return name end
    end
  end
end

-- Commands that evidently test the project, when they need nothing but a clean checkout and their program; others are
-- offered as a comment.
local testers = {}
function testers.rust(read)
  local text = read "Cargo.toml"
  local sources = text and (read "src/lib.rs" or read "src/main.rs" or text:find "%[workspace%]" or text:find "%[%[bin%]%]")
  return sources and { { "cargo", "test" } }, true
end
function testers.node(read)
  local text = read "package.json"
  local said = text and text:match '"test"%s*:%s*"([^"]*)'
  if not said or said:find "no test specified" then return nil end
  return { { "npm", "ci" }, { "npm", "test" } }, read "package-lock.json" ~= nil
end
function testers.python(read)
  local text = read "pyproject.toml"
  if not text or not text:find("pytest", 1, true) then return nil end
  return read "uv.lock" and { { "uv", "run", "pytest" } } or { { "python3", "-m", "pytest" } }, read "uv.lock" ~= nil
end
function testers.go(read) return read "go.mod" and { { "go", "test", "./..." } } or nil, true end
function testers.make(read)
  local text = read "Makefile"
  return text and ("\n" .. text):find "\ntest%s*:" and { { "make", "test" } } or nil, true
end

local function checks_of(read)
  local here, elsewhere = {}, {}
  for _, name in ipairs { "rust", "node", "python", "go", "make" } do
    local commands, complete = testers[name](read)
    if commands and not (name == "make" and (#here > 0 or #elsewhere > 0)) then
      local list = complete and process.which(commands[1][1]) and here or elsewhere
      table.move(commands, 1, #commands, #list + 1, list)
    end
  end
  return #here > 0 and here or nil, elsewhere
end

local function offers(forge, elsewhere)
  local list = {
    checks = { why = "commands that must succeed on the released commit before it is tagged:", value = #elsewhere > 0 and elsewhere or { { "make", "test" } } },
    targets = { why = "what is built, by name; and the files of the release page:", value = { linux = { run = { { "make" } }, produce = { "FILE" } } } },
    policy = { why = 'approval = "step" asks a person before anything that cannot be undone:', value = { approval = "confirm" } },
  }
  list.forge = {
    why = "a public page for each release, with the notes and the built files; the token is a reference, never a value:",
    value = forge or { kind = "gitea", url = "https://git.example", repo = "me/project", token = "env:GITEA_TOKEN" },
  }
  return list
end

local function has_tags(project)
  for _, ref in ipairs(project.repo:refs "refs/tags/" or {}) do
    if ref.name:find "%d" then return true end
  end
  return false
end

--- Does any tag fit a pattern of one project's tags? nil where nothing is tagged yet, or packages are named in it.
local function tags_like(project, pattern)
  local before, after = pattern:match "^([^{]*){version}([^{]*)$"
  if not before then return nil end
  local any
  for _, ref in ipairs(project.repo:refs "refs/tags/" or {}) do
    local name = ref.name:sub(11)
    local fits = name:sub(1, #before) == before and name:sub(#name - #after + 1) == after
    if fits and name:sub(#before + 1, #name - #after):find "^%d+%.%d" then return true end
    if name:find "%d+%.%d" then any = false end
  end
  return any
end

--- Folders of a repository with several packages; nil where it is one project.
local function packages_of(project)
  local folders = {}
  for i, package in ipairs(project.packages) do folders[i] = package.path end
  return #folders > 0 and folders or nil
end

-- Without its own slipway.lua: it may be the one that is being replaced.
local function open(context)
  local o = context.options
  return projects.open { root = o.root, load_table = function() return {} end }
end

--- The project as importer.compose wants it.
---@param context slipway.Context
---@return { root: string, name: string, project: slipway.importer.Project, files: table }?, slipway.Error?
return function(context)
  local project, err = open(context)
  if not project then return nil, err end
  local root = project.root
  local function read(path) return (file.read(root .. "/" .. path)) end
  local names, unlisted = file.list(root)
  if not names then return nil, errors.adopt(unlisted) end
  local manifests = project.manifests
  local found = {}
  for _, path in ipairs(manifests) do found[path] = true end
  local forge = forge_of(project)
  local checks, elsewhere = checks_of(read)
  local several = packages_of(project)
  local changelog = changelog_of(names)
  for _, folder in ipairs(several or {}) do changelog = changelog or changelog_of(file.list(root .. "/" .. folder) or {}) end
  local view = {
    manifests = manifests, found = found, trunk = project.trunk, tag = several == nil and project.tag_pattern or nil, checks = checks, forge = forge, has_tags = has_tags(project),
    several = several ~= nil,
    changelog = changelog or "CHANGELOG.md", has_changelog = changelog ~= nil, offers = offers(forge, elsewhere), name = project.name,
  }
  view.offers.packages = several and { why = "the packages and how they are tagged are found; folders written here are taken instead:", value = several } or nil
  function view.tags_like(pattern) return tags_like(project, pattern) end
  function view.reads(path)
    local text = read(path)
    return text ~= nil and formats.get(path, text) ~= nil
  end
  local files = { read = read, project = view, names = names }
  function files.list(path) return file.list(root .. "/" .. path) or {} end
  return { root = root, name = project.name, project = view, files = files }
end
