-- A build as a shell script, for places where somebody else starts it: another machine, a container, a batch system.
-- Its environment is built from nothing there, too. It leaves `result/` with the files, `sums` with their digests and
-- `listing` with everything that the build made where exactly these files should be.
local machine = require "builder.machine"

local M = {}

--- One word for a POSIX shell.
---@param word string
---@return string
function M.quoted(word)
  if word:find "^[%w_./:=@%%+,-]+$" then return word end
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

---@param argv string[]
---@return string
function M.line(argv)
  local words = {}
  for i, word in ipairs(argv) do words[i] = M.quoted(word) end
  return table.concat(words, " ")
end

local function settings(env)
  local names, words = {}, {}
  for name in pairs(env or {}) do names[#names + 1] = name end -- order: sorted below
  table.sort(names)
  for i, name in ipairs(names) do words[i] = name .. "=" .. M.quoted(env[name]) end
  return table.concat(words, " ")
end

-- Homes of tools keep what they are there; nothing else of that environment gets in.
local function passed()
  local words = {}
  for i, name in ipairs(machine.passed) do words[i] = ('${%s+%s="$%s"}'):format(name, name, name) end
  return table.concat(words, " ")
end

-- Where programs of a user's own usually are: a login shell would know, ssh starts none.
local PATHS = "$HOME/.cargo/bin:$HOME/.local/bin:/usr/local/go/bin:/usr/local/bin"

--- The line that extends PATH, for scripts and for questions.
---@param place table
---@return string
function M.path_line(place)
  return ('PATH="%s%s:$PATH"; export PATH'):format(place.path and place.path:gsub('[`"\\]', "\\%0") .. ":" or "", PATHS)
end

--- The whole script.
---@param o { place: table, work: string, at: table, steps: table, env: table<string, string>, attempt: string? }
---@return string
function M.text(o)
  local at, steps, work = o.at, o.steps, M.quoted(o.work)
  local lines = {
    "#!/bin/sh", "# Made by slipway for one build; it may be deleted when the build is over.", "set -eu", "echo $$ >" .. work .. "/pid",
    M.path_line(o.place),
    ("clean() { env -i PATH=\"$PATH\" HOME=\"${HOME-/}\" USER=\"${USER-}\" TERM=dumb %s %s \"$@\"; }"):format(passed(), settings(o.env)),
    ("mkdir -p %s %s %s %s %s/result"):format(M.quoted(at.out), M.quoted(at.side), M.quoted(at.cache), M.quoted(at.tools), work),
    "cd " .. M.quoted(at.dir),
  }
  for _, command in ipairs(steps.commands) do
    local own = settings(command.env)
    lines[#lines + 1] = ("clean %s %s"):format(own, M.line(command.argv))
  end
  if steps.exact then lines[#lines + 1] = ("ls -A %s >%s/listing"):format(M.quoted(steps.exact), work) end
  for _, file in ipairs(steps.files) do
    for _, from in ipairs { file.from, file.also } do
      lines[#lines + 1] = ("[ ! -e %s ] || cp -p %s %s/result/%s"):format(M.quoted(from), M.quoted(from), work, M.quoted(file.as))
    end
  end
  lines[#lines + 1] = ("cd %s/result"):format(work)
  lines[#lines + 1] = "sum=sha256sum; command -v sha256sum >/dev/null || sum='shasum -a 256'"
  lines[#lines + 1] = 'for file in *; do [ ! -f "$file" ] || $sum "./$file"; done >../sums'
  lines[#lines + 1] = "echo whole >../done"
  return table.concat(lines, "\n") .. "\n"
end

return M
