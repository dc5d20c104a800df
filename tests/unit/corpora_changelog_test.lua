-- The changelog cases of the peers, as facts: which change is told, in which release, under which kind of
-- heading, with which links. What a case sets up in its peer's own configuration language is left out.
local changelog = require "pure.changelog"
local commits = require "pure.commits"
local json = require "door.json"

local folder = corpora "changelog"

-- Cases whose facts cannot be met, each with its reason.
local left_out = {
  { "should%-support%-non%-public%-github", "the case does not say which repository the peer was told" },
  { "should%-work%-specifying%-where%-to%-fi", "the case does not hold the package.json the peer was pointed to" },
  { "regex%-replace%-parser", "its template shows dates of another time zone" },
}

local function is_left_out(name)
  for _, one in ipairs(left_out) do
    if name:find(one[1]) then return true end
  end
  return false
end

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read "a"
  file:close()
  return text
end

local function cases(peer)
  local list = {}
  for name in run({ "ls", folder }).out:gmatch "[^\n]+" do
    local text = read(folder .. "/" .. name .. "/case.json")
    local case = text and assert(json.decode(text))
    if case and case.peer == peer and not is_left_out(name) then list[#list + 1] = { name = name, case = case } end
  end
  return list
end

local function version_of(tag) return tag:match "^.-v?(%d+%.%d+%.%d+.*)$" end

-- Oldest first in a case, newest first on a page.
local function releases_of(case)
  local releases, current, previous = {}, { commits = {} }, nil
  for _, commit in ipairs(case.history) do
    table.insert(current.commits, 1, commits.parse { message = commit.message, oid = ("%040x"):format(commit.id + 0xabcdef0000000) })
    local tag = commit.tags and commit.tags[1] and commit.tags[1].name
    if tag and version_of(tag) then
      current.tag, current.version, current.previous = tag, version_of(tag), previous
      current.date = commit.date and commit.date:sub(1, 10)
      table.insert(releases, 1, current)
      current, previous = { commits = {} }, tag
    end
  end
  current.previous = previous
  if #current.commits > 0 then table.insert(releases, 1, current) end
  return releases
end

-- Facts met and asked for, and what was not met.
local function tally()
  local t = { met = 0, asked = 0, missed = {} }
  function t.fact(ok, text)
    t.asked = t.asked + 1
    if ok then t.met = t.met + 1 else t.missed[#t.missed + 1] = text end
  end
  function t.expect(least)
    check.truthy(t.asked >= least, ("only %d facts were found"):format(t.asked))
    check.truthy(t.met == t.asked, ("%d of %d facts\n%s"):format(t.met, t.asked, table.concat(t.missed, "\n")))
  end
  return t
end

local function links_of(case)
  local package = case.repository_files and (case.repository_files["./package.json"] or case.repository_files["package.json"])
  local repository = package and assert(json.decode(package)).repository
  local url = type(repository) == "table" and repository.url or repository
  return url and changelog.links_of_remote((url:gsub("^git%+", "")), url:find "internal" and "github" or nil)
end

local function has_options(case)
  for key, value in pairs(case.options or {}) do
    if key ~= "config" or json.encode(value) ~= '[{"preset":[]}]' then return true end
  end
  return false
end

test("links, scopes, references and notes stand where conventional-changelog has them", function()
  if not folder then skip "corpora/changelog is not beside this checkout" end
  local t = tally()
  for _, one in ipairs(cases "conventional-changelog") do
    if not has_options(one.case) then
      local releases = releases_of(one.case)
      local pages = {}
      for i, release in ipairs(releases) do pages[i - 1] = changelog.section(release, { style = "conventional", links = links_of(one.case) }) end
      for _, wanted in ipairs(one.case.contains or {}) do
        local page = pages[wanted.release or 0] or ""
        t.fact(page:find(wanted.text, 1, true), one.name .. ": lacks " .. wanted.text)
      end
      for _, unwanted in ipairs(one.case.absent or {}) do
        local page = pages[unwanted.release or 0] or ""
        t.fact(not page:find(unwanted.text, 1, true), one.name .. ": has " .. unwanted.text)
      end
    end
  end
  t.expect(75)
end)

local KIND = { feat = "Added", fix = "Fixed" }

-- Only commits whose fate no configuration decides: features and fixes that the peer shows.
test("features and fixes stand in the release and under the kind where git-cliff has them", function()
  if not folder then skip "corpora/changelog is not beside this checkout" end
  local t = tally()
  for _, one in ipairs(cases "git-cliff") do
    local releases = releases_of(one.case)
    for _, release in ipairs(releases) do
      local page = changelog.section(release)
      if release.version then
        for _, row in ipairs(one.case.outline) do
          local told = row.heading == 2 and row.text:match "^%[([^%]]+)%]"
          if told == release.version then
            local day = row.text:match "%d%d%d%d%-%d%d%-%d%d$"
            t.fact(page:find("## [" .. told .. "]" .. (day and " - " .. day or ""), 1, true) == 1, one.name .. ": heading " .. row.text)
          end
        end
      end
      for _, change in ipairs(release.commits) do
        for _, subject in ipairs(one.case.subjects) do
          if KIND[change.type] and subject.present and change.description == subject.subject then
            local section = page:match("\n### " .. KIND[change.type] .. "\n\n(.-)\n\n") or page:match("\n### " .. KIND[change.type] .. "\n\n(.*)")
            t.fact(section and section:find(subject.subject, 1, true), one.name .. ": " .. subject.subject)
          end
        end
      end
    end
  end
  t.expect(100)
end)

test("knope's changes are put in front of its changelogs without touching the rest", function()
  if not folder then skip "corpora/changelog is not beside this checkout" end
  local t = tally()
  for _, one in ipairs(cases "knope") do
    local before = read(folder .. "/" .. one.name .. "/before.CHANGELOG.md")
    local added = one.case.added["CHANGELOG.md"]
    if added and one.case.changesets == json.null then
      local version = added[1].text:match "^(%S+)"
      local releases = releases_of(one.case)
      local addition = changelog.section { version = version, date = "2026-11-21", commits = releases[1].commits }
      local after = assert(changelog.insert(before, addition, { version = version }))
      local start = before and before:find "##"
      t.fact(not start or after:sub(start - 1 - #before) == before:sub(start), one.name .. ": the rest changed")
      for _, row in ipairs(added) do
        if row.entry then t.fact(changelog.notes(after, version):lower():find(row.entry:lower(), 1, true), one.name .. ": " .. row.entry) end
      end
    end
  end
  t.expect(10)
end)
