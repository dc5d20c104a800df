-- Which files of a tree carry the project's version: the first manifest at the root speaks, everything
-- that says the same goes with it, and lock files follow their manifest. With a reader the texts are
-- looked at, so that files without a version, private ones and workspace members are told apart;
-- without one the names decide.

local function depth_of(path) return select(2, path:gsub("/", "")) end

--- Root files that a format knows, in order of authority, then those of its companions. What is read
--- only for its content, or deploys instead of naming the project's version, is not looked for.
local function at_root(formats, paths)
  local manifests, companions = {}, {}
  for _, path in ipairs(paths) do
    if not path:find("/", 1, true) or path == "debian/changelog" then
      for _, candidate in ipairs(formats.candidates(path)) do
        local format = candidate.format
        if not format.by_content and not format.deploys and not format.source then
          local list = format.companion and companions or manifests
          list[#list + 1] = { path = path, format = format, rank = candidate.rank }
          break
        end
      end
    end
  end
  for _, list in ipairs { manifests, companions } do
    table.sort(list, function(a, b)
      if a.rank ~= b.rank then return a.rank < b.rank end
      return a.path < b.path
    end)
  end
  return manifests, companions
end

local function version_of(entry, read)
  local text = read(entry.path)
  if not text then return nil end
  return entry.format.get(text)
end

local function core(version) return version:match("^%d[%d.]*%d") or version end

local function same(a, b, format)
  return a == b or (format.core_only and core(a) == core(b)) or false
end

--- Does a manifest at another version than the one that speaks not count? One nobody publishes (tools
--- of the project), and one whose version may mean something else.
local function is_beside_the_point(entry, read)
  if entry.format.weak then return true end
  local found = entry.format.find(read(entry.path) or "")
  return found ~= nil and found.private == true
end

local aside = {}
for name in ("node_modules vendor test tests testdata fixture fixtures examples target"):gmatch "%S+" do aside[name] = true end

--- Is the path in a folder whose manifests are not the project's own?
local function is_aside(path)
  for folder in path:gmatch "([^/]*)/" do
    if aside[folder] then return true end
  end
  return false
end

-- The shallow first, then by name; texts alone are compared without a call for each pair.
local function sort_by_depth(list)
  for i, path in ipairs(list) do list[i] = ("%04d%s"):format(depth_of(path), path) end
  table.sort(list)
  for i, key in ipairs(list) do list[i] = key:sub(5) end
end

--- Manifests of the same kind in folders below the root.
local function below(paths, speaker)
  local list, suffix = {}, "/" .. speaker.path
  for _, path in ipairs(paths) do
    if path:sub(-#suffix) == suffix and not is_aside(path) then list[#list + 1] = path end
  end
  sort_by_depth(list)
  return list
end

--- Members of the workspace that move with it: those at the same version and those that inherit it.
local function members(paths, read, version, speaker)
  local list = {}
  for _, path in ipairs(below(paths, speaker)) do
    local own, err = version_of({ path = path, format = speaker.format }, read)
    local moves = own and same(own, version, speaker.format) or (err and err.code == "manifest.inherited")
    if moves then list[#list + 1] = path end
  end
  return list
end

--- The one version of all members of a workspace whose root has none; nil when they go their own ways.
local function version_of_members(paths, read, root)
  local version
  for _, path in ipairs(below(paths, root)) do
    local own = version_of({ path = path, format = root.format }, read)
    if own and version and own ~= version then return nil end
    version = version or own
  end
  return version
end

local python_files = {
  ["__init__.py"] = true, ["_version.py"] = true, ["version.py"] = true, ["__about__.py"] = true,
  ["__version__.py"] = true,
}

--- A package's own module: package/__init__.py, also below src/.
local function is_python_source(path)
  if path:sub(-3) ~= ".py" or not python_files[path:match("[^/]*$")] then return false end
  return depth_of((path:gsub("^src/", ""))) == 1 and not path:find("^docs?/")
end

local function is_ruby_source(path) return path:find("^lib/.*version%.rb$") ~= nil end

--- Where the formats that leave their version to a source file leave it.
local left_to = {
  pyproject = is_python_source, setup_cfg = is_python_source, setup_py = is_python_source,
  gemspec = is_ruby_source,
}

--- Source files that name a version, for the manifests that are there.
local function sources_of(manifests, formats, all, read)
  local tests, list = {}, {}
  for _, entry in ipairs(manifests) do tests[#tests + 1] = left_to[entry.format.name] end
  for _, path in ipairs(#tests > 0 and all() or {}) do
    local fits = false
    for _, test in ipairs(tests) do fits = fits or test(path) end
    local text = fits and not is_aside(path) and read(path)
    local found = text and formats.get(path, text)
    if found then list[#list + 1] = { path = path, version = found } end
  end
  table.sort(list, function(a, b) return a.path < b.path end)
  return list
end

local function has_workspace(entry, read)
  local text = read(entry.path) or ""
  return text:find("workspace", 1, true) ~= nil
end

--- The root's manifests that count, what the first of them says, and which one that is; `leaving` are
--- those that leave their version to another file.
local function of_root(manifests, read)
  local list, leaving, version, speaker = {}, {}, nil, nil
  for _, entry in ipairs(manifests) do
    local found, err = version_of(entry, read)
    if found and not version then
      version, speaker, list[#list + 1] = found, entry, entry.path
    elseif found and (same(found, version, entry.format) or not is_beside_the_point(entry, read)) then
      list[#list + 1] = entry.path
    elseif err and err.code == "manifest.malformed" and not entry.format.weak and not (version and entry.format.free_text) then
      list[#list + 1] = entry.path
    elseif err and err.code == "manifest.dynamic" then
      leaving[#leaving + 1] = entry.path
    end
  end
  return list, version, speaker, leaving
end

--- A workspace whose root has no version of its own speaks through its members, when they agree.
local function virtual_root(manifests, all, read)
  for _, entry in ipairs(manifests) do
    local version = has_workspace(entry, read) and version_of_members(all(entry.path:match "[^/]*$"), read, entry)
    if version then return { entry.path }, version, entry end
  end
end

--- The paths below the root, those of one name or all, asked for once and only when they matter.
local function once(all)
  local known = {}
  return function(name)
    local key = name or ""
    known[key] = known[key] or all(name)
    return known[key]
  end
end

local function with_debian(paths, read)
  local list = table.move(paths, 1, #paths, 1, {})
  for _, path in ipairs(paths) do
    if path == "debian/changelog" then return paths end
  end
  if read "debian/changelog" then list[#list + 1] = "debian/changelog" end
  return list
end

local function with_reader(formats, paths, read, all)
  all = once(all or function() return paths end)
  local manifests, companions = at_root(formats, with_debian(paths, read))
  local list, version, speaker, leaving = of_root(manifests, read)
  if not version and #list == 0 then
    local found, said, entry = virtual_root(manifests, all, read)
    list, version, speaker = found or list, said, entry
  end
  for n, source in ipairs(sources_of(manifests, formats, all, read)) do
    version = version or source.version
    if source.version == version then
      if n == 1 then table.move(leaving, 1, #leaving, #list + 1, list) end
      list[#list + 1] = source.path
    end
  end
  if speaker and has_workspace(speaker, read) then
    local more = members(all(speaker.path:match "[^/]*$"), read, version, speaker)
    table.move(more, 1, #more, #list + 1, list)
  end
  if #list > 0 then
    for _, entry in ipairs(companions) do list[#list + 1] = entry.path end
  end
  return list
end

---@param formats table  the module manifest.formats
---@param paths string[]
---@param read (fun(path: string): string?)?
---@param all (fun(name: string?): string[])?  of a name: at least the files that are called so
---@return string[]
return function(formats, paths, read, all)
  if read then return with_reader(formats, paths, read, all) end
  local manifests, companions = at_root(formats, paths)
  local result = {}
  for _, entry in ipairs(manifests) do result[#result + 1] = entry.path end
  for _, entry in ipairs(companions) do result[#result + 1] = entry.path end
  return result
end
