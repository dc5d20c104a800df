-- Conventional Commits: the specification's examples, and what histories really hold.
local conventional = require "pure.conventional"

local function part(message, name, options) return assert(conventional.parse(message, options))[name] end

test("the specification's example with body and footers comes apart as it should", function()
  local c = conventional.parse [[
fix: prevent racing of requests

Introduce a request id and a reference to latest request. Dismiss
incoming responses other than from latest request.

Remove timeouts which were used to mitigate the racing issue but are
obsolete now.

Reviewed-by: Z
Refs: #123
]]
  check.equal({ c.type, c.scope, c.breaking, c.description }, { "fix", nil, false, "prevent racing of requests" })
  check.match(c.body, "^Introduce a request id.*obsolete now%.$")
  check.equal({ c.footers[1].token, c.footers[1].value, c.footers[2].token, c.footers[2].value },
    { "Reviewed-by", "Z", "Refs", "#123" })
end)

test("'!' and BREAKING CHANGE both say that a change breaks something", function()
  check.equal(part("feat(api)!: x", "breaking"), true)
  check.equal(part("chore!: x\n\nBREAKING CHANGE: y", "breaking"), true)
  check.equal(part("feat: x\n\nBREAKING-CHANGE: y", "breaking"), true)
  check.equal(part("feat: x\n\nbreaking change: y", "breaking"), false)
  check.equal(part("feat: x\n\nno breaking CHANGE: here", "breaking"), false)
end)

test("line ends of Windows are line ends", function()
  local c = conventional.parse "feat: x\r\n\r\nbody\r\nmore\r\n\r\nRefs: 1\r\n"
  check.equal({ c.description, c.body, c.footers[1].value }, { "x", "body\nmore", "1" })
end)

test("a footer's value may hold several paragraphs", function()
  local c = conventional.parse "feat: x\n\nBREAKING CHANGE: a\n  b\n\nc\nRefs #5"
  check.equal({ c.footers[1].value, c.footers[2].token, c.footers[2].value, c.footers[2].separator }, { "a\n  b\n\nc", "Refs", "5", " #" })
end)

test("a line that looks like a footer within a paragraph is body", function()
  local c = conventional.parse "fix: x\n\nFirst line.\nNote: this too\nend"
  check.equal({ c.body, #c.footers }, { "First line.\nNote: this too\nend", 0 })
end)

test("scopes may be nested, and an empty one is none", function()
  check.equal(part("fix(api(v2)): x", "scope"), "api(v2)")
  check.equal(part("fix(a/b, c): x", "scope"), "a/b, c")
  check.equal(part("fix(): x", "scope"), nil)
  check.fails("commit.not_conventional", conventional.parse("fix(): x", { strict_scope = true }))
end)

test("an error says what is wrong and where", function()
  for message, wanted in pairs { -- order: each stands alone
    ["add a thing"] = "colon is missing behind the type, at byte 4",
    ["feat:x"] = "space is missing behind the colon, at byte 6",
    ["feat: "] = "description is missing",
    ["feat(a: x"] = "parenthesis is never closed, at byte 5",
    ["feat: x\ny"] = "blank line is missing",
    [""] = "empty",
  } do
    local c, err = conventional.parse(message)
    check.fails("commit.not_conventional", c, err)
    check.match(err.message, (wanted:gsub("%p", "%%%0")))
  end
end)

test("types and scopes can be a project's own", function()
  local o = { types = { "feat", "fix" }, scopes = { "api" } }
  check.equal(part("Feat(api): x", "type", o), "Feat")
  check.fails("commit.type", conventional.parse("docs: x", o))
  check.fails("commit.scope", conventional.parse("fix(ui): x", o))
end)

test("a header of the project's own is a pattern and the names of its parts", function()
  local c = conventional.parse("[ui] fix - broken button\n\nRefs: 1",
    { header = { pattern = "^%[(.-)%] (%w+) %- (.*)$", fields = { "scope", "type", "description" } } })
  check.equal({ c.type, c.scope, c.description, c.footers[1].value }, { "fix", "ui", "broken button", "1" })
end)

test("comments and all below a scissors line are stripped", function()
  check.equal(conventional.strip "# hint\nfeat: x\n# no\n\nbody\n# ------ >8 ------\ndiff", "feat: x\n\nbody")
end)

test("bytes that are no UTF-8, and NUL, are carried through", function()
  check.equal(part("feat: a\0b\xff", "description"), "a\0b\xff")
  check.equal(part("feat: x\n\nb\0c\r\nd", "body"), "b\0c\nd")
end)

test("a message of a megabyte, or with forty thousand footers, is read", function()
  local c = conventional.parse("feat: x\n\n" .. ("a line of text\n"):rep(70000))
  check.equal(#c.body, 70000 * 15 - 1)
  check.equal(#part("feat: x\n\n" .. ("Refs: #1\n"):rep(40000), "footers"), 40000)
end)

test("further footers can mean a breaking change", function()
  check.equal(part("fix: x\n\nSECURITY: y", "breaking", { notes = { "SECURITY" } }), true)
end)
