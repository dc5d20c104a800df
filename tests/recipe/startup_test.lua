-- What quick commands do without: a module that is not needed costs as much as reading a hundred commits.
local file = require "door.file"

local function repository()
  local dir = scratch()
  for _, words in ipairs {
    { "init", "-q", "-b", "main" },
    { "config", "user.name", "a" },
    { "config", "user.email", "a@example.org" },
    { "commit", "-q", "--allow-empty", "-m", "feat: start" },
    { "tag", "v1.0.0" },
    { "commit", "-q", "--allow-empty", "-m", "fix: calm" },
  } do
    local result = run { dir = dir, "git", table.unpack(words) }
    assert(result.code == 0, result.err)
  end
  return dir
end

-- A folder for --lua-dir in which these modules raise when they are loaded; all others are the program's own.
local function without(modules)
  local dir = scratch()
  for _, name in ipairs(modules) do
    local path = dir .. "/stdlib/" .. name:gsub("%.", "/") .. ".lua"
    assert(file.mkdir { path = path:match "^(.*)/", parents = true })
    assert(file.write { path = path, text = ("error 'a quick command loads %s'\n"):format(name) })
  end
  return dir
end

local never = {
  "argparse", "run.engine", "run.world", "run.requests", "run.etag", "run.secrets", "secret.oidc", "pure.conventional", "pure.template",
  "pure.changelog_file", "pure.prerelease", "pure.yaml_edit", "pure.toml", "cli.layout",
}

local function expect_answer(words, modules, wanted)
  local dir = repository()
  local forbidden = table.move(never, 1, #never, #modules + 1, modules)
  for _, more in ipairs { {}, { "--lua-dir", without(forbidden) } } do
    local argv = { slipway, table.unpack(words) }
    table.move(more, 1, #more, #argv + 1, argv)
    argv.dir = dir
    local result = run(argv)
    check.equal(result.err, "")
    check.match(result.out, wanted)
  end
end

test("a printed changelog needs no versions, no votes and no reader of messages", function()
  expect_answer({ "changelog" }, { "pure.version", "pure.semver", "pure.bump", "pure.commits", "repository.history" }, "calm")
end)

test("the next version needs no pages and no messages once the votes are counted", function()
  expect_answer({ "next" }, { "pure.commits", "pure.changelog", "repository.release_pages", "run.whole_page" }, "^1%.0%.1\n$")
end)

test("where the project stands needs no manifests where there are none", function()
  expect_answer({}, { "pure.commits", "pure.sites", "pure.requirement", "pure.changelog", "run.whole_page" }, "1%.0%.1   patch: 1 fix")
end)
