-- The next version as `slipway next` tells it, on histories of odd shapes.
local function git(dir, ...)
  local result = run { "git", "-C", dir, ... }
  assert(result.code == 0, result.err)
  return result.out
end

local function repository()
  local dir = scratch()
  git(dir, "init", "-q", "-b", "main")
  git(dir, "config", "user.name", "a")
  git(dir, "config", "user.email", "a@example.org")
  return dir
end

local function commit(dir, message, tag)
  git(dir, "commit", "-q", "--allow-empty", "-m", message)
  if tag then git(dir, "tag", tag) end
end

local function next_of(dir, ...)
  local result = run { dir = dir, slipway, "next", ... }
  return (result.out:gsub("\n$", "")), result
end

test("behind a pre-release the version does not go back, and --why says so", function()
  local dir = repository()
  commit(dir, "feat: start", "v1.1.0")
  commit(dir, "fix: calm", "v1.2.0-alpha.1")
  commit(dir, "fix: calm again")
  check.equal(next_of(dir), "1.2.0")
  local _, why = next_of(dir, "--why")
  check.match(why.err, "v1%.2%.0%-alpha%.1 is on this line, so 1%.2%.0 is next: 1%.1%.1, .* would go back")
  check.equal(next_of(dir, "--pre", "alpha"), "1.2.0-alpha.2")
  commit(dir, "feat!: storm")
  check.equal(next_of(dir), "2.0.0")
end)

test("a trunk whose stable releases live on branches of their own counts on from its nightlies", function()
  local dir = repository()
  commit(dir, "feat: start", "v1.8.1")
  commit(dir, "feat: wings", "v45.0.0-nightly.20260821")
  commit(dir, "fix: calm")
  check.equal(next_of(dir), "45.0.0")
  check.equal(next_of(dir, "--pre", "nightly"), "45.0.0-nightly.20260822")
end)

test("where no commit follows a convention, the way to count them is named", function()
  local dir = repository()
  commit(dir, "Start", "v1.0.0")
  commit(dir, "apply: read the patch again")
  commit(dir, "Merge the fix of the week")
  local _, result = next_of(dir)
  check.equal(result.code, 3)
  check.match(result.err, 'rules = { unconventional = "patch", other = "patch" }')
  check.match(run { slipway, "status", dir = dir }.out, "nothing to release")
  commit(dir, "docs: tell it")
  _, result = next_of(dir)
  check.equal(result.err, [[
nothing to release: none of 3 commits since v1.0.0 asks for a release
  next   slipway next --why   shows every commit's vote; --level patch releases all the same
]])
end)
