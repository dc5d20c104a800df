local git = require "door.git"
local repositories = stand "repositories"

local function open(repo, more) return assert(git.open { path = repo.dir, scratch = more and more.scratch }) end

local function paths_of(repo, rev)
  local paths = {}
  for _, item in ipairs(repo:list { at = rev, recursive = true }) do paths[#paths + 1] = item.path end
  return paths
end

local function small()
  local r = repositories.new()
  r.commit("one", { a = "a\n", ["d/x"] = "x\n", ["d/e/y"] = "y\n" })
  return r
end

test("a commit replaces, adds and removes files and moves no ref, index or file", function()
  local r = small()
  local repo, head = open(r), r.oid "HEAD"
  local made = assert(repo:write_commit { base = head, message = "chore: release 1.0.0", time = 1700000100, offset = 120,
    files = { { path = "a", content = "A\n" }, { path = "n/e/w", content = "" }, { path = "d/e/y", remove = true }, { path = "none", remove = true },
      { path = "run", content = "#!", mode = tonumber("100755", 8) } } })
  check.equal(paths_of(repo, made.commit), { "a", "d/x", "n/e/w", "run" })
  check.equal(repo:read { at = made.commit, path = "a" }, "A\n")
  check.equal(repo:list { at = made.commit, path = "" }[4].mode, tonumber("100755", 8))
  local commit = repo:commit(made.commit)
  check.equal(commit.parents, { head })
  check.equal(commit.message, "chore: release 1.0.0\n")
  check.equal(commit.author, { name = "Ann Example", email = "ann@example.org", time = 1700000100, offset = 120 })
  check.equal(commit.committer, commit.author)
  check.equal({ r.oid "HEAD", r.git("status", "--porcelain") }, { head, "" })
  check.equal(r.git("fsck", "--strict", "--no-dangling"), "")
end)

test("the same input makes the same commit", function()
  local r = small()
  local function make() return open(r):write_commit { base = "HEAD", message = "m", time = 1, files = { { path = "z", content = "z" } } }.commit end
  check.equal(make(), make())
end)

test("a file keeps its mode, a file and a folder of one name give way to each other", function()
  local r = small()
  r.git("update-index", "--chmod=+x", "a")
  r.commit("mode")
  local repo = open(r)
  local made = assert(repo:write_commit { base = "HEAD", message = "m", time = 1, files = {
    { path = "a", content = "b" }, { path = "d/x", remove = true }, { path = "d/x/deep", content = "1" },
    { path = "d/e", content = "file" }, { path = "d/e/y", remove = true } } })
  check.equal(paths_of(repo, made.commit), { "a", "d/e", "d/x/deep" })
  check.equal(repo:list { at = made.commit }[1].mode, tonumber("100755", 8))
  check.equal(r.git("fsck", "--strict", "--no-dangling"), "")
end)

test("without base and parents it is a first commit; parents may be given", function()
  local r = small()
  local repo = open(r)
  local first = assert(repo:write_commit { message = "m", time = 1, files = { { path = "a", content = "" } } })
  check.equal(repo:commit(first.commit).parents, {})
  local both = assert(repo:write_commit { base = "HEAD", parents = { r.oid "HEAD", first.commit }, message = "m", time = 1, files = {} })
  check.equal(repo:commit(both.commit).parents, { r.oid "HEAD", first.commit })
  check.equal(both.tree, r.oid "HEAD^{tree}")
end)

test("paths that cannot be in a commit are refused, and so is a missing name or message", function()
  local r = small()
  local repo = open(r)
  for _, path in ipairs { "", "/a", "a/", "../a", "d/../a", "d//x", ".", ".git/config", "d/.git", ".GIT/x" } do
    check.fails("git.bad_path", repo:write_commit { base = "HEAD", message = "m", time = 1, files = { { path = path, content = "x" } } })
  end
  check.fails("git.bad_path", repo:write_commit { message = "m", time = 1, files = { { path = "a", content = "" }, { path = "a", content = "" } } })
  check.fails("git.empty_message", repo:write_commit { base = "HEAD", message = " \n", time = 1, files = {} })
  check.fails("git.no_such_revision", repo:write_commit { base = "nope", message = "m", time = 1, files = {} })
  check.raises(function() repo:write_commit { message = "m", time = 1, files = { { path = "a", contnt = "a" } } } end, "contnt")
end)

test("an annotated tag is made once", function()
  local r = small()
  local repo = open(r)
  local oid = assert(repo:create_tag { name = "v1.0.0", target = "HEAD", message = "Version 1.0.0", time = 1700000200 })
  check.equal(r.oid "v1.0.0", oid)
  check.equal(r.git("cat-file", "-t", "v1.0.0"), "tag")
  check.equal(r.git("fsck", "--strict"), "")
  local tag = repo:tag "v1.0.0"
  check.equal({ tag.message, tag.time, tag.commit, tag.tagger.name }, { "Version 1.0.0\n", 1700000200, r.oid "HEAD", "Ann Example" })
  check.fails("tag.exists", repo:create_tag { name = "v1.0.0", target = "HEAD", message = "x", time = 1 })
  check.fails("git.bad_name", repo:create_tag { name = "a b", target = "HEAD", message = "x", time = 1 })
  check.fails("git.bad_name", repo:create_tag { name = "-d", target = "HEAD", message = "x", time = 1 })
  check.fails("git.no_such_revision", repo:create_tag { name = "v2", target = "nope", message = "x", time = 1 })
end)

local function with_ssh_key(r)
  local keys = scratch()
  run { "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys .. "/key" }
  local public = assert(io.open(keys .. "/key.pub")):read "a"
  local allowed = assert(io.open(keys .. "/allowed", "w"))
  allowed:write("ann@example.org ", public)
  allowed:close()
  r.git("config", "gpg.format", "ssh")
  r.git("config", "user.signingkey", keys .. "/key.pub")
  r.git("config", "gpg.ssh.allowedSignersFile", keys .. "/allowed")
  return keys
end

test("commits and tags are signed with an ssh key when the configuration says so", function()
  local r = small()
  with_ssh_key(r)
  r.git("config", "commit.gpgsign", "true")
  r.git("config", "tag.gpgsign", "true")
  local repo = open(r)
  local made = assert(repo:write_commit { base = "HEAD", message = "m", time = 1700000000, files = { { path = "a", content = "s" } } })
  check.equal(r.try("verify-commit", made.commit).code, 0)
  check.equal(repo:commit(made.commit).author.time, 1700000000)
  assert(repo:create_tag { name = "v1", target = made.commit, message = "signed", time = 1700000000 })
  check.equal(r.try("verify-tag", "v1").code, 0)
  local tag = repo:tag "v1"
  check.equal({ tag.signed, tag.message, tag.time }, { true, "signed\n", 1700000000 })
  check.fails("tag.exists", repo:create_tag { name = "v1", target = made.commit, message = "signed", time = 1 })
  local plain = assert(repo:write_commit { base = "HEAD", message = "m", time = 1, sign = false, files = {} })
  check.truthy(r.try("verify-commit", plain.commit).code ~= 0)
end)

test("an OpenPGP key signs commits, tags and picks", { timeout = 60 }, function()
  if run { "gpg", "--version" }.code ~= 0 then skip "gpg is missing: apt-get install gnupg" end
  local home = scratch()
  run { "chmod", "700", home }
  local env = { GNUPGHOME = home }
  if run { "gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", "Ann Example <ann@example.org>", env = env }.code ~= 0 then
    skip "gpg makes no key here"
  end
  local r = small()
  r.commit("fix", { b = "b" })
  r.git("config", "commit.gpgsign", "true")
  r.git("config", "tag.gpgsign", "true")
  local made = run { slipway, "eval", [[
    local r = assert(require "door.git".open { path = ... })
    local commit = assert(r:write_commit { base = "HEAD", message = "m", time = 1700000000, files = {} }).commit
    assert(r:create_tag { name = "v1", target = commit, message = "signed", time = 1700000000 })
    local picked = assert(r:pick { commits = { "HEAD" }, onto = "HEAD~1" }).commit
    local rebased = assert(r:rebase { branch = picked, onto = commit, sign = true }).commit
    print(commit, picked, r:tag("v1").signed)]], r.dir, env = env }
  local commit, picked, signed = made.out:match "^(%x+)\t(%x+)\t(%a+)"
  check.equal({ made.err, signed }, { "", "true" })
  for _, argv in ipairs { { "verify-commit", commit }, { "verify-commit", picked }, { "verify-tag", "v1" } } do
    check.equal(run { "git", "-C", r.dir, argv[1], argv[2], env = env }.code, 0)
  end
  run { "gpgconf", "--kill", "gpg-agent", env = env }
end)

test("a signature that cannot be made is an error, and no tag is left", function()
  local r = small()
  local keys = with_ssh_key(r)
  os.remove(keys .. "/key")
  os.remove(keys .. "/key.pub")
  local repo = open(r)
  check.fails("git.sign_failed", repo:write_commit { base = "HEAD", message = "m", time = 1, sign = true, files = {} })
  check.fails("git.sign_failed", repo:create_tag { name = "v1", target = "HEAD", message = "m", time = 1, sign = true })
  check.equal(repo:tag "v1", nil)
end)

test("a ref moves only from where it is expected", function()
  local r = small()
  local one = r.oid "HEAD"
  local two = r.commit "two"
  local repo = open(r)
  local name = "refs/heads/hotfix/v1"
  check.fails("git.ref_moved", repo:update_ref { name = name, to = two, expect = one, reason = "t" })
  check.equal(repo:update_ref { name = name, to = one, expect = "", reason = "t" }, true)
  check.fails("git.ref_moved", repo:update_ref { name = name, to = two, expect = "", reason = "t" })
  check.fails("git.ref_moved", repo:update_ref { name = name, to = two, expect = two, reason = "t" })
  check.equal(repo:update_ref { name = name, to = two, expect = one, reason = "slipway: pick" }, true)
  check.equal({ repo:ref(name), r.git("reflog", "-1", "--format=%gs", name) }, { two, "slipway: pick" })
  check.equal(repo:update_ref { name = name, to = one, reason = "t" }, true)
  check.fails("git.ref_moved", repo:delete_ref { name = name, expect = two })
  check.equal(repo:delete_ref { name = name, expect = one }, true)
  check.equal(repo:delete_ref { name = name, expect = one }, true)
  check.equal(repo:ref(name), nil)
  check.fails("git.bad_name", repo:update_ref { name = "main", to = one, reason = "t" })
  check.fails("git.bad_oid", repo:update_ref { name = name, to = "HEAD", reason = "t" })
end)

test("a packed ref is compared and deleted as well", function()
  local r = small()
  local repo, head = open(r), r.oid "HEAD"
  r.git("tag", "v1")
  r.git("pack-refs", "--all")
  check.fails("git.ref_moved", repo:update_ref { name = "refs/tags/v1", to = head, expect = "", reason = "t" })
  check.equal(repo:delete_ref { name = "refs/tags/v1", expect = head }, true)
  check.equal(r.git "tag", "")
end)

test("a lock left by a killed git is named, found as stale and removed, a held one is not", function()
  local r = small()
  local repo, head = open(r), r.oid "HEAD"
  local lock = r.dir .. "/.git/refs/heads/main.lock"
  r.write(".git/refs/heads/main.lock", "")
  r.write(".git/index.lock", "")
  local _, err = repo:update_ref { name = "refs/heads/main", to = head, expect = head, reason = "t" }
  check.equal({ err.code, err.retry }, { "git.locked", true })
  check.match(err.cause, "main%.lock")
  local held = assert(io.open(r.dir .. "/.git/config.lock", "w"))
  check.equal(repo:stale_locks { since = os.time() + 100 }, {})
  check.equal(repo:stale_locks { since = os.time() - 100 }, { r.dir .. "/.git/index.lock", lock })
  check.equal(#repo:stale_locks { since = os.time() - 100, remove = true }, 2)
  check.equal(repo:stale_locks { since = 0 }, {})
  held:close()
  check.equal(repo:stale_locks { since = 0 }, { r.dir .. "/.git/config.lock" })
  check.equal(repo:update_ref { name = "refs/heads/main", to = head, expect = head, reason = "t" }, true)
end)

-- main: one, two (a), three (b); line from one
local function two_lines()
  local r = small()
  r.git("tag", "base")
  local fix_a = r.commit("fix: a", { a = "fixed\n" })
  local fix_b = r.commit("fix: b", { b = "b\n" })
  return r, fix_a, fix_b
end

test("picks keep author and message, take a date or keep it, and leave out what is there", function()
  local r, fix_a = two_lines()
  r.git("commit", "-q", "--amend", "--no-edit", "--author", "Zoe <zoe@example.org>", "--date", "1600000000 +0530")
  local fix_b = r.oid "HEAD"
  local repo = open(r)
  local made = assert(repo:pick { commits = { fix_a, fix_b }, onto = "base" })
  check.equal({ made.picked, made.skipped }, { 2, {} })
  local commit = repo:commit(made.commit)
  check.equal(commit.author, { name = "Zoe", email = "zoe@example.org", time = 1600000000, offset = 330 })
  check.equal({ commit.committer.name, commit.committer.time }, { "Ann Example", repo:commit(fix_b).committer.time })
  check.equal(commit.subject, "fix: b")
  check.equal(repo:changes("base", made.commit), { { path = "a", change = "changed" }, { path = "b", change = "added" } })
  check.equal(repo:commit(made.commit .. "~2").oid, r.oid "base")
  check.equal(repo:pick { commits = { fix_a, fix_b }, onto = "base" }.commit, made.commit)
  check.equal(repo:commit(repo:pick { commits = { fix_b }, onto = "base", time = 42 }.commit).committer.time, 42)
  local again = assert(repo:pick { commits = { fix_a }, onto = made.commit })
  check.equal(again, { commit = made.commit, picked = 0, skipped = { fix_a } })
end)

test("a pick that does not fit names the commit and the files; a merge is refused", function()
  local r, fix_a = two_lines()
  r.git("checkout", "-q", "-b", "other", "base")
  r.commit("else", { a = "else\n", ["d/x"] = "else\n" })
  local repo = open(r)
  local value, err = repo:pick { commits = { fix_a }, onto = "other" }
  check.fails("git.conflict", value, err)
  check.equal(err.paths, { "a" })
  check.match(err.message, "fix: a")
  r.git("merge", "-q", "-s", "ours", "-m", "merge", "main")
  check.fails("git.is_merge", repo:pick { commits = { "HEAD" }, onto = "base" })
  check.fails("git.no_such_revision", repo:pick { commits = { "nope" }, onto = "base" })
end)

test("a pick finds its file under a new name", function()
  local r = small()
  r.commit("long", { long = ("line %d\n"):rep(30):gsub("%%d", "x") })
  r.git("tag", "fork")
  local fix = r.commit("fix", { long = ("line x\n"):rep(29) .. "fixed\n" })
  r.git("checkout", "-q", "-b", "moved", "fork")
  r.git("mv", "long", "short")
  r.commit "move"
  local repo = open(r)
  local made = assert(repo:pick { commits = { fix }, onto = "moved" })
  check.match(repo:read { at = made.commit, path = "short" }, "fixed\n$")
end)

test("a rebase makes the same commits everywhere, drops what is upstream, and does nothing when nothing is to do", function()
  local r, fix_a, fix_b = two_lines()
  r.git("checkout", "-q", "-b", "up", "base")
  r.commit("up", { u = "u" })
  r.git("cherry-pick", fix_a)
  local up = r.oid "up"
  local repo = open(r)
  local made = assert(repo:rebase { branch = "main", onto = up })
  check.equal(made.moved, 1)
  check.equal(repo:commit(made.commit).parents, { up })
  check.equal(repo:commit(made.commit).committer, repo:commit(fix_b).committer)
  local c = repositories.clone(r.dir)
  check.equal(open(c):rebase { branch = r.oid "main", onto = up }.commit, made.commit)
  check.equal(repo:rebase { branch = made.commit, onto = up }, { commit = made.commit, moved = 0 })
  check.equal(repo:rebase { branch = "base", onto = up }, { commit = up, moved = 0 })
  r.git("checkout", "-q", "up")
  r.commit("clash", { b = "other\n" })
  local value, err = repo:rebase { branch = "main", onto = "up" }
  check.fails("git.conflict", value, err)
  check.equal(err.paths, { "b" })
end)

test("a revert takes commits back in one, with the tree as before", function()
  local r, fix_a, fix_b = two_lines()
  local repo = open(r)
  local made = assert(repo:revert { commits = { fix_b, fix_a }, onto = "HEAD", message = "Revert both", time = 7 })
  local commit = repo:commit(made.commit)
  check.equal({ commit.tree, commit.parents, commit.message, commit.committer.time }, { r.oid "base^{tree}", { fix_b }, "Revert both\n", 7 })
  r.commit("more", { a = "more\n" })
  check.fails("git.conflict", repo:revert { commits = { fix_a }, onto = "HEAD", message = "m", time = 7 })
end)

test("hooks are asked about the new commit without touching the index", function()
  local r = small()
  local said = scratch()
  repositories.hook(r, "pre-commit", ("git diff --cached --name-only > %s/staged; test ! -f %s/no || { echo 'pre says no'; exit 1; }"):format(said, said))
  repositories.hook(r, "commit-msg", [[grep -q bad "$1" && { echo "message says no" >&2; exit 1; }; echo "Hooked: yes" >> "$1"]])
  r.write("a", "user's own edit\n")
  r.write("staged", "user's own")
  r.git("add", "staged")
  local index = r.read ".git/index"
  local repo = open(r)
  local function make(message) return repo:write_commit { base = "HEAD", message = message, time = 1, hooks = true, files = { { path = "v", content = "1" } } } end
  local made = assert(make "good")
  check.equal(repo:commit(made.commit).message, "good\nHooked: yes\n")
  check.equal(assert(io.open(said .. "/staged")):read "a", "v\n")
  check.equal(r.read ".git/index", index)
  local value, err = make "bad"
  check.fails("git.hook_refused", value, err)
  check.match(err.cause, "message says no")
  io.open(said .. "/no", "w"):close()
  value, err = make "good"
  check.fails("git.hook_refused", value, err)
  check.match(err.cause, "pre says no")
  check.equal(r.read ".git/index", index)
  check.truthy(repo:write_commit { base = "HEAD", message = "bad", time = 1, files = {} })
end)

test("hooks are found where core.hooksPath says", function()
  local r = small()
  local hooks = scratch()
  r.git("config", "core.hooksPath", hooks)
  repositories.hook(r, "pre-commit", "exit 1")
  check.fails("git.hook_refused", open(r):write_commit { base = "HEAD", message = "m", time = 1, hooks = true, files = {} })
end)

test("a handle for looking ahead leaves the repository as it is, byte for byte", function()
  local r, fix_a = two_lines()
  local before = repositories.picture(r.dir)
  local repo = open(r, { scratch = scratch() .. "/ahead" })
  local picked = assert(repo:pick { commits = { fix_a }, onto = "base" })
  local made = assert(repo:write_commit { base = picked.commit, message = "m", time = 1, files = { { path = "new", content = "new" } } })
  check.equal(repo:read { at = made.commit, path = "new" }, "new")
  check.equal(repo:rebase { branch = made.commit, onto = "HEAD" }.moved, 1)
  check.equal(repo:patch_id(made.commit) ~= nil, true)
  check.equal(repo:is_ancestor("base", made.commit), true)
  check.fails("git.scratch", repo:update_ref { name = "refs/heads/x", to = made.commit, reason = "t" })
  check.fails("git.scratch", repo:delete_ref { name = "refs/heads/main", expect = r.oid "HEAD" })
  check.fails("git.scratch", repo:create_tag { name = "v1", target = "HEAD", message = "m", time = 1 })
  check.fails("git.scratch", repo:move_files { from = "HEAD", to = made.commit })
  check.fails("git.scratch", repo:switch { branch = "main" })
  check.equal(repositories.picture(r.dir), before)
  check.fails("git.no_such_revision", open(r):resolve(made.commit))
end)

test("an unwritable git folder is named as such", function()
  local r = small()
  local code = [[local v, e = require "door.git".open { path = ... }:write_commit { base = "HEAD", message = "m", time = 1,
    files = { { path = "q", content = "q" } } } print(e and e.code)]]
  run { "chmod", "-R", "a-w", r.dir .. "/.git/objects" }
  if run { "id", "-u" }.out ~= "0\n" then
    check.equal(run { slipway, "eval", code, r.dir }.out, "git.not_writable\n")
    return
  end
  run { "chmod", "a+rx", r.dir .. "/.." }
  run { "chown", "-R", "65534", r.dir }
  check.equal(run { "setpriv", "--reuid=65534", "--clear-groups", slipway, "eval", code, r.dir, env = { HOME = "/" } }.out, "git.not_writable\n")
end)

test("a full disk is named as such, and nothing is half-made", function()
  local dir = scratch() .. "/small"
  run { "mkdir", dir }
  if run { "mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", dir }.code ~= 0 then skip "mounting a small disk needs root" end
  local ok, why = pcall(function()
    local r = repositories.new(dir .. "/r")
    r.commit("one", { a = "a" })
    local repo, head = open(r), r.oid "HEAD"
    run { "sh", "-c", "cat /dev/zero > " .. dir .. "/fill" }
    check.fails("git.disk_full", repo:write_commit { base = "HEAD", message = "m", time = 1, files = { { path = "q", content = ("q"):rep(5000) } } })
    check.fails("git.disk_full", repo:create_tag { name = "v1", target = "HEAD", message = "m", time = 1 })
    check.fails("git.disk_full", repo:update_ref { name = "refs/heads/x", to = head, expect = "", reason = "t" })
    os.remove(dir .. "/fill")
    check.equal({ repo:tag "v1", repo:ref "refs/heads/x" }, {})
    check.equal(#repo:stale_locks { since = 0 }, 0)
    check.truthy(repo:create_tag { name = "v1", target = "HEAD", message = "m", time = 1 })
  end)
  run { "umount", "-l", dir }
  if not ok then error(why, 0) end
end)
