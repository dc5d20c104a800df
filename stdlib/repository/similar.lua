-- Has a change come to another branch in other words: edited on the way, or squashed together with others? Compared by
-- the lines that it took away and the lines that it brought, against those of the other branch's commits.

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

--- The commit of the other branch that holds most of a change's lines, by itself or with those around it.
---@param repo table
---@param commit slipway.Commit
---@param since { repo: table, commits: slipway.Commit[], changed: table<oid, string[]>, parts: table<string, table> }  the last two begin empty
---@return oid?
return function(repo, commit, since)
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
