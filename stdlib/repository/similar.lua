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

-- What a commit took away and brought, by path. Binary files and very long ones count by nothing.
local function change_of(repo, commit)
  local parent = commit.parents[1]
  local change = { paths = {} }
  for _, entry in ipairs(repo:changes(parent, commit.oid) or {}) do
    local before, after = repo:read { at = parent, path = entry.path }, repo:read { at = commit.oid, path = entry.path }
    local text = (before or "") .. (after or "")
    if #text < 4 << 20 and not text:find("\0", 1, true) then
      local old, new = lines_of(before), lines_of(after)
      change.paths[entry.path] = { gone = without(old, new), come = without(new, old) }
    end
  end
  return change
end

local function words(line)
  local set, count = {}, 0
  for word in line:gmatch "[%w_]+" do
    if not set[word] then set[word], count = true, count + 1 end
  end
  for mark in line:gmatch "[^%w_%s]" do
    if not set[mark] then set[mark], count = true, count + 1 end
  end
  return set, count
end

-- Are two lines the same up to a word or two (Dice's coefficient over words and marks)?
local function alike(a, b)
  if a == b then return true end
  local of_a, count_a = words(a)
  local of_b, count_b = words(b)
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

local function touches(repo, commit, paths)
  for _, entry in ipairs(repo:changes(commit.parents[1], commit.oid) or {}) do
    if paths[entry.path] then return true end
  end
  return false
end

--- The commit of the other branch that holds most of a change's lines, by itself or with those around it.
---@param repo table
---@param commit slipway.Commit
---@param since { repo: table, commits: slipway.Commit[] }
---@return oid?
return function(repo, commit, since)
  local change = change_of(repo, commit)
  local best, most, sum = nil, 0, { paths = {} }
  for _, other in ipairs(since.commits) do
    if #other.parents == 1 and touches(since.repo, other, change.paths) then
      local theirs = change_of(since.repo, other)
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
