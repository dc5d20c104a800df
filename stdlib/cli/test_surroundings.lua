-- What a test touches of the world, and how worker and command talk: folders, programs, events.
local clock = require "door.clock"
local file = require "door.file"
local host = require "door.host"
local process = require "door.process"

local M = {}

M.milliseconds = clock.now_ms

---@return string? text  nil when there is no such file
function M.read(path) return (file.read(path)) end

local prefix = "slipway-test."

---@return string path of a fresh, empty folder
function M.new_folder() return assert(file.temp_dir(prefix)) end

---@param path string  one that new_folder has made
function M.remove_folder(path)
  local below, name = path:match "^(.*)/([^/]+)$"
  assert(name:sub(1, #prefix) == prefix, "not a folder of ours: " .. path)
  if not file.remove_tree { path = path, below = below } then
    process.run { argv = { "chmod", "-R", "u+rwX", path } }
    assert(file.remove_tree { path = path, below = below })
  end
end

-- Programs -----------------------------------------------------------------------------------------

-- Read at once: while a secret lives, the process may not look into itself.
local inherited = M.read "/proc/self/environ" or ""

-- This process's own environment, with changes: false takes a name away.
local function environment(changes)
  local env = {}
  for name, value in inherited:gmatch "([^=%z]+)=([^%z]*)" do
    if name:find "^[%a_][%w_]*$" then env[name] = value end
  end
  env.SLIPWAY_LUA_DIR = host.lua_dir
  for name, value in pairs(changes or {}) do
    env[name] = value or nil
  end -- order: a set of variables
  return env
end

--- When the running test must be over, by `milliseconds`; programs it starts are ended then.
---@type integer?
M.deadline = nil

--- Runs a program and waits for it. `env` is added to this process's own; false takes a name away.
---@param o { dir: string?, env: table<string, string|false>?, input: string?, [integer]: string }
---@return { code: integer, out: string, err: string }
function M.run(o)
  local argv = {}
  for i, word in ipairs(o) do
    if type(word) ~= "string" then
      error(("run: word %d is a %s, not a text"):format(i, type(word)), 3)
    end
    argv[i] = word
  end
  local left = M.deadline and math.max(1, M.deadline - M.milliseconds())
  local result, err = process.run {
    argv = argv,
    dir = o.dir,
    env = environment(o.env),
    clean = true,
    input = o.input,
    timeout = left,
    keep = 64 << 20,
  }
  if result then return { code = result.code, out = result.out, err = result.err } end
  if err.code == "process.not_found" then
    return { code = 127, out = "", err = err.message .. "\n" }
  end
  error(err, 0)
end

---@return integer
function M.cores()
  local result = process.run { argv = { "nproc" } }
  return result and math.tointeger(tonumber(result.out)) or 2
end

--- Starts a worker for one file. Its events are read from `events`, what it says from `result`.
---@param o { file: string, folder: string, number: integer, filter: string?, list: boolean? }
---@return { job: slipway.Job, events: string }
function M.start_worker(o)
  local events = ("%s/%d.events"):format(o.folder, o.number)
  local argv = { host.executable, "test", "--worker", o.file, "--result", events }
  if o.filter then table.move({ "--filter", o.filter }, 1, 2, #argv + 1, argv) end
  if o.list then argv[#argv + 1] = "--list" end
  local job =
    assert(process.start { argv = argv, env = environment(), clean = true, keep = 256 << 10 })
  return { job = job, events = events }
end

-- Places -------------------------------------------------------------------------------------------

-- The folder that holds the house's tests, seen from one of its files: …/tests
local function tests_root(path)
  if path:find "^tests/" then return "tests" end
  return path:match "^(.*/tests)/" or path:match "^(.*)/[^/]*$" or "."
end

---@param test_file string
---@param name string
---@return string? path  nil when these corpora are not on this machine
function M.corpora(test_file, name)
  local path = ("%s/../../shared/corpora/%s"):format(tests_root(test_file), name)
  return file.stat(path) and path or nil
end

---@return string path of tests/stand/<name>.lua
function M.stand(test_file, name) return ("%s/stand/%s.lua"):format(tests_root(test_file), name) end

local function collect(found, path, all)
  for _, name in ipairs(file.list(path) or {}) do
    local full = path:gsub("/$", "") .. "/" .. name
    local info = file.stat(full, { follow = false })
    if info and info.kind == "folder" then
      collect(found, full, all)
    elseif name:find "%.lua$" and (all or name:find "_test%.lua$") then
      found[#found + 1] = full
    end
  end
end

--- Test files below a path, sorted: the path itself, files ending in _test.lua, or in a project's
--- slipway/tests every Lua file. nil when the path does not exist.
---@param path string
---@return string[]?
function M.find(path)
  local info = file.stat(path)
  if not info then return nil end
  if info.kind ~= "folder" then return { path } end
  local found = {}
  collect(found, path, path:find "slipway/tests/?$")
  table.sort(found)
  return found
end

-- Events: one Lua table a line --------------------------------------------------------------------

local function literal(value)
  if type(value) ~= "table" then return (("%q"):format(value):gsub("\n", "n")) end
  local parts = {}
  for i, item in ipairs(value) do
    parts[i] = literal(item)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

---@param out file*
---@param event table  names to texts, numbers or lists of texts
function M.write_event(out, event)
  local parts = {}
  for name, value in pairs(event) do
    parts[#parts + 1] = name .. "=" .. literal(value)
  end -- order: read back into a table
  out:write("{", table.concat(parts, ","), "}\n")
  out:flush()
end

---@param path string
---@return table[] events  whole lines only: the last one may be torn
function M.read_events(path)
  local events = {}
  for line in (M.read(path) or ""):gmatch "([^\n]*)\n" do
    local chunk = load("return " .. line, "=event", "t", {})
    events[#events + 1] = chunk and chunk() or nil
  end
  return events
end

return M
