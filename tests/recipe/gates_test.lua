-- The gates of slipway.lua: what must be true before a release, all told together.
local file = require "door.file"
local json = require "door.json"

local function git(dir, env, ...)
  local result = run { dir = dir, env = env, "git", ... }
  assert(result.code == 0, result.err)
  return result.out
end

local DAY <const> = 86400
local START <const> = 1750000000

-- v1.0.0 on the first day, a feature on the third.
local function repository(settings, files)
  local dir = scratch()
  git(dir, nil, "init", "-q", "-b", "main")
  git(dir, nil, "config", "user.name", "a")
  git(dir, nil, "config", "user.email", "a@example.org")
  local function commit(day, message, contents)
    for name, text in pairs(contents) do assert(file.write { path = dir .. "/" .. name, text = text }) end -- order: a set of files
    git(dir, nil, "add", ".")
    local date = ("%d +0000"):format(START + day * DAY)
    git(dir, { GIT_AUTHOR_DATE = date, GIT_COMMITTER_DATE = date }, "commit", "-qm", message)
  end
  commit(0, "feat: start", { ["slipway.lua"] = settings, VERSION = "1.0.0\n" })
  git(dir, nil, "tag", "v1.0.0")
  commit(2, "feat: wings", files or { wings = "" })
  return dir
end

local function planned(dir, day)
  local result = run { slipway, "plan", "release", "--json", "--as-of", tostring(START + day * DAY), dir = dir }
  local plan, checks = json.decode(result.out), {}
  for _, entry in ipairs(plan.checks or {}) do checks[entry.say] = entry end
  return result.code, checks, result
end

local BOTH <const> = 'return { gates = { changelog = true, known_issues = "known-issues.md" } }'

test("a release stops, for all its gates together, until people have written what they have to", function()
  local dir = repository(BOTH)
  local code, checks, result = planned(dir, 3)
  check.equal(code, 4)
  check.equal(checks["the changelog has notes for 1.1.0"].ok, false)
  check.equal(checks["the known issues of 1.1.0 are written down"].ok, false)
  check.match(result.out, "CHANGELOG%.md is not there")
end)

test("with notes and known issues written the gates are open", function()
  local dir = repository(BOTH, {
    ["CHANGELOG.md"] = "# Changelog\n\n## [Unreleased]\n\n- Wings.\n\n## [1.0.0]\n\n- Start.\n",
    ["known-issues.md"] = "# Known issues\n\n## v1.1.0\n\nNone.\n",
  })
  local code, checks = planned(dir, 3)
  check.equal(code, 0)
  check.equal(checks["the changelog has notes for 1.1.0"].ok, true)
  check.equal(checks["the known issues of 1.1.0 are written down"].ok, true)
end)

test("an empty section of the known issues, or that of 1.1.01, does not count", function()
  for _, text in ipairs { "## 1.1.0\n\n## 1.0.0\n\nnone\n", "## 1.1.01\n\nnone\n", "## 21.1.0\n\nnone\n" } do
    local dir = repository('return { gates = { known_issues = "known-issues.md" } }', { ["known-issues.md"] = text })
    check.equal(planned(dir, 3), 4)
  end
end)

test("an early release is a warning with the day of the last one, a late one is none", function()
  local dir = repository "return { gates = { cadence = true } }"
  local code, checks = planned(dir, 9)
  check.equal(code, 0)
  local early = checks["a release such as 1.1.0 is due"]
  check.equal({ early.ok, early.why }, { false, "the last minor release was 9 days ago; the next is due after 28 days" })
  code, checks = planned(dir, 30)
  check.equal({ code, checks["a release such as 1.1.0 is due"].ok }, { 0, true })
  dir = repository "return { gates = { cadence = { minor = { after = 5 } } } }"
  code, checks = planned(dir, 9)
  check.equal({ code, checks["a release such as 1.1.0 is due"].ok }, { 0, true })
end)

test("a gate that does not exist is named", function()
  local dir = repository "return { gates = { changlog = true } }"
  local result = run { slipway, "plan", "release", dir = dir }
  check.match(result.err, "gates has no field 'changlog' %(did you mean changelog%?%)")
end)

test("a gate that asks the forge says when there is none to ask", function()
  local dir = repository 'return { gates = { blockers = { "P0" } } }'
  local code, checks = planned(dir, 3)
  check.equal(code, 4)
  check.match(checks["no issue labelled P0 is open"].why, "names no forge")
end)

test("the train leaves when it is due, as a minor version, and not with what breaks its users", function()
  local dir = repository "return {}"
  local function train(day, ...)
    return run { slipway, "plan", "train", "--as-of", tostring(START + day * DAY), dir = dir, ... }
  end
  local result = train(9)
  check.equal(result.code, 4)
  check.match(result.err, "the train is due: the last minor release was 9 days ago; the next is due after 28 days")
  result = run { dir = dir, slipway, "plan", "train", "--early", "--as-of", tostring(START + 9 * DAY) }
  check.equal(result.code, 0, result.out .. result.err)
  check.match(result.out, "1%.0%.0 → 1%.1%.0")
  check.equal(train(30).code, 0)
  git(dir, nil, "commit", "-q", "--allow-empty", "-m", "feat!: other wings")
  result = train(30)
  check.equal(result.code, 4)
  check.match(result.err, "nothing on it breaks its users: the commits ask for 2%.0%.0")
end)
