-- The matrix of faults for what a release tells its forge: every way in which an exchange can break, at each request that
-- changes something, and some of them at each request that only reads. Against the fake of GitHub, behind the proxy.
local json = require "door.json"
local faults = stand "fault_matrix"

-- What reading can meet; the rest differ only for who sends twice.
local reading <const> = { "429_seconds", "401", "502", "redirect_elsewhere", "reset", "truncated", "garbage", "never" }

-- What those requests can meet that are not the last one of their verb.
local sending <const> = { "429_seconds", "401", "503", "redirect_post", "portal", "reset_after_request", "upload_cut", "502_done", "lost", "never", "truncated", "lag" }

local none <const> = json.array {}

--- A row's matrix: all kinds at the last of its `writes` requests that change something, some at those before and at its
--- `reads` that change nothing.
local function row(name, o)
  test(name .. ": once, and whole, whatever breaks on the way", { timeout = 600 }, function()
    local f = faults.forge_project(o.patience)
    f.server.arm { issues = none, milestones = none, releases = none, pulls = none, runs = none, comments = {}, dispatch = "details" }
    if o.before then o.before(f) end
    local given = { verb = name, engine = f.engine, proxy = f.proxy, judge = o.judge, resumes = o.resumes, begin = function(i) return o.begin(f, i) end }
    for at = 1, o.writes or 0 do
      given.exchanges, given.writes, given.first, given.kinds = { at }, true, at * 100, (at < o.writes or o.some) and sending or nil
      faults.matrix(given)
    end
    given.writes, given.kinds = nil, reading
    for at = 1, o.reads or 0 do
      given.exchanges, given.first = { at }, 1000 + at * 100
      faults.matrix(given)
    end
  end)
end

local function public_page(f, tag) return f.ask("/releases", "POST", { tag_name = tag, name = "pelican", body = "Notes.", draft = false }) end

