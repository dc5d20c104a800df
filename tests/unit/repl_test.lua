-- The parts of the prompt that need no terminal: whole or not, where an error is, what Tab offers.
local chunk = require "cli.repl_chunk"
local complete = require "cli.repl_complete"
local words = require "cli.repl_words"

test("an entry is an expression, statements, unfinished, or wrong", function()
  local function kind(text)
    local body, what = chunk.compile(text, 1, {})
    if type(body) == "function" then return what and "expression" or "statements" end
    return body or "wrong"
  end
  for text, wanted in pairs {
    ["1 + 1"] = "expression",
    ["f(1), g -- comment"] = "expression",
    ["x = 1"] = "statements",
    ["f()"] = "expression",
    ["local x"] = "statements",
    ["for i = 1, 2 do"] = "more",
    ["f("] = "more",
    ["x = "] = "more",
    ["1 +"] = "more",
    ["[[a"] = "more",
    ["{ 1,"] = "more",
    ["function f()\n"] = "more",
    ["1 +* 2"] = "wrong",
    ['"abc'] = "wrong",
    ["end"] = "wrong",
    ["x y"] = "wrong",
  } do
    check.equal(kind(text), wanted, text)
  end
end)

test("an expression gives all its values, nils between them included", function()
  local body = chunk.compile("1, nil, 3", 1, {})
  local values = table.pack(body())
  check.equal({ values.n, values[1], values[3] }, { 3, 1, 3 })
end)

test("the mark stands under the name a message is about, counted in characters", function()
  local told = chunk.explain {
    texts = { "x = 'é' .. foo.bar" },
    number = 1,
    line = 1,
    env = {},
    globals = {},
    raised = "[1]:1: attempt to index a nil value (global 'foo')",
  }
  check.equal(told.head, "[1]:1:13: attempt to index a nil value (global 'foo')")
  check.equal(told.source, "x = 'é' .. foo.bar")
  check.equal(told.mark, "           ^~~")
end)

test("a name inside another word is not marked", function()
  local told = chunk.explain {
    texts = { "foobar = foo.x" },
    number = 1,
    line = 1,
    env = {},
    globals = {},
    raised = "[1]:1: attempt to index a nil value (global 'foo')",
  }
  check.equal(told.mark, "         ^~~")
end)

local function candidates(text)
  local o = {
    env = { semver = { parse = 1, bump = 2, _x = 3 }, string = string },
    commands = { ":quit", ":save " },
    engine = {
      verbs = {
        tag = { params = { name = "text", at = "commit", message = "text?" } },
        track = { params = {} },
      },
      project = {
        repo = {
          refs = function(_, prefix)
            return prefix == "refs/tags/" and { { name = "refs/tags/v1.0.0" } } or {}
          end,
        },
      },
    },
    globals = function() return { "semver", "string", "select" } end,
    git_names = function() return { "status", "resolve" } end,
    topics = function() return { "tag" } end,
  }
  local found, from = complete.candidates(o, text, #text)
  return table.concat(found, "|"), text:sub(from)
end

test("Tab offers what fits where the cursor stands", function()
  for text, wanted in pairs {
    ["sem"] = "semver",
    ["x = se"] = "select|semver",
    ["wh"] = "while",
    ["semver.p"] = "parse",
    ["semver . "] = "_x|bump|parse",
    ["p:ta"] = "tag",
    ["p:t"] = "tag|title|track",
    ["p:tag { n"] = "name = ",
    ["p:tag { name = x, "] = "at = |message = ",
    ["p:tag({ a"] = "at = ",
    ["p:tag { name = se"] = "select|semver",
    ["git:st"] = "status",
    ['f("v'] = "v1.0.0",
    ["f('refs/t"] = "refs/tags/v1.0.0",
    ['help "t'] = "tag",
    [":s"] = ":save ",
    ["  :q"] = ":quit",
    ["!ls"] = "",
    ["nothing.x"] = "",
    ["x:"] = "",
  } do
    check.equal((candidates(text)), wanted, text)
  end
end)

test("what Tab completes starts where the word starts", function()
  check.equal({ candidates "p:tag { name = x, m" }, { "message = ", "m" })
  check.equal({ candidates 'f("v1' }, { "v1.0.0", "v1" })
end)

test("a saved session holds what planned or assigned, and globals become locals once", function()
  local body, count = words.body {
    { text = "1 + 1" },
    { text = "v = semver.parse '1.0.0'", assigns = true },
    { text = "v = v:bump 'minor'", assigns = true },
    { text = "p:tag {\n  name = v:tag() }", queued = true },
  }
  check.equal(count, 3)
  check.equal(
    body,
    "    local v = semver.parse '1.0.0'\n    v = v:bump 'minor'\n    p:tag {\n      name = v:tag() }"
  )
end)
