-- What is normal in the field and must not be an error: kinds of clones, filters, signing, rewritten addresses, the
-- user's hooks. Each project is released and looked at.
local file = require "door.file"
local process = require "door.process"
local projects = stand "project"

local project = projects.on_daemon

--- Releases (in `dir`, if it is not the project's own) and checks that tag, branch and files agree afterwards.
local function released(p, dir)
  local result = p.slipway({ "run", "release", "--yes" }, { dir = dir })
  check.equal(result.code, 0, result.out .. result.err)
  local here = dir or p.dir
  check.equal(p.git("-C", here, "status", "--porcelain"), "")
  local refs = p.remote_refs()
  check.equal(refs["refs/tags/v1.2.0^{}"], refs["refs/heads/main"])
  check.match(p.git("-C", here, "show", "main:Cargo.toml"), 'version = "1%.2%.0"')
  return result
end


local function identify(p, dir)
  p.git("-C", dir, "config", "user.name", "Ada Example")
  p.git("-C", dir, "config", "user.email", "ada@example.test")
end

test("a linked worktree", function()
  local p = project()
  p.git("switch", "-q", "-c", "elsewhere")
  local dir = scratch() .. "/linked"
  p.git("worktree", "add", "-q", dir, "main")
  released(p, dir)
  check.equal(#p.runs(), 1, "runs of linked worktrees are kept together")
end)

test("worktreeConfig", function()
  local p = project()
  p.git("config", "extensions.worktreeConfig", "true")
  released(p)
end)

test("a sparse checkout", function()
  local p = project { files = { ["docs/guide/a.md"] = "a\n", ["tools/b.sh"] = "b\n" } }
  p.git("sparse-checkout", "set", "docs")
  check.falsy(file.stat(p.dir .. "/tools/b.sh"))
  released(p)
  check.falsy(file.stat(p.dir .. "/tools/b.sh"))
end)

test("a partial clone", function()
  local p = project()
  local dir = scratch() .. "/clone"
  p.git("clone", "-q", "--filter=blob:none", p.url, dir)
  identify(p, dir)
  released(p, dir)
end)

test("autocrlf: the files keep their line ends in the work tree, and are clean", function()
  local p = project()
  p.git("config", "core.autocrlf", "true")
  p.git("rm", "-q", "--cached", "-r", ".")
  p.git("reset", "-q", "--hard")
  check.match(file.read(p.dir .. "/Cargo.toml"), "\r\n")
  released(p)
  check.match(file.read(p.dir .. "/Cargo.toml"), 'version = "1%.2%.0"[^\n]*\r\n')
  check.falsy(p.git("show", "main:Cargo.toml"):find("\r", 1, true))
end)

test("Git LFS", function()
  if not process.which "git-lfs" then skip "git-lfs is not installed" end
  local p = project()
  p.git("lfs", "install", "--local")
  p.commit("chore: track", { [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n" })
  p.git("config", "lfs.url", "file://" .. p.bare)
  p.git("config", "lfs.locksverify", "false")
  p.commit("feat: data", { ["data.bin"] = ("x"):rep(3000) })
  check.match(p.git("show", "HEAD:data.bin"), "git%-lfs")
  local result = p.slipway { "run", "release", "--yes" }
  if result.code ~= 0 and (result.out .. result.err):find("lfs", 1, true) then skip "the git daemon has no LFS to push to" end
  check.equal(result.code, 0, result.out .. result.err)
  check.equal(#file.read(p.dir .. "/data.bin"), 3000)
  check.equal(p.git("status", "--porcelain"), "")
end)

test("submodules", function()
  local p = project()
  local library = projects.daemon.new_repo "library.git"
  local inner = scratch() .. "/inner"
  p.git("clone", "-q", p.url, inner)
  p.git("-C", inner, "push", "-q", library.url, "HEAD:refs/heads/main")
  p.git("-c", "protocol.git.allow=always", "submodule", "add", "-q", library.url, "library")
  p.git("commit", "-q", "-m", "feat: library")
  p.git("push", "-q", "origin", "main")
  released(p)
  check.match(p.git("ls-tree", "main"), "160000 commit")
end)

test("commits and tags are signed when the user signs, and the signatures hold", function()
  local p = project()
  local key = p.home .. "/key"
  check.equal(run({ "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key }).code, 0)
  assert(file.write { path = p.home .. "/allowed", text = "ada@example.test " .. file.read(key .. ".pub") })
  for name, value in pairs { ["gpg.format"] = "ssh", ["user.signingkey"] = key .. ".pub", ["commit.gpgsign"] = "true", ["tag.gpgsign"] = "true",
    ["gpg.ssh.allowedSignersFile"] = p.home .. "/allowed" } do -- order: a set of settings
    p.git("config", name, value)
  end
  released(p)
  check.equal(p.git("log", "-1", "--format=%G?", "main"), "G")
  check.truthy(p.git("verify-tag", "v1.2.0"))
end)

test("insteadOf", function()
  local p = project()
  local base = p.url:match "^(.*/)"
  p.git("config", ("url.%s.insteadOf"):format(base), "short:")
  p.git("remote", "set-url", "origin", "short:" .. p.url:match "([^/]+)$")
  released(p)
end)

test("the user's hooks are asked: pre-commit, commit-msg and pre-push", function()
  local p = project()
  for _, name in ipairs { "pre-commit", "commit-msg", "pre-push" } do
    assert(file.write { path = p.dir .. "/.git/hooks/" .. name, text = ("#!/bin/sh\necho %s >> %s/hooks\n"):format(name, p.home), mode = 493 })
  end
  released(p)
  local asked = file.read(p.home .. "/hooks")
  for _, name in ipairs { "pre%-commit", "commit%-msg", "pre%-push" } do check.match(asked, name) end
end)

test("a hook that refuses stops the release with its words, before anything leaves", function()
  local p = project()
  assert(file.write { path = p.dir .. "/.git/hooks/commit-msg", text = "#!/bin/sh\necho 'no release on a Friday' >&2\nexit 1\n", mode = 493 })
  local before = p.world()
  local result = p.slipway { "run", "release", "--yes" }
  check.truthy(result.code ~= 0)
  check.match(result.out .. result.err, "no release on a Friday")
  check.equal(p.world(), before)
end)

test("another owner's clone is refused with the remedy", function()
  if run({ "id", "-u" }).out ~= "0\n" then skip "only root can give a clone to somebody else" end
  local p = project()
  run { "chown", "-R", "nobody", p.dir }
  local result = p.slipway { "plan", "release" }
  check.equal(result.code, 4, result.out .. result.err)
  check.match(result.out .. result.err, "safe%.directory")
end)

test("tags without a v, or with the project's name, are found to be the releases, and the next is named alike", function()
  for _, prefix in ipairs { "", "pelican-" } do
    local p = project()
    p.git("tag", "-a", prefix .. "1.1.0", "-m", "1.1.0", "v1.1.0^{commit}")
    p.git("tag", "-d", "v1.1.0")
    p.git("push", "-q", "origin", ":refs/tags/v1.1.0", prefix .. "1.1.0")
    check.match(p.slipway({ "next" }).out, "^1%.2%.0")
    local result = p.slipway { "run", "release", "--yes" }
    check.equal(result.code, 0, result.out .. result.err)
    check.truthy(p.remote_refs()["refs/tags/" .. prefix .. "1.2.0"])
  end
end)

test("a file that the user has edited besides is left alone by an undo", function()
  local p = project()
  check.equal(p.slipway({ "run", "release", "--yes" }).code, 0)
  assert(file.write { path = p.dir .. "/Cargo.toml", text = "edited\n" })
  local result = p.slipway { "undo" }
  check.truthy(result.code ~= 0)
  check.equal(file.read(p.dir .. "/Cargo.toml"), "edited\n")
end)
