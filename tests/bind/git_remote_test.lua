local git = require "door.git"
local repositories = stand "repositories"
local servers = stand "servers"

local function open(repo, more) return assert(git.open { path = repo.dir, scratch = more and more.scratch }) end

-- A repository with two commits and an annotated tag, and a server's empty one as its origin.
local function with_origin(url)
  local r = repositories.new()
  r.commit("one", { a = "1" })
  r.git("tag", "-m", "v1", "v1.0.0")
  r.commit("two", { a = "2" })
  r.git("remote", "add", "origin", url)
  return r
end

local function with_bare()
  local bare = repositories.bare()
  return with_origin(bare.dir), bare
end

local function main_and_tag(r)
  return { { name = "refs/heads/main", to = r.oid "HEAD", expect = "" }, { name = "refs/tags/v1.0.0", to = r.oid "v1.0.0", expect = "" } }
end

-- What a fresh process prints; for what depends on the environment.
local function eval(code, env, ...)
  local argv = { slipway, "eval", code, ... }
  argv.env = env
  local done = run(argv)
  return (done.out:gsub("\n$", "")), done
end

local LS = [[local v, e = require "door.git".open { path = ... }:ls_remote { remote = "origin" } print(e and e.code or v.refs["refs/heads/main"])]]

test("a remote's addresses are told after insteadOf", function()
  local r = with_origin "short:demo.git"
  r.git("config", "url.https://example.org/.insteadOf", "short:")
  r.git("config", "url.ssh://git@example.org/.pushInsteadOf", "short:")
  check.equal(open(r):remote "origin", { name = "origin", url = "https://example.org/demo.git", push_url = "ssh://git@example.org/demo.git" })
  check.fails("git.no_remote", open(r):remote "none")
  check.fails("git.no_remote", open(r):remote "--help")
end)

test("without rewriting, the addresses are those of the configuration, with one for pushing when it is set", function()
  local r = with_origin "https://example.org/demo.git"
  check.equal(open(r):remote "origin", { name = "origin", url = "https://example.org/demo.git", push_url = "https://example.org/demo.git" })
  r.git("config", "remote.origin.pushurl", "ssh://git@example.org/demo.git")
  check.equal(open(r):remote "origin".push_url, "ssh://git@example.org/demo.git")
  r.git("remote", "set-url", "--add", "origin", "https://example.net/demo.git")
  check.equal(open(r):remote "origin".url, "https://example.org/demo.git")
end)

local function check_server(make)
  test(make.title .. ": push, list, push again, fetch, delete", { timeout = 120 }, function()
    local url, env = make.start()
    local r = with_origin(url)
    for key, value in pairs(env or {}) do r.git("config", key, value) end
    local repo = open(r)
    local refs = main_and_tag(r)
    check.equal(repo:ls_remote { remote = "origin" }.refs, {})
    check.equal(repo:push { remote = "origin", refs = refs },
      { ok = true, refs = { ["refs/heads/main"] = { state = "ok" }, ["refs/tags/v1.0.0"] = { state = "ok" } } })
    local now = repo:ls_remote { remote = "origin" }
    check.equal(now.refs, { ["refs/heads/main"] = r.oid "HEAD", ["refs/tags/v1.0.0"] = r.oid "v1.0.0" })
    check.equal(now.peeled, { ["refs/tags/v1.0.0"] = r.oid "v1.0.0^{}" })
    check.equal(now.head, "refs/heads/main")
    check.equal(repo:ls_remote { remote = "origin", patterns = { "refs/tags/*" } }.refs, { ["refs/tags/v1.0.0"] = r.oid "v1.0.0" })
    check.equal(repo:ls_remote { remote = "origin", patterns = { "main" } }.refs, {})
    check.equal(repo:push { remote = "origin", refs = refs }.refs["refs/heads/main"], { state = "same" })
    local other = repositories.clone(r.dir)
    other.git("remote", "set-url", "origin", url)
    for key, value in pairs(env or {}) do other.git("config", key, value) end
    local third = r.commit("three", { a = "3" })
    check.equal(repo:push { remote = "origin", refs = { { name = "refs/heads/main", to = third, expect = refs[1].to } } }.ok, true)
    check.equal(open(other):fetch { remote = "origin" }, true)
    check.equal(other.oid "origin/main", third)
    check.equal(repo:push { remote = "origin", refs = { { name = "refs/tags/v1.0.0", expect = refs[2].to } } }.ok, true)
    check.equal(repo:ls_remote { remote = "origin" }.refs, { ["refs/heads/main"] = third })
  end)
