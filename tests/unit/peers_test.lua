-- What other tools would have said, and why.
local peers = require "pure.peers"
local semver = require "pure.semver"

local function said(tool, current, messages, rules)
  local list = assert(peers.compare { tools = { tool }, current = current and semver.parse(current), commits = messages, rules = rules })
  return list[1]
end

test("where the rules agree, the same version comes out and nothing is explained", function()
  for _, tool in ipairs { "commitizen", "git-cliff", "semantic-release", "release-please", "svu", "cocogitto" } do
    local entry = said(tool, "1.2.3", { "feat: a", "fix: b" })
    check.equal({ entry.next, entry.same, entry.why }, { "1.3.0", true, {} })
  end
end)

test("each difference names the commit, both votes and the rule behind it", function()
  local entry = said("git-cliff", "1.2.3", { "docs: a" })
  check.equal({ entry.next, entry.same }, { "1.2.4", false })
  check.equal(entry.why[1], { commit = 1, subject = "docs: a", there = "patch", here = "none",
    why = "every conventional commit gives at least patch there" })
  check.match(said("semantic-release", "1.2.3", { "feat!: a" }).why[1].why, "does not know '!'")
  check.match(said("commitizen", "1.2.3", { 'Revert "feat: a"', "feat: a" }).why[1].why, "taken back")
  check.match(said("cocogitto", "0.2.3", { "feat!: a" }).why[1].why, "at 0.x")
end)

test("a tool that reads no commits says so", function()
  check.match(said("cargo-release", "1.2.3", { "feat: a" }).note, "reads no commits")
end)

test("first versions and pre-releases differ without any commit differing", function()
  check.equal(said("semantic-release", nil, { "feat: a" }).next, "1.0.0")
  local entry = said("git-cliff", "1.3.0-rc.1", { "fix: a" })
  check.equal(entry.next, "1.3.0-rc.2")
  check.match(entry.note, "stays in the pre%-release")
end)

test("an unknown tool is refused with the nearest name", function()
  local list, err = peers.compare { tools = { "gitcliff" }, commits = {} }
  check.fails("version.peer", list, err)
  check.match(err.message, "git%-cliff")
end)
