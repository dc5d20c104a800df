-- Commits whose beginning is all that a walk reads of them: what stands in it, whatever is written there.
local git = require "door.git"
local repositories = stand "repositories"

local seed = 11
local function random(n)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed // 65536 % n
end

-- Text that deflate finds nothing in, or much.
local function filling(len, dull)
  local list = {}
  for i = 1, len do list[i] = dull and ("same words again "):sub(i % 17 + 1, i % 17 + 1) or string.char(33 + random(90)) end
  return table.concat(list)
end

local messages = {
  function() return "short" end,
  function() return "dull\n\n" .. filling(3000, true) end,
  function() return "long\n\n" .. filling(3000) end,
  function() return "like a header\n\ncommitter Nobody <n@b> 1 +0000\nparent " .. ("1"):rep(40) .. "\n" .. filling(900) end,
}

-- Commits with up to nine parents, names of up to 500 bytes, signatures and encodings, all packed, some against each other.
local function history()
  local r = repositories.new()
  local tree, oids = r.git("write-tree"), {}
  local path = r.dir .. "/.git/one"
  for i = 1, 120 do
    local lines, seen = { "tree " .. tree }, {}
    for _ = 1, i > 10 and random(9) + 1 or i > 1 and 1 or 0 do
      local parent = oids[math.max(1, #oids - random(12))]
      if not seen[parent] then seen[parent], lines[#lines + 1] = true, "parent " .. parent end
    end
    local name = random(3) == 0 and filling(random(500) + 1):gsub("[<>]", "x") or "A"
    lines[#lines + 1] = ("author %s <a@b> %d +0100"):format(name, 1700000000 + i * 10)
    lines[#lines + 1] = ("committer %s <c@d> %d -0200"):format(name, 1700000000 + i * 10)
    if random(2) == 0 then lines[#lines + 1] = "gpgsig -----BEGIN\n " .. filling(700) .. "\n -----END" end
    local file = assert(io.open(path, "wb"))
    file:write(table.concat(lines, "\n"), "\n\n", messages[random(#messages) + 1](), "\n")
    file:close()
    oids[i] = r.git("hash-object", "-t", "commit", "-w", path)
  end
  r.git("update-ref", "refs/heads/main", oids[#oids])
  r.git("update-ref", "refs/heads/other", oids[#oids - 15])
  r.git("repack", "-adfq")
  r.git("prune-packed")
  return r, oids
end

test("walks that read beginnings of commits come to the same as git, however long names, signatures and messages are", function()
  local r, oids = history()
  local repo = assert(git.open { path = r.dir })
  for i = 20, #oids, 13 do
    local held = repo:reached { from = oids[i], among = oids }
    local told = {}
    for oid in r.git("rev-list", oids[i]):gmatch "%x+" do told[oid] = true end
    for j, oid in ipairs(oids) do check.equal({ j, held[j] }, { j, told[oid] or false }) end
    local base = repo:merge_base(oids[i], oids[#oids - 15])
    local among = false
    for oid in r.git("merge-base", "--all", oids[i], oids[#oids - 15]):gmatch "%x+" do among = among or oid == base end
    check.truthy(among)
  end
  local list = {}
  for commit in repo:log { from = "main", hide = { oids[60] } } do list[#list + 1] = commit.oid end
  check.equal(table.concat(list, "\n"), r.git("rev-list", "main", "^" .. oids[60]))
  local newest = repo:log({ from = "main" })()
  check.equal(newest.message, (r.git("log", "-1", "--format=%B", newest.oid):gsub("\n*$", "\n")))
end)
