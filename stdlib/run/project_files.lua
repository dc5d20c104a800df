-- What the files of a project say at HEAD: its manifests, its packages, its name. Fields of a project (run/project.lua),
-- found at their first use.
local finders = {}

--- Paths of the files of a commit, at its root or everywhere; of one name, if that is given.
local function files_at(repo, oid, recursive, name)
  local paths = {}
  for _, entry in ipairs(repo:list { at = oid, recursive = recursive, name = name } or {}) do
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
    function(name) return files_at(repo, oid, true, name) end)
end

--- Paths in the folders that fit the globs; folders are opened one by one unless a glob goes through all of them. Files
--- of one name come with their content, put into `texts`.
local function paths_in(project, texts)
  local repo, oid = project.repo, project.head.oid
  local every
  local function gathered(globs, name)
    local found, err = repo:gather { at = oid, name = name, globs = require("manifest.workspace").plain(globs), except = require("manifest.packages").samples }
    if not found then error(err, 0) end
    local paths = {}
    for i, entry in ipairs(found) do paths[i], texts[entry.path] = entry.path, entry.text end
    return paths
  end
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
  return function(globs, name)
    if name then return gathered(globs, name) end
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

local function may_have_packages(project, at_root, read)
  local settings = project.config.packages
  if settings ~= nil then return settings ~= false end
  for _, entry in ipairs(at_root) do
    local sign = entry.kind == "file" and signs[entry.path]
    local text = sign and read(entry.path)
    if text and text:lower():find(sign, 1, true) then return true end
  end
  return false
end

-- So much of Lua's heap may be used before the next collection (a step of less than nothing): reading hundreds of
-- manifests is over before one pays.
local CREDIT_KIB <const> = 8192

--- The packages of a repository with more than one, what is needed before what needs it; empty when it is one
--- project. `package_files` are all files in which requirements between them stand.
local function find_packages(project)
  local oid = project.head.oid
  if not oid then return {}, {} end
  local at_root, texts, names = project.repo:list { at = oid } or {}, {}, nil
  local function read(path)
    local text = texts[path]
    if text == nil then
      text = project.repo:read { at = oid, path = path } or false
      texts[path] = text
    end
    return text or nil
  end
  if not may_have_packages(project, at_root, read) then return {}, {} end
  collectgarbage("step", -CREDIT_KIB)
  return require("manifest.monorepo").find {
    settings = project.config, paths = paths_in(project, texts), read = read,
    has = function(path)
      for _, entry in ipairs(at_root) do
        if entry.path == path then return entry.kind == "file" or entry.kind == "link" end
      end
      return false
    end,
    tags = function()
      names = names or project.repo:ref_names "refs/tags/" or {}
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

return finders
