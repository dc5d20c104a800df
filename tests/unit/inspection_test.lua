-- What doctor says about the shape of a project, from texts alone.
local inspection = require "pure.inspection"

local MANUAL = [==[
[project]
name = "my-app"
version = "1.0.0"
requires-python = ">=3.12"
[dependency-groups]
dev = ["ruff", "pytest"]
[tool.pytest.ini_options]
addopts = "-ra -q --cov=src --cov-report=xml --cov-fail-under=80"
[tool.ruff]
line-length = 88
[tool.ruff.lint]
select = ["E", "F"]
[tool.commitizen]
name = "cz_conventional_commits"
tag_format = "v$version"
version_scheme = "semver"
version_provider = "pep621"
update_changelog_on_bump = true
major_version_zero = true
]==]

local function judged(files, o)
  local paths = {}
  for path in pairs(files) do paths[#paths + 1] = path end -- order: sorted below
  table.sort(paths)
  o = o or {}
  local tree = inspection.tree { paths = paths, read = function(path) return files[path] end, which = o.which, version = o.version }
  local by_name = {}
  for _, finding in ipairs(inspection.findings(tree)) do by_name[finding.name] = finding end
  return by_name
end

local function python(pyproject)
  return {
    ["pyproject.toml"] = pyproject, ["uv.lock"] = "", ["src/my_app/main.py"] = "", ["tests/test_a.py"] = "", LICENSE = "",
    Dockerfile = "FROM python:3.12\nCOPY pyproject.toml uv.lock ./\nCOPY src/ src/\nCOPY --from=build /x /y\n", [".dockerignore"] = ".git\n",
    [".github/workflows/ci.yml"] = "",
  }
end

test("the manual's own project is well, before its first major version", function()
  for name, finding in pairs(judged(python(MANUAL), { version = "0.9.0" })) do check.truthy(finding.ok, name .. ": " .. finding.text) end
end)

test("at 1.x major_version_zero is a fault, not advice", function()
  local found = judged(python(MANUAL), { version = "1.0.0" })["major zero"]
  check.equal({ found.ok, found.advice }, { false, false })
  check.match(found.text, "set at 1%.0%.0: a breaking change would raise the minor number only")
end)

test("missing tools and files of a Python project are named with the way to get them", function()
  local found = judged({ ["pyproject.toml"] = '[project]\nname = "a"\n[tool.uv]\n' }, { which = function() return false end })
  check.equal(found.uv.ok, false)
  check.match(found.uv.hint, "install uv")
  check.match(found["python layout"].text, "lock file.*src/.*tests/")
  check.equal({ found.license.ok, found.tests.ok, found["ci pipeline"].ok, found["dev dependencies"].ok }, { false, false, false, false })
  check.equal({ found["lint settings"].ok, found["python version"].ok }, { false, false })
end)

test("coverage below 80 percent or without an XML report is said", function()
  local low = judged(python((MANUAL:gsub("under=80", "under=70")))).coverage
  check.match(low.text, "at least 70 %% is demanded")
  local dumb = judged(python((MANUAL:gsub(" %-%-cov%-report=xml", "")))).coverage
  check.match(dumb.text, "without an XML report")
end)

test("a container file that copies what is not there is a fault", function()
  local files = python(MANUAL)
  files.Dockerfile = "FROM x\nCOPY requirements.txt .\n"
  local found = judged(files)["container copies"]
  check.equal(found.ok, false)
  check.match(found.text, "copies requirements%.txt, which is not in the repository")
  files[".dockerignore"] = nil
  check.match(judged(files)["container file"].text, "without %.dockerignore")
end)

test("a Rust binary without its lock file is a fault; a crate without licence is advised", function()
  local found = judged { ["Cargo.toml"] = '[package]\nname = "a"\nversion = "1.0.0"\n', ["src/main.rs"] = "#[cfg(test)]\nmod tests {}\n" }
  check.equal({ found["Cargo.lock"].ok, found["Cargo.lock"].advice }, { false, false })
  check.match(found["crate metadata"].text, "missing: description, license")
  check.equal(found.tests.ok, true)
end)

test("a wheel made by maturin takes its version from Cargo.toml alone", function()
  local files = { ["Cargo.toml"] = '[package]\nname = "a"\nversion = "1.0.0"\n', ["pyproject.toml"] = '[build-system]\nbuild-backend = "maturin"\n[project]\nname = "a"\ndynamic = ["version"]\n' }
  check.equal(judged(files)["version source"].ok, true)
  files["pyproject.toml"] = files["pyproject.toml"]:gsub('dynamic = %["version"%]', 'version = "1.0.0"')
  check.match(judged(files)["version source"].text, "both name a version")
end)
