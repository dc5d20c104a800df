-- The prompt: plainly from a pipe, and in a real terminal (tmux).
local author = {
  GIT_AUTHOR_NAME = "Ada",
  GIT_AUTHOR_EMAIL = "ada@example.test",
  GIT_COMMITTER_NAME = "Ada",
  GIT_COMMITTER_EMAIL = "ada@example.test",
  GIT_CONFIG_NOSYSTEM = "1",
  GIT_CONFIG_GLOBAL = "/dev/null",
}

local function git(dir, ...)
  local result = run { dir = dir, env = author, "git", ... }
  assert(result.code == 0, result.err)
  return result.out
end

local function new_project()
  local dir = scratch() .. "/pelican"
  assert(run { "mkdir", dir }.code == 0)
  git(dir, "init", "-q", "-b", "main")
  local file = assert(io.open(dir .. "/VERSION", "w"))
  file:write "1.1.0\n"
  file:close()
  git(dir, "add", "VERSION")
  git(dir, "commit", "-q", "-m", "feat: one")
  git(dir, "tag", "-a", "v1.1.0", "-m", "Release 1.1.0")
  git(dir, "commit", "-q", "--allow-empty", "-m", "fix: two")
  return dir
end

local function environment()
  local env = {
    XDG_STATE_HOME = scratch(),
    XDG_CACHE_HOME = scratch(),
    HOME = scratch(),
    NO_COLOR = "1",
    LC_ALL = "C.UTF-8",
  }
  for name, value in pairs(author) do
    env[name] = value
  end
  return env
end

local function piped(dir, input)
  return run { dir = dir, env = environment(), input = input, slipway, "repl" }
end

test(
  "from a pipe there is no prompt: values on stdout, errors on stderr, and the exit code tells",
  function()
    local result =
      piped(scratch(), 'v = semver.parse "1.2.0"\nv:bump "minor"\n{ b = 1, a = { 1, "x" } }\n')
    check.equal(result, { code = 0, err = "", out = '1.3.0\nout[3] = { a = { 1, "x" }, b = 1 }\n' })
    check.equal(piped(scratch(), "error 'x'\n1 + 1\n").code, 1)
  end
)

test(
  "an entry goes on while its end is missing; an input that ends inside one is an error",
  function()
    check.equal(
      piped(scratch(), "for i = 1, 2 do\n  print(i)\nend\nx = [[a\nb]]\n#x\n").out,
      "1\n2\n3\n"
    )
    local result = piped(scratch(), "while true do\n")
    check.equal(result.code, 1)
    check.match(result.err, "%[1%]:%d: .*expected .*near <eof>")
  end
)

test(
  "_ and out hold earlier values",
  function() check.equal(piped(scratch(), "20 + 1\n_ * 2\nout[1] + out[2]\n").out, "21\n42\n63\n") end
)

test("errors carry number, line, column, the source and the nearest name", function()
  local result = piped(scratch(), '1\nsemver.prase "1"\n')
  check.equal(
    result.err,
    "[2]:1:8: attempt to call a nil value (field 'prase') (did you mean parse?)\n"
      .. '  semver.prase "1"\n         ^~~~~\n'
  )
  check.match(piped(scratch(), "1 +* 2\n").err, "^%[1%]:1:4: .*\n  1 %+%* 2\n     ^\n$")
  check.match(
    piped(scratch(), "function f()\n  local a\n  return a.b\nend\nf()\n").err,
    "^%[1%]:3:10: "
  )
  check.match(piped(scratch(), "semvr\n").out, "there is no 'semvr' %(did you mean semver%?%)")
end)

test("an error value shows message and remedy", function()
  local result = piped(scratch(), "p:tag {}\n")
  check.match(result.err, "not inside a git repository\n.*next   ")
end)

test("name? explains a function from its own comment, ?? shows its source", function()
  check.match(piped(scratch(), "semver.parse?\n").out, "^semver%.parse%(text.*Strict SemVer")
  check.match(
    piped(scratch(), "semver.parse??\n").out,
    "^%-%- stdlib/pure/semver%.lua:%d+\nfunction M%.parse"
  )
  check.match(piped(scratch(), "p.tag?\n").out, "p:tag {.*class local, undo: delete.*for example")
  check.match(piped(scratch(), "git.status?\n").out, "git%.status%(%)\n%s+What git status")
  check.match(piped(scratch(), "semver?\n").out, "semver%.parse%(text, options%)%s+Strict SemVer")
  check.match(piped(scratch(), 'help "nonsuch"\n').err, "there is no help on 'nonsuch'")
end)

test("verbs queue, pending shows them, discard forgets them", function()
  local dir = new_project()
  local result = piped(
    dir,
    'p:tag { name = "v1.1.1", at = git:resolve "HEAD" }\npending()\ndiscard()\npending()\n'
  )
  check.equal(result.err, "")
  check.match(
    result.out,
    "^pending 1   ! tag v1%.1%.1 at %x+.*undo: delete\npending 1\n  ! tag v1%.1%.1 [^\n]*undo: delete\nforgot 1 step\nnothing is pending\n$"
  )
  check.equal(git(dir, "tag"), "v1.1.0\n")
end)

