-- What a commit is beyond its text: merges, reverts, fixups, squashes, references.
local commits = require "pure.commits"
local references = require "pure.references"

local function kind(message) return commits.parse(message).kind end

local function oid(letter) return letter:rep(40) end

test("every commit is a change, a merge, a revert, a fixup, or named as not conforming", function()
  check.equal(kind "feat: x", "change")
  check.equal(kind "Merge branch 'a' into b", "merge")
  check.equal(kind "Merge pull request #1 from a/b\n\nTitle", "merge")
  check.equal(kind 'Revert "feat: x"\n\nThis reverts commit 1234567.', "revert")
  check.equal(kind "revert: feat: x", "revert")
  check.equal(kind "fixup! feat: x", "fixup")
  check.equal(kind "wip", "other")
  check.equal(commits.parse({ message = "join", parents = { oid "a", oid "b" } }).kind, "merge")
  check.equal(kind "Merge: x", "change")
end)

test("a commit that does not conform says why, and keeps its body", function()
  local change = commits.parse "wip\n\nmore"
  check.match(change.problem, "colon is missing")
  check.equal({ change.subject, change.body, change.conforms }, { "wip", "more", false })
end)

test("a forgotten blank line does not stop a change from counting", function()
  local change = commits.parse "Feat: x\nand a body"
  check.equal({ change.type, change.body, change.conforms }, { "feat", "and a body", true })
end)

test("reverted work is found by hash, by subject and by description", function()
  local list = {}
  for i, raw in ipairs {
    { oid = oid "d", message = 'Revert "feat: a"\n\nThis reverts commit ' .. oid "a" .. "." },
    { oid = oid "c", message = "fix: c" },
    { oid = oid "a", message = "feat: a" },
  } do list[i] = commits.parse(raw) end
  local gone, spent = commits.reverted(list)
  check.equal(gone, { [3] = 1 })
  check.equal(spent, { true })
  local texts = { commits.parse "revert: a thing", commits.parse "feat: a thing" }
  check.equal((commits.reverted(texts)), { [2] = 1 })
end)

test("a revert of a revert brings the work back", function()
  local list = {}
  for i, text in ipairs { 'Revert "Revert "feat: a""', 'Revert "feat: a"', "feat: a" } do list[i] = commits.parse(text) end
  local gone = commits.reverted(list)
  check.equal(gone, { [2] = 1 })
end)

test("a revert of work that is released already stands for itself", function()
  local gone, spent = commits.reverted { commits.parse 'Revert "feat: old"\n\nThis reverts commit 1234567.' }
  check.equal({ gone, spent }, { {}, {} })
end)

test("a merge that is reverted does not take its other parent back", function()
  local change = commits.parse("Revert \"Merge branch 'x'\"\n\nThis reverts commit " .. oid "a" .. ", reversing\nchanges made to " .. oid "b" .. ".")
  check.equal(change.reverts, { oid "a" })
end)

test("a squash is one commit unless asked, then each of its lines is one", function()
  local message = "feat: all (#7)\n\n* fix: one\n\n* docs: two\n\nBREAKING CHANGE: three"
  check.equal(#commits.split(message), 1)
  local list = commits.split(message, { squash = "listed" })
  check.equal({ #list, list[1].description, list[2].description, list[2].breaking }, { 2, "one", "two", true })
  check.equal(#commits.split(message, { squash = "all" }), 3)
end)

test("nested commits and an override in the message are read as release-please reads them", function()
  local nested = commits.split "feat: a\n\nBEGIN_NESTED_COMMIT\nfix: b\n\nbody\nEND_NESTED_COMMIT"
  check.equal({ #nested, nested[1].type, nested[2].description, nested[2].body }, { 2, "feat", "b", "body" })
  local list = commits.split "chore: x\n\nBEGIN_COMMIT_OVERRIDE\nfeat: a\n\nfix: b\nEND_COMMIT_OVERRIDE"
  check.equal({ #list, list[1].type, list[2].type }, { 2, "feat", "fix" })
end)

test("issues, people and pull requests are found", function()
  local change = commits.parse "fix: a (#12)\n\nCloses: #5, #4 and ABC-3\nFixes owner/repo#9"
  check.equal(commits.closes(change, { separator = ": " }), { "ABC-3", "#4", "#5" })
  local found = references.find "Fixes owner/repo#9 and #10"
  check.equal({ found[1].action, found[1].owner, found[1].repository, found[1].issue, found[2].issue }, { "Fixes", "owner", "repo", "9", "10" })
  check.equal(references.mentions "thanks @ann and @bob-2", { "ann", "bob-2" })
  check.equal({ references.pull_request "a thing (#12)" }, { "a thing", "12", "#" })
end)

test("a breaking change that stands as an item of a squash's list is one", function()
  local change = commits.parse "fix(core): x (#5)\n\n* fix: a\n\n* BREAKING CHANGE: gone\n"
  check.truthy(change.breaking)
  check.equal(commits.notes(change)[1].text, "gone")
  check.falsy(commits.parse("fix: x\n\nquoting\n- BREAKING CHANGE: theirs\n").breaking)
  check.falsy(commits.parse("fix: x\n\n* BREAKING CHANGES are listed elsewhere\n").breaking)
end)

test("an issue that is named twice with the same word is one reference", function()
  local list = references.find "feat: x\n\nCloses #3, #4\nCloses #3\nFixes #3"
  check.equal(#list, 3)
  check.equal({ list[1].issue, list[2].issue, list[3].action }, { "3", "4", "Fixes" })
end)

test("the number of a pull request is read as GitHub, GitLab and Bitbucket write it", function()
  local function parts(text) return { references.pull_request(text) } end
  check.equal(parts "x (#7)", { "x", "7", "#" })
  check.equal(parts "x (!8)", { "x", "8", "!" })
  check.equal(parts "x (pull request #9)", { "x", "9", "#" })
  check.equal(parts "x (#7) y", { "x (#7) y" })
end)

test("paragraphs that begin like commits are commits of their own where the project says so", function()
  local message = "feat: one\n\nsome text\n\nfix(api)!: two\n\n- more\nRefs: 5\n\nNote: no commit\n"
  local list = commits.split(message, { squash = "paragraphs" })
  check.equal(#list, 2)
  check.equal({ list[1].type, list[1].breaking, list[2].type, list[2].scope, list[2].breaking }, { "feat", false, "fix", "api", true })
  check.equal(#commits.split(message), 1)
  check.equal(#commits.split("fix: one\n\n* feat: two\n", { squash = "paragraphs" }), 1)
end)

test("a squash of Azure DevOps or Bitbucket is the commit it carries; a merge is not", function()
  local azure = commits.parse "Merged PR 12: feat(api)!: x\n\nRefs: 5"
  check.equal({ azure.kind, azure.type, azure.scope, azure.breaking, azure.description, #azure.footers }, { "change", "feat", "api", true, "x", 1 })
  local bitbucket = commits.parse "Merged in topic (pull request #10)\n\nfix: y\n\nbody"
  check.equal({ bitbucket.kind, bitbucket.type, bitbucket.description, bitbucket.body }, { "change", "fix", "y", "body" })
  check.equal(kind { message = "Merged PR 12: feat: x", parents = { oid "a", oid "b" } }, "merge")
  for _, message in ipairs { "Merged PR 12: no convention", "Merged PR : feat: x", "Merged PR 12:", "Merged in topic", "Merged in topic\n\nfix: y" } do
    check.falsy(commits.parse(message).conforms, message)
  end
end)
