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

-- So many tags are looked at before all are: nearly always one of the first that begin with "v" tells.
local SOME <const> = 16

--- How release tags look unless configured: v1.2.0 where there is one such or none at all, else what stands before the
--- version in the tags that are there (1.2.0, app-1.2.0), if that is the same in all of them.
local function find_tag_pattern(project)
  local prefix
  for _, ref in ipairs(project.repo:refs("refs/tags/v", { quick = true, limit = SOME }) or {}) do
    if ref.name:find "^refs/tags/v%d+%.%d" then return "v{version}" end
  end
  for _, ref in ipairs(project.repo:refs("refs/tags/", { quick = true }) or {}) do
    local name = ref.name:sub(11)
    if name:find "^v%d+%.%d" then return "v{version}" end
    local found, before = require("pure.version").of_tag(name, project.scheme)
    if found and prefix ~= false then prefix = (prefix == nil or prefix == before) and before end
  end
  return (prefix or "v") .. "{version}"
end

function finders.tag_pattern(project) return project.config.tag or find_tag_pattern(project) end

-- Found in files, by a module that quick commands do without.
local in_files = { manifests = true, packages = true, unreleased_packages = true, package_files = true, manifest_options = true, name = true }

local meta = {}
function meta.__index(project, key)
  local find = finders[key] or in_files[key] and require("run.project_files")[key]
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
