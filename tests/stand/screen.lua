-- A real terminal for tests: a program in tmux, keys sent to it, its screen read back as text.
local M = {}

--- Skips the test when tmux is missing.
---@param o { argv: string[], dir: string?, env: table<string, string>?, columns: integer?, rows: integer? }
function M.open(o)
  if run { "tmux", "-V" }.code ~= 0 then skip "tmux is not installed (apt-get install tmux)" end
  local socket = scratch() .. "/tmux"
  local env = { TERM = "xterm-256color", LC_ALL = "C.UTF-8", TMUX = false }
  -- Somebody sits at this terminal, also when the tests themselves run in a CI or without colours.
  for _, name in ipairs { "CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE" } do
    env[name] = false
  end
  for name, value in pairs(o.env or {}) do
    env[name] = value
  end
  local function tmux(...)
    local result = run { env = env, dir = o.dir, "tmux", "-S", socket, "-f", "/dev/null", ... }
    return result.out, result.code, result.err
  end
  -- The shell stays when the program ends, so that the last screen can still be read.
  local words = {}
  for i, word in ipairs(o.argv) do
    words[i] = "'" .. word:gsub("'", [['\'']]) .. "'"
  end
  local command = table.concat(words, " ") .. '; echo "[ended $?]"; exec sleep 1000'
  local _, code, err = tmux(
    "new-session",
    "-d",
    "-s",
    "screen",
    "-x",
    tostring(o.columns or 88),
    "-y",
    tostring(o.rows or 40),
    command
  )
  assert(code == 0, err)
  local leader = tmux("display", "-p", "-t", "screen", "#{pane_pid}"):match "%d+"
  -- A hang-up in the middle of its end lets a program that looks for leaks spin for ever.
  local function close()
    tmux "kill-server"
    if leader then run { "pkill", "-KILL", "-s", leader } end
    leader = nil
  end
  after(close) -- also when a check fails before close
  local screen = { close = close }

  function screen.text() return (tmux("capture-pane", "-p", "-J", "-t", "screen")) end

  --- Types text as it is.
  function screen.type(text) tmux("send-keys", "-t", "screen", "-l", text) end

  --- Presses keys by tmux's names: "Enter", "C-c", "Tab".
  function screen.press(...) tmux("send-keys", "-t", "screen", ...) end

  --- Pastes as a terminal with bracketed paste does.
  function screen.paste(text)
    tmux("set-buffer", text)
    tmux("paste-buffer", "-p", "-t", "screen")
  end

  --- Waits until the screen matches a Lua pattern; fails with the screen when it does not.
  function screen.wait(pattern, seconds)
    local text
    for _ = 1, (seconds or 20) * 10 do
      text = screen.text()
      if text:find(pattern) then return text end
      run { "sleep", "0.1" }
    end
    error(("the screen never showed %q; it shows:\n%s"):format(pattern, text), 2)
  end

  return screen
end

return M
