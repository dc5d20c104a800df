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

test("what a pre-release has settled is answered from what came since, as all the votes answer it", function()
  local function both(dir)
    local short, long = next_of(dir), run { dir = dir, slipway, "next", "--json" }
    check.equal(short, long.code == 0 and require("door.json").decode(long.out).next or "")
    return short
  end
  local dir = repository()
  commit(dir, "feat: start", "v1.8.1")
  commit(dir, "feat: wings", "v45.0.0-nightly.1")
  check.equal(both(dir), "45.0.0")
  commit(dir, "docs: how")
  check.equal(both(dir), "45.0.0")
  commit(dir, "fix: calm")
  check.equal(both(dir), "45.0.0")
  check.match(run { dir = dir, slipway }.out, "45%.0%.0%-nightly%.1   branch main, clean, 2 commits since v45%.0%.0%-nightly%.1\n  next   45%.0%.0   where v45%.0%.0%-nightly%.1 leads to; since then 1 docs, 1 fix\n")
  commit(dir, "feat: legs\n\nRelease-As: 50.0.0")
  check.equal(both(dir), "50.0.0")
  git(dir, "tag", "v46.0.0-nightly.2") -- made all the same: the footer is past
  check.equal(both(dir), "46.0.0")
  commit(dir, "fix: calm")
  check.equal(both(dir), "46.0.0")
  git(dir, "tag", "v46.1.0") -- a stable one of that major version: votes count again
  commit(dir, "fix: calm", "v46.2.0-nightly.3")
  commit(dir, "feat!: storm")
  check.equal(both(dir), "47.0.0")
end)

test("work that was taken back since a pre-release counts as taken back", function()
  local dir = repository()
  commit(dir, "feat: start", "v1.0.0")
  commit(dir, "feat: wings", "v2.0.0-alpha.1")
  local wings = git(dir, "rev-parse", "HEAD"):match "%x+"
  commit(dir, "revert: feat: wings\n\nThis reverts commit " .. wings .. ".")
  check.equal(next_of(dir), "")
  check.equal(run({ dir = dir, slipway, "next", "--why" }).code, 3)
end)

test("stable releases that the trunk has never seen do not make its next one the first", function()
  local dir = repository()
  commit(dir, "feat: start", "v2.0.0-nightly.1")
  git(dir, "switch", "-qc", "release/1")
  commit(dir, "chore: release", "v1.0.0")
  git(dir, "switch", "-q", "main")
  commit(dir, "fix: calm")
  check.equal(next_of(dir), "2.0.0")
  check.equal(require("door.json").decode(run({ dir = dir, slipway, "next", "--json" }).out).next, "2.0.0")
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

-- ---- answers that are kept ----

test("what was answered is answered again only while commits, tags and settings stay", function()
  local dir, cache = repository(), scratch() .. "/cache"
  local lines = {}
  for i = 1, 4000 do
    local text = ("%s: change %d\n"):format(i == 1 and "feat" or "docs", i)
    lines[i] = ("commit refs/heads/main\nmark :%d\ncommitter A <a@example.org> %d +0000\ndata %d\n%s\n"):format(i, 1700000000 + i, #text, text)
  end
  lines[#lines + 1] = "reset refs/tags/v1.0.0\nfrom :2\n"
  local imported = run { "git", "-C", dir, "fast-import", "--quiet", input = table.concat(lines) }
  assert(imported.code == 0, imported.err)
  local function said(...)
    local result = run { slipway, ..., dir = dir, env = { XDG_CACHE_HOME = cache } }
    return ("%d %s%s"):format(result.code, result.out, result.err)
  end
  local function kept()
    return run({ "sh", "-c", 'ls "$0"/slipway/answers/*-next-* "$0"/slipway/answers/*-status-* 2>/dev/null | wc -l', cache }).out:gsub("%s", "")
  end
  local first, status = said "next", said()
  check.match(first, "^3 nothing to release: none of 3998 commits since v1%.0%.0")
  check.match(status, "nothing to release since v1%.0%.0")
  check.equal(kept(), require("door.host").lua_dir and "0" or "2", "two answers")
  check.equal(said "next", first)
  check.equal(said(), status)
  run { "sh", "-c", 'for f in "$0"/slipway/answers/*; do echo junk >> "$f"; done', cache }
  check.equal(said "next", first, "what does not fit its check sum is not believed")
  commit(dir, "fix: one more")
  check.equal(said "next", "0 1.0.1\n", "a commit")
  check.match(said(), "1%.0%.1 +patch")
  git(dir, "tag", "v1.4.0", "HEAD~1")
  check.equal(said "next", "0 1.4.1\n", "a tag")
  git(dir, "tag", "-d", "v1.4.0")
  check.equal(said "next", "0 1.0.1\n", "and the tag gone")
  local settings = assert(io.open(dir .. "/slipway.lua", "wb"))
  settings:write 'return { rules = { types = { fix = "minor" } } }\n'
  settings:close()
  check.equal(said "next", "0 1.1.0\n", "slipway.lua")
  git(dir, "checkout", "-q", "--detach", "HEAD~1")
  check.match(said "next", "^3 nothing to release", "another commit is HEAD")
end)

test("a Python project that writes what only Python can read is counted as PEP 440 says", function()
  local dir = repository()
  local function write(path, text)
    local handle = assert(io.open(dir .. "/" .. path, "w"))
    handle:write(text)
    handle:close()
    git(dir, "add", "-A")
  end
  write("pyproject.toml", '[project]\nname = "a"\nversion = "26.4.dev0"\n')
  commit(dir, "chore: start", "26.3")
  commit(dir, "feat: more")
  check.equal((next_of(dir)), "26.4.0")
  local plain = repository()
  dir = plain
  write("pyproject.toml", '[project]\nname = "a"\nversion = "1.0.0"\n')
  commit(plain, "chore: start", "v1.0.0")
  commit(plain, "feat: more")
  check.equal((next_of(plain, "--pre", "rc")), "1.1.0-rc.1")
  write("pyproject.toml", '[project]\nname = "a"\nversion = "one"\n')
  commit(plain, "chore: nonsense")
  git(plain, "tag", "-d", "v1.0.0")
  local _, result = next_of(plain)
  check.match(result.err, "pyproject%.toml:3:12: ")
  check.falsy(result.err:find("HOST%-FAULT"))
end)
