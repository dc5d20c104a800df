-- Lines that have left a trunk, as the door sees them.
local git = require "door.git"
local repositories = stand "repositories"

test("the ends of lines are the commits that none before them in the list reaches", function()
  local r = repositories.new()
  local oids = {}
  for i = 1, 4 do oids[#oids + 1] = r.commit("main " .. i, { m = tostring(i) }) end
  for b = 1, 3 do
    r.git("checkout", "-q", "-b", "b" .. b, oids[b])
    for i = 1, 3 do oids[#oids + 1] = r.commit(("b%d %d"):format(b, i), { ["b" .. b] = tostring(i) }) end
  end
  r.git("merge", "-q", "--no-ff", "-m", "b1 into b3", "b1~1")
  oids[#oids + 1] = r.oid "HEAD"
  local repo = assert(git.open { path = r.dir })
  local function slowly(list)
    local ends = {}
    for i, oid in ipairs(list) do
      ends[i] = true
      for j = 1, i - 1 do ends[i] = ends[i] and not repo:is_ancestor(oid, list[j]) end
    end
    return ends
  end
  local seed = 7
  for _ = 1, 60 do
    local list = {}
    for _ = 1, 6 do
      seed = (seed * 1103515245 + 12345) % 2147483648
      list[#list + 1] = oids[seed // 65536 % #oids + 1]
    end
    check.equal(repo:line_ends(list), slowly(list))
  end
  check.equal(repo:line_ends {}, {})
  check.fails("git.broken", repo:line_ends { ("1"):rep(40) })
end)

test("a line is long when more commits than that certainly stand on it", function()
  local r = repositories.new()
  r.commit("chore: begin", { n = "0" })
  r.git("checkout", "-q", "-b", "line")
  local repo = assert(git.open { path = r.dir })
  local function long(most, limit) return repo:line_is_long { from = "line", hide = "main", limit = limit or 100, most = most } end
  check.equal({ long(0), long(-1) }, { false, true })
  for i = 1, 6 do r.commit("fix: " .. i, { n = tostring(i) }) end
  check.equal({ long(5), long(6), long(2, 3), long(3, 3) }, { true, false, true, false })
  r.commit("chore(release): 1.0.1", { n = "r" })
  check.equal({ long(5), long(6) }, { true, false })
  r.commit('Revert "fix: 6"', { n = "5" })
  check.equal({ long(4), long(5) }, { true, false })
  r.commit("fix: again\n\nThis reverts commit " .. r.oid "HEAD" .. ".", { n = "6" })
  check.equal(long(5), false)
  r.git("checkout", "-q", "main")
  r.git("merge", "-q", "--no-ff", "-m", "home", "line~2")
  check.equal(repo:line_is_long { from = "line", hide = "main", limit = 100, most = 0 }, false)
end)
