-- The commands with which projects of a kind are usually checked before a push: format, lint, tests,
-- audit. Used where slipway.lua names no checks of its own.
local json = require "door.json"
local toml = require "pure.toml"

local M = {}

---@class slipway.UsualCheck
---@field name string       what it is: "format", "lint", "tests", "audit"
---@field argv string[]
---@field fix string[]?     the same tool, mending what it finds in the work tree

local function rust(tree)
  if not tree.has "Cargo.toml" then return {} end
  local list = {
    { name = "format", argv = { "cargo", "fmt", "--check" }, fix = { "cargo", "fmt" } },
    { name = "lint", argv = { "cargo", "clippy", "--all-targets", "--", "-D", "warnings" }, fix = { "cargo", "clippy", "--fix", "--allow-dirty", "--all-targets" } },
    { name = "tests", argv = { "cargo", "test" } },
  }
  if tree.which "cargo-audit" then list[#list + 1] = { name = "audit", argv = { "cargo", "audit" } } end
  return list
end

local function names_of(dependencies, found)
  for key, value in pairs(type(dependencies) == "table" and dependencies or {}) do -- order: a set
    local name = type(key) == "string" and key or type(value) == "string" and value:match "^[%w_.-]+"
    if name then found[name:lower():gsub("_", "-")] = true end
  end
end

-- What a Python project has among its dependencies, wherever it lists them.
local function python_tools(settings)
  local found = {}
  local project, tool = settings.project or {}, settings.tool or {}
  names_of(project.dependencies, found)
  for _, group in pairs(settings["dependency-groups"] or {}) do names_of(group, found) end -- order: a set
  for _, group in pairs(project["optional-dependencies"] or {}) do names_of(group, found) end -- order: a set
  names_of((tool.uv or {})["dev-dependencies"], found)
  local poetry = tool.poetry or {}
  names_of(poetry.dependencies, found)
  for _, group in pairs(poetry.group or {}) do names_of(group.dependencies, found) end -- order: a set
  return found
end

local function python(tree)
  local text = tree.has "pyproject.toml" and tree.read "pyproject.toml"
  local settings = text and toml.decode(text)
  if not settings then return {} end
  local runner = (tree.has "uv.lock" or (settings.tool or {}).uv) and { "uv", "run" } or tree.has "poetry.lock" and { "poetry", "run" } or {}
  local function argv(...)
    local words = { table.unpack(runner) }
    for _, word in ipairs { ... } do words[#words + 1] = word end
    return words
  end
  local has, list = python_tools(settings), {}
  if has.ruff or (settings.tool or {}).ruff then
    list[#list + 1] = { name = "format", argv = argv("ruff", "format", "--check"), fix = argv("ruff", "format") }
    list[#list + 1] = { name = "lint", argv = argv("ruff", "check"), fix = argv("ruff", "check", "--fix") }
  end
  if has.mypy then list[#list + 1] = { name = "types", argv = argv("mypy", ".") } end
  if has.pytest or (settings.tool or {}).pytest then list[#list + 1] = { name = "tests", argv = argv "pytest" } end
  if has["pip-audit"] then list[#list + 1] = { name = "audit", argv = argv "pip-audit" } end
  return list
end

local function node(tree)
  local text = tree.has "package.json" and tree.read "package.json"
  local package = text and json.decode(text)
  if type(package) ~= "table" then return {} end
  local scripts = type(package.scripts) == "table" and package.scripts or {}
  local runner = tree.has "pnpm-lock.yaml" and "pnpm" or tree.has "yarn.lock" and "yarn" or "npm"
  local list = {}
  for _, entry in ipairs { { "format", "format:check" }, { "lint", "lint" }, { "types", "typecheck" }, { "tests", "test" } } do
    if scripts[entry[2]] then list[#list + 1] = { name = entry[1], argv = { runner, "run", entry[2] } } end
  end
  if tree.has "package-lock.json" then list[#list + 1] = { name = "audit", argv = { "npm", "audit", "--omit=dev" } } end
  return list
end

local function go(tree)
  if not tree.has "go.mod" then return {} end
  return {
    { name = "lint", argv = { "go", "vet", "./..." } },
    { name = "tests", argv = { "go", "test", "./..." } },
  }
end

local function cmake(tree)
  if not tree.has "CMakeLists.txt" then return {} end
  return {
    { name = "configure", argv = { "cmake", "-S", ".", "-B", "build" } },
    { name = "build", argv = { "cmake", "--build", "build" } },
    { name = "tests", argv = { "ctest", "--test-dir", "build", "--output-on-failure" } },
  }
end

--- The checks of a project, of every kind that it is.
---@param tree slipway.Tree
---@return slipway.UsualCheck[]
function M.of(tree)
  local list = {}
  for _, kind in ipairs { rust, python, node, go, cmake } do
    for _, entry in ipairs(kind(tree)) do list[#list + 1] = entry end
  end
  return list
end

return M
