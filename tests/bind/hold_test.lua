-- Handing the terminal over to a child, in a real terminal.
local file = require "door.file"
local host = require "door.host"

local function open(code, shell)
  local path = scratch() .. "/own_test.lua"
  assert(file.write { path = path, text = code })
  local argv = { slipway, "test", "--worker", path, "--result", "/dev/null" }
  if shell then argv = { "bash", "--norc", "-i" } end
  local screen = stand "screen".open { argv = argv, env = { SLIPWAY_LUA_DIR = host.lua_dir or false } }
  if shell then
    screen.wait "bash%S+ "
    screen.type(("'%s' test --worker '%s' --result /dev/null"):format(slipway, path))
    screen.press "Enter"
  end
  return screen
end

local child = [[
  local loop, process = require "door.loop", require "door.process"
  local result, err = process.run { argv = { "sh", "-c", "trap 'echo got-int; exit 9' INT; echo rea''dy; while :; do sleep 0.05; done" }, hold = true }
  print("code", result and result.code or err.code, "signal", loop.interrupted())
  print("mine again: " .. io.read())
]]

test("Ctrl-C reaches the child that holds the terminal, and nobody else", function()
  local screen = open(child)
  screen.wait "ready"
  screen.press "C-c"
  screen.wait "got%-int"
  check.match(screen.wait "code", "code%s+9%s+signal%s+nil")
  screen.type "typed"
  screen.press "Enter"
  check.match(screen.wait "mine again: ", "mine again: typed")
  check.match(screen.wait "%[ended", "%[ended 0%]")
  screen.close()
end)

test("Ctrl-Z stops both, and fg goes on with the child in front", function()
  local screen = open(child, true)
  screen.wait "ready"
  screen.press "C-z"
  screen.wait "Stopped"
  screen.type "echo in-the-sh''ell"
  screen.press "Enter"
  screen.wait "in%-the%-shell"
  screen.type "fg"
  screen.press "Enter"
  screen.wait "fg\n"
  run { "sleep", "0.5" }
  screen.press "C-c"
  screen.wait "got%-int"
  check.match(screen.wait "code", "code%s+9%s+signal%s+nil")
  screen.close()
end)

test("a child that breaks the terminal leaves it as it was", function()
  local screen = open [[
    local process = require "door.process"
    process.run { argv = { "stty", "-echo", "-icanon" }, hold = true }
    print "now"
    print("line: " .. io.read())
  ]]
  screen.wait "now"
  screen.type "seen"
  screen.wait "seen"
  screen.press "Enter"
  check.match(screen.wait "line", "line: seen")
  screen.close()
end)

test("without a terminal a child holds the streams it finds", function()
  local path = scratch() .. "/own_test.lua"
  assert(file.write { path = path, text = [[
    local process = require "door.process"
    local result = process.run { argv = { "sh", "-c", "cat; exit 4" }, hold = true }
    print(result.code, result.out == "")
  ]] })
  local result = run { slipway, "test", "--worker", path, "--result", "/dev/null", input = "from outside\n" }
  check.equal(result.out, "from outside\n4\ttrue\n")
end)