end

check_server { title = "by path", start = function() return repositories.bare().dir end }
check_server { title = "by file address", start = function() return "file://" .. repositories.bare().dir end }
check_server { title = "git daemon", start = function() return servers.git_daemon().new_repo("demo.git").url end }
check_server { title = "ssh", start = function()
  local server = servers.ssh()
  return server.new_repo("demo.git").url, { ["core.sshCommand"] = server.command }
end }

test("https: a credential opens what is closed without, and is in no argv, file or message", { timeout = 120 }, function()
  local server = servers.https()
  local url = server.new_repo("demo.git").url
  local r = with_origin(url)
  local push = [[
    local dir, name, to, user = ...
    local secret = user and assert(require "door.secret".resolve { ref = "env:TOKEN" })
    local v, e = require "door.git".open { path = dir }:push { remote = "origin", refs = { { name = name, to = to, expect = "" } },
      credential = user and { user = user, secret = secret } }
    print(e and e.code or v.refs[name].state, e and e.cause)]]
  local function try(token, user) return eval(push, { TOKEN = token, GIT_TRACE = "1", GIT_SSL_CAINFO = server.ca }, r.dir, "refs/heads/main", r.oid "HEAD", user) end
  check.match(try("wrong-password", server.user), "^git%.auth")
  check.match((try("x")), "^git%.auth")
  local said, done = try(server.password, server.user)
  check.match(said, "^ok")
  check.equal(done.err:find(server.password, 1, true), nil)
  check.equal(r.read ".git/config":find(server.password, 1, true), nil)
  check.equal(eval(LS, { GIT_SSL_CAINFO = "/etc/ssl/certs/ca-certificates.crt" }, r.dir), "git.tls")
end)

test("a secret in the wrong shape is refused before anything runs", function()
  local r = with_bare()
  check.raises(function() open(r):ls_remote { remote = "origin", credential = { secret = "text" } } end, "secret")
  check.raises(function() open(r):ls_remote { remote = "origin", credential = {} } end, "secret")
end)

test("an expected value that is wrong is refused, and an atomic push then changes nothing", function()
  local r, bare = with_bare()
  local repo = open(r)
  repo:push { remote = "origin", refs = main_and_tag(r) }
  local old, new = r.oid "HEAD", r.commit("three", { a = "3" })
  local answer = repo:push { remote = "origin", refs = {
    { name = "refs/heads/main", to = new, expect = r.oid "v1.0.0^{}" }, { name = "refs/heads/line", to = new, expect = "" } } }
  check.equal(answer.ok, false)
  check.equal(answer.refs["refs/heads/main"], { state = "rejected", why = "stale info" })
  check.equal(answer.refs["refs/heads/line"].state, "rejected")
  check.equal(bare.git("for-each-ref", "--format=%(refname)"), "refs/heads/main\nrefs/tags/v1.0.0")
  answer = repo:push { remote = "origin", refs = { { name = "refs/tags/v1.0.0", to = new, expect = "" } } }
  check.equal(answer.refs["refs/tags/v1.0.0"].state, "rejected")
  answer = repo:push { remote = "origin", atomic = false, refs = {
    { name = "refs/heads/main", to = new, expect = r.oid "v1.0.0^{}" }, { name = "refs/heads/line", to = new, expect = "" } } }
  check.equal({ answer.refs["refs/heads/main"].state, answer.refs["refs/heads/line"].state }, { "rejected", "ok" })
  check.equal(bare.oid "main", old)
end)

test("a branch goes back only with its expected value", function()
  local r, bare = with_bare()
  local repo = open(r)
  repo:push { remote = "origin", refs = main_and_tag(r) }
  local back = r.oid "HEAD~1"
  check.equal(repo:push { remote = "origin", refs = { { name = "refs/heads/main", to = back, expect = r.oid "HEAD" } } }.ok, true)
  check.equal(bare.oid "main", back)
end)

