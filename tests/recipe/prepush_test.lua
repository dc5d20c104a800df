-- The gate in front of a push, the loops of development, and what doctor says of the project's files.
local M = {}

local function git(dir, ...)
  local result = run { "git", "-C", dir, ... }
  assert(result.code == 0, result.err)
  return result.out
end

local function repository(files)
  local dir = scratch()
  git(dir, "init", "-q", "-b", "main")
  git(dir, "config", "user.name", "a")
  git(dir, "config", "user.email", "a@example.org")
  function M.write(name, content)
    run { "mkdir", "-p", (dir .. "/" .. name):match "^(.*)/" }
    local file = assert(io.open(dir .. "/" .. name, "w"))
    file:write(content)
    file:close()
  end
  for name, content in pairs(files) do M.write(name, content) end -- order: a set of files
  git(dir, "add", ".")
  git(dir, "commit", "-qm", "feat: start")
  return dir
end

local CHECKS = 'return { project = "pelican", checks = { { "grep", "-q", "calm", "sea" }, { "test", "-f", "sea" } }, loops = { once = { "sh", "-c", "echo turning; touch turned" } } }'

test("prepush runs every check on the commit, each as a step of its own", function()
  local dir = repository { ["slipway.lua"] = CHECKS, sea = "calm\n" }
  local result = run { slipway, "run", "prepush", "--yes", "--progress", "plain", dir = dir }
  check.equal(result.code, 0)
  check.match(result.out, "check: grep %-q calm sea")
  check.match(result.out, "check: test %-f sea")
end)

test("a red check stops the gate and names the command", function()
  local dir = repository { ["slipway.lua"] = CHECKS, sea = "storm\n" }
  local result = run { slipway, "run", "prepush", "--yes", dir = dir }
  check.truthy(result.code ~= 0)
  check.match(result.out, "grep %-q calm sea' ended with 1")
end)

test("the gate looks at the commit, so what is not committed stops it", function()
  local dir = repository { ["slipway.lua"] = CHECKS, sea = "storm\n" }
  M.write("sea", "calm\n")
  local result = run { slipway, "run", "prepush", "--yes", dir = dir }
  check.equal(result.code, 4)
  check.match(result.err, "the work tree is clean")
end)

test("without checks of its own a project gets the usual ones of its kind", function()
  local dir = repository {
    ["Cargo.toml"] = '[package]\nname = "a"\nversion = "0.1.0"\n', ["src/lib.rs"] = "",
    ["pyproject.toml"] = '[project]\nname = "a"\n[dependency-groups]\ndev = ["ruff", "pytest>=8", "pip-audit"]\n', ["poetry.lock"] = "",
    ["package.json"] = '{ "name": "a", "private": true, "scripts": { "lint": "eslint .", "test": "vitest" } }',
  }
  local result = run { slipway, "plan", "prepush", "--json", dir = dir }
  local said = {}
  for _, step in ipairs(require("door.json").decode(result.out).steps) do said[#said + 1] = step.describe end
  check.equal(said, {
    "check: cargo fmt --check", "check: cargo clippy --all-targets -- -D warnings", "check: cargo test",
    "check: poetry run ruff format --check", "check: poetry run ruff check", "check: poetry run pytest", "check: poetry run pip-audit",
    "check: npm run lint", "check: npm run test",
  })
  result = run { slipway, "plan", "prepush", "--fix", "--json", dir = dir }
  said = {}
  for _, step in ipairs(require("door.json").decode(result.out).steps) do said[#said + 1] = step.describe end
  check.equal(said[1], "run cargo fmt")
  check.equal(said[4], "run poetry run ruff check --fix")
end)

test("a loop of the project is started by name, and unknown ones are told apart", function()
  local dir = repository { ["slipway.lua"] = CHECKS, sea = "calm\n" }
  local result = run { slipway, "run", "loop", "--yes", dir = dir }
  check.equal(result.code, 0)
  check.truthy(io.open(dir .. "/turned"))
  result = run { slipway, "run", "loop", "--name", "twice", "--yes", dir = dir }
  check.equal(result.code, 4)
  check.match(result.err, "there are once")
  local bad = repository { ["slipway.lua"] = 'return { loops = { serve = "uv run x" } }' }
  result = run { slipway, "plan", "loop", dir = bad }
  check.match(result.err, "loops%.serve must be an argument list")
end)

test("doctor notes what a project usually has, and fails on what would go wrong", function()
  local dir = repository {
    ["pyproject.toml"] = '[project]\nname = "a"\nversion = "1.0.0"\n[tool.commitizen]\nmajor_version_zero = true\n',
    ["README.md"] = "Release with `slipway run relaese`.\n",
    ["MANUAL.md"] = "```sh\n$ cz bump --yes\n```\nor `cargo release minor --execute`\n",
  }
  git(dir, "tag", "v1.0.0")
  local result = run { slipway, "doctor", dir = dir }
  check.equal(result.code, 4)
  check.match(result.out, "FAIL  major zero .*major_version_zero is set at 1%.0%.0")
  check.match(result.out, "FAIL  documents .*README%.md:1: there is no recipe 'relaese' %(did you mean release%?%)")
  check.match(result.out, "note  license .*there is none")
  check.match(result.out, "note  one release tool .*cargo%-release %(MANUAL%.md:4%)")
  check.match(result.out, "commitizen %(MANUAL%.md:2%)")
end)

test("a project that only lacks what is good to have is well", function()
  local dir = repository { ["README.md"] = "Type `slipway run release --level minor --yes`.\n" }
  local result = run { slipway, "doctor", dir = dir }
  check.equal(result.code, 0)
  check.match(result.out, "note  license")
  check.match(result.out, "ok    documents")
end)

test("doctor lists branches with work older than two days, and tags that were made by hand", function()
  local dir = repository { VERSION = "1.0.0\n" }
  local now = os.time()
  local function commit(days, name)
    local date = ("%d +0000"):format(now - days * 86400)
    local result = run { dir = dir, env = { GIT_AUTHOR_DATE = date, GIT_COMMITTER_DATE = date }, "git", "commit", "-q", "--allow-empty", "-m", name }
    assert(result.code == 0, result.err)
  end
  git(dir, "tag", "-a", "v1.0.0", "-m", "Release 1.0.0")
  for _, branch in ipairs { { "feat/old", 5 }, { "feat/new", 1 }, { "hotfix/v1.0.1", 9 } } do
    git(dir, "switch", "-qc", branch[1], "main")
    commit(branch[2], "feat: " .. branch[1])
  end
  git(dir, "switch", "-q", "main")
  local result = run { slipway, "doctor", dir = dir }
  check.match(result.out, "note  old branches +feat/old %(5 days, a%)\n")
  check.falsy(result.out:find "tags made by hand")
  git(dir, "tag", "v1.1.0")
  M.write("VERSION", "1.2.0\n")
  git(dir, "commit", "-qam", "fix: set the version by hand")
  git(dir, "tag", "v1.2.0")
  result = run { slipway, "doctor", dir = dir }
  check.match(result.out, "v1%.2%.0: it is lightweight")
  check.match(result.out, "v1%.1%.0: its commit says 1%.0%.0")
end)
