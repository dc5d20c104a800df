-- What a root manifest says about the members of its workspace: patterns of folders, and patterns of
-- those left out. Cargo, npm, pnpm, Lerna, uv, Deno, Dart, Maven, Go and CMake say it each in its own file.
local M = {}

local function child(node, ...)
  for _, key in ipairs { ... } do
    node = node and node.kind == "table" and node.map[key] or nil
  end
  return node
end

local function texts(node)
  local list = {}
  for _, item in ipairs(node and node.kind == "array" and node.items or {}) do
    if item.kind == "string" then list[#list + 1] = item.value end
  end
  return list
end

--- "!packages/x" among the members leaves a folder out.
local function without_negations(list)
  local members, exclude = {}, {}
  for _, pattern in ipairs(list) do
    if pattern:sub(1, 1) == "!" then
      exclude[#exclude + 1] = pattern:sub(2)
    else
      members[#members + 1] = pattern
    end
  end
  return { members = members, exclude = exclude }
end

local function of_toml(...)
  local path = { ... }
  return function(text)
    local root = require("pure.toml").parse(text)
    local section = root and child(root, table.unpack(path))
    if not section then return nil end
    return { members = texts(child(section, "members")), exclude = texts(child(section, "exclude")) }
  end
end

local function of_json(key)
  return function(text)
    if not text:find('"' .. key .. '"', 1, true) then return nil end
    local root = require("pure.json_edit").parse(text, "jsonc")
    local node = root and child(root, key)
    if node and node.kind == "table" then
      node = child(node, "packages") or child(node, "members")
    end
    return node and node.kind == "array" and without_negations(texts(node)) or nil
  end
end

local function of_yaml(key)
  return function(text)
    local documents = require("pure.yaml_edit").parse(text)
    local node = documents and documents[1] and child(documents[1], key)
    return node and node.kind == "array" and without_negations(texts(node)) or nil
  end
end

local function of_maven(text)
  local root = require("pure.xml_edit").parse(text)
  local modules = root and require("pure.xml_edit").child(root, "modules")
  if not modules then return nil end
  local members = {}
  for _, item in ipairs(modules.items) do
    if item.name == "module" and item.text then
      members[#members + 1] = item.text:match("^%s*(.-)%s*$")
    end
  end
  return { members = members, exclude = {} }
end

--- use ./a, or use ( … ) with one folder a line.
local function of_go(text)
  local members, inside = {}, false
  for line in require("pure.mask").comments(text, "c"):gmatch("[^\r\n]+") do
    local single = line:match("^%s*use%s+([^%s(]+)")
    if single then members[#members + 1] = single end
    if line:find("^%s*use%s*%(") then
      inside = true
    elseif line:find("^%s*%)") then
      inside = false
    elseif inside then
      members[#members + 1] = line:match("^%s*(%S+)")
    end
  end
  return { members = members, exclude = {} }
end

-- Folders whose projects are somebody else's, or none that is released.
local foreign = {
  "third_party", "thirdparty", "3rdparty", "vendor", "external", "extern", "deps", "submodules", "test",
  "tests", "example", "examples", "bench", "benchmarks", "docs",
}

local function foreign_globs()
  local globs = {}
  for _, name in ipairs(foreign) do
    for _, glob in ipairs { name, name .. "/**", "**/" .. name, "**/" .. name .. "/**" } do globs[#globs + 1] = glob end
  end
  return globs
end

--- add_subdirectory(), followed into folders that only gather others.
local function of_cmake(text, read)
  local members, seen = {}, {}
  local function follow(said, base, depth)
    for command, argument in require("pure.mask").comments(said, "shell"):gmatch("([%a_]+)%s*%(%s*\"?([%w_./-]+)") do
      local folder = base .. argument
      if command:lower() == "add_subdirectory" and not seen[folder] then
        seen[folder], members[#members + 1] = true, folder
        local inner = depth < 4 and read and read(folder .. "/CMakeLists.txt")
        if inner then follow(inner, folder .. "/", depth + 1) end
      end
    end
  end
  follow(text, "", 1)
  return #members > 0 and { members = members, exclude = foreign_globs() } or nil
end

-- A workspace of Cargo also takes in what its root package needs by path.
local function of_cargo(text)
  local said = of_toml("workspace")(text)
  if not said then return nil end
  local root = require("pure.toml").parse(text)
  for _, section in ipairs { "dependencies", "dev-dependencies", "build-dependencies" } do
    local dependencies = child(root, section)
    for _, key in ipairs(dependencies and dependencies.keys or {}) do
      local path = child(dependencies.map[key], "path")
      if path and path.kind == "string" and not path.value:find("..", 1, true) then said.members[#said.members + 1] = path.value end
    end
  end
  return said
end

--- Root file → the manifest its members have, and how it names them.
local kinds = {
  { root = "Cargo.toml", manifest = "Cargo.toml", read = of_cargo },
  { root = "pnpm-workspace.yaml", manifest = "package.json", read = of_yaml("packages") },
  { root = "package.json", manifest = "package.json", read = of_json("workspaces") },
  { root = "lerna.json", manifest = "package.json", read = of_json("packages") },
  { root = "pyproject.toml", manifest = "pyproject.toml", read = of_toml("tool", "uv", "workspace") },
  { root = "deno.json", manifest = "deno.json", read = of_json("workspace") },
  { root = "deno.jsonc", manifest = "deno.json", read = of_json("workspace") },
  { root = "pubspec.yaml", manifest = "pubspec.yaml", read = of_yaml("workspace") },
  { root = "pom.xml", manifest = "pom.xml", read = of_maven },
  { root = "go.work", manifest = "go.mod", read = of_go },
  { root = "CMakeLists.txt", manifest = "CMakeLists.txt", read = of_cmake },
}

--- A glob of folders as a Lua pattern: * within a name, ** across folders.
---@param glob string
---@return string
function M.pattern(glob)
  local plain = glob:gsub("^%./", ""):gsub("/+$", "")
  local pattern = plain:gsub("[%^$()%%.%[%]+%-]", "%%%0"):gsub("%*%*/?", "\1"):gsub("%*", "[^/]*"):gsub("%?", "[^/]")
  return "^" .. pattern:gsub("\1", ".*") .. "$"
end

--- {a,b} spelled out.
---@param glob string
---@return string[]
function M.alternatives(glob)
  local before, inner, after = glob:match("^(.-){([^{}]*)}(.*)$")
  if not before then return { glob } end
  local list = {}
  for choice in (inner .. ","):gmatch("(.-),") do
    for _, one in ipairs(M.alternatives(before .. choice .. after)) do list[#list + 1] = one end
  end
  return list
end

-- A few globs are asked about thousands of folders.
local known = {}
local function patterns(glob)
  local list = known[glob]
  if not list then
    list = M.alternatives(glob)
    for i, one in ipairs(list) do list[i] = M.pattern(one) end
    known[glob] = list
  end
  return list
end

--- Does a folder fit one of the globs?
---@param folder string
---@param globs string[]
---@return boolean
function M.fits(folder, globs)
  for _, glob in ipairs(globs) do
    for _, pattern in ipairs(patterns(glob)) do
      if folder:find(pattern) then return true end
    end
  end
  return false
end

--- The globs with their alternatives spelled out and nothing said twice ("./a/" is a).
---@param globs string[]
---@return string[]
function M.plain(globs)
  local list = {}
  for _, glob in ipairs(globs) do
    for _, one in ipairs(M.alternatives(glob)) do list[#list + 1] = (one:gsub("^%./", ""):gsub("/+$", "")) end
  end
  return list
end

--- The workspaces that root files declare, in order of authority.
---@param read fun(path: string): string?
---@return { root: string, manifest: string, members: string[], exclude: string[] }[]
function M.declared(read)
  local list = {}
  for _, kind in ipairs(kinds) do
    local text = read(kind.root)
    local said = text and kind.read(text, read)
    if said then
      said.root, said.manifest = kind.root, kind.manifest
      list[#list + 1] = said
    end
  end
  return list
end

return M
