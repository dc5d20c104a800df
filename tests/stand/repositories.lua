-- Small real repositories for tests, made with the git program: `local repositories = stand "repositories"`.
local M = {}

local count = 0

---@class stand.Repository
---@field dir string
---@field git fun(...: string): string  runs git in it, fails the test when git fails; what it printed
---@field try fun(...: string): table   the same without failing: { code, out, err }
---@field write fun(path: string, text: string)
---@field read fun(path: string): string?
---@field commit fun(message: string, files: table<string, string>?): string  oid
---@field oid fun(rev: string): string

---@param dir string
---@return stand.Repository
local function repository(dir)
  local repo = { dir = dir }
  local env = { GIT_AUTHOR_DATE = "1700000000 +0000", GIT_COMMITTER_DATE = "1700000000 +0000" }
  function repo.try(...)
    local argv = { "git", "-C", dir, ... }
    argv.env = env
    return run(argv)
  end
  function repo.git(...)
    local argv = { "git", "-C", dir, ... }
    argv.env = env
    local done = run(argv)
    if done.code ~= 0 then error(("git %s: %s"):format(table.concat({ ... }, " "), done.err), 2) end
    return (done.out:gsub("\n$", ""))
  end
  function repo.write(path, text)
    local folder = path:match "^(.*)/"
    if folder then run { "mkdir", "-p", dir .. "/" .. folder } end
    local file = assert(io.open(dir .. "/" .. path, "wb"))
    file:write(text)
    file:close()
  end
  function repo.read(path)
    local file = io.open(dir .. "/" .. path, "rb")
    if not file then return nil end
    local text = file:read "a"
    file:close()
    return text
  end
  --- Every commit is a second younger than the one before, so that dates tell their order.
  function repo.commit(message, files)
    count = count + 1
    env.GIT_AUTHOR_DATE = ("%d +0000"):format(1700000000 + count)
    env.GIT_COMMITTER_DATE = env.GIT_AUTHOR_DATE
    local paths = {}
    for path, text in pairs(files or {}) do
      repo.write(path, text)
      paths[#paths + 1] = path
    end
    if #paths > 0 then repo.git("add", "--", table.unpack(paths)) end
    repo.git("commit", "-q", "--allow-empty", "-m", message)
    return repo.oid "HEAD"
  end
  function repo.oid(rev) return repo.git("rev-parse", rev) end
  return repo
end

--- A new repository on branch main, with an identity of its own.
---@return stand.Repository
function M.new(dir)
  dir = dir or scratch() .. "/repository"
  run { "git", "init", "-q", "-b", "main", dir }
  local repo = repository(dir)
  repo.git("config", "user.name", "Ann Example")
  repo.git("config", "user.email", "ann@example.org")
  repo.git("config", "commit.gpgsign", "false")
  return repo
end

--- A clone of `url`; further arguments are git clone's own.
---@return stand.Repository
function M.clone(url, dir, ...)
  dir = dir or scratch() .. "/clone"
  local done = run { "git", "clone", "-q", url, dir, ... }
  if done.code ~= 0 then error(done.err, 2) end
  local repo = repository(dir)
  repo.git("config", "user.name", "Ben Example")
  repo.git("config", "user.email", "ben@example.org")
  return repo
end

--- A bare one, to push to.
---@return stand.Repository
function M.bare(dir)
  dir = dir or scratch() .. "/bare.git"
  run { "git", "init", "-q", "--bare", "-b", "main", dir }
  return repository(dir)
end

--- A hook that runs these lines of sh.
function M.hook(repo, name, lines)
  local folder = repo.git("rev-parse", "--git-path", "hooks")
  if folder:sub(1, 1) ~= "/" then folder = repo.dir .. "/" .. folder end
  run { "mkdir", "-p", folder }
  local file = assert(io.open(folder .. "/" .. name, "wb"))
  file:write("#!/bin/sh\n", lines, "\n")
  file:close()
  run { "chmod", "+x", folder .. "/" .. name }
end

--- Everything below a folder as one text: names, kinds, modes, times and bytes, to see that nothing changed.
function M.picture(dir)
  return run { "sh", "-c", "find . -printf '%p %y %m %T@ %l\\n' | sort; find . -type f | sort | xargs -d '\\n' sha256sum", dir = dir }.out
end

--- A history with a side branch, merges, tags of both kinds and commits of equal date.
---@return stand.Repository
function M.branchy()
  local r = M.new()
  r.commit("feat: one", { a = "1", ["d/x"] = "x" })
  r.git("tag", "v0.1.0")
  r.commit("fix: two", { a = "2" })
  r.git("checkout", "-q", "-b", "side")
  r.commit("side 1", { ["d/y"] = "y" })
  r.commit("side 2", { s = "2" })
  r.git("checkout", "-q", "main")
  r.commit("main 1", { a = "3" })
  r.git("tag", "-m", "version 0.2", "v0.2.0")
  r.git("merge", "-q", "--no-ff", "-m", "merge side", "side")
  r.commit("after", { a = "4" })
  return r
end

return M
