-- door.term, plainly and in a real terminal.
local term = require "door.term"

-- Says what each line gave; ends at the end of the input.
local reader = [[
local term = require "door.term"
local editor = assert(term.editor { history = arg and arg[1] or ..., complete = function(line, cursor)
  local word = line:sub(1, cursor):match "[%w_]*$"
  local found = {}
  for _, name in ipairs { "version", "verb", "verify", "facts" } do
    if name:sub(1, #word) == word then found[#found + 1] = name end
  end
  if word == "raise" then error "inside completion" end
  return found, cursor - #word + 1
end })
repeat
  local text, why = editor:line "say> "
  if text then editor:remember(text) end
  print(("got %q"):format(text or why):gsub("\n", "n"), "")
until why == "eof"
editor:close()
print(pcall(editor.line, editor, "x"))
]]

test("without a terminal lines are read plainly and no prompt is shown", function()
  local result =
    run { slipway, "eval", reader, scratch() .. "/history", input = "one\ntwo é\r\n\nthree" }
  check.equal(
    result.out,
    'got "one"\t\ngot "two é"\t\ngot ""\t\ngot "three"\t\ngot "eof"\t\nfalse\tthis slipway.editor is closed\n'
  )
  check.equal(result.err, "")
  check.equal(result.code, 0)
end)

test(
  "the history is a file for its owner only, one entry a line, without repeats in a row",
  function()
    local path = scratch() .. "/history"
    run { slipway, "eval", reader, path, input = "one\none\nback\\slash\n" }
    local file <close> = assert(io.open(path))
    check.equal(file:read "a", "one\nback\\\\slash\n")
    check.equal(run { "stat", "-c", "%a", path }.out, "600\n")
  end
)

test("a history that cannot be read is an error that names the file", function()
  local folder = scratch()
  check.fails("term.history", term.editor { history = folder .. "/" .. ("x"):rep(300) })
  local editor = check.truthy(term.editor { history = folder .. "/no/folder/history" })
  local err = check.fails("term.history", editor:remember "x")
  check.match(err.message, "no/folder/history")
end)

test("unknown options and wrong types are refused", function()
  check.raises(function() term.editor { file = "x" } end, "unknown field 'file'")
  check.raises(function() term.editor { complete = "x" } end, "function expected")
  check.raises(function() term.ask {} end, "'prompt' is missing")
end)

test("the size comes from COLUMNS and LINES when there is no terminal", function()
  local code = 'print(require "door.term".size())'
  check.equal(
    run { slipway, "eval", code, env = { COLUMNS = "132", LINES = "50" } }.out,
    "132\t50\n"
  )
  check.equal(run { slipway, "eval", code, env = { COLUMNS = "x", LINES = false } }.out, "80\t24\n")
end)

test("a question without a terminal is refused", function()
  local result = run {
    "setsid",
    "-w",
    slipway,
    "eval",
    'print(select(2, require "door.term".ask { prompt = "? " }).code)',
    input = "yes\n",
  }
  check.equal(result.out, "term.no_terminal\n")
end)

local function open_reader(history)
  return stand "screen".open {
    argv = { slipway, "eval", reader, history or scratch() .. "/history" },
  }
end

test("in a terminal a line is edited as UTF-8, and comes back from the history", function()
  local screen = open_reader()
  screen.wait "say> "
  screen.type "hello é漢字🚢"
  screen.press("Left", "Left", "X", "Enter")
  screen.wait 'got "hello é漢X字🚢"'
  screen.press("Up", "Home", "Y", "Enter")
  screen.wait 'got "Yhello é漢X字🚢"'
  screen.close()
  check.truthy(true)
end)

test(
  "Tab puts in what all candidates share, then lists them, and beeps when completion fails",
  function()
    local screen = open_reader()
    screen.wait "say> "
    screen.type "x = ve"
    screen.press "Tab"
    screen.wait "x = ver\n"
    screen.press "Tab"
    check.match(screen.wait "version  verb     verify\n", "say> x = ver\n")
    screen.type "s"
    screen.press("Tab", "Enter")
    screen.wait 'got "x = version"'
    screen.type "raise"
    screen.press("Tab", "Enter")
    screen.wait 'got "raise"'
    screen.close()
  end
)

test("a pasted block with tabs and newlines arrives as one", function()
  local screen = open_reader()
  screen.wait "say> "
  screen.paste "for i = 1, 3 do\n\tprint(i)\nend\n"
  screen.wait "end\n"
  check.falsy(screen.text():find "got", "nothing runs before Enter")
  screen.press "Enter"
  check.match(screen.wait "got", 'got "for i = 1, 3 do\\n\\9print%(i%)\\nend"')
  screen.close()
end)

test(
  "Ctrl-C drops the line, Ctrl-D deletes in a line and ends an empty one, the terminal is given back",
  function()
    local screen = open_reader()
    screen.wait "say> "
    screen.type "dropped"
    screen.press "C-c"
    screen.wait 'dropped^C\n.*got "interrupt"'
    screen.type "xab"
    screen.press("C-a", "C-d", "C-e", "C-d", "Enter")
    screen.wait 'got "ab"'
    screen.press "C-d"
    screen.wait 'got "eof"'
    check.match(screen.wait "%[ended 0%]", "closed")
    screen.close()
  end
)

test(
  "a question is asked on the terminal even when input comes from elsewhere, a secret is not shown",
  function()
    local code = 'local term = require "door.term" '
      .. 'print("name:" .. term.ask { prompt = "Name? " }) print("got " .. #term.ask { prompt = "Secret? ", secret = true }) '
      .. 'print(select(2, term.ask { prompt = "Again? " }).code)'
    local screen =
      stand "screen".open { argv = { "sh", "-c", '"$@" </dev/null', "sh", slipway, "eval", code } }
    screen.wait "Name%? "
    screen.type "Ada"
    screen.press "Enter"
    screen.wait "name:Ada\n.*Secret%? "
    screen.type "hunter2"
    screen.press "Enter"
    check.falsy(screen.wait "got 7\n.*Again%? ":find "hunter2", "the secret was shown")
    screen.press "C-c"
    check.match(screen.wait "%[ended 0%]", "term%.interrupted")
    screen.close()
  end
)