row("milestone", { writes = 2, reads = 1, begin = function(f, i)
  local this, next = "m" .. i, "n" .. i
  f.server.arm { milestones = none }
  f.ask("/milestones", "POST", { title = this })
  local function state()
    local list = {}
    for _, m in ipairs(f.ask "/milestones?state=all&per_page=100") do list[#list + 1] = ("%s %s"):format(m.title, m.state) end
    return table.concat(list, ", ")
  end
  return { args = { title = this, next = next, description = "planning" }, state = state, nothing = this .. " open", wanted = ("%s closed, %s open"):format(this, next) }
end })

row("mark", { writes = 1, reads = 1, begin = function(f, i)
  local tag = "v1.0." .. i
  f.server.arm { releases = none }
  public_page(f, tag)
  local function state()
    local page = f.ask("/releases/tags/" .. tag)
    return ("%s | %s"):format(page.name, page.body)
  end
  return { args = { tag = tag, reason = "loses data" }, state = state, nothing = "pelican | Notes.",
    wanted = "[YANKED] pelican | <!-- slipway: marked -->\n> **YANKED**: loses data\n<!-- slipway: end of mark -->\n\nNotes." }
end })

row("comment", { writes = 2, reads = 2, begin = function(f, i)
  local items = { { number = 2 * i, pull = false }, { number = 2 * i + 1, pull = true } }
  local function state()
    local list = {}
    for n, item in ipairs(items) do list[n] = #f.ask(("/issues/%d/comments"):format(item.number)) end
    return table.concat(list, ", ")
  end
  return { args = { items = items, text = "Released in v1.0." .. i, key = "released v1.0." .. i }, state = state, nothing = "0, 0", wanted = "1, 1" }
end })

row("issue", { writes = 1, reads = 1, begin = function(f, i)
  local title = ("1.0.%d is withdrawn"):format(i)
  local function state()
    local count = 0
    for _, issue in ipairs(f.server.arm().issues) do count = count + (issue.title == title and issue.state == "open" and 1 or 0) end
    return count
  end
  return { args = { title = title, body = "It loses data." }, state = state, nothing = 0, wanted = 1 }
end })

--- A run that nobody can be sure of is asked about, never started a second time: there the run waits for a person.
local function at_most_one_run(result, case, ...)
  local count = case.state()
  if count > 1 then return count .. " runs were started" end
  if result.outcome ~= "done" and result.outcome ~= "refused" then
    return not (result.error and result.error.message ~= "") and result.outcome .. " without a word" or nil
  end
  return faults.must_be_whole(result, case, ...)
end

for _, kind in ipairs { "details", "old" } do
  row("dispatch", { patience = "0s", resumes = 1, some = kind == "old", writes = kind == "old" and 2 or 1, reads = 1, judge = at_most_one_run, before = function(f) f.server.arm { dispatch = kind } end, begin = function(f, i)
    local title = "v1.0." .. i
    local function state()
      local count = 0
      for _, run in ipairs(f.server.arm().runs) do count = count + (run.display_title:find(title, 1, true) and 1 or 0) end
      return count
    end
    return { args = { workflow = "bundle.yml", ref = "main", inputs = { version = title }, title = title }, state = state, nothing = 0, wanted = 1 }
  end })
end

row("watch", { reads = 2, before = function(f)
  f.server.arm { runs = { { id = 7, path = ".github/workflows/publish.yml", event = "push", head_branch = "v1.1.0", head_sha = f.p.git("rev-parse", "v1.1.0^{commit}"),
    status = "completed", conclusion = "success", run_attempt = 1, display_title = "1.1.0", html_url = "https://github.example/runs/7" } } }
end, begin = function()
  return { args = { tag = "v1.1.0", workflow = "publish.yml", within = "5s" }, state = function() return "" end, nothing = "", wanted = "" }
end })

row("propose", { writes = 1, reads = 2, before = function(f)
  local p = f.p
  p.git("switch", "-q", "-c", "release")
  f.proposed = p.commit("Release 1.2.0", { ["version.txt"] = "1.2.0\n" })
  p.git("switch", "-q", "main")
  p.git("merge", "-q", "--no-ff", "-m", "Merge the release", "release")
  p.git("push", "-q", "origin", "main")
  f.server.arm { merges = p.git("rev-parse", "main"), head_sha = f.proposed }
end, begin = function(f, i)
  local branch = "release/v1.0." .. i
  local function state()
    local list = {}
    for _, pull in ipairs(f.server.arm().pulls) do
      if pull.head.ref == branch then list[#list + 1] = pull.merged_at and "merged" or pull.state end
    end
    return table.concat(list, ", ")
  end
  return { args = { remote = "origin", branch = branch, base = "main", commit = f.proposed, title = "Release 1.0." .. i, within = "10s" }, state = state, nothing = "", wanted = "merged" }
end })

row("attach", { writes = 2, reads = 1, begin = function(f, i)
  local tag = "v1.0." .. i
  f.server.arm { releases = none }
  public_page(f, tag)
  return { args = { tag = tag, assets = f.assets }, state = function() return f.pages_of(tag) end, nothing = "public: ", wanted = "public: " .. f.listed }
end })

row("fetch", { reads = 3, before = function(f)
  public_page(f, "v1.0.0")
  assert(require("verb.attach").apply(faults.world_for(f.engine, { id = "setup", dir = scratch(), time = faults.time }, true), { tag = "v1.0.0", assets = f.assets }))
end, begin = function(f)
  return { args = { name = "two", tag = "v1.0.0", asset = "two.bin", sha256 = f.assets[2].sha256 }, state = function() return "" end, nothing = "", wanted = "" }
end })

row("point", { writes = 1, reads = 2, before = function(f)
  for _, version in ipairs { "1.0.1", "1.0.2" } do public_page(f, "v" .. version) end
end, begin = function(f)
  f.server.arm { latest = "v1.0.1" }
  return { args = { registry = "forge", kind = "page", package = "pelican", pointer = "latest", version = "1.0.2" }, state = function() return f.server.arm().latest end, nothing = "v1.0.1", wanted = "v1.0.2" }
end })
