-- History for many folders in one walk: which commits concern which folder since its own release.
local file = require "door.file"
local git = require "door.git"

local day = 0

local function repository()
  local dir = scratch()
  local r = { dir = dir }
  function r.git(...)
    day = day + 1
    local date = ("2026-01-01T00:00:00Z"):gsub("01T00:00", ("01T%02d:%02d"):format(day // 60, day % 60))
    local result = run { dir = dir, env = {
      PATH = os.getenv "PATH", HOME = dir, GIT_CONFIG_NOSYSTEM = "1", GIT_AUTHOR_NAME = "A", GIT_AUTHOR_EMAIL = "a@b.c", GIT_COMMITTER_NAME = "A",
      GIT_COMMITTER_EMAIL = "a@b.c", GIT_AUTHOR_DATE = r.date or date, GIT_COMMITTER_DATE = r.date or date,
    }, "git", ... }
    if result.code ~= 0 then error(result.err, 0) end
    return (result.out:gsub("\n$", ""))
  end
  function r.commit(message, files)
    for path, text in pairs(files) do -- order: a set of files
      assert(file.mkdir { path = (dir .. "/" .. path):match "^(.*)/", parents = true })
      assert(file.write { path = dir .. "/" .. path, text = text })
    end
    r.git("add", "-A")
    r.git("commit", "-q", "--allow-empty", "-m", message)
    return r.git("rev-parse", "HEAD")
  end
  function r.touches(o)
    local repo <close> = setmetatable({ git.open { path = dir } }, { __close = function(t) t[1]:close() end })
    local walk, err = repo[1]:touches(o)
    if not walk then return nil, err end
    local lines = {}
    for commit, numbers in walk do lines[#lines + 1] = ("%s:%s"):format(commit.message:match "^[^\n]*", table.concat(numbers, ",")) end
    return lines
  end
  r.git("init", "-q", "-b", "main", ".")
  return r
end

test("a path belongs to the deepest folder around it; nothing else is opened", function()
  local r = repository()
  r.commit("one", { ["a/x"] = "1", ["a/b/y"] = "1", ["c"] = "1" })
  r.commit("deep", { ["a/b/y"] = "2" })
  r.commit("root", { ["d"] = "2" })
  r.commit("a and c", { ["a/x"] = "2", ["c"] = "2" })
  check.equal(r.touches { from = "HEAD", folders = { "a", "a/b", "." } }, { "a and c:1,3", "root:3", "deep:2", "one:1,2,3" })
  check.equal(r.touches { from = "HEAD", folders = { "a" } }, { "a and c:1", "deep:1", "one:1" })
  check.equal(r.touches { from = "HEAD", folders = { "a" }, all = true }, { "a and c:1", "root:", "deep:1", "one:1" })
end)

test("of one folder only the commits that concern it are told, also beside others", function()
  local r = repository()
  r.commit("both", { ["a/x"] = "1", ["b/x"] = "1" })
  r.commit("a", { ["a/x"] = "2" })
  r.commit("none", { ["c"] = "1" })
  r.commit("b", { ["b/x"] = "2" })
  check.equal(r.touches { from = "HEAD", folders = { "a", "b" }, one = 1 }, { "a:1", "both:1,2" })
  check.equal(r.touches { from = "HEAD", folders = { "a", "b" }, one = 2, all = true }, { "b:2", "both:1,2" })
  check.raises(function() r.touches { from = "HEAD", folders = { "a" }, one = 2 } end, "one")
end)

test("a changelog tells only the commits it is asked for, as if the others had nothing to tell", function()
  local r = repository()
  local style = require("pure.changelog").style {}
  local a = r.commit("feat: a", { x = "1" })
  r.commit("fix: b", { x = "2" })
  r.git("tag", "v1.0.0")
  local c = r.commit("fix: c", { x = "3" })
  r.commit("feat!: d", { x = "4" })
  local repo = assert(git.open { path = r.dir })
  local tagged = repo:resolve "v1.0.0"
  local function pages(only, split_all)
    local list, set = {}, {}
    for _, oid in ipairs(only or {}) do set[oid] = true end
    local next_section = assert(repo:changelog(style, {
      from = repo:resolve "main", commits = { tagged }, tags = { "v1.0.0" }, versions = { "1.0.0" }, only = not split_all and only or nil, reading = split_all and "all" or "marked",
      split = function(raw) return set[raw.oid] and require("pure.commits").split(raw) or {} end,
    }))
    for section in next_section do list[#list + 1] = section end
    return list
  end
  for _, only in ipairs { { c, a }, { a }, { c }, {} } do check.equal(pages(only), pages(only, true)) end
  check.truthy(pages { a, c } [1]:find("c", 1, true) and not pages { a, c } [1]:find("d (", 1, true))
  repo:close()
end)

test("trees that are built on each other in a pack compare as loose ones do", function()
  local r = repository()
  local files = {}
  for i = 1, 60 do files[("p%02d/x"):format(i)] = ("%d\n"):format(i) end
  r.commit("all", files)
  for i = 1, 16 do r.commit("c" .. i, { [("p%02d/x"):format(i * 7 % 60 + 1)] = tostring(i) .. "\n", [i % 5 == 0 and "q/new" .. i or "p01/y"] = tostring(i) }) end
  local folders = {}
  for i = 1, 60 do folders[i] = ("p%02d"):format(i) end
  local loose = r.touches { from = "HEAD", folders = folders, all = true }
  r.git("repack", "-adfq", "--depth=30")
  check.equal(r.touches { from = "HEAD", folders = folders, all = true }, loose)
  check.equal(#loose, 17)
end)

test("each folder counts from its own release", function()
  local r = repository()
  local first = r.commit("first", { ["a/x"] = "1", ["b/x"] = "1" })
  local second = r.commit("second", { ["a/x"] = "2", ["b/x"] = "2" })
  r.commit("third", { ["b/x"] = "3" })
  check.equal(r.touches { from = "HEAD", folders = { "a", "b" }, since = { second, first } }, { "third:2", "second:2" })
  check.equal(r.touches { from = "HEAD", folders = { "a", "b" }, since = { second, "HEAD" } }, {})
  check.equal(r.touches { from = "HEAD", folders = { "a", "b" }, since = { "", "HEAD" } }, { "second:1", "first:1" })
end)

test("a merge is compared with its first parent, and what it brought counts by itself", function()
  local r = repository()
  r.commit("base", { ["a/x"] = "1", ["b/x"] = "1" })
  r.git("switch", "-q", "-c", "side")
  r.commit("side", { ["a/x"] = "2" })
  r.git("switch", "-q", "main")
  local main = r.commit("main", { ["b/x"] = "2" })
  r.git("merge", "-q", "--no-ff", "-m", "merge", "side")
  check.equal(r.touches { from = "HEAD", folders = { "a", "b" }, since = { main, main } }, { "merge:1", "side:1" })
end)

test("a release on a line of its own hides what it contains, and only that", function()
  local r = repository()
  local base = r.commit("base", { ["a/x"] = "1" })
  r.commit("trunk", { ["a/x"] = "2" })
  r.git("switch", "-q", "-c", "hotfix", base)
  local fixed = r.commit("hotfix", { ["a/x"] = "3" })
  r.git("switch", "-q", "main")
  check.equal(r.touches { from = "main", folders = { "a" }, since = { fixed } }, { "trunk:1" })
end)

test("clocks that go wrong change nothing", function()
  local r = repository()
  r.date = "2026-05-05T00:00:00Z"
  local base = r.commit("base", { ["a/x"] = "1", ["b/x"] = "1" })
  r.date = "2020-01-01T00:00:00Z"
  r.commit("long ago", { ["a/x"] = "2" })
  local tagged = r.commit("tagged", { ["a/x"] = "3", ["b/x"] = "3" })
  r.date = "2026-01-01T00:00:00Z"
  r.commit("now", { ["a/x"] = "4" })
  check.equal(r.touches { from = "HEAD", folders = { "a", "b" }, since = { tagged, base } }, { "now:1", "tagged:2" })
end)

test("rules about paths: ignored for all or for one, added to one or to all", function()
  local r = repository()
  r.commit("code", { ["a/x.js"] = "1", ["b/y.js"] = "1" })
  r.commit("words", { ["a/README.md"] = "1", ["b/deep/er/NOTES.md"] = "1" })
  r.commit("shared", { ["assets/logo"] = "1" })
  r.commit("docs of a", { ["docs/a/index"] = "1" })
  r.commit("tests of a", { ["a/test/t.js"] = "1" })
  local rules = { "ignore 0 **/*.md", "add 0 assets", "add 1 docs/a", "ignore 1 a/test" }
  check.equal(r.touches { from = "HEAD", folders = { "a", "b" }, rules = rules }, { "docs of a:1", "shared:1,2", "code:1,2" })
  check.equal(r.touches { from = "HEAD", folders = { "a", "b" }, rules = { "ignore 2 b/?.js" } },
    { "tests of a:1", "words:1,2", "code:1" })
  check.fails("git.bad_rule", r.touches { from = "HEAD", folders = { "a" }, rules = { "forget 0 x" } })
  check.fails("git.bad_rule", r.touches { from = "HEAD", folders = { "a" }, rules = { "ignore 2 x" } })
end)

test("a folder that becomes a file, comes or goes is a change of it", function()
  local r = repository()
  r.commit("one", { ["a/x"] = "1", ["b/x"] = "1" })
  r.git("rm", "-q", "-r", "a")
  r.commit("file", { a = "a file now" })
  r.git("rm", "-q", "-r", "b")
  r.commit("gone", {})
  check.equal(r.touches { from = "HEAD", folders = { "a", "b" } }, { "gone:2", "file:1", "one:1,2" })
end)

test("which commits a history contains", function()
  local r = repository()
  local base = r.commit("base", { x = "1" })
  r.git("switch", "-q", "-c", "side")
  local side = r.commit("side", { x = "2" })
  r.git("switch", "-q", "main")
  local main = r.commit("main", { y = "1" })
  local repo = git.open { path = r.dir }
  check.equal(repo:reached { from = "main", among = { base, side, main, base } }, { true, false, true, true })
  check.equal(repo:reached { from = base, among = { main } }, { false })
  check.equal(repo:reached { from = "main", among = {} }, {})
  check.fails("git.no_such_revision", repo:touches { from = "nowhere", folders = { "a" } })
  check.fails("git.no_such_revision", repo:touches { from = "main", folders = { "a" }, since = { "nowhere" } })
  check.raises(function() repo:touches { from = "main", folders = { "a" }, since = {} } end)
  repo:close()
end)