test("a hook of the server that refuses the tag only: atomic nothing, else the branch alone, with its words", function()
  local r, bare = with_bare()
  repositories.hook(bare, "update", [[case "$1" in refs/tags/*) echo "tags are closed"; echo "ask Ann"; exit 1;; esac]])
  local repo = open(r)
  local answer = repo:push { remote = "origin", refs = main_and_tag(r) }
  check.equal(answer, { ok = false, refs = { ["refs/heads/main"] = { state = "rejected", why = answer.refs["refs/heads/main"].why },
    ["refs/tags/v1.0.0"] = { state = "rejected", why = "hook declined: tags are closed; ask Ann" } } })
  check.match(answer.refs["refs/heads/main"].why, "^atomic push failure")
  check.equal(bare.git "for-each-ref", "")
  answer = repo:push { remote = "origin", refs = main_and_tag(r), atomic = false }
  check.equal({ answer.ok, answer.refs["refs/heads/main"].state, answer.refs["refs/tags/v1.0.0"].state }, { false, "ok", "rejected" })
end)

test("where the server knows no atomic push, refs go one by one", function()
  local r, bare = with_bare()
  bare.git("config", "receive.advertiseAtomic", "false")
  check.equal(open(r):push { remote = "origin", refs = main_and_tag(r) }.ok, true)
end)

test("deleting what is gone already is the same, and holds nothing else back", function()
  local r, bare = with_bare()
  local repo = open(r)
  local head = r.oid "HEAD"
  check.equal(repo:push { remote = "origin", refs = { { name = "refs/heads/gone", expect = head }, { name = "refs/heads/main", to = head, expect = "" } } },
    { ok = true, refs = { ["refs/heads/gone"] = { state = "same" }, ["refs/heads/main"] = { state = "ok" } } })
  check.equal(repo:push { remote = "origin", refs = { { name = "refs/heads/main", expect = r.oid "HEAD~1" } } }.refs["refs/heads/main"].state, "rejected")
  check.equal(bare.oid "main", head)
end)

test("nothing is pushed but what was asked for", function()
  local r, bare = with_bare()
  r.git("config", "push.followTags", "true")
  r.git("config", "remote.origin.push", "refs/heads/*:refs/heads/*")
  r.git("branch", "private")
  check.equal(open(r):push { remote = "origin", refs = { main_and_tag(r)[1] } }.ok, true)
  check.equal(bare.git("for-each-ref", "--format=%(refname)"), "refs/heads/main")
end)

test("wrong names and ids are refused before anything runs", function()
  local r = with_bare()
  local repo, head = open(r), r.oid "HEAD"
  check.fails("git.bad_name", repo:push { remote = "origin", refs = { { name = "main", to = head, expect = "" } } })
  check.fails("git.bad_name", repo:push { remote = "origin", refs = { { name = "refs/heads/a:b", to = head, expect = "" } } })
  check.fails("git.bad_oid", repo:push { remote = "origin", refs = { { name = "refs/heads/a", to = "HEAD", expect = "" } } })
  check.fails("git.bad_oid", repo:push { remote = "origin", refs = { { name = "refs/heads/a", expect = "" } } })
  check.fails("git.bad_remote", repo:push { remote = "--upload-pack=x", refs = { { name = "refs/heads/a", to = head, expect = "" } } })
  check.fails("git.bad_remote", repo:ls_remote { remote = "-x" })
  check.fails("git.no_such_revision", repo:push { remote = "origin", refs = { { name = "refs/heads/a", to = ("1"):rep(40), expect = "" } } })
  check.raises(function() repo:push { remote = "origin", refs = { { name = "refs/heads/a", to = head } } } end, "expect")
end)

test("the user's pre-push hook is run and may refuse", function()
  local r, bare = with_bare()
  repositories.hook(r, "pre-push", [[cat > "$(git rev-parse --git-dir)/seen"; test -z "$(git config no.push)" || { echo "not on Fridays" >&2; exit 1; }]])
  local repo = open(r)
  check.equal(repo:push { remote = "origin", refs = { main_and_tag(r)[1] } }.ok, true)
  check.match(r.read ".git/seen", r.oid "HEAD" .. " refs/heads/main 0+")
  r.git("config", "no.push", "1")
  local value, err = repo:push { remote = "origin", refs = { main_and_tag(r)[2] } }
  check.fails("git.hook_refused", value, err)
  check.match(err.cause, "not on Fridays")
  check.equal(bare.git("tag"), "")
end)

test("what cannot be reached is told apart: network, missing repository, no such remote", function()
  local r = with_origin "git://127.0.0.1:1/demo.git"
  local repo = open(r)
  local function code_of(url)
    r.git("remote", "set-url", "origin", url)
    local _, err = repo:ls_remote { remote = "origin" }
    local _, pushing = repo:push { remote = "origin", refs = { main_and_tag(r)[1] } }
    local _, fetching = repo:fetch { remote = "origin" }
    check.equal({ pushing.code, fetching.code }, { err.code, err.code })
    return err.code, err.retry
  end
  check.equal({ code_of "git://127.0.0.1:1/demo.git" }, { "git.no_network", true })
  check.equal({ code_of "https://127.0.0.1:1/demo.git" }, { "git.no_network", true })
  check.equal({ code_of "ssh://git@127.0.0.1:1/demo.git" }, { "git.no_network", true })
  check.equal({ code_of "https://no.such.host.invalid/demo.git" }, { "git.no_network", true })
  check.equal({ code_of "ssh://git@no.such.host.invalid/demo.git" }, { "git.no_network", true })
  check.equal({ code_of(scratch() .. "/none.git") }, { "git.remote_missing" })
  local server = servers.git_daemon()
  check.equal({ code_of(server.url .. "/none.git") }, { "git.remote_missing" })
  check.fails("git.remote_missing", repo:ls_remote { remote = "nonesuch" })
end)

test("an answer that is lost on the way is unknown, and asking again finds the truth", { timeout = 120 }, function()
  local toxiproxy = servers.toxiproxy()
  local server = servers.git_daemon()
  local origin = server.new_repo "demo.git"
  local proxy = toxiproxy.before(server.url:match "git://([^/]+)")
  local r = with_origin((origin.url:gsub("git://[^/]+", "git://" .. proxy.listen)))
  local repo = open(r)
  check.equal(repo:ls_remote { remote = "origin" }.refs, {})
  local greeting = run { "git", "receive-pack", "--advertise-refs", origin.dir }.out
  proxy.poison("limit_data", "downstream", { bytes = #greeting + 10 }) -- and not the answer that follows
  local value, err = repo:push { remote = "origin", refs = main_and_tag(r) }
  check.fails("git.push_unknown", value, err)
  check.equal(err.retry, true)
  proxy.heal()
  local refs
  for _ = 1, 40 do
    refs = repo:ls_remote({ remote = "origin" }).refs
    if refs["refs/heads/main"] then break end
    run { "sleep", "0.25" }
  end
  check.equal(refs["refs/heads/main"], r.oid "HEAD")
  proxy.enable(false)
  check.fails("git.no_network", repo:ls_remote { remote = "origin" })
end)

test("looking ahead brings objects and leaves the repository as it is, byte for byte", function()
  local r, bare = with_bare()
  open(r):push { remote = "origin", refs = main_and_tag(r) }
  local c = repositories.clone(bare.dir)
  local third = r.commit("three", { b = "3" })
  open(r):push { remote = "origin", refs = { { name = "refs/heads/main", to = third, expect = r.oid "HEAD~1" } } }
  c.git("config", "fetch.writeCommitGraph", "true")
  c.git("config", "fetch.prune", "true")
  local own = c.commit("own", { c = "own" })
  local before = repositories.picture(c.dir)
  local ahead = scratch() .. "/ahead"
  local repo = open(c, { scratch = ahead })
  check.fails("git.no_such_revision", repo:resolve(third))
  check.equal(repo:fetch { remote = "origin", refs = { "refs/heads/main" } }, true)
  check.equal(repo:resolve(third), third)
  check.equal(repo:read { at = third, path = "b" }, "3")
  local rebased = assert(repo:rebase { branch = own, onto = third })
  check.equal(repo:commit(rebased.commit).parents, { third })
  check.equal(repo:ls_remote({ remote = "origin" }).refs["refs/heads/main"], third)
  check.equal(repo:fetch { remote = "origin", refs = { "refs/heads/main" } }, true)
  check.fails("git.scratch", repo:fetch { remote = "origin", refs = { "refs/heads/main:refs/heads/x" } })
  check.fails("git.scratch", repo:push { remote = "origin", refs = { { name = "refs/heads/x", to = third, expect = "" } } })
  check.equal(repositories.picture(c.dir), before)
  check.fails("git.no_such_revision", open(c):resolve(third))
  check.equal(open(c, { scratch = ahead }):resolve(rebased.commit), rebased.commit)
end)

test("looking ahead works in shallow, partial and linked ones, and when nothing has to be fetched", function()
  local r, bare = with_bare()
  bare.git("config", "uploadpack.allowFilter", "true")
  open(r):push { remote = "origin", refs = main_and_tag(r) }
  local clones = {
    repositories.clone("file://" .. bare.dir, nil, "--depth=1"),
    repositories.clone("file://" .. bare.dir, nil, "--filter=blob:none"),
    repositories.clone(bare.dir, nil, "--shared"),
  }
  local function look(dir, common, wanted)
    local before = repositories.picture(common)
    local repo = assert(git.open { path = dir, scratch = scratch() .. "/ahead" })
    check.equal(repo:fetch { remote = "origin", refs = { "refs/heads/main" } }, true)
    check.equal(repo:read { at = wanted, path = "a" } ~= nil, true)
    check.truthy(repo:write_commit { base = wanted, message = "m", time = 1, files = { { path = "x", content = "x" } } })
    check.equal(repositories.picture(common), before)
  end
  for _, c in ipairs(clones) do look(c.dir, c.dir, c.oid "HEAD") end
  local third = r.commit("three", { a = "3" })
  open(r):push { remote = "origin", refs = { { name = "refs/heads/main", to = third, expect = r.oid "HEAD~1" } } }
  for _, c in ipairs(clones) do look(c.dir, c.dir, third) end
  local linked = scratch() .. "/linked"
  clones[3].git("worktree", "add", "-q", "--detach", linked)
  look(linked, clones[3].dir, third)
end)

test("a tag that differs on the remote is named when tags are fetched", function()
  local r, bare = with_bare()
  open(r):push { remote = "origin", refs = main_and_tag(r) }
  local c = repositories.clone(bare.dir)
  check.equal(open(c):fetch { remote = "origin", tags = true }, true)
  c.git("tag", "-f", "v1.0.0", "HEAD")
  local value, err = open(c):fetch { remote = "origin", tags = true }
  check.fails("git.tags_differ", value, err)
  check.match(err.cause, "v1%.0%.0")
end)

test("LFS objects go with the push", function()
  if run { "git", "lfs", "version" }.code ~= 0 then skip "git-lfs is missing: apt-get install git-lfs" end
  local r, bare = with_bare()
  r.git("lfs", "install", "--local")
  r.commit("lfs", { [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n", ["a.bin"] = ("big"):rep(1000) })
  r.git("remote", "set-url", "origin", "file://" .. bare.dir)
  check.equal(open(r):push { remote = "origin", refs = { main_and_tag(r)[1] } }.ok, true)
  check.match(run { "find", bare.dir .. "/lfs/objects", "-type", "f" }.out, "%x+")
end)

test("questions are never asked: a remote that wants a name or a new host fails at once", { timeout = 60 }, function()
  local server = servers.ssh()
  local r = with_origin(server.new_repo("demo.git").url)
  check.equal(eval(LS, { HOME = scratch() }, r.dir), "git.auth")
end)

test("a missing git program is an error with the remedy", function()
  local r = with_bare()
  local empty = scratch()
  local said = eval([[local v, e = require "door.git".open { path = ... }:ls_remote { remote = "origin" } print(e.code, e.hint)]], { PATH = empty }, r.dir)
  check.equal(said, "git.no_program\tapt-get install git")
end)
