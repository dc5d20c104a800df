-- Runs one test file in this process and writes what happened to a result file, one event a line,
-- so that the command (cli/test.lua) knows how far a process came that crashed or was ended.
local compare = require "pure.compare"
local errors = require "pure.errors"
local host = require "door.host"
local show = require "pure.show"
local surroundings = require "cli.test_surroundings"

local M = {}

local failed_check, skipped = {}, {} -- what a raised table is, by its field `is`

---@class slipway.TestRun
---@field file string
---@field tests { title: string, limit: integer, body: function, line: integer }[]
---@field checks integer   made by the test that runs now
---@field folders string[] made by scratch
---@field afters function[] what `after` was given
---@field current table?   the test that runs now

local function describe(value)
  if type(value) == "string" then return value end
  if errors.is(value) then
    return ("%s: %s%s"):format(
      value.code,
      tostring(errors.adopt(value)),
      value.hint and "\n  hint: " .. value.hint or ""
    )
  end
  return show.value(value)
end

-- The frames of the test file, innermost first: { "tests/x_test.lua:12", … }
local function frames_of(run, level)
  local frames = {}
  while true do
    local info = debug.getinfo(level, "Sl")
    if not info then return frames end
    if info.source == "@" .. run.file and info.currentline > 0 then
      frames[#frames + 1] = ("%s:%d"):format(run.file, info.currentline)
    end
    level = level + 1
  end
end

local function fail(run, lines, level)
  error({ is = failed_check, lines = lines, frames = frames_of(run, level or 4) }, 0)
end

---@param run slipway.TestRun
local function checks_for(run)
  local check = {}
  local function counted(fn)
    return function(...)
      run.checks = run.checks + 1
      return fn(...)
    end
  end

  check.equal = counted(function(actual, expected, text)
    local lines = compare.differences(actual, expected)
    if #lines > 0 then fail(run, { text or "not equal", table.unpack(lines) }) end
    return actual
  end)

  check.truthy = counted(function(value, text)
    if not value then
      fail(run, { text or "expected a true value", "actual   " .. show.value(value) })
    end
    return value
  end)

  check.falsy = counted(function(value, text)
    if value then
      fail(run, { text or "expected false or nil", "actual   " .. show.value(value) })
    end
  end)

  check.match = counted(function(text, pattern)
    if type(text) ~= "string" then fail(run, { "expected text, got " .. show.value(text) }) end
    if not text:find(pattern) then
      fail(
        run,
        { "no match", "pattern  " .. show.quote(pattern), "actual   " .. show.quote(text, 2000) }
      )
    end
    return text
  end)

  check.raises = counted(function(body, pattern)
    local ok, err = pcall(body)
    if ok then fail(run, { "expected an error, none was raised" }) end
    if type(err) == "table" and (err.is == failed_check or err.is == skipped) then error(err, 0) end
    local text = describe(err)
    if pattern and not text:find(pattern) then
      fail(
        run,
        {
          "another error was raised",
          "pattern  " .. show.quote(pattern),
          "actual   " .. show.quote(text, 2000),
        }
      )
    end
    return err
  end)

  check.fails = counted(function(code, value, err)
    if value ~= nil then
      fail(
        run,
        { ("expected nil and the error %s"):format(code), "actual   " .. show.value(value) }
      )
    elseif type(err) ~= "table" or err.code ~= code then
      fail(run, { "expected the error " .. code, "actual   " .. describe(err) })
    end
    return err
  end)
  return check
end

---@param run slipway.TestRun
---@return table environment  what a test file sees as its globals
local function environment_for(run)
  local names = { check = checks_for(run), slipway = host.executable }
  function names.test(title, options, body)
    if body == nil then
      options, body = {}, options
    end
    assert(
      type(title) == "string" and type(body) == "function",
      "test(title, [{ timeout = seconds },] function)"
    )
    local line = debug.getinfo(2, "l").currentline
    run.tests[#run.tests + 1] =
      { title = title, limit = options.timeout or 120, body = body, line = line }
  end
  function names.skip(reason)
    assert(type(reason) == "string", "skip needs a reason")
    error({ is = skipped, reason = reason }, 0)
  end
  function names.scratch()
    local folder = surroundings.new_folder()
    run.folders[#run.folders + 1] = folder
    return folder
  end
  function names.after(body)
    assert(type(body) == "function", "after takes a function")
    run.afters[#run.afters + 1] = body
  end
  function names.run(o) return surroundings.run(o) end
  function names.plan(recipe, args, world) return require "run.rehearsal"(recipe, args, world) end
  function names.corpora(name) return surroundings.corpora(run.file, name) end
  -- Loaded once for a test file: what a fixture keeps, servers among it, stays as long as the tests go on.
  local fixtures = {}
  function names.stand(name)
    local path = surroundings.stand(run.file, name)
    if fixtures[path] == nil then fixtures[path] = assert(loadfile(path, "t", run.environment))() end
    return fixtures[path]
  end
  function names.assert(...)
    run.checks = run.checks + 1
    return assert(...)
  end
  local environment = setmetatable(names, { __index = _G })
  names._G = environment
  return environment
end

local function stop_after(seconds)
  surroundings.deadline = surroundings.milliseconds() + seconds * 1000
  debug.sethook(function()
    if surroundings.milliseconds() > surroundings.deadline then
      error(("stopped: the limit of %d s is over"):format(seconds), 2)
    end
  end, "", 1000000)
end

-- What xpcall hands on: always one of our two tables.
local function handler(run)
  return function(raised)
    if type(raised) == "table" and (raised.is == failed_check or raised.is == skipped) then
      return raised
    end
    local lines = {}
    for line in describe(raised):gmatch "[^\n]+" do
      lines[#lines + 1] = line
    end
    local frames = frames_of(run, 3)
    if #frames == 0 then
      for line in debug.traceback("", 2):gmatch "[^\n]+" do
        lines[#lines + 1] = line
      end
    end
    return { is = failed_check, lines = lines, frames = frames }
  end
end

-- What a test (or the file) has left to be cleared away: newest first, whatever one of them raises.
local function clear(run)
  for i = #run.afters, 1, -1 do
    pcall(run.afters[i])
  end
  for i = #run.folders, 1, -1 do
    surroundings.remove_folder(run.folders[i])
  end
end

---@param run slipway.TestRun
local function run_one(run, test, emit)
  local folders_of_file, afters_of_file = run.folders, run.afters
  run.checks, run.folders, run.afters = 0, {}, {}
  emit { kind = "start", title = test.title, limit = test.limit, line = test.line }
  local started = surroundings.milliseconds()
  stop_after(test.limit)
  local ok, raised = xpcall(test.body, handler(run))
  debug.sethook()
  surroundings.deadline = nil
  clear(run)
  run.folders, run.afters = folders_of_file, afters_of_file
  local event = {
    kind = "done",
    title = test.title,
    line = test.line,
    ms = surroundings.milliseconds() - started,
  }
  if ok and run.checks == 0 then
    event.state, event.lines = "failed", { "nothing was checked: this test cannot fail" }
  elseif ok then
    event.state = "passed"
  elseif raised.is == skipped then
    event.state, event.reason = "skipped", raised.reason
  else
    event.state = "failed"
    event.lines, event.frames = raised.lines, raised.frames
  end
  emit(event)
end

-- Loads the file; its tests are then known. Emits what went wrong with the file as a whole.
local function load_file(run, emit)
  local chunk, problem = loadfile(run.file, "t", run.environment)
  if not chunk then
    emit {
      kind = "done",
      title = "the file loads",
      state = "failed",
      lines = { problem },
      line = 0,
      ms = 0,
    }
    return false
  end
  local ok, raised = xpcall(chunk, handler(run))
  if ok then return true end
  if raised.is == skipped then
    emit {
      kind = "done",
      title = "all of it",
      state = "skipped",
      reason = raised.reason,
      line = 0,
      ms = 0,
    }
  else
    emit {
      kind = "done",
      title = "the file loads",
      state = "failed",
      lines = raised.lines,
      frames = raised.frames,
      line = 0,
      ms = 0,
    }
  end
  return false
end

---@param o { file: string, result: string, filter: string?, list: boolean? }
---@return integer exit code  0 unless this process itself is broken
function M.run(o)
  host.tie_to_parent() -- a test without an end does not outlive the run that was killed
  local out = assert(io.open(o.result, "a"))
  local function emit(event) surroundings.write_event(out, event) end
  ---@type slipway.TestRun
  local run = { file = o.file, tests = {}, checks = 0, folders = {}, afters = {} }
  run.environment = environment_for(run)
  if load_file(run, emit) then
    for _, test in ipairs(run.tests) do
      local wanted = not o.filter
        or test.title:find(o.filter, 1, true)
        or o.file:find(o.filter, 1, true)
      if wanted and o.list then
        emit { kind = "listed", title = test.title, line = test.line }
      elseif wanted then
        run_one(run, test, emit)
      end
    end
  end
  clear(run)
  emit { kind = "end" }
  out:close()
  return 0
end

return M
