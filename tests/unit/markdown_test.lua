local markdown = require "pure.markdown"

test("ordinary text stays as it is", function()
  for _, text in ipairs { "add `a|b` and *this*", "see https://example.org/a_b", "a < b and c > d", "snake_case and 2 * 3" } do
    check.equal(markdown.line(text), text)
  end
end)

test("what would break the page is escaped", function()
  check.equal(markdown.line "a | b", "a \\| b")
  check.equal(markdown.line "<script>x</script>", "\\<script>x\\</script>")
  check.equal(markdown.line "<!-- gone", "\\<!-- gone")
  check.equal(markdown.line "![spy](http://x/y.png)", "!\\[spy](http://x/y.png)")
  check.equal(markdown.line "# big", "\\# big")
  check.equal(markdown.line "> quote", "\\> quote")
  check.equal(markdown.line "- item", "\\- item")
  check.equal(markdown.line "1. item", "1\\. item")
  check.equal(markdown.line "```sh", "\\`\\`\\`sh")
  check.equal(markdown.line "an `open tick", "an \\`open tick")
end)

test("code spans keep their HTML and pipes", function()
  check.equal(markdown.line "use `<T|U>` now", "use `<T|U>` now")
  check.equal(markdown.line "``a ` b`` <b>", "``a ` b`` \\<b>")
end)

test("control bytes go, broken UTF-8 is marked, lines are joined", function()
  check.equal(markdown.line "a\27[31mb\0c", "a[31mbc")
  check.equal(markdown.line "a\xffb\xc3", "a\u{FFFD}b\u{FFFD}")
  check.equal(markdown.line "one\r\n two ", "one two")
  check.equal(markdown.line "x\u{202E}y", "xy")
end)

test("many broken bytes are cleaned in one pass", function()
  check.equal(#markdown.line(("\xff"):rep(1 << 17)), 3 << 17)
end)

test("a block keeps closed fences and escapes an open one", function()
  check.equal(markdown.block "a\n```\n<b>\n```\n", { "a", "```", "<b>", "```" })
  check.equal(markdown.block "a\n```\n<b>", { "a", "\\`\\`\\`", "\\<b>" })
  check.equal(markdown.block "- a <i>\n  - b", { "- a \\<i>", "  - b" })
end)
