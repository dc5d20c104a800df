-- Walks of the git door among themselves: what one has read the next one goes on with.
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

test("walks after one another give what each gives alone, also in the middle of another one", function()
  local r = repositories.branchy()
  local repo = open(r)
  local function log(from, hide) return collect(assert(repo:log { from = from, hide = hide and { hide } or nil })) end
  local function told(...) return lines(r.git("rev-list", ...)) end
  local function all() return true end
  check.equal(repo:nearest_tag({ from = "HEAD", accept = all }).name, "v0.2.0")
  check.equal(log("HEAD", "v0.2.0"), told("HEAD", "^v0.2.0"))
  check.equal(log("HEAD"), told "HEAD")
  local half = repo:log { from = "HEAD" }
  local first = half()
  check.equal(repo:nearest_tag({ from = "HEAD", accept = function(name) return name == "v0.1.0" end }).distance, #told("HEAD", "^v0.1.0"))
  check.equal(log("HEAD", "v0.1.0"), told("HEAD", "^v0.1.0"))
  local rest = collect(half)
  table.insert(rest, 1, first.oid)
  check.equal(rest, told "HEAD")
  check.equal(repo:reached { from = "v0.2.0", among = { r.oid "HEAD", r.oid "v0.1.0", r.oid "side" } }, { false, true, false })
  -- What comes later is found, and where a clone ends is looked at again.
  local shallow = repositories.new()
  shallow.git("fetch", "-q", "--depth", "2", "file://" .. r.dir, "main")
  shallow.git("reset", "-q", "--hard", "FETCH_HEAD")
  local there = open(shallow)
  local function counted()
    local list = assert(there:log { from = "HEAD" })
    return #collect(list)
  end
  check.equal(counted(), tonumber((shallow.git("rev-list", "--count", "HEAD"))))
  shallow.git("fetch", "-q", "--unshallow", "file://" .. r.dir, "main")
  check.equal(counted(), #told "HEAD")
end)

test("where lines went apart is what git merge-base says, also with several such places and with none", function()
  local r = repositories.branchy()
  r.git("checkout", "-q", "-b", "other", "HEAD~1")
  r.commit("other 1", { o = "1" })
  r.git("checkout", "-q", "-b", "crossed", "main")
  r.git("merge", "-q", "--no-ff", "-m", "one way", "other~1")
  r.commit("crossed 1", { c = "1" })
  r.git("merge", "-q", "--no-ff", "-m", "in", "other")
  r.git("checkout", "-q", "other")
  r.git("merge", "-q", "--no-ff", "-m", "the other way", "crossed~1")
  r.git("checkout", "-q", "--orphan", "apart")
  r.commit("apart", { p = "1" })
  r.git("checkout", "-q", "main")
  local repo = open(r)
  local revs = { "main", "side", "other", "crossed", "apart", "v0.1.0", "v0.2.0", "main~1", "crossed~1", "other~1" }
  for _, a in ipairs(revs) do
    for _, b in ipairs(revs) do
      local all = lines(run({ "git", "merge-base", "--all", a, b, dir = r.dir }).out)
      local found = repo:merge_base(a, b)
      local among = found == nil and #all == 0
      for _, oid in ipairs(all) do among = among or oid == found end
      check.truthy(among)
      check.equal(repo:is_ancestor(a, b), run({ "git", "merge-base", "--is-ancestor", a, b, dir = r.dir }).code == 0)
    end
  end
end)

test("a walk that was begun ahead answers as one that was not, whatever comes between, and may never be asked for", function()
  local r = repositories.new()
  for i = 1, 30 do r.commit("main " .. i, { m = tostring(i) }) end
  r.git("checkout", "-q", "-b", "line", "main~20")
  r.commit("line", { l = "1" })
  r.git("checkout", "-q", "main")
  local among = { r.oid "line", r.oid "main~29", r.oid "main~3" }
  local function ask(repo) return repo:reached { from = "main", among = among } end
  for _, packed in ipairs { false, true } do
    if packed then r.git("gc", "-q") end
    local repo = open(r)
    check.truthy(repo:reached_soon { from = "main", among = among })
    check.truthy(repo:reached_soon { from = "line", among = among }) -- one at a time: the second is left to the question
    check.equal(#collect(assert(repo:log { from = "main", hide = { "main~5" } })), 5)
    check.equal(ask(repo), { false, true, true })
    check.equal(repo:reached { from = "line", among = among }, { true, true, false })
    check.equal(#collect(assert(repo:log { from = "main" })), 30)
    local unasked = open(r)
    check.truthy(unasked:reached_soon { from = "main", among = among })
    unasked:close()
    local other = open(r)
    check.truthy(other:reached_soon { from = "main", among = { r.oid "main~1" } })
    check.equal(ask(other), { false, true, true })
  end
  check.fails("git.no_such_revision", open(r):reached_soon { from = "nothing", among = among })
end)
