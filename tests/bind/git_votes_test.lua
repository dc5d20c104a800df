-- Votes that the door counts by itself, against those of every commit by itself.
local bump = require "pure.bump"
local git = require "door.git"
local semver = require "pure.semver"
local repositories = stand "repositories"

local messages = {
  "feat: one", "Fix(core): two", "fix!: three", "docs: four\n\nBREAKING CHANGE: it does", "no convention", "chore(x)!: five", "BREAKING CHANGE: six",
  "BREAKING-CHANGE: seven", "feat: eight\n\nRelease-As: 3.0.0", "perf: nine\r\n\r\nbody\r\n\r\nrelease-as: 4.0.0", "fixup! feat: one", "other: ten",
  "Merge branch 'x'", "Merged PR 7: feat: from azure", 'Revert "perf: nine"', "revert: other: ten", "feat: gone for ever", "feat: latin \xE9",
  "gitk: eleven", "squash! no convention", "Reapply \"feat: one\"", "fix: last but one\n\nNotes: BREAKING CHANGE: in the middle", "Revert the world",
}

local rules = {
  false, { types = { docs = "minor", feat = "none" } }, { types = { Other = "major" }, other = "patch", unconventional = "minor" },
  { breaking = "minor" }, { breaking = "none" }, { zero = "minor" }, { zero = { breaking = "minor", minor = "patch", initial = { breaking = "patch" } } },
  { minimum = "patch" }, { always = "minor" }, { types = { revert = "none" }, other = "none" },
}

local particular = {
  { when = { { type = "docs", level = "major" } } }, { dependencies = true }, { notes = { "SECURITY" } }, { squash = "all" }, { reverts = false },
  { types_only = true }, { scopes = { "core" } }, { comment = "#" }, { header = { pattern = "^(%a+): (.*)$", fields = { "type", "description" } } },
}

-- What the votes of single commits come to.
local function slowly(repo, wish, o)
  local commits, kinds = {}, {}
  for commit in repo:log { from = wish.from, hide = wish.hide and { wish.hide } or nil, brief = true } do commits[#commits + 1] = commit end
  local decision = bump.decide { commits = commits, rules = o.rules, current = o.current }
  for _, vote in ipairs(decision.votes) do kinds[vote.type or "other"] = (kinds[vote.type or "other"] or 0) + 1 end
  return { commits = #commits, kinds = kinds, level = decision.level, release_as = decision.release_as, warnings = decision.warnings }
end

local function quickly(repo, wish, o)
  local how = assert(bump.rules_of_types(o.rules, o.current))
  how.from, how.hide = wish.from, wish.hide
  local sum = repo:votes(how)
  if not sum then return sum end
  local decision = bump.decide_by_sum { sum = sum, rules = o.rules, current = o.current }
  return { commits = sum.commits, kinds = sum.kinds, level = decision.level, release_as = decision.release_as, warnings = decision.warnings }
end

test("votes counted by the door are the sum of every commit's vote, whatever the rules and the range", function()
  local r = repositories.new()
  local oids = { r.commit("chore: begin", { n = "0" }) }
  for i, message in ipairs(messages) do oids[#oids + 1] = r.commit(message, { n = tostring(i) }) end
  oids[#oids + 1] = r.commit("This takes back\n\nThis reverts commit " .. oids[#oids - 5] .. ".", { n = "x" })
  oids[#oids + 1] = r.commit('Revert "This takes back"\n\nThis reverts commit ' .. oids[#oids] .. ".", { n = "y" })
  r.git("checkout", "-q", "-b", "side", oids[10])
  r.commit("feat!: beside", { s = "1" })
  r.git("checkout", "-q", "main")
  r.git("merge", "-q", "--no-ff", "-m", "feat: a merge that speaks", "side")
  r.git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-m", "fix: in another encoding \xE9")
  local repo = assert(git.open { path = r.dir })
  local seen = {}
  for _, rule in ipairs(rules) do
    for _, current in ipairs { "1.2.0", "0.3.0", "0.0.4" } do
      local o = { rules = rule or nil, current = semver.parse(current) }
      for at = 1, #oids, 3 do
        local wish = { from = "HEAD", hide = oids[at] }
        local expected = slowly(repo, wish, o)
        check.equal(quickly(repo, wish, o), expected)
        check.equal(quickly(repo, { from = oids[at] }, o), slowly(repo, { from = oids[at] }, o))
        seen[expected.level] = true
      end
    end
  end
  check.equal({ seen.major, seen.minor, seen.patch }, { true, true, true })
end)

test("rules that look at more than types are not the door's, nor is a commit that lists others", function()
  for _, rule in ipairs(particular) do check.equal(bump.rules_of_types(rule, nil), nil) end
  local r = repositories.new()
  r.commit("feat: one", { n = "1" })
  r.commit("chore: many\n\nBEGIN_NESTED_COMMIT\nfeat: inner\nEND_NESTED_COMMIT", { n = "2" })
  local repo = assert(git.open { path = r.dir })
  check.equal(quickly(repo, { from = "HEAD" }, {}), false)
  check.equal(quickly(repo, { from = "HEAD~1" }, {}), slowly(repo, { from = "HEAD~1" }, {}))
  check.fails("git.no_such_revision", repo:votes { from = "no such", types = {}, levels = {}, other = "none", unconventional = "none", breaking = "major", revert = "none" })
  check.raises(function()
    repo:votes { from = "HEAD", types = { "feat" }, levels = { "huge" }, other = "none", unconventional = "none", breaking = "major", revert = "none" }
  end, "no level")
end)
