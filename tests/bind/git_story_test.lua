-- repo:changelog on histories whose clocks were wrong: by date or by descent, loose or packed, with room for a temporary
-- file or without, a history has one story, and in it each commit stands in the oldest release that contains it.
local changelog = require "pure.changelog"
local git = require "door.git"
local repositories = stand "repositories"

local COMMITS = 200

-- The same numbers on every machine.
local function dice(seed)
  return function(below)
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed // 65536 % below
  end
end

-- A history with branches, merges and tags; `wrong` in a hundred of its clocks are off. Returns it with its parents by
-- number, and which commits are tagged.
local function history(seed, wrong)
  local roll, lines, parents, tagged = dice(seed), {}, {}, {}
  for i = 1, COMMITS do
    local time = 1000000 + i * 60
    if roll(100) < wrong then time = time + (roll(2) == 0 and -1 or 1) * roll(12000) end
    local text = ("feat: number %d\n"):format(i)
    local list = {}
    if i > 1 then list[1] = i == COMMITS and i - 1 or math.max(1, i - 1 - (roll(4) == 0 and roll(12) or 0)) end
    if i > 4 and roll(3) == 0 then
      local other = math.max(1, i - 1 - roll(20))
      if other ~= list[1] then list[2] = other end
    end
    parents[i] = list
    local piece = ("commit refs/heads/b%d\nmark :%d\ncommitter A <a@b.c> %d +0000\ndata %d\n%s"):format(i, i, time, #text, text)
    for k, parent in ipairs(list) do piece = piece .. ("%s :%d\n"):format(k == 1 and "from" or "merge", parent) end
    lines[i] = piece .. "\n"
    if i < COMMITS and roll(9) == 0 then
      tagged[#tagged + 1] = i
      lines[i] = lines[i] .. ("reset refs/tags/v1.%d.0\nfrom :%d\n\n"):format(i, i)
    end
  end
  lines[#lines + 1] = ("reset refs/heads/main\nfrom :%d\n\n"):format(COMMITS)
  local repo = repositories.new()
  local done = run { "git", "-C", repo.dir, "fast-import", "--quiet", "--force", input = table.concat(lines) }
  check.equal(done.err, "")
  return repo, parents, tagged
end

-- Leaves runs of commits in a pack, and runs of them outside.
local function scatter(repo)
  local script = [[
    mkdir packs && mv .git/objects/pack/pack-* packs/ && cat packs/*.pack | git unpack-objects -q &&
    git rev-list main | awk 'int(NR / 45) % 2 || NR % 3 == 0 && NR > 100' | git pack-objects -q .git/objects/pack/pack && git prune-packed -q &&
    rm -r packs]]
  local done = run { "sh", "-ec", script, dir = repo.dir }
  check.equal({ done.code, done.err }, { 0, "" })
  local count = run({ "git", "-C", repo.dir, "count-objects", "-v" }).out
  check.truthy(tonumber(count:match "count: (%d+)") > 40 and tonumber(count:match "in%-pack: (%d+)") > 40, count)
end

-- The story as a text for each release, by the number its tag was made at; nil where dates misled the walk.
local function told(dir, tagged, exact)
  local repo = assert(git.open { path = dir })
  local commits, names = {}, {}
  for i, at in ipairs(tagged) do
    names[i] = ("v1.%d.0"):format(at)
    commits[i] = assert(repo:resolve(names[i]))
  end
  local sections = {}
  local next_section = assert(repo:changelog(changelog.style {}, {
    from = assert(repo:resolve "main"), commits = commits, tags = names, versions = names, reading = "marked",
    split = function() return {} end, exact = exact,
  }))
  while true do
    local text, release = next_section()
    if text == nil then return sections end
    if text == false then return nil end
    sections[#sections + 1] = { at = tagged[release] or 0, text = text }
  end
end

local function contains(parents, at)
  local set, stack = {}, { at > 0 and at or COMMITS }
  while #stack > 0 do
    local one = table.remove(stack)
    if not set[one] then
      set[one] = true
      for _, parent in ipairs(parents[one]) do stack[#stack + 1] = parent end
    end
  end
  return set
end

local function check_story(sections, parents)
  local seen = {}
  for i, section in ipairs(sections) do
    local inside, older = contains(parents, section.at), {}
    for k = i + 1, #sections do older[k] = contains(parents, sections[k].at) end
    for number in section.text:gmatch "number (%d+)" do
      local n = math.tointeger(tonumber(number))
      check.falsy(seen[n], "told once")
      seen[n] = true
      check.truthy(inside[n], "a release contains what it tells")
      for k in pairs(older) do check.falsy(older[k][n], "no older release contains it") end -- order: each is checked
    end
  end
  for n in pairs(contains(parents, 0)) do check.truthy(seen[n], "nothing is left out") end -- order: each is checked
end

test("a history has one story, however wrong its clocks were and however it is read", function()
  local misled = 0
  for seed = 1, 8 do
    local repo, parents, tagged = history(seed, seed % 4 * 3)
    local exact = told(repo.dir, tagged, true)
    check_story(exact, parents)
    local by_date = told(repo.dir, tagged, false)
    if by_date then check.equal(by_date, exact) else misled = misled + 1 end
    if seed == 4 then
      scatter(repo)
      check.equal(told(repo.dir, tagged, true), exact, "half of it in a pack")
      check.equal(told(repo.dir, tagged, false), by_date)
    elseif seed < 4 then
      check.equal(run({ "git", "-C", repo.dir, "gc", "-q" }).code, 0)
      check.equal(told(repo.dir, tagged, true), exact, "packed, with a commit-graph")
      check.equal(told(repo.dir, tagged, false), by_date)
    end
  end
  check.truthy(misled < 6)
end)

test("where there is no room for a temporary file the story is the same", function()
  local repo = history(3, 9)
  local page = run({ slipway, "changelog", "--no-cache", dir = repo.dir })
  check.equal(page.code, 0, page.err)
  local script = ([[trap '' XFSZ; ulimit -f 0; "%s" changelog --no-cache 2>&1 | cat]]):format(slipway)
  check.equal(run({ "sh", "-c", script, dir = repo.dir }).out, page.out)
  check.equal(run({ slipway, "changelog", "--no-cache", dir = repo.dir, env = { TMPDIR = "/nowhere" } }).out, page.out)
end)
