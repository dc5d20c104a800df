-- slipway next and slipway changelog on histories that are not a line of well-written commits.
local repositories = stand "repositories"

local function slipway_in(dir, ...)
  local argv = { slipway, ... }
  argv.dir = dir
  return run(argv)
end

-- git fast-import takes what no editor would write.
local function imported(stream)
  local repo = repositories.new()
  local done = run { "git", "-C", repo.dir, "fast-import", "--quiet", "--force", input = stream }
  check.equal(done.err, "")
  return repo
end

local function commit(o)
  local who = ("Ada <ada@example.test> %d +0000"):format(o.time)
  local lines = { ("commit refs/heads/%s\nmark :%d\nauthor %s\ncommitter %s\n"):format(o.branch or "main", o.mark, who, who) }
  lines[2] = ("data %d\n%s\n"):format(#o.message, o.message)
  for i, parent in ipairs(o.parents or {}) do lines[#lines + 1] = ("%s :%d\n"):format(i == 1 and "from" or "merge", parent) end
  lines[#lines + 1] = "\n"
  return table.concat(lines)
end

local function tag(name, mark) return ("reset refs/tags/%s\nfrom :%d\n\n"):format(name, mark) end

local function sections(text)
  local list, current = {}, nil
  for line in text:gmatch "[^\n]+" do
    local name = line:match "^## %[?([%w%.%-]+)"
    if name then
      current = { name = name }
      list[#list + 1] = current
    elseif current and line:find "^%- " then
      current[#current + 1] = line:sub(3)
    end
  end
  return list
end

test("a commit stands in the release that first contained it, whenever it was written", function()
  local repo = imported(table.concat {
    commit { mark = 1, time = 100, message = "feat: one\n" }, tag("v1.0.0", 1),
    commit { mark = 2, time = 110, message = "feat: aside\n", branch = "side", parents = { 1 } },
    commit { mark = 3, time = 120, message = "feat: two\n", parents = { 1 } }, tag("v1.1.0", 3),
    commit { mark = 4, time = 130, message = "Merge branch 'side'\n", parents = { 3, 2 } }, tag("v1.2.0", 4),
  })
  check.equal(sections(slipway_in(repo.dir, "changelog").out), {
    { name = "1.2.0", "aside" }, { name = "1.1.0", "two" }, { name = "1.0.0", "one" },
  })
end)

test("clocks that were wrong move no commit into another release", function()
  -- The base is dated after what was built on it, and was met before the older release's side of it.
  local repo = imported(table.concat {
    commit { mark = 1, time = 500, message = "feat: base\n" },
    commit { mark = 2, time = 100, message = "feat: old\n", parents = { 1 } }, tag("v1.0.0", 2),
    commit { mark = 3, time = 600, message = "feat: branch\n", branch = "side", parents = { 1 } },
    commit { mark = 4, time = 700, message = "Merge branch 'side'\n", parents = { 2, 3 } }, tag("v1.1.0", 4),
  })
  check.equal(sections(slipway_in(repo.dir, "changelog").out), { { name = "1.1.0", "branch" }, { name = "1.0.0", "base", "old" } })
  check.equal(slipway_in(repo.dir, "next", "--zero-ok").code, 0)
end)

test("an octopus merge brings all its branches", function()
  local repo = imported(table.concat {
    commit { mark = 1, time = 100, message = "feat: start\n" }, tag("v1.0.0", 1),
    commit { mark = 2, time = 110, message = "fix: a\n", branch = "a", parents = { 1 } },
    commit { mark = 3, time = 120, message = "fix: b\n", branch = "b", parents = { 1 } },
    commit { mark = 4, time = 130, message = "feat: c\n", branch = "c", parents = { 1 } },
    commit { mark = 5, time = 140, message = "Merge branches 'a', 'b' and 'c'\n", parents = { 1, 2, 3, 4 } },
  })
  check.equal(slipway_in(repo.dir, "next").out, "1.1.0\n")
  check.equal(sections(slipway_in(repo.dir, "changelog", "--unreleased").out), { { name = "Unreleased", "c", "b", "a" } })
end)

test("invalid UTF-8 and NUL in a message end in a page that is UTF-8 without NUL", function()
  local repo = imported(table.concat {
    commit { mark = 1, time = 100, message = "feat: start\n" }, tag("v1.0.0", 1),
    commit { mark = 2, time = 110, message = "fix: caf\xe9 and \xff\n", parents = { 1 } },
    commit { mark = 3, time = 120, message = "feat: before\0behind\n\nbody\n", parents = { 2 } },
  })
  local result = slipway_in(repo.dir, "changelog", "--unreleased")
  check.equal(result.code, 0)
  check.truthy(utf8.len(result.out))
  check.falsy(result.out:find "\0")
  check.match(result.out, "- caf\u{E9} and \u{FF}\n")
  check.match(result.out, "- before")
  check.equal(slipway_in(repo.dir, "next").out, "1.1.0\n")
  check.equal(slipway_in(repo.dir, "next", "--why", "--json").code, 0)
end)

test("a message of a megabyte is read like any other", function()
  local repo = imported(table.concat {
    commit { mark = 1, time = 100, message = "feat: start\n" }, tag("v1.0.0", 1),
    commit { mark = 2, time = 110, message = "fix: long\n\n" .. ("a line of the body, again and again\n"):rep(30000) .. "\nBREAKING CHANGE: all\n", parents = { 1 } },
  })
  check.equal(slipway_in(repo.dir, "next").out, "2.0.0\n")
  check.match(slipway_in(repo.dir, "changelog", "--unreleased").out, "### Breaking changes\n\n%- all\n")
end)

test("tags that are no versions, tags on a tree and tags off the trunk are no releases of it", function()
  local repo = imported(table.concat {
    commit { mark = 1, time = 100, message = "feat: start\n" }, tag("v1.0.0", 1), tag("nightly", 1), tag("v", 1), tag("release-x.y", 1),
    commit { mark = 2, time = 110, message = "feat: elsewhere\n", branch = "line", parents = { 1 } }, tag("v7.0.0", 2),
    commit { mark = 3, time = 120, message = "fix: here\n", parents = { 1 } },
  })
  repo.git("tag", "v9.9.9", "main^{tree}")
  check.equal(slipway_in(repo.dir, "next").out, "1.0.1\n")
  check.equal(sections(slipway_in(repo.dir, "changelog").out), { { name = "Unreleased", "here" }, { name = "1.0.0", "start" } })
end)

test("of several tags on one commit the highest version counts, lightweight or annotated", function()
  local repo = imported(table.concat {
    commit { mark = 1, time = 100, message = "feat: start\n" }, tag("v1.0.0-rc.1", 1), tag("v1.0.0", 1),
    commit { mark = 2, time = 110, message = "fix: here\n", parents = { 1 } },
  })
  repo.git("tag", "-a", "-m", "x", "v0.9.0", "main~1")
  check.equal(slipway_in(repo.dir, "next").out, "1.0.1\n")
  check.equal(sections(slipway_in(repo.dir, "changelog").out), { { name = "Unreleased", "here" }, { name = "1.0.0", "start" } })
end)

test("a shallow clone tells what it has", function()
  local repo = repositories.new()
  repo.commit "feat: one"
  repo.commit "feat: two"
  repo.git("tag", "v1.0.0")
  repo.commit "fix: three"
  local dir = scratch() .. "/shallow"
  check.equal(run({ "git", "clone", "-q", "--depth", "2", "file://" .. repo.dir, dir }).code, 0)
  check.equal(slipway_in(dir, "next").out, "1.0.1\n")
  check.equal(sections(slipway_in(dir, "changelog").out), { { name = "Unreleased", "three" }, { name = "1.0.0", "two" } })
end)

test("a history in several packs, in loose objects and behind alternates is the same history", function()
  local repo = repositories.new()
  for i = 1, 12 do
    repo.commit(("feat(part%d): number %d\n\nA body that is alike everywhere, so that packs keep it as a delta.\n\nCloses #%d"):format(i % 3, i, i))
    if i % 4 == 0 then repo.git("tag", ("v1.%d.0"):format(i // 4)) end
  end
  local loose = slipway_in(repo.dir, "changelog").out
  check.match(loose, "## %[1%.1%.0%]")
  repo.git("repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50")
  check.equal(slipway_in(repo.dir, "changelog").out, loose)
  local borrowed = scratch() .. "/borrowed"
  check.equal(run({ "git", "clone", "-q", "--shared", repo.dir, borrowed }).code, 0)
  check.equal(slipway_in(borrowed, "changelog").out, loose)
  repo.commit "fix: loose again"
  check.equal((slipway_in(repo.dir, "changelog").out:gsub("## %[Unreleased%].-\n\n(## )", "%1")), loose)
end)

test("a pack that is damaged is an error that names the commit, never half a changelog", function()
  local repo = repositories.new()
  for i = 1, 20 do repo.commit(("feat: number %d\n\n%s"):format(i, ("line %d of a body\n"):format(i * 7):rep(20))) end
  repo.git("repack", "-q", "-a", "-d")
  local path = run({ "sh", "-c", "ls " .. repo.dir .. "/.git/objects/pack/*.pack" }).out:match "%S+"
  run { "chmod", "u+w", path }
  local file = assert(io.open(path, "r+b"))
  file:seek("set", 200)
  file:write(("\0"):rep(400))
  file:close()
  local result = slipway_in(repo.dir, "changelog")
  check.equal(result.out, "")
  check.match(result.err, "SW%-GIT%-BROKEN")
  check.match(result.err, "%x%x%x%x%x%x%x")
end)
