-- Python projects: tools, files and settings of pyproject.toml (PEP 518, PEP 621).
local toml = require "pure.toml"

local function settings(tree)
  local text = tree.read "pyproject.toml"
  return text and toml.decode(text) or {}
end

--- settings(tree), then a path of keys; nil where one is missing.
local function at(tree, ...)
  local value = settings(tree)
  for _, key in ipairs { ... } do
    value = type(value) == "table" and value[key] or nil
  end
  return value
end

local function is_python(tree) return tree.has "pyproject.toml" end

local function uses_uv(tree) return is_python(tree) and (tree.has "uv.lock" or at(tree, "tool", "uv") ~= nil) end

local locks = { "uv.lock", "poetry.lock", "pdm.lock", "requirements.txt", "Pipfile.lock" }

local function is_maturin(tree)
  return is_python(tree) and tree.has "Cargo.toml" and (at(tree, "tool", "maturin") ~= nil or at(tree, "build-system", "build-backend") == "maturin")
end

-- The lock file of a Rust library for Python is cargo's.
local function lock_of(tree)
  for _, name in ipairs(locks) do
    if tree.has(name) then return name end
  end
  return is_maturin(tree) and tree.has "Cargo.lock" and "Cargo.lock" or nil
end

local function has_sources(tree)
  if tree.has "src" then return true end
  for _, path in ipairs(tree.paths) do
    if path:find "^[^/]+/__init__%.py$" and not path:find "^tests?/" then return true end
  end
  return false
end

-- The words of pytest's addopts, a text or a list.
local function pytest_options(tree)
  local options = at(tree, "tool", "pytest", "ini_options", "addopts")
  return type(options) == "table" and table.concat(options, " ") or options
end

local function coverage_floor(tree)
  local options = pytest_options(tree) or ""
  return tonumber(options:match "%-%-cov%-fail%-under[= ](%d+)") or tonumber(at(tree, "tool", "coverage", "report", "fail_under"))
end

local function development(tree)
  local groups = at(tree, "dependency-groups", "dev") or at(tree, "tool", "uv", "dev-dependencies") or at(tree, "project", "optional-dependencies", "dev")
    or at(tree, "tool", "poetry", "group", "dev", "dependencies")
  return type(groups) == "table" and next(groups) ~= nil
end

-- The least coverage, in percent, and the line length that the tools' own defaults ask for.
local FLOOR <const>, COLUMNS <const> = 80, 88

---@type slipway.InspectionRule[]
return {
  {
    name = "uv", applies = uses_uv,
    judge = function(tree) return tree.which "uv", tree.which "uv" and "found" or "not found; this project is made with it", "pipx install uv   or   pip install uv" end,
  },
  {
    name = "python layout", advice = true, applies = is_python,
    judge = function(tree)
      local lock, missing = lock_of(tree), {}
      if not lock then missing[#missing + 1] = is_maturin(tree) and "Cargo.lock (cargo generate-lockfile)" or "a lock file (uv lock)" end
      if not has_sources(tree) then missing[#missing + 1] = "src/ or a package's folder" end
      if not tree.has "tests" then missing[#missing + 1] = "tests/" end
      if #missing == 0 then return true, ("pyproject.toml, %s, tests"):format(lock) end
      return false, "missing: " .. table.concat(missing, ", "), is_maturin(tree) and "maturin new makes this layout" or "uv init --package makes this layout"
    end,
  },
  {
    name = "python version", advice = true, applies = is_python,
    judge = function(tree)
      local wanted = at(tree, "project", "requires-python")
      return wanted ~= nil, wanted and tostring(wanted) or "requires-python is not set", 'requires-python = ">=3.12" in [project]'
    end,
  },
  {
    name = "dev dependencies", advice = true, applies = is_python,
    judge = function(tree)
      return development(tree), development(tree) and "declared" or "none are declared", "uv add --dev ruff pytest pytest-cov pip-audit"
    end,
  },
  {
    name = "coverage", advice = true, applies = function(tree) return is_python(tree) and at(tree, "tool", "pytest") ~= nil end,
    judge = function(tree)
      local floor = coverage_floor(tree)
      if not floor then return false, "no least coverage is demanded", "--cov-fail-under=80 in addopts of [tool.pytest.ini_options]" end
      if floor < FLOOR then return false, ("at least %d %% is demanded, less than %d %%"):format(floor, FLOOR), "raise --cov-fail-under" end
      if not (pytest_options(tree) or ""):find "%-%-cov%-report[= ]xml" and not at(tree, "tool", "coverage", "xml") then
        return false, ("%d %% is demanded, without an XML report"):format(floor), "--cov-report=xml in addopts of [tool.pytest.ini_options]"
      end
      return true, ("%d %%, with an XML report"):format(floor)
    end,
  },
  {
    name = "lint settings", advice = true, applies = is_python,
    judge = function(tree)
      if not at(tree, "tool", "ruff") then return false, "[tool.ruff] is missing", "line-length = 88 in [tool.ruff], select = [...] in [tool.ruff.lint]" end
      local columns = at(tree, "tool", "ruff", "line-length") or COLUMNS
      local rules = at(tree, "tool", "ruff", "lint", "select") or at(tree, "tool", "ruff", "select")
      if not rules then return false, "no rules are chosen", 'select = ["E", "F", "I", "B"] in [tool.ruff.lint]' end
      return true, ("%d columns, %s"):format(columns, table.concat(rules, " "))
    end,
  },
  {
    name = "version source", applies = is_maturin,
    judge = function(tree)
      local declared = at(tree, "project", "version")
      if not declared then return true, "Cargo.toml; pyproject.toml takes it from there" end
      return false, "pyproject.toml and Cargo.toml both name a version", 'dynamic = ["version"] in [project]: maturin takes it from Cargo.toml'
    end,
  },
}
