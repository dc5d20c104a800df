-- A change in other words: the search of the door against the same one in plain Lua, on histories with edited,
-- squashed, moved and unrelated copies of changes.
local git = require "door.git"
local repositories = stand "repositories"

-- The plain search ---------------------------------------------------------------------------------

-- So many of a change's lines, of ten, must be found.
local ENOUGH <const> = 0.6

-- Lines as short as these say nothing: "}", "end".
local SHORT <const> = 4

local function meaningful(line)
  local text = line:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  return #text:gsub("[%p%s]", "") >= SHORT and text or nil
end

local function lines_of(text)
  local set = {}
  for line in (text or ""):gmatch "[^\n]+" do
    local kept = meaningful(line)
    if kept then set[kept] = (set[kept] or 0) + 1 end
  end
  return set
end

-- Lines of `a` that `b` has fewer of, in no order.
local function without(a, b)
  local list = {}
  for line, count in pairs(a) do -- order: compared as a set
    if count > (b[line] or 0) then list[#list + 1] = line end
  end
  return list
end

-- How many bytes two texts begin with alike, up to the end of a line.
local function same_start(a, b)
  local low, high = 0, math.min(#a, #b)
  while low < high do
    local middle = (low + high + 1) // 2
    if a:sub(low + 1, middle) == b:sub(low + 1, middle) then low = middle else high = middle - 1 end
  end
  while low > 0 and a:byte(low) ~= 10 do low = low - 1 end
  return low
end

-- What lies between the lines that both begin with and those that both end with: only there do they differ.
local function between(a, b)
  local from = same_start(a, b)
  a, b = a:sub(from + 1), b:sub(from + 1)
  local back = same_start(a:reverse(), b:reverse())
  if back > 0 and back < math.max(#a, #b) then back = back - 1 end -- the newline belongs to the line before
  return a:sub(1, #a - back), b:sub(1, #b - back)
end

-- What a commit took away and brought, by path; of others only the paths that are asked about. Binary files and very
-- long ones count by nothing.
local function change_of(repo, commit, paths, memo)
  local parent = commit.parents[1]
  local change = { paths = {} }
  for _, entry in ipairs(repo:changes(parent, commit.oid) or {}) do
    local name = commit.oid .. entry.path
    if paths and paths[entry.path] and memo[name] then
      change.paths[entry.path] = memo[name]
    elseif not paths or paths[entry.path] then
      local before, after = repo:read { at = parent, path = entry.path } or "", repo:read { at = commit.oid, path = entry.path } or ""
      if #before + #after < 4 << 20 and not before:find("\0", 1, true) and not after:find("\0", 1, true) then
        before, after = between(before, after)
        local old, new = lines_of(before), lines_of(after)
        change.paths[entry.path] = { gone = without(old, new), come = without(new, old) }
        if paths then memo[name] = change.paths[entry.path] end
      end
    end
  end
  return change
end

local function split_words(line)
  local set, count = {}, 0
  for word in line:gmatch "[%w_]+" do
    if not set[word] then set[word], count = true, count + 1 end
  end
  for mark in line:gmatch "[^%w_%s]" do
    if not set[mark] then set[mark], count = true, count + 1 end
  end
  return set, count
end

-- Lines are compared with many others; of how many the words are kept.
local KEPT <const> = 20000
local split, kept_lines = {}, 0
local function words(line)
  local known = split[line]
  if not known then
    local set, count = split_words(line)
    known = { set = set, count = count }
    if kept_lines == KEPT then split, kept_lines = {}, 0 end
    split[line], kept_lines = known, kept_lines + 1
  end
  return known.set, known.count
end

-- Are two lines the same up to a word or two (Dice's coefficient over words and marks)?
local function alike(a, b)
  if a == b then return true end
  local of_a, count_a = words(a)
  local of_b, count_b = words(b)
  if 2 * math.min(count_a, count_b) < 0.75 * (count_a + count_b) then return false end
  local shared = 0
  for word in pairs(of_a) do -- order: a count
    if of_b[word] then shared = shared + 1 end
  end
  return 2 * shared / (count_a + count_b) >= 0.75
end

local function found_in(line, list)
  for _, other in ipairs(list) do
    if alike(line, other) then return true end
  end
  return false
end

-- How many of a change's lines others took away and brought in the same files, and how many it has.
local function score(change, others)
  local found, all, brought, of_brought = 0, 0, 0, 0
  for path, mine in pairs(change.paths) do -- order: a count
    local theirs = others.paths[path] or { gone = {}, come = {} }
    for _, line in ipairs(mine.gone) do
      all = all + 1
      if found_in(line, theirs.gone) then found = found + 1 end
    end
    for _, line in ipairs(mine.come) do
      all, of_brought = all + 1, of_brought + 1
      if found_in(line, theirs.come) then found, brought = found + 1, brought + 1 end
    end
  end
  if all == 0 then return 0 end
  -- Where something was brought, taking the same lines away is not enough: they may have gone for another reason.
  if of_brought > 0 and brought / of_brought < ENOUGH then return 0 end
  return found / all
end

-- Asked for every fix of a line, and answered once.
local function touches(since, commit, paths)
  local changed = since.changed[commit.oid]
  if not changed then
    changed = {}
    for i, entry in ipairs(since.repo:changes(commit.parents[1], commit.oid) or {}) do changed[i] = entry.path end
    since.changed[commit.oid] = changed
  end
  for _, path in ipairs(changed) do
    if paths[path] then return true end
  end
  return false
end

-- The commit of the other branch that holds most of a change's lines, by itself or with those around it.
local function similar(repo, commit, since)
  local change = change_of(repo, commit)
  local best, most, sum = nil, 0, { paths = {} }
  for _, other in ipairs(since.commits) do
    if #other.parents == 1 and touches(since, other, change.paths) then
      local theirs = change_of(since.repo, other, change.paths, since.parts)
      local own = score(change, theirs)
      if own > most then best, most = other.oid, own end
      for path, lines in pairs(theirs.paths) do -- order: each path by itself
        local all = sum.paths[path] or { gone = {}, come = {} }
        table.move(lines.gone, 1, #lines.gone, #all.gone + 1, all.gone)
        table.move(lines.come, 1, #lines.come, #all.come + 1, all.come)
        sum.paths[path] = all
      end
    end
  end
  if most >= ENOUGH then return best end
  return best and score(change, sum) >= ENOUGH and best or nil
end

-- Histories ----------------------------------------------------------------------------------------

local seed = 7
local function random(n)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed // 65536 % n + 1
end

local words = { "alpha", "beta", "gamma", "delta", "return", "value", "list", "count", "if", "end", "(x)", "= 1", "{", "}", "\xC3\xA4", "--" }
local function line()
  local list = {}
  for i = 1, random(7) do list[i] = words[random(#words)] end
  return (" "):rep(random(3)) .. table.concat(list, random(4) == 1 and "\t" or " ")
end

local function edited(text, changes)
  local lines = {}
  for one in (text .. "\n"):gmatch "([^\n]*)\n" do lines[#lines + 1] = one end
  for _ = 1, changes do
    local what = random(3)
    if what == 1 then table.insert(lines, random(#lines + 1), line()) end
    if what == 2 and #lines > 1 then table.remove(lines, random(#lines)) end
    if what == 3 then lines[random(#lines)] = line() end
  end
  return table.concat(lines, "\n") .. (random(5) == 1 and "" or "\n")
end

local function history()
  local r = repositories.new()
  local files, paths = {}, { "a", "d/b", "d/e/c", "f" }
  for _, path in ipairs(paths) do files[path] = edited("", 30) end
  files.raw = "\0binary"
  r.commit("base", files)
  r.git("branch", "line")
  local fixes = {}
  r.git("checkout", "-q", "line")
  for i = 1, 8 do
    local change = {}
    for _ = 1, random(3) do
      local path = paths[random(#paths)]
      change[path] = edited(r.read(path), random(6))
    end
    if i == 3 then change.raw = "\0other" end
    if i == 5 then change["d/new"] = edited("", 9) end
    if i == 6 then run { "rm", r.dir .. "/d/e/c" }; r.git("add", "-A") end
    if i == 7 then r.git("mv", "f", "g"); change.a = edited(r.read "a", 2) end
    fixes[i] = r.commit("fix " .. i, change)
    if i >= 6 then paths = { "a", "d/b" } end
  end
  r.git("checkout", "-q", "main")
  for i, fix in ipairs(fixes) do
    local done = r.try("cherry-pick", "-n", fix)
    if done.code ~= 0 then r.git("checkout", "-q", "-f", "HEAD") end
    if i % 2 == 0 then r.commit("noise " .. i, { a = edited(r.read "a" or "", 3) }) end
    local path = i % 3 == 0 and "d/b" or "a"
    r.commit("like " .. i, { [path] = edited(r.read(path) or "", i % 4) })
  end
  r.git("mv", "a", "h")
  r.commit("moved")
  return r, fixes
end

test("the door finds what the plain search finds, loose and packed", function()
  local found = 0
  for _ = 1, 2 do
    local r, fixes = history()
    local repo = assert(git.open { path = r.dir })
    local since, among = { repo = repo, commits = {}, changed = {}, parts = {} }, {}
    for commit in assert(repo:log { from = "main", hide = { "line" } }) do since.commits[#since.commits + 1], among[#among + 1] = commit, commit.oid end
    local search = assert(repo:similar())
    for _ = 1, 2 do
      for _, fix in ipairs(fixes) do
        local plain = similar(repo, assert(repo:commit(fix)), since)
        check.equal(search:find(fix, among), plain)
        found = found + (plain and 1 or 0)
      end
      search:close()
      repo:close()
      r.git("repack", "-adq")
      repo = assert(git.open { path = r.dir })
      since = { repo = repo, commits = since.commits, changed = {}, parts = {} }
      search = assert(repo:similar())
    end
    search:close()
    repo:close()
  end
  check.truthy(found > 4, "the histories hold too little that is alike: " .. found)
end)

test("only commits that change every file of a change can be the same patch", function()
  local r = repositories.new()
  r.commit("base", { a = "1\n", ["d/b"] = "1\n", c = "1\n" })
  local both = r.commit("both", { a = "2\n", ["d/b"] = "2\n" })
  local more = r.commit("more", { a = "3\n", ["d/b"] = "3\n", c = "3\n" })
  local one = r.commit("one", { ["d/b"] = "4\n" })
  local repo = assert(git.open { path = r.dir })
  local search = assert(repo:similar())
  check.equal(search:covering(both, { more, one, both }), { more, both })
  check.equal(search:covering(one, { one, more, both }), { one, more, both })
  check.fails("git.bad_oid", search:find("none", {}))
end)
