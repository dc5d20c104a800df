-- What a test touches of the world, and how worker and command talk: folders, programs, events.
local host = require "door.host"

local M = {}

local function quoted(text) return "'" .. text:gsub("'", [['\'']]) .. "'" end

local function shell(command)
  local pipe = assert(io.popen(command, "r"))
  local text = pipe:read "a"
  local ok, how, code = pipe:close()
  return text, ok and 0 or (how == "signal" and 128 + code or code)
end

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read "a"
  file:close()
  return text
end
M.read = read

--- Milliseconds of a clock that only goes forward.
---@return integer
function M.milliseconds()
  local seconds, part = read "/proc/uptime":match "^(%d+)%.(%d+)"
  return tonumber(seconds) * 1000 + tonumber(part) * 10
end

---@return string path of a fresh, empty folder
function M.new_folder()
  local text, code = shell 'mktemp -d "${TMPDIR:-/tmp}/slipway-test.XXXXXX"'
  assert(code == 0, "no temporary folder could be made")
  return (text:gsub("\n$", ""))
end

---@param path string  one that new_folder has made
function M.remove_folder(path)
  assert(path:find "/slipway%-test%.[%w]+$", "not a folder of ours: " .. path)
  shell(("chmod -R u+rwX %s 2>/dev/null; rm -rf %s"):format(quoted(path), quoted(path)))
end

--- Runs a program and waits for it. `env` is added to this process's own; false takes a name away.
---@param o { dir: string?, env: table<string, string|false>?, input: string?, [integer]: string }
---@return { code: integer, out: string, err: string }
function M.run(o)
  local folder = M.new_folder()
  local words = { "cd", quoted(o.dir or "."), "&&", "exec", "env" }
  local add = { SLIPWAY_LUA_DIR = host.lua_dir }
  for name, value in pairs(o.env or {}) do add[name] = value end -- order: names are sorted below
  local names = {}
  for name in pairs(add) do names[#names + 1] = name end -- order: sorted next
  table.sort(names)
  for _, name in ipairs(names) do
    if add[name] == false then table.move({ "-u", name }, 1, 2, #words + 1, words) end
  end
  for _, name in ipairs(names) do
    if add[name] then words[#words + 1] = quoted(name .. "=" .. add[name]) end
  end
  for i, word in ipairs(o) do
    assert(type(word) == "string", ("run: argument %d is not a text"):format(i))
    words[#words + 1] = quoted(word)
  end
  if o.input then
    local file = assert(io.open(folder .. "/in", "wb"))
    file:write(o.input)
    file:close()
  end
  local command = ("{ %s; } <%s >%s 2>%s"):format(table.concat(words, " "), o.input and quoted(folder .. "/in") or "/dev/null",
    quoted(folder .. "/out"), quoted(folder .. "/err"))
  local _, code = shell(command)
  local result = { code = code, out = read(folder .. "/out") or "", err = read(folder .. "/err") or "" }
  M.remove_folder(folder)
  return result
end

-- The folder that holds the house's tests, seen from one of its files: …/tests
local function tests_root(file)
  local absolute = file:sub(1, 1) == "/" and file or (shell "pwd":gsub("\n$", "")) .. "/" .. file
  return absolute:match "^(.*/tests)/" or absolute:match "^(.*)/[^/]*$"
end

---@param file string  the test file
---@param name string
---@return string? path  nil when these corpora are not on this machine
function M.corpora(file, name)
  local path = ("%s/../../shared/corpora/%s"):format(tests_root(file), name)
  local _, code = shell(("test -e %s"):format(quoted(path)))
  return code == 0 and path or nil
end

---@return string path of tests/stand/<name>.lua
function M.stand(file, name)
  return ("%s/stand/%s.lua"):format(tests_root(file), name)
end

--- Test files below a path, sorted: the path itself, files ending in _test.lua, or in a project's
--- slipway/tests every Lua file. nil when the path does not exist.
---@param path string
---@return string[]?
function M.find(path)
  local text, code = shell(("find -L %s -type f -name '*.lua' 2>/dev/null"):format(quoted(path)))
  if code ~= 0 then return nil end
  local files = {}
  local all = path:find "slipway/tests/?$"
  for file in text:gmatch "[^\n]+" do
    if all or file == path or file:find "_test%.lua$" then files[#files + 1] = file end
  end
  table.sort(files)
  return files
end

---@return integer
function M.cores() return tonumber((shell "nproc 2>/dev/null")) or 2 end

-- Events: one Lua table a line --------------------------------------------------------------------

local function literal(value)
  if type(value) ~= "table" then return (("%q"):format(value):gsub("\n", "n")) end
  local parts = {}
  for i, item in ipairs(value) do parts[i] = literal(item) end
  return "{" .. table.concat(parts, ",") .. "}"
end

---@param out file*
---@param event table  names to texts, numbers or lists of texts
function M.write_event(out, event)
  local parts = {}
  for name, value in pairs(event) do parts[#parts + 1] = name .. "=" .. literal(value) end -- order: read back into a table
  out:write("{", table.concat(parts, ","), "}\n")
  out:flush()
end

---@param path string
---@return table[] events  whole lines only: the last one may be torn
function M.read_events(path)
  local events = {}
  for line in (read(path) or ""):gmatch "([^\n]*)\n" do
    local chunk = load("return " .. line, "=event", "t", {})
    events[#events + 1] = chunk and chunk() or nil
  end
  return events
end

--- Starts a worker for one file. `wait` blocks and gives its exit code and what it said.
---@param o { file: string, folder: string, number: integer, filter: string?, list: boolean? }
function M.start_worker(o)
  local base = ("%s/%d"):format(o.folder, o.number)
  local words = { quoted(host.executable), "test", "--worker", quoted(o.file), "--result", quoted(base .. ".events") }
  if o.filter then words[#words + 1] = "--filter " .. quoted(o.filter) end
  if o.list then words[#words + 1] = "--list" end
  local lua_dir = host.lua_dir and "SLIPWAY_LUA_DIR=" .. quoted(host.lua_dir) .. " " or ""
  local pipe = assert(io.popen(("%s%s </dev/null >%s 2>&1"):format(lua_dir, table.concat(words, " "), quoted(base .. ".out")), "r"))
  local worker = {}
  function worker.wait()
    local ok, how, code = pipe:close()
    return ok and 0 or (how == "signal" and 128 + code or code), read(base .. ".out") or "", M.read_events(base .. ".events")
  end
  return worker
end

return M