test("a queued step and its results can be looked at", function()
  local result = piped(
    new_project(),
    't = p:tag { name = "v1.1.1", at = git:resolve "HEAD" }\nt\nt.oid\nt.nope\n'
  )
  check.match(result.out, "<step 01%-tag: name, oid>\n<01%-tag%.oid, known when it runs>\n")
  check.match(result.err, "gives no 'nope'")
end)

test(
  "a mistyped verb names the right one",
  function()
    check.match(
      piped(new_project(), 'p:tga { name = "v1.1.1" }\n').err,
      "%[1%]:1:3: there is no verb 'tga' %(did you mean tag%?%)\n  p:tga { name = \"v1%.1%.1\" }\n    ^~~\n"
    )
  end
)

test("without a terminal apply needs leave, and with it performs and undo takes it back", function()
  local dir = new_project()
  local result = piped(
    dir,
    'p:tag { name = "v1.1.1", at = git:resolve "HEAD" }\napply()\napply { yes = true }\ngit:ref "refs/tags/v1.1.1" ~= nil\nundo()\n'
  )
  check.match(result.err, "nobody can be asked")
  check.match(result.out, "done session tag\n.*\ntrue\n.*undone")
  check.equal(git(dir, "tag"), "v1.1.0\n")
end)

test("facts are asked anew after the world was changed from the prompt", function()
  local dir = new_project()
  local result = piped(dir, "facts:clean().ok\n!echo x > VERSION\nfacts:clean().ok\n")
  check.equal(result.out, "true\nfalse\n")
end)

test(":save makes a recipe and its test of what was planned", function()
  local dir = new_project()
  local result = piped(
    dir,
    'at = git:resolve "HEAD"\n1 + 1\np:tag { name = "v1.1.1", at = facts.project and facts:tip "main" }\ndiscard()\n:save Bad\n:save again\n:save again\n'
  )
  check.match(result.out, "wrote slipway/recipes/again%.lua and slipway/tests/again%.lua")
  check.match(result.out, "it uses git, which only the prompt has")
  check.match(result.err, "lower%-case letters.*exists already")
  local file <close> = assert(io.open(dir .. "/slipway/recipes/again.lua"))
  check.match(
    file:read "a",
    'name = "again".*plan = function%(p, facts, arg%)\n    local at = git:resolve "HEAD"\n    p:tag'
  )
end)

test(":edit opens the last entry in the user's editor and runs what comes out of it", function()
  local editor = "sed -i s/20/40/"
  local env = environment()
  env.VISUAL, env.EDITOR = false, editor
  local result = run { dir = scratch(), env = env, input = "20 + 1\n:edit\n_ + 1\n:edit\n", slipway, "repl" }
  check.equal(result.out, "21\n40 + 1\n41\n42\nnothing was changed; nothing was run\n")
end)

test("in live mode a change is asked for at once, and forgotten when nobody can say yes", function()
  local dir = new_project()
  local result = piped(dir, 'live()\np:tag { name = "v1.1.1", at = git:resolve "HEAD" }\n#pending()\nlive(false)\np:tag { name = "v1.1.1", at = git:resolve "HEAD" }\n#pending()\n')
  check.match(result.out, "asked for at once.*forgot 1 step\n0\n.*wait for apply%(%).*\n1\n")
  check.match(result.err, "nobody can be asked")
  check.equal(git(dir, "tag"), "v1.1.0\n")
end)

-- In a terminal --------------------------------------------------------------------------------------

local function open(dir)
  return stand "screen".open { argv = { slipway, "repl" }, dir = dir, env = environment() }
end

test("in a terminal a tag is planned, looked at, applied and taken back", function()
  local dir = new_project()
  local screen = open(dir)
  check.match(screen.wait "plan› ", "slipway %S+  pelican at 1%.1%.0   effects wait for apply")
  screen.type 'p:tag { name = "v1.1.1", at = git:resolve "HEAD" }'
  screen.press "Enter"
  screen.wait "pending 1   ! tag v1%.1%.1"
  screen.type "apply()"
  screen.press "Enter"
  screen.wait "1 step, nothing leaves this machine%.\nGo on%? %[y/N%] "
  check.equal(git(dir, "tag"), "v1.1.0\n")
  screen.type "y"
  screen.press "Enter"
  screen.wait "undo%(%) takes it back"
  check.equal(git(dir, "tag"), "v1.1.0\nv1.1.1\n")
  screen.type "undo()"
  screen.press "Enter"
  screen.wait "undone"
  check.equal(git(dir, "tag"), "v1.1.0\n")
  screen.press "C-d"
  screen.wait "%[ended 0%]"
  screen.close()
end)

