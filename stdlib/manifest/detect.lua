-- Which files of a tree carry the project's version: the first manifest at the root speaks, everything
-- that says the same goes with it, and lock files follow their manifest. With a reader the texts are
-- looked at, so that files without a version, private ones and workspace members are told apart;
-- without one the names decide.

local function depth_of(path) return select(2, path:gsub("/", "")) end

--- Root files that a format knows, in order of authority, then those of its companions.
local function at_root(formats, paths)
  local manifests, companions = {}, {}
  for rank, format in ipairs(formats.list) do
    for _, path in ipairs(paths) do
      if depth_of(path) == 0 and format.matches(path) and not format.by_content then
        local list = format.companion and companions or manifests
        list[#list + 1] = { path = path, format = format, rank = rank }
      end
    end
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

--- A manifest nobody publishes, at another version than the one that speaks: tools of the project.
local function is_private(entry, read)
  local found = entry.format.find(read(entry.path) or "")
  return found ~= nil and found.private == true
end

--- Members of the workspace that stand at the same version, in folders below the root.
local function members(formats, paths, read, version, first)
  local list = {}
  for _, path in ipairs(paths) do
    if depth_of(path) > 0 and path:match("[^/]*$") == first.path:match("[^/]*$")
      and not path:find("node_modules/", 1, true) and not path:find("^vendor/") and not path:find("/vendor/", 1, true)
      and not path:find("^tests?/") and not path:find("/testdata/", 1, true) and not path:find("/fixtures?/") then
      local entry = { path = path, format = first.format }
      local found = entry.format.find(read(path) or "")
      local own = found and version_of(entry, read)
      if own and same(own, version, first.format) then list[#list + 1] = path end
    end
  end
  return list
end

local python_files = { "__init__.py", "_version.py", "version.py", "__about__.py", "__version__.py" }

--- Python source files that name the same version as pyproject.toml, or the one it leaves to them.
local function python_sources(formats, paths, read, version)
  local list = {}
  for _, path in ipairs(paths) do
    local base = path:match("[^/]*$")
    local inside = path:gsub("^src/", "")
    for _, name in ipairs(python_files) do
      if base == name and depth_of(inside) == 1 and not path:find("^tests?/") and not path:find("^docs?/") then
        local text = read(path)
        local found = text and formats.get(path, text)
        if found and (version == nil or found == version) then list[#list + 1] = { path = path, version = found } end
      end
    end
  end
  return list
end

local function has_workspace(entry, read)
  local text = read(entry.path) or ""
  return text:find("workspace", 1, true) ~= nil
end

local function with_reader(formats, paths, read)
  local manifests, companions = at_root(formats, paths)
  local result, version, speaker, python = {}, nil, nil, false
  for _, entry in ipairs(manifests) do
    local found, err = version_of(entry, read)
    python = python or entry.format.name == "pyproject" or entry.format.name == "setup_cfg" or entry.format.name == "setup_py"
    if found and not version then
      version, speaker, result[#result + 1] = found, entry, entry.path
    elseif found and not (is_private(entry, read) and not same(found, version, entry.format)) then
      result[#result + 1] = entry.path
    elseif err and err.code == "manifest.malformed" then
      result[#result + 1] = entry.path
    end
  end
  if python then
    for _, source in ipairs(python_sources(formats, paths, read, version)) do
      version = version or source.version
      if source.version == version then result[#result + 1] = source.path end
    end
  end
  if speaker and has_workspace(speaker, read) then
    local list = members(formats, paths, read, version, speaker)
    table.move(list, 1, #list, #result + 1, result)
  end
  if #result > 0 then
    for _, entry in ipairs(companions) do result[#result + 1] = entry.path end
  end
  return result
end

---@param formats table  the module manifest.formats
---@param paths string[]
---@param read (fun(path: string): string?)?
---@return string[]
return function(formats, paths, read)
  local sorted = table.move(paths, 1, #paths, 1, {})
  table.sort(sorted, function(a, b)
    local x, y = depth_of(a), depth_of(b)
    if x ~= y then return x < y end
    return a < b
  end)
  if read then return with_reader(formats, sorted, read) end
  local manifests, companions = at_root(formats, sorted)
  local result = {}
  for _, entry in ipairs(manifests) do result[#result + 1] = entry.path end
  for _, entry in ipairs(companions) do result[#result + 1] = entry.path end
  return result
end
