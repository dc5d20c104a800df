local file = require "door.file"
local git = require "door.git"
local repositories = stand "repositories"

local function open(repo) return assert(git.open { path = repo.dir }) end

local function collect(iterator)
  local oids = {}
  for commit in iterator do oids[#oids + 1] = commit.oid end
  return oids
end

local function lines(text)
  local list = {}
  for line in text:gmatch "[^\n]+" do list[#list + 1] = line end
  return list
end

test("a folder inside a repository finds it, one outside is refused", function()
  local r = repositories.branchy()
  local repo = assert(git.open { path = r.dir .. "/d" })
  check.equal(repo:info().work_dir, r.dir)
  check.fails("git.not_found", git.open { path = "/" })
end)

test("info tells an ordinary repository", function()
  local r = repositories.branchy()
  local info = open(r):info()
  check.equal(info.head, { branch = "main", oid = r.oid "HEAD", detached = false })
  for _, no in ipairs { "bare", "shallow", "partial", "sparse", "linked", "empty" } do
    check.equal(info[no], false)
  end
end)

test("info tells a detached HEAD, an unborn branch, an empty and a bare repository", function()
  local r = repositories.branchy()
  r.git("checkout", "-q", "--detach", "HEAD~1")
  check.equal(open(r):info().head, { oid = r.oid "HEAD", detached = true })
  r.git("checkout", "-q", "--orphan", "fresh")
  local info = open(r):info()
  check.equal(info.head, { branch = "fresh", detached = false })
  check.equal(info.empty, false)
  local empty = open(repositories.new())
  check.equal(empty:info().empty, true)
  check.fails("git.no_such_revision", empty:resolve "HEAD")
  local bare = open(repositories.bare())
  check.equal(bare:info().bare, true)
  check.fails("git.no_work_tree", bare:status())
end)

test("a linked work tree has its own HEAD and git folder, and the common one is shared", function()
  local r = repositories.branchy()
  local linked = scratch() .. "/linked"
  r.git("worktree", "add", "-q", "-b", "other", linked)
  local info = assert(git.open { path = linked }):info()
  check.equal(info.linked, true)
  check.equal(info.work_dir, linked)
  check.equal(info.common_dir, r.dir .. "/.git")
  check.equal(info.git_dir, r.dir .. "/.git/worktrees/linked")
  check.equal(info.head.branch, "other")
end)

test("a SHA-256 repository is refused by name", function()
  local dir = scratch() .. "/r"
  run { "git", "init", "-q", "--object-format=sha256", dir }
  local _, err = git.open { path = dir }
  check.equal(err.code, "git.unsupported")
  check.match(err.message, "SHA%-256")
end)

test("another owner's clone is refused with the remedy, unless git itself trusts it", function()
  if run { "id", "-u" }.out ~= "0\n" then skip "changing a folder's owner needs root" end
  local r = repositories.branchy()
  run { "chown", "-R", "12345", r.dir }
  local _, err = git.open { path = r.dir }
  check.equal(err.code, "git.unsafe_owner")
  check.match(err.hint, "safe%.directory")
  local trusted = run { slipway, "eval", [[print(require "door.git".open { path = ... }:info().head.branch)]], r.dir,
    env = { GIT_CONFIG_COUNT = "1", GIT_CONFIG_KEY_0 = "safe.directory", GIT_CONFIG_VALUE_0 = r.dir } }
  check.equal(trusted.out, "main\n")
end)

test("configuration is what git says, also from the environment and from a work tree of its own", function()
  local r = repositories.branchy()
  check.equal(open(r):config "user.name", "Ann Example")
  check.equal(open(r):config "no.such", nil)
  local code = [[print(require "door.git".open { path = ... }:config "some.key")]]
  check.equal(run { slipway, "eval", code, r.dir,
    env = { GIT_CONFIG_COUNT = "1", GIT_CONFIG_KEY_0 = "some.key", GIT_CONFIG_VALUE_0 = "here" } }.out, "here\n")
  r.git("config", "extensions.worktreeConfig", "true")
  r.git("config", "--worktree", "some.key", "mine")
  check.equal(open(r):config "some.key", "mine")
end)

test("who commits comes from git's environment, then the role, then user.*", function()
  local r = repositories.branchy()
  check.equal(open(r):identity(), { name = "Ann Example", email = "ann@example.org" })
  r.git("config", "committer.email", "role@example.org")
  check.equal(open(r):identity().email, "role@example.org")
  local code = [[local w = require "door.git".open { path = ... }:identity() print(w.name, w.email)]]
  check.equal(run { slipway, "eval", code, r.dir, env = { GIT_COMMITTER_NAME = "Env" } }.out, "Env\trole@example.org\n")
end)

test("a missing name or address is an error with the command that sets it", function()
  local r = repositories.branchy()
  r.git("config", "--unset", "user.email")
  local code = [[local w, err = require "door.git".open { path = ... }:identity() print(err.code, err.hint)]]
  local home = scratch()
  check.equal(run { slipway, "eval", code, r.dir, env = { HOME = home, XDG_CONFIG_HOME = home, EMAIL = "", GIT_CONFIG_NOSYSTEM = "1" } }.out,
    "git.no_identity\tgit config --global user.email you@example.com\n")
end)

test("the state of a repository stays until a ref, HEAD or a setting changes", function()
  local r = repositories.branchy()
  local repo = open(r)
  local seen = {}
  local function changed(what)
    local state = assert(repo:state())
    check.match(state, "^%x+$")
    check.equal(repo:state(), state)
    check.falsy(seen[state], what)
    seen[state] = true
  end
  changed "at first"
  r.git("tag", "v9.0.0")
  changed "a tag"
  r.git("pack-refs", "--all")
  changed "packed"
  r.git("update-ref", "refs/tags/v9.0.0", "HEAD~1")
  changed "a packed tag moved"
  r.git("checkout", "-q", "-b", "other")
  changed "HEAD"
  r.git("config", "branch.other.remote", "x")
  changed "a setting"
  r.write("a", "a file of the work tree")
  local before = repo:state()
  r.git("add", "a")
  check.equal(repo:state(), before, "neither files nor the index have a part in it")
end)

test("patch ids of many commits are those of each", function()
  local r = repositories.branchy()
  local repo = open(r)
  local oids, wanted = {}, {}
  for commit in assert(repo:log { from = "HEAD" }) do
    if #commit.parents < 2 then
      oids[#oids + 1] = commit.oid
      wanted[commit.oid] = repo:patch_id(commit.oid)
    end
  end
  oids[#oids + 1] = r.commit("nothing", {})
  check.truthy(#oids > 5)
  check.equal(repo:patch_ids(oids), wanted)
  check.equal(repo:patch_ids {}, {})
  check.fails("git.bad_oid", repo:patch_ids { "HEAD" })
end)

test("a status that was begun is the one that is told", function()
  local r = repositories.branchy()
  local repo = open(r)
  check.equal(repo:status_soon(), true)
  check.equal(repo:status_soon(), true)
  check.equal(repo:status().clean, true)
  r.write("a", "changed")
  check.equal(repo:status().clean, false)
  local other <close> = open(r)
  check.equal(other:status_soon(), true)
end)

test("status tells what git status tells, and does not write the index", function()
  local r = repositories.branchy()
  local repo = open(r)
  check.equal(repo:status(), { clean = true, entries = {} })
  r.write("a", "edited")
  r.write("new file", "?")
  r.write("staged", "s")
  r.git("add", "staged")
  r.git("mv", "s", "renamed")
  local before = repositories.picture(r.dir)
  local status = repo:status()
  check.equal(status.clean, false)
  check.equal(status.entries, { { path = "a", state = " M" }, { path = "renamed", state = "R " },
    { path = "staged", state = "A " }, { path = "new file", state = "??" } })
  check.equal(repositories.picture(r.dir), before)
end)

test("in a large work tree two programs beside each other tell what git status tells", function()
  local r = repositories.branchy()
  local files = {}
  for i = 1, 2000 do files[("d%d/a file of a long name %d"):format(i % 20, i)] = tostring(i) end
  r.commit("feat: many", files)
  check.truthy(file.stat(r.dir .. "/.git/index").size > 128 << 10)
  local repo = open(r)
  local function agree(about)
    local told = {}
    for _, entry in ipairs(repo:status().entries) do told[#told + 1] = entry.state .. " " .. entry.path end
    local wanted, renamed = {}, false
    for entry in r.try("status", "--porcelain=v1", "-z").out:gmatch "[^\0]+" do
      if not renamed then wanted[#wanted + 1] = entry end
      renamed = not renamed and entry:find "^[RC]" ~= nil
    end
    check.equal(told, wanted, about)
    return #told
  end
  check.equal(agree "nothing", 0)
  r.write("a", "edited")
  r.write("staged", "s")
  r.git("add", "staged")
  r.git("mv", "s", "renamed")
  r.git("rm", "-q", "d1/a file of a long name 1")
  os.remove(r.dir .. "/d2/a file of a long name 2")
  for _, path in ipairs { "new file", "d3/new", "new/deep/one", "new/deep/x.o", "only/ignored.o", "mixed/kept", "mixed/x.o", "excluded/one", "d4/zz.o" } do r.write(path, "?") end
  r.write(".gitignore", "*.o\n")
  r.write(".git/info/exclude", "excluded\n")
  run { "mkdir", "-p", r.dir .. "/empty/folder" }
  run { "git", "init", "-q", r.dir .. "/nested" }
  r.write("nested/file", "?")
  local before = repositories.picture(r.dir)
  check.equal(repo:status().clean, false)
  check.equal(repositories.picture(r.dir), before)
  check.truthy(agree "much" > 9)
  for _, value in ipairs { "all", "no", "normal" } do
    r.git("config", "status.showUntrackedFiles", value)
    agree(value)
  end
  r.write(".gitmodules", "")
  agree "submodules"
end)

test("names lead to commits: branches, tags of both kinds, ancestors, short ids", function()
  local r = repositories.branchy()
  local repo = open(r)
  for _, rev in ipairs { "HEAD", "main", "v0.1.0", "v0.2.0", "refs/tags/v0.2.0", "HEAD~2", "HEAD^^2", "main@{0}", "v0.2.0^{commit}",
    r.oid("HEAD"):sub(1, 8), r.git("describe", "--long") } do
    check.equal(repo:resolve(rev), r.oid(rev .. "^{commit}"))
  end
  for _, rev in ipairs { "nope", "", "nope~1", "deadbeef", "HEAD:a", "HEAD~99", "--help", ("0"):rep(40) } do
    check.fails("git.no_such_revision", repo:resolve(rev))
  end
end)

test("refs are listed sorted and peeled, loose over packed", function()
  local r = repositories.branchy()
  r.git("tag", "blob", r.oid "HEAD:a")
  local function expected(prefix)
    local list = {}
    for _, line in ipairs(lines(r.git("for-each-ref", "--format=%(refname) %(objectname) %(objecttype) %(*objectname)", prefix))) do
      local name, oid, kind, peeled = line:match "^(%S+) (%S+) (%S+) ?(%S*)$"
      list[#list + 1] = { name = name, oid = oid, commit = kind == "commit" and oid or kind == "tag" and peeled or nil }
    end
    return list
  end
  check.equal(open(r):refs "refs/tags/", expected "refs/tags/")
  r.git("pack-refs", "--all")
  check.equal(open(r):refs "refs/tags/", expected "refs/tags/")
  r.git("tag", "-f", "v0.1.0", "HEAD")
  r.git("tag", "-m", "deep", "deep/er/v9")
  check.equal(open(r):refs "refs/tags/", expected "refs/tags/")
  check.equal(open(r):refs "refs/", expected "refs/")
  check.equal(open(r):refs "refs/tags/deep/", expected "refs/tags/deep/")
  check.equal(open(r):refs "refs/nothing/", {})
end)

test("a tag tells its kind, message, tagger and time", function()
  local r = repositories.branchy()
  local tag = open(r):tag "v0.2.0"
  check.equal(tag.annotated, true)
  check.equal(tag.signed, false)
  check.equal(tag.message, "version 0.2\n")
  check.equal(tag.tagger.name, "Ann Example")
  check.equal(tag.oid, r.oid "v0.2.0")
  check.equal(tag.commit, r.oid "v0.2.0^{commit}")
  check.equal(open(r):tag "v0.1.0", { name = "v0.1.0", oid = r.oid "v0.1.0", commit = r.oid "v0.1.0", annotated = false, signed = false })
  check.equal(open(r):tag "none", nil)
end)

test("a commit tells all it holds, in UTF-8 whatever it was written in", function()
  local r = repositories.branchy()
  local merge = open(r):commit "HEAD~1"
  check.equal(merge.parents, { r.oid "HEAD~1^1", r.oid "HEAD~1^2" })
  check.equal(merge.tree, r.oid "HEAD~1^{tree}")
  check.equal(merge.subject, "merge side")
  r.git("config", "i18n.commitEncoding", "ISO-8859-1")
  r.git("commit", "-q", "--allow-empty", "-m", "caf\xe9\nau lait\n\nbody")
  local commit = open(r):commit "HEAD"
  check.equal(commit.message, "café\nau lait\n\nbody\n")
  check.equal(commit.subject, "café au lait")
  r.git("config", "--unset", "i18n.commitEncoding")
  r.git("commit", "-q", "--allow-empty", "-m", "na\xefve")
  check.equal(open(r):commit("HEAD").message, "naïve\n")
end)

test("the log comes in git log's order, with hidden, first-parent, limited and by-path walks", function()
  local r = repositories.branchy()
  local repo = open(r)
  local function expected(...) return lines(r.git("log", "--format=%H", ...)) end
  check.equal(collect(repo:log { from = "HEAD" }), expected())
  check.equal(collect(repo:log { from = "HEAD", hide = { "v0.1.0" } }), expected "v0.1.0..HEAD")
  check.equal(collect(repo:log { from = "HEAD", hide = { "v0.2.0", "side~1" } }), expected("HEAD", "^v0.2.0", "^side~1"))
  check.equal(collect(repo:log { from = "HEAD", first_parent = true }), expected "--first-parent")
  check.equal(collect(repo:log { from = "HEAD", limit = 3 }), expected "-3")
  local whole = repo:log { from = "HEAD" }
  for brief in repo:log { from = "HEAD", brief = true } do
    local commit = whole()
    check.equal(brief, { oid = commit.oid, message = commit.message, time = commit.committer.time, parents = #commit.parents })
  end
  check.equal(whole(), nil)
  check.equal(collect(repo:log { from = "HEAD", paths = { "d" } }), expected("--", "d"))
  check.equal(collect(repo:log { from = "HEAD", paths = { "a", "s" } }), expected("--", "a", "s"))
  check.equal(collect(repo:log { from = "HEAD", paths = { "d/y" }, hide = { "v0.1.0" } }), expected("v0.1.0..HEAD", "--", "d/y"))
  check.equal(collect(repo:log { from = "HEAD", paths = { "none" } }), {})
  check.equal(collect(repo:log { from = "v0.1.0", hide = { "HEAD" } }), {})
  check.fails("git.no_such_revision", repo:log { from = "HEAD", hide = { "nope" } })
end)

test("commits of equal date come as git gives them, also with clocks that ran backwards", function()
  local r = repositories.new()
  local stream, mark = {}, 0
  local function add(branch, date, ...)
    mark = mark + 1
    stream[#stream + 1] = ("commit refs/heads/%s\nmark :%d\ncommitter A <a@b> %d +0000\ndata 2\nm\n"):format(branch, mark, date)
    for i, parent in ipairs { ... } do stream[#stream + 1] = (i == 1 and "from :%d\n" or "merge :%d\n"):format(parent) end
    return mark
  end
  local tips, seed = { add("main", 1000) }, 7
  for i = 1, 300 do
    seed = (seed * 1103515245 + 12345) % 2147483648
    local a, b = tips[seed % #tips + 1], tips[(seed // 64) % #tips + 1]
    local date = 1000 + i // 3 - (seed % 11 == 0 and 40 or 0)
    tips[#tips + 1] = a ~= b and seed % 4 == 0 and add("b" .. i, date, a, b) or add("b" .. i, date, a)
    if #tips > 12 then table.remove(tips, 1) end
  end
  add("main", 1200, table.unpack(tips))
  check.equal(run { "git", "-C", r.dir, "fast-import", "--quiet", input = table.concat(stream) }.code, 0)
  local repo = open(r)
  check.equal(collect(repo:log { from = "main" }), lines(r.git("log", "--format=%H", "main")))
  for _, hidden in ipairs { "b20", "b111", "b222" } do
    check.equal(collect(repo:log { from = "main", hide = { hidden } }), lines(r.git("log", "--format=%H", "main", "^" .. hidden)))
  end
end)

test("a walk outlives the loop it was left in, and ends with its repository closed", function()
  local r = repositories.branchy()
  local repo = open(r)
  local following = repo:log { from = "HEAD" }
  check.equal(following().oid, r.oid "HEAD")
  repo:close()
  check.equal(following().oid, r.oid "HEAD~1")
  check.raises(function() repo:info() end, "closed")
end)

test("the nearest tag is the one git describe names", function()
  local r = repositories.branchy()
  local repo = open(r)
  local function nearest(accept) return repo:nearest_tag { from = "HEAD", accept = accept } end
  local found = nearest(function() return true end)
  local name, distance = r.git("describe", "--tags", "--long"):match "^(.*)%-(%d+)%-g%x+$"
  check.equal(found, { name = name, distance = tonumber(distance), commit = r.oid(name .. "^{commit}"), others = {} })
  check.equal(nearest(function(tag) return tag ~= "v0.2.0" end).name, "v0.1.0")
  check.equal(nearest(function() return false end), nil)
  r.git("tag", "light", "v0.2.0^{commit}")
  r.git("tag", "-m", "x", "v0.2.1", "v0.2.0^{commit}")
  found = nearest(function(tag) return tag ~= "v0.2.1" end)
  check.equal({ found.name, found.others }, { "v0.2.0", { "light" } })
end)

test("an error in accept passes through and nothing is left open", function()
  local repo = open(repositories.branchy())
  check.raises(function() repo:nearest_tag { from = "HEAD", accept = function() error "mine" end } end, "mine")
  check.equal(repo:nearest_tag { from = "HEAD", accept = function() return true end }.name, "v0.2.0")
end)

test("the nearest tag does not read what lies behind it", function()
  local r = repositories.branchy()
  local behind = r.oid "v0.1.0"
  r.git("tag", "-d", "v0.1.0")
  os.remove(("%s/.git/objects/%s/%s"):format(r.dir, behind:sub(1, 2), behind:sub(3)))
  check.equal(open(r):nearest_tag { from = "v0.2.0^{commit}", accept = function() return true end }.name, "v0.2.0")
end)

test("ancestors and merge bases", function()
  local r = repositories.branchy()
  local repo = open(r)
  check.equal(repo:merge_base("side", "v0.2.0"), r.oid "side~2")
  check.equal(repo:is_ancestor("v0.1.0", "HEAD"), true)
  check.equal(repo:is_ancestor("HEAD", "HEAD"), true)
  check.equal(repo:is_ancestor("HEAD", "v0.1.0"), false)
  r.git("checkout", "-q", "--orphan", "alone")
  r.git("commit", "-q", "-m", "alone")
  check.equal(repo:merge_base("alone", "main"), nil)
  check.fails("git.no_such_revision", repo:is_ancestor("HEAD", "nope"))
end)

test("files, folders and changes of commits are read", function()
  local r = repositories.branchy()
  local repo = open(r)
  check.equal(repo:read { at = "HEAD", path = "d/x" }, "x")
  check.equal(repo:read { at = "HEAD", path = "d" }, nil)
  check.equal(repo:read { at = "HEAD", path = "a/b" }, nil)
  check.equal(repo:read { at = "v0.1.0", path = "d/y" }, nil)
  run { "ln", "-s", "a", r.dir .. "/link" }
  r.git("add", "link")
  r.commit("link")
  check.equal(repo:read { at = "HEAD", path = "link" }, "a")
  local kinds = {}
  for _, item in ipairs(repo:list { at = "HEAD" }) do kinds[#kinds + 1] = item.path .. " " .. item.kind end
  check.equal(kinds, { "a file", "d folder", "link link", "s file" })
  local paths = {}
  for _, item in ipairs(repo:list { at = "HEAD", path = "d/", recursive = true }) do paths[#paths + 1] = item.path end
  check.equal(paths, { "d/x", "d/y" })
  check.equal(repo:list { at = "HEAD", path = "none" }, {})
  check.equal(repo:changes("v0.1.0", "HEAD"), { { path = "a", change = "changed" }, { path = "d/y", change = "added" },
    { path = "link", change = "added" }, { path = "s", change = "added" } })
  check.equal(repo:changes("HEAD", "v0.1.0")[2], { path = "d/y", change = "removed" })
  check.equal(#repo:changes(nil, "v0.1.0"), 2)
end)

test("a patch id is git's, and a merge or an empty commit has none", function()
  local r = repositories.branchy()
  local repo = open(r)
  local expected = run { "sh", "-c", "git diff-tree -p HEAD | git patch-id --stable", dir = r.dir }.out:match "^%x+"
  check.equal(repo:patch_id "HEAD", expected)
  check.equal(repo:patch_id "HEAD~1", nil)
  r.git("commit", "-q", "--allow-empty", "-m", "empty")
  check.equal(repo:patch_id "HEAD", nil)
end)

test("a shallow clone is walked to its edge, and what lies behind is named", function()
  local r = repositories.branchy()
  local c = repositories.clone("file://" .. r.dir, nil, "--depth=2")
  local repo = open(c)
  check.equal(repo:info().shallow, true)
  check.equal(collect(repo:log { from = "HEAD" }), lines(c.git("log", "--format=%H")))
  check.equal(repo:is_ancestor("HEAD~1", "HEAD"), true)
  local _, err = repo:resolve "v0.1.0"
  check.match(err.hint, "unshallow")
end)

test("a partial clone fetches what it left behind, and says so when it cannot", function()
  local r = repositories.branchy()
  r.git("config", "uploadpack.allowFilter", "true")
  r.git("config", "uploadpack.allowAnySHA1InWant", "true")
  local c = repositories.clone("file://" .. r.dir, nil, "--filter=blob:none", "--no-checkout")
  check.equal(open(c):info().partial, true)
  check.equal(open(c):read { at = "HEAD~1", path = "d/x" }, "x")
  local later = r.commit("later", { a = "later" })
  check.fails("git.no_such_revision", open(c):resolve(later))
  check.equal(c.try("rev-list", "--objects", "--missing=print", "--all").out:find(later, 1, true), nil)
  c.git("config", "remote.origin.url", "file:///nowhere")
  local _, err = open(c):read { at = "HEAD~1", path = "a" }
  check.equal(err.code, "git.missing_object")
  check.equal(err.retry, true)
  check.equal(#collect(open(c):log { from = "HEAD" }), 7)
end)

test("repositories with a configuration per work tree, and sparse ones, open and tell their status", function()
  local r = repositories.branchy()
  r.git("sparse-checkout", "set", "d")
  r.git("config", "extensions.worktreeConfig", "true")
  local repo = open(r)
  check.equal(repo:info().sparse, true)
  check.equal(repo:status().clean, true)
  check.equal(r.read "a", "4")
  r.git("sparse-checkout", "set", "--no-cone", "d/")
  check.equal(r.read "a", nil)
  check.equal(open(r):status().clean, true)
end)

test("LFS and submodules are noticed", function()
  local r = repositories.branchy()
  check.equal(open(r):uses(), { lfs = false, submodules = false })
  r.commit("lfs", { [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n" })
  check.equal(open(r):uses().lfs, true)
  local inner = repositories.branchy()
  r.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.dir, "inner")
  r.commit("submodule")
  check.equal(open(r):uses().submodules, true)
  local list = open(r):list { at = "HEAD", path = "" }
  check.equal({ list[5].path, list[5].kind }, { "inner", "submodule" })
end)

test("git's environment left by a hook does not lead astray", function()
  local r, other = repositories.branchy(), repositories.branchy()
  local code = [[local r = require "door.git".open { path = ... } print(r:status().clean, r:info().work_dir)]]
  local seen = run { slipway, "eval", code, r.dir,
    env = { GIT_DIR = other.dir .. "/.git", GIT_INDEX_FILE = other.dir .. "/.git/none", GIT_WORK_TREE = "/" } }
  check.equal(seen.out, ("true\t%s\n"):format(r.dir))
end)

test("names of refs are judged as git check-ref-format does", function()
  local path = corpora "gitrefs.jsonl"
  if not path then skip "no corpora on this machine" end
  local json = require "door.json"
  local count = 0
  for line in io.lines(path) do
    local case = json.decode(line)
    local options = {}
    for _, option in ipairs(case.options) do
      local name = ({ ["--allow-onelevel"] = "onelevel", ["--refspec-pattern"] = "pattern", ["--normalize"] = "normalize" })[option]
      options[assert(name, option)] = true
    end
    check.equal({ case.name, case.options, (git.is_valid_ref(case.name, options)) }, { case.name, case.options, case.valid })
    count = count + 1
  end
  check.truthy(count > 40)
  check.equal(table.pack(git.is_valid_ref("/refs//heads/x", { normalize = true })), { true, "refs/heads/x", n = 2 })
  check.equal(git.is_valid_ref "refs/heads/a\0b", false)
end)

test("wrong arguments raise and name the field", function()
  local repo = open(repositories.branchy())
  check.raises(function() git.open { pth = "." } end, "pth")
  check.raises(function() repo:log {} end, "from")
  check.raises(function() repo:read { at = 1, path = "a" } end, "at")
  check.raises(function() repo:resolve(7) end, "string expected")
  check.raises(function() repo.info(io.stdout) end, "repo")
end)

test("listing refs quickly gives the same names and commits, packed or loose", function()
  local r = repositories.branchy()
  local repo = open(r)
  local all = assert(repo:refs "refs/tags/")
  check.equal(#all, 2)
  check.equal(assert(repo:refs("refs/tags/", { quick = true })), all)
  r.git("pack-refs", "--all")
  check.equal(assert(repo:refs("refs/tags/", { quick = true })), all)
  check.equal(assert(repo:refs "refs/tags/"), all)
  check.raises(function() repo:refs("refs/tags/", { fast = true }) end, "fast")
  r.git("update-ref", "refs/tags/tree", "HEAD^{tree}")
  local names, commits = repo:ref_names "refs/tags/"
  for i, ref in ipairs(assert(repo:refs("refs/tags/", { quick = true }))) do
    check.equal({ "refs/tags/" .. names[i], commits[i] or nil }, { ref.name, ref.commit })
  end
  check.equal({ #names, commits[1], names[1] }, { 3, false, "tree" })
  check.equal({ repo:ref_names "refs/none/" }, { {}, {} })
end)

-- What the door answers about releases, by way of the list of refs and the rules of versions.
local function releases_slowly(repo, pattern, all)
  local tags = require "repository.tags"
  local project = { tag_pattern = pattern, scheme = "semver" }
  local list, at = { commits = {}, tags = {}, versions = {} }, {}
  for _, ref in ipairs(repo:refs "refs/tags/") do
    local name = ref.name:sub(11)
    local v = ref.commit and tags.version_of(project, name)
    local known = not all and at[ref.commit]
    if v and not known then
      known = #list.commits + 1
      at[ref.commit], list.commits[known] = known, ref.commit
    elseif v and require "pure.version".parse(list.versions[known]) >= v then
      v = nil
    end
    if v then list.tags[known], list.versions[known] = name, tostring(v) end
  end
  return list
end

test("release tags are those that hold a version; the highest of a commit counts", function()
  local r = repositories.branchy()
  local repo = open(r)
  for _, name in ipairs {
    "v0.2.0-rc.1", "v0.2.0+b1", "v0.2.0+b2", "v1.10.0", "v1.9.0", "v01.0.0", "v1.0", "1.0.0", "v", "vv1.0.0", "core-v1.0.0", "core-v2.0.0-final",
    "deep/v3.0.0", "v7.0.0-a.b", "v99999999999999999999.0.0",
  } do r.git("tag", name) end
  r.git("tag", "-m", "old", "v0.0.1", "HEAD~2")
  r.git("tag", "v5.0.0", "HEAD^{tree}")
  for _ = 1, 2 do
    for _, around in ipairs { { "v", "" }, { "", "" }, { "core-v", "" }, { "core-v", "-final" }, { "deep/v", "" }, { "v0.2.0", "2.0" } } do
      local pattern = around[1] .. "{version}" .. around[2]
      local found = assert(repo:releases { before = around[1], after = around[2] })
      check.equal(found, releases_slowly(repo, pattern, false))
      check.equal(repo:releases { before = around[1], after = around[2], all = true }, releases_slowly(repo, pattern, true))
    end
    r.git("pack-refs", "--all")
    r.git("update-ref", "-d", "refs/tags/v5.0.0") -- packed, a tree is told from a commit only by those who look at it
  end
  local list = repo:releases { before = "v", after = "" }
  check.equal({ list.tags[#list.tags], list.versions[#list.versions] }, { "v99999999999999999999.0.0", "99999999999999999999.0.0" })
end)

test("releases that raise the patch can be asked for alone, and the highest of them", function()
  local r = repositories.branchy()
  for _, name in ipairs { "v1.0.0", "v1.0.1", "v1.0.2-rc.1", "v1.2.0-rc.1", "v1.10.9", "v1.9.10", "v2.0.0" } do r.git("tag", name) end
  local repo = open(r)
  check.equal(repo:releases({ before = "v", after = "", fixes = 0 }).tags, { "v1.0.1", "v1.0.2-rc.1", "v1.10.9", "v1.9.10" })
  local two = repo:releases { before = "v", after = "", fixes = 2 }
  check.equal({ two.tags, two.versions }, { { "v1.10.9", "v1.9.10" }, { "1.10.9", "1.9.10" } })
  check.equal(two.commits, { r.oid "HEAD", r.oid "HEAD" })
end)