test("no as the answer keeps the list", function()
  local screen = open(new_project())
  screen.wait "plan› "
  screen.type 'p:tag { name = "v1.1.1", at = git:resolve "HEAD" }'
  screen.press "Enter"
  screen.wait "pending 1"
  screen.type "apply()"
  screen.press "Enter"
  screen.wait "%[y/N%] "
  screen.press "Enter"
  screen.wait "the answer was no"
  screen.type "#pending()"
  screen.press "Enter"
  screen.wait "#pending%(%)\n1\n"
  screen.press "C-d"
  check.match(screen.wait "%[ended 0%]", "1 pending step was not applied")
  screen.close()
end)

test("Tab completes verbs, their parameters, facts, methods, fields, tags and commands", function()
  local screen = open(new_project())
  screen.wait "plan› "
  local function completes(typed, whole)
    screen.type(typed)
    screen.press "Tab"
    check.truthy(screen.wait((("plan› " .. whole):gsub("%p", "%%%0"))))
    screen.press "C-c"
  end
  completes("p:swi", "p:switch")
  completes("p:tag { na", "p:tag { name = ")
  completes('p:tag { name = "x", mes', 'p:tag { name = "x", message = ')
  completes("facts:cle", "facts:clean")
  completes("git:merge", "git:merge_base")
  completes("semver.pars", "semver.parse")
  completes("semv", "semver")
  completes('git:tag "v1', 'git:tag "v1.1.0')
  completes('git:ref("refs/tags/v', 'git:ref("refs/tags/v1.1.0')
  completes(":sa", ":save")
  completes("string.gsu", "string.gsub")
  screen.close()
end)

test("Ctrl-C drops a half-typed block and interrupts what runs; the session goes on", function()
  local screen = open(scratch())
  screen.wait "plan› "
  screen.type "for i = 1, 2 do"
  screen.press "Enter"
  screen.wait "    … "
  screen.press "C-c"
  screen.wait "%^C\n.*plan› "
  screen.type "while true do end"
  screen.press "Enter"
  run { "sleep", "0.5" }
  screen.press "C-c"
  screen.wait "%[1%]:1: interrupted"
  screen.type "coroutine.wrap(function() while true do end end)()"
  screen.press "Enter"
  run { "sleep", "0.5" }
  screen.press "C-c"
  screen.wait "%[2%]:1: interrupted"
  screen.type "1 + 1"
  screen.press "Enter"
  check.match(screen.wait "\n2\n", "plan› 1 %+ 1")
  screen.press "C-d"
  screen.wait "%[ended 0%]"
  screen.close()
end)

test("Ctrl-C while a step runs tells what it does, and a second one ends the step", function()
  local screen = open(new_project())
  screen.wait "plan› "
  screen.type 'p:run { argv = { "sleep", "60" }, undo = { "true" } }'
  screen.press "Enter"
  screen.wait "pending 1"
  screen.type "apply()"
  screen.press "Enter"
  screen.wait "%[y/N%] "
  screen.type "y"
  screen.press "Enter"
  screen.wait "run sleep 60\n*$"
  screen.press "C-c"
  screen.wait "interrupted: this step ends"
  screen.press "C-c"
  screen.wait "SW%-RUN%-INTERRUPTED.*plan› "
  screen.type "1 + 1"
  screen.press "Enter"
  check.match(screen.wait "\n2\n", "stopped")
end)

test(
  "a pasted block is one entry, and comes back from the history as one in the next session",
  function()
    local dir, env = scratch(), environment()
    local function start()
      return stand "screen".open { argv = { slipway, "repl" }, dir = dir, env = env }
    end
    local screen = start()
    screen.wait "plan› "
    screen.paste "for i = 1, 2 do\n\tprint(i * 111)\nend\n"
    screen.wait "end\n"
    screen.press "Enter"
    screen.wait "111\n222\n"
    screen.press "C-d"
    screen.wait "%[ended 0%]"
    screen.close()
    screen = start()
    screen.wait "plan› "
    screen.press "Up"
    screen.wait "plan› for i = 1, 2 do\n.*print%(i %* 111%)\nend"
    screen.press "Enter"
    check.match(screen.wait "111\n222\n", "plan› ")
    screen.close()
    check.equal(
      run { "stat", "-c", "%a", env.XDG_STATE_HOME .. "/slipway/repl_history" }.out,
      "600\n"
    )
  end
)

test("live mode shows itself in the prompt, and performs what is answered with yes", function()
  local dir = new_project()
  local screen = open(dir)
  screen.wait "plan›"
  screen.type "live()"
  screen.press "Enter"
  screen.wait "live›"
  screen.type 'p:tag { name = "v1.1.1", at = git:resolve "HEAD" }'
  screen.press "Enter"
  screen.wait "Go on%? %[y/N%]"
  screen.type "y"
  screen.press "Enter"
  screen.wait "undo%(%) takes it back"
  check.equal(git(dir, "tag"), "v1.1.0\nv1.1.1\n")
  screen.press "C-d"
end)
