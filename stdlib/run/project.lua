-- The repository being released: where it is, what slipway.lua says, and what can be known without it.
-- Everything beyond the repository itself is found at first use, so that quick commands stay quick.
local errors = require "pure.errors"
local file = require "door.file"
local git = require "door.git"

local M = {}

local function read_config(root, load_table)
  local path = root .. "/slipway.lua"
  local text, err = file.read(path)
  if not text then
    if err.code == "file.not_found" then return {} end
    return nil, err
  end
  local value, failed = load_table(text, "slipway.lua")
  if not value then
    if failed.code ~= "recipe.contract" then return nil, failed end
    return nil, errors.new { code = "config.invalid", message = failed.message }
  end
  local settings, wrong = require("pure.config").check(value)
  return settings, wrong, text
end

--- The remote a branch is pushed to: its upstream's, else origin, else the only one.
local function find_remote(repo, branch)
  local upstream = branch and repo:config("branch." .. branch .. ".remote")
  if upstream and upstream ~= "." then return upstream end
  if repo:remote "origin" then return "origin" end
  local seen
  for _, ref in ipairs(repo:refs "refs/remotes/" or {}) do
    local name = ref.name:match("^refs/remotes/([^/]+)/")
    if seen and seen ~= name then return nil end
    seen = name
  end
  return seen
end

local function find_trunk(repo, remote, head)
  if remote then
    local tracked = repo:symbolic("refs/remotes/" .. remote .. "/HEAD")
    local name = tracked and tracked:match("^refs/remotes/[^/]+/(.+)$")
    if name then return name end
  end
  for _, name in ipairs { "main", "master", "trunk" } do
    if repo:ref("refs/heads/" .. name) then return name end
    if remote and repo:ref("refs/remotes/" .. remote .. "/" .. name) then return name end
  end
  return head.branch or "main"
end

local finders = {}

function finders.remote(project) return project.config.remote or find_remote(project.repo, project.head.branch) or false end

function finders.trunk(project)
  return project.config.trunk or find_trunk(project.repo, project.remote, project.head)
end

-- A version that only Python writes: 26.4.dev0, 1.0rc1, 1.0.post2.
local function is_pythons(text)
  return text and not require("pure.semver").parse(text) and text:find "%d%.?%l+%d*$" ~= nil and require("pure.pep440").parse(text) ~= nil
end

--- A Python project counts as PEP 440 says where its manifest or one of its tags says a version that is none in SemVer.
local function speaks_python(project)
  local repo, oid = project.repo, project.head.oid
  local function read(path) return repo:read { at = oid, path = path } end
  if not oid or not (read "pyproject.toml" or read "setup.cfg" or read "setup.py") then return false end
  for _, path in ipairs(project.manifests) do
    local text = read(path)
    local found = text and require("manifest.formats").get(path, text)
    if found then return is_pythons(found) end
  end
  for _, ref in ipairs(repo:refs("refs/tags/", { quick = true }) or {}) do
    if is_pythons(ref.name:match "^refs/tags/v?(%d.*)$") then return true end
  end
  return false
end

--- How versions are counted: semver unless configured, or a Python project writes what only Python can read.
function finders.scheme(project) return project.config.scheme or (speaks_python(project) and "pep440" or "semver") end

--- How release tags look unless configured: v1.2.0 where there is one such or none at all, else what stands before the
--- version in the tags that are there (1.2.0, app-1.2.0), if that is the same in all of them.
local function find_tag_pattern(project)
  local prefix
  for _, ref in ipairs(project.repo:refs("refs/tags/", { quick = true }) or {}) do
    local name = ref.name:sub(11)
    if name:find "^v%d+%.%d" then return "v{version}" end
    local found, before = require("pure.version").of_tag(name, project.scheme)
    if found and prefix ~= false then prefix = (prefix == nil or prefix == before) and before end
  end
  return (prefix or "v") .. "{version}"
end

function finders.tag_pattern(project) return project.config.tag or find_tag_pattern(project) end

