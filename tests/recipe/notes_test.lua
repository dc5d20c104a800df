-- Where the notes of a release come from: the file when people wrote there, the commits otherwise.
local function git(dir, ...)
  local result = run { "git", "-C", dir, ... }
  assert(result.code == 0, result.err)
  return result.out
end

-- A repository with one release behind it and one fix since, its changelog as given.
local function repository(text)
  local dir = scratch()
  git(dir, "init", "-q", "-b", "main")
  git(dir, "config", "user.name", "a")
  git(dir, "config", "user.email", "a@example.org")
  local function write(name, content)
    local file = assert(io.open(dir .. "/" .. name, "w"))
    file:write(content)
    file:close()
  end
  write("VERSION", "1.0.0\n")
  git(dir, "add", ".")
  git(dir, "commit", "-qm", "feat: start")
  git(dir, "tag", "v1.0.0")
  write("CHANGELOG.md", text)
  git(dir, "add", ".")
  git(dir, "commit", "-qm", "fix: calm")
  return dir
end

local function released(dir)
  local result = run { slipway, "run", "release", "--yes", dir = dir }
  check.equal(result.code, 0)
  return git(dir, "show", "HEAD:CHANGELOG.md"), git(dir, "tag", "-l", "--format=%(contents)", "v1.0.1")
end

local OLD = "## [1.0.0]\n\n- start\n"

test("without words of people the commits are told", function()
  local text, tag = released(repository("# C\n\n" .. OLD))
  check.match(text, "^# C\n\n## %[1%.0%.1%] %- %d+%-%d+%-%d+\n\n### Fixed\n\n%- calm\n\n## %[1%.0%.0%]\n\n%- start\n$")
  check.match(tag, "%- calm")
end)

test("what stands under Unreleased becomes the release's section", function()
  local text, tag = released(repository("# C\n\n## [Unreleased]\n\n### Fixed\n\n- calm at last\n\n" .. OLD))
  check.match(text, "^# C\n\n## %[Unreleased%]\n\n## %[1%.0%.1%] %- %d+%-%d+%-%d+\n\n### Fixed\n\n%- calm at last\n\n## %[1%.0%.0%]\n\n%- start\n$")
  check.match(tag, "%- calm at last")
end)

test("a section that is there already is taken as it stands", function()
  local before = "# C\n\n## 1.0.1 (soon)\n\nBy hand.\n\n" .. OLD
  local text, tag = released(repository(before))
  check.equal(text, before)
  check.match(tag, "By hand%.")
end)

test("a project's own groups, addresses and template are used, and faults in them are named", function()
  local dir = repository("# C\n\n" .. OLD)
  local function configured(text)
    local file = assert(io.open(dir .. "/slipway.lua", "w"))
    file:write("return { changelog = " .. text .. " }")
    file:close()
    return run { slipway, "changelog", "--unreleased", dir = dir }
  end
  local result = configured '{ groups = { { title = "Mended", types = { "fix" } } }, links = { commit = "https://x.example/{{oid}}" } }'
  check.match(result.out, "### Mended\n\n%- calm %(%[%x+%]%(https://x%.example/%x+%)%)\n$")
  result = configured '{ template = "{{#releases}}{{#groups}}{{title}}={{#changes}}{{{text}}};{{/changes}}{{/groups}}{{/releases}}" }'
  check.equal(result.out, "Fixed=calm;\n")
  result = configured '{ template = "{{#releases}}" }'
  check.equal(result.code, 2)
  check.match(result.err, "SW%-TEMPLATE%-MALFORMED")
  result = configured '{ groups = { { title = "Mended" } } }'
  check.equal(result.code, 2)
  check.match(result.err, "changelog%.groups%[1%]")
  result = configured '{ style = "wild" }'
  check.equal(result.code, 2)
end)