--- Paths of the files of a commit, at its root or everywhere.
local function files_at(repo, oid, recursive)
  local paths = {}
  for _, entry in ipairs(repo:list { at = oid, recursive = recursive } or {}) do
    if entry.kind == "file" then paths[#paths + 1] = entry.path end
  end
  return paths
end

--- Paths of the manifests at HEAD that carry the version. The whole tree is listed only for workspaces
--- and for manifests that leave the version to a source file.
function finders.manifests(project)
  if project.config.manifests then
    local paths = {}
    for i, entry in ipairs(project.config.manifests) do paths[i] = type(entry) == "table" and entry.path or entry end
    return paths
  end
  local repo, oid = project.repo, project.head.oid
  if not oid then return {} end
  return require("manifest.formats").detect(files_at(repo, oid),
    function(path) return repo:read { at = oid, path = path } end,
    function() return files_at(repo, oid, true) end)
end

--- Paths in the folders that fit the globs; folders are opened one by one unless a glob goes through all of them.
local function paths_in(project)
  local repo, oid = project.repo, project.head.oid
  local every
  local function folders(base, parts, at, found)
    local part = parts[at]
    if not part then
      found[#found + 1] = base
      return
    end
    if not part:find "[*?{]" then return folders(base == "." and part or base .. "/" .. part, parts, at + 1, found) end
    for _, entry in ipairs(repo:list { at = oid, path = base ~= "." and base or nil } or {}) do
      if entry.kind == "folder" then folders(entry.path, parts, at + 1, found) end
    end
  end
  return function(globs)
    local paths = {}
    for _, glob in ipairs(globs) do
      if glob:find("**", 1, true) or glob:find("{", 1, true) then
        every = every or files_at(repo, oid, true)
        return every
      end
      local parts, found = {}, {}
      for part in glob:gsub("^%./", ""):gmatch "[^/]+" do
        if part ~= "." then parts[#parts + 1] = part end
      end
      folders(".", parts, 1, found)
      for _, folder in ipairs(found) do
        for _, entry in ipairs(repo:list { at = oid, path = folder ~= "." and folder or nil } or {}) do
          if entry.kind == "file" then paths[#paths + 1] = entry.path end
        end
      end
    end
    return paths
  end
end

-- Words without which a file at the root declares no workspace: most projects need no reader of TOML, YAML and XML
-- to know that they are one.
local signs = {
  ["Cargo.toml"] = "[workspace", ["package.json"] = '"workspaces"', ["pyproject.toml"] = "workspace", ["deno.json"] = '"workspace"',
  ["deno.jsonc"] = '"workspace"', ["pubspec.yaml"] = "workspace", ["pom.xml"] = "<modules", ["CMakeLists.txt"] = "add_subdirectory",
  ["pnpm-workspace.yaml"] = "", ["lerna.json"] = "", ["go.work"] = "",
}

local function may_have_packages(project)
  local settings = project.config.packages
  if settings ~= nil then return settings ~= false end
  for _, entry in ipairs(project.repo:list { at = project.head.oid } or {}) do
    local sign = entry.kind == "file" and signs[entry.path]
    local text = sign and project.repo:read { at = project.head.oid, path = entry.path }
    if text and text:lower():find(sign, 1, true) then return true end
  end
  return false
end

--- The packages of a repository with more than one, what is needed before what needs it; empty when it is one
--- project. `package_files` are all files in which requirements between them stand.
local function find_packages(project)
  local oid = project.head.oid
  if not oid or not may_have_packages(project) then return {}, {} end
  return require("manifest.monorepo").find {
    settings = project.config, paths = paths_in(project),
    read = function(path) return (project.repo:read { at = oid, path = path }) end,
    tags = function()
      local names = {}
      for _, ref in ipairs(project.repo:refs("refs/tags/", { quick = true }) or {}) do names[#names + 1] = ref.name:sub(11) end
      return names
    end,
  }
end

-- Reading a hundred manifests takes longer than the walk over what came since their releases.
function finders.packages(project)
  local found, err = require("run.answers").ask(project, "packages", {}, function()
    local list, files, left = find_packages(project)
    return list and { list = list, files = files, left = left or {} }, files
  end)
  if not found then error(err, 0) end
  rawset(project, "package_files", found.files)
  rawset(project, "unreleased_packages", found.left)
  return found.list
end

--- What the workspace has and nobody releases: { name, path, why }.
function finders.unreleased_packages(project) return project.packages and rawget(project, "unreleased_packages") end

function finders.package_files(project) return project.packages and rawget(project, "package_files") end

--- What slipway.lua says of where the version stands in a file, by path; false where it says nothing.
function finders.manifest_options(project)
  local options
  for _, entry in ipairs(project.config.manifests or {}) do
    if type(entry) == "table" then
      options = options or {}
      options[entry.path] = { image = entry.image, pattern = entry.pattern, selector = entry.selector, marker = entry.marker, package = entry.package }
    end
  end
  return options or false
end

function finders.name(project)
  if project.config.project then return project.config.project end
  for _, path in ipairs(project.manifests) do
    local named = project.config.manifests or not path:find("/", 1, true) -- a member does not name the whole
    local text = named and project.head.oid and project.repo:read { at = project.head.oid, path = path }
    local name = text and require("manifest.formats").name(path, text)
    if name then return name end
  end
  local url = project.remote and project.repo:remote(project.remote)
  local from_url = url and url.url:gsub("/+$", ""):match("([^/:]+)$")
  return from_url and (from_url:gsub("%.git$", "")) or project.root:match("([^/]+)$") or "project"
end

local meta = {}
function meta.__index(project, key)
  local find = finders[key]
  if not find then return nil end
  local value = find(project)
  rawset(project, key, value)
  return value
end

--- What of a project a plan leans on: where it is pushed to and where it is published. Never a credential.
---@param project table
---@return { name: string, trunk: string, remote: string?, address: string?, forge: table? }
function M.identity(project)
  local remote = project.remote and project.repo:remote(project.remote)
  local forge = project.config.forge
  return {
    name = project.name, trunk = project.trunk, remote = project.remote or nil,
    address = remote and require("pure.address").without_credentials(remote.push_url or remote.url) or nil,
    forge = forge and { kind = forge.kind, url = forge.url, repo = forge.repo } or nil,
  }
end

-- Variables that hold secrets of slipway.lua reach the programs they are named for, and no hook of git.
local function keep_from_children(settings)
  if next(settings) == nil then return end
  for _, entry in ipairs(require("secret.references").list(settings)) do
    for _, ref in ipairs(entry.refs) do
      local name = ref:match "^env:([%a_][%w_]*)$"
      if name then require("door.secret").withhold(name) end
    end
  end
end

--- Opens the project that contains `root` (default: the current folder).
---@param o { root: string?, load_table: fun(text: string, name: string): table?, slipway.Error? }
---@return table? project, slipway.Error?
function M.open(o)
  local repo, err = git.open { path = o.root or "." }
  if not repo then return nil, err end
  local info = repo:info()
  if not info.work_dir then
    return nil, errors.new { code = "project.bare", message = "this is a bare repository; releases are made in a work tree", hint = "git worktree add ../release main" }
  end
  local root = info.work_dir:gsub("/+$", "")
  local settings, failed, text = read_config(root, o.load_table)
  if not settings then return nil, failed end
  keep_from_children(settings)
  return setmetatable({ repo = repo, info = info, root = root, head = info.head, config = settings, settings_text = text or false }, meta)
end

return M
